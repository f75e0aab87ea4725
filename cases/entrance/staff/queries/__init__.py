"""What the administrator sees (管理查询): lists by key, never by count, each in a few queries."""
