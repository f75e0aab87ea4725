"""A whistle's states and moves (吹哨报到流程), to be held against the plan row by row.

DRAFT → AWAITING_APPROVAL → BLOWN → DISPATCHED → RESPONDING → AWAITING_EVALUATION → CLOSED; each
department called is a part: CALLED → SIGNED → REPORTED_IN → REPLIED → EVALUATED.
"""

from collections.abc import Sequence

from cases.docket.kinds import Kind
from cases.docket.states import COMMON
from cases.law.moves import table
from cases.whistle.states.course import COURSE
from cases.whistle.states.response import RESPONSE
from cases.whistle.states.way import RUNNING, WAY, WORDS
from cases.whistle.states.words import (
    AWAITING_EVALUATION,
    CALLED,
    CALLS,
    DISCARDED,
    DISPATCHED,
    DRAFT,
    EVALUATED,
    FACTS,
    REFUSED,
    RELEASED,
    REPLIED,
    RESPONDING,
    SHELVED,
    STATES,
    WITHDRAWN,
    Calls,
)


def whole(state: str, parts: Sequence[tuple[str, str]]) -> str:
    """The state of a whistle after one of its departments moved, from (capacity, state) of each.

    Copied and released departments owe nothing and decide nothing.
    """
    if state not in RUNNING:
        return state
    owing = {s for kind, s in parts if kind != Calls.COPY and s not in {RELEASED, ""}}
    if owing and owing <= {REPLIED, EVALUATED}:
        return AWAITING_EVALUATION
    # Called again after a relapse, those of the first time stand beside, evaluated.
    waiting = state == DISPATCHED and owing <= {CALLED, EVALUATED}
    return DISPATCHED if waiting else RESPONDING


WHISTLE = Kind(
    code="whistle",
    label="吹哨报到",
    path="whistles",
    series="W",
    table=table(STATES, FACTS, *WAY, *COURSE, *RESPONSE, *COMMON),
    words=WORDS,
    drafts=frozenset({DRAFT, DISCARDED}),
    whole=whole,
    parts="responses",
    of_parts=frozenset(move.verb for move in RESPONSE),
    capacities=dict(CALLS),
    undone=frozenset({REFUSED, WITHDRAWN}),
    resting=frozenset({SHELVED}),
)
