"""What the window looks up (受理查询): before filing, and for triage."""
