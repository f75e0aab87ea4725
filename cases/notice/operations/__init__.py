"""What is done with notices (通知办理): derived from events, sent, read, sent again, forgotten."""
