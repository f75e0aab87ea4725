"""Penalties and first offences (行政处罚与首违不罚)."""
