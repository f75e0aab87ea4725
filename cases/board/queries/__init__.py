"""What the boards show and what it was counted from (看板查询)."""
