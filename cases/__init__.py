"""The town's matters, chapter by chapter, in reading order.

law       what the rules say: calendar, terms, moves (pure Python)
rulebook  dated, cited rows: notices, terms, categories, ladders
grid      villages and grids, and which one a point lies in
people    units, officers, posts, deputies, identities
docket    the record: cases, events, deadlines, stakes, access
intake    the one window: reports
entrance  the doors without a matter: log-in, health, help
"""
