"""The record (办理记录): the only writer of state, events, deadlines, stakes and the outbox.

`open_case`, `take` and `append_many` are one engine: lock the case, check state, access and facts,
draft everything in memory, write it in one transaction. What may not be done raises `Refused`, and
nothing was written.
"""

from cases.docket.record.clocks import extend
from cases.docket.record.family import held, tie
from cases.docket.record.moment import Moment, begin
from cases.docket.record.several import Several, several
from cases.docket.record.take import Batch, open_case, take
from cases.docket.slip import Opening, Slip

__all__ = [
    "Batch",
    "Moment",
    "Opening",
    "Several",
    "Slip",
    "begin",
    "extend",
    "held",
    "open_case",
    "several",
    "take",
    "tie",
]
