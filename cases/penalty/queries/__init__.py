"""What is read of penalties (处罚查询)."""
