"""What notices show and whom they reach (通知查询)."""
