"""Counting (统计) and publishing (发布): all that the boards write."""
