"""The law as pure Python: what the rules say, and why. No framework, no clock, no I/O.

Chapters, in reading order: `rule` (dated, cited values), `calendar` (days off and make-up days),
`clocks` and `suspensions` (what passes and what stands still), `terms` (when a term ends),
`explanation` (why that day), `ladders` (who is chased when), `moves` (who may do what), `trace`
(reasons of an answer), `identifiers` (numbers of people and bodies), `texts` (what a text may
hold), `backtest` (what a term would have meant).
"""
