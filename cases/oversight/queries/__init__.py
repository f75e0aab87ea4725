"""What is read of chasing and supervising (催办督办查询)."""
