"""What a seat owes on the parts of a whistle (待我答复): evaluation, presence, another time, more
time; each leads to the very page where it is answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from cases.docket.models import Deadline, DeadlineState
from cases.docket.queries.casefile import CaseFile
from cases.docket.queries.obligations import DeadlineView, PartView
from cases.law.moves import Move
from cases.people.queries import Actor
from cases.whistle.states.response.answering import AGREE_TIME, CONFIRM_PRESENCE
from cases.whistle.states.response.disputing import GRANT_EXTENSION
from cases.whistle.states.response.judging import EVALUATE

# In the order of the links where two fall due at once: the move, and how its link begins.
_LINKS: Final = (
    (EVALUATE, "去评价"),
    (CONFIRM_PRESENCE, "去确认到场"),
    (AGREE_TIME, "去答复改约"),
    (GRANT_EXTENSION, "去答复延期"),
)


@dataclass(frozen=True)
class OwedAnswer:
    """One answer this seat owes to a department: what the link says, where it leads, by when."""

    words: str
    unit: str
    url: str
    deadline: DeadlineView


def answers_owed(actor: Actor, file: CaseFile) -> list[OwedAnswer]:
    """What the seat's own unit was asked on the parts of a whistle, what is due first first."""
    asked = [part for part in file.parts if _answering(part.moves)]
    if not asked:
        return []
    rows = Deadline.objects.filter(case=file.case, state=DeadlineState.RUNNING)
    own = set(rows.filter(Q(unit_id=actor.unit_id)).values_list("pk", flat=True))
    found = [owed for part in asked for owed in _owed(part, own, file.number)]
    return sorted(found, key=lambda owed: owed.deadline.due.due_at)


def _answering(moves: Iterable[Move]) -> list[tuple[Move, str]]:
    verbs = {move.verb for move in moves}
    return [(move, words) for move, words in _LINKS if move.verb in verbs]


def _owed(part: PartView, own: set[int], number: str) -> Sequence[OwedAnswer]:
    found: list[OwedAnswer] = []
    for move, words in _answering(part.moves):
        clocks = [d for d in part.deadlines if d.id in own and d.term == move.answers]
        if not clocks or (move is CONFIRM_PRESENCE and found):
            continue  # the evaluation asks whether it came, too
        page = f"/whistles/{number}/evaluate/#part-{part.id}"
        url = page if move is EVALUATE else f"{part.url}#move-{move.verb}"
        found.append(OwedAnswer(words, part.unit, url, clocks[0]))
    return found
