"""Putting the service up (部署): run, test, manage. Nothing here knows the law."""
