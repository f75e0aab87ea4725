"""The rulebook's doors (规则): everybody with a log-in reads it, the system administrator keeps it.

Whoever keeps the rules sees no case (三员分立), only how many deadlines a change would touch.
"""
