"""The town's matters, chapter by chapter, in reading order.

law       what the rules say: calendar, terms, moves (pure Python)
rulebook  dated, cited rows: notices, terms, categories, ladders
grid      villages and grids, and which one a point lies in
people    units, officers, posts, deputies, identities
docket    the record: cases, events, deadlines, stakes, access
whistle   departments are called and report in
penalty   what an act would cost, and whether it is spared
oversight chasing, supervision sheets
notice    letters derived from events
intake    the one window: reports
board     what leaders and supervisors see at once
entrance  the doors without a matter: log-in, health, help
"""
