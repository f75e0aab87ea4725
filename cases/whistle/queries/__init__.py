"""What is read of whistles (吹哨报到查询)."""
