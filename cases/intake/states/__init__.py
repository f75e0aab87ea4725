"""A report's states and moves (上报事件办理流程), to be held against the town's plan row by row.

一站式接收: RECEIVED → ACCEPTED → ASSIGNED → HANDLED → CHECKED → CLOSED. Signing leaves a report
ASSIGNED. Beside the way lie 自办、不予受理、退回改派、派单异议、并单、挂账 and 重新办理.
"""

from cases.docket.kinds import Kind
from cases.docket.states import COMMON
from cases.intake.states.aside import ASIDE
from cases.intake.states.way import WAY, WORDS
from cases.intake.states.words import FACTS, STATES
from cases.law.moves import table

REPORT = Kind(
    code="report",
    label="上报事件",
    path="reports",
    series="R",
    table=table(STATES, FACTS, *WAY, *ASIDE, *COMMON),
    words=WORDS,
    needs_sheet={"object_sheet": "hotline"},
    unoffered=frozenset({"rework_whistled"}),
)
