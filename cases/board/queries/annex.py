"""The annexes of a month (附表): what was late on publishing, with the reason on record; what is
shelved, apart. Numbers and units only; protected and confidential files are counted, not listed.
"""

import json
from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Q

from cases.board.queries.owed import COLOURS, aged, running
from cases.board.queries.standing import longest_first, shelved_cases
from cases.board.queries.wanted import Ground, Wanted
from cases.docket import kinds
from cases.docket.models import Event
from cases.people.queries import town_day

MOST: Final = 300  # rows of an annex; the rest is counted
# The open facts that say why something takes longer, and the verbs that give them.
_SAYING: Final = {
    "ask_extension": "need",
    "propose_shelving": "obstacle",
    "shelve": "obstacle",
    "raise_objection": "ground",
    "hand_back": "ground",
    "object_sheet": "ground",
}
_UNSAID: Final = "未登记原因"


def late_annex(ground: Ground, wanted: Wanted) -> dict[str, Any]:
    """Obligations late on publishing, the longest late first, and how many are not listed."""
    late = running(ground, wanted).filter(aged("late", ground.now))
    many = late.count()
    listed = late.filter(_open()).order_by("due", "clock")
    names = ("id", "number", "kind", "whose", "owing__last_day", "owing__snapshot")
    rows = list(listed.values_list(*names, "lamp", "owing__term")[:MOST])
    reasons = _reasons({row[0] for row in rows})
    told = [
        {
            "number": number,
            "kind": kinds.kind(kind).label,
            "unit": ground.units.name(unit) or "尚未落实",
            "term": str(snapshot.get("name", term)),
            "last_day": str(last_day),
            "days": max(0, (ground.today - last_day).days),
            "colour": COLOURS.get(colour, "") if colour else "",
            "reason": reasons.get(case, _UNSAID),
        }
        for case, number, kind, unit, last_day, snapshot, colour, term in rows
    ]
    return {"rows": told, "unlisted": many - len(told)}


def shelved_annex(ground: Ground, wanted: Wanted) -> dict[str, Any]:
    """What is shelved on publishing (挂账), the longest shelved first."""
    found = shelved_cases(ground, wanted)
    many = found.count()
    listed = longest_first(found.filter(_open()))
    rows = list(listed.values_list("pk", "number", "kind", "since", "next_due")[:MOST])
    reasons = _reasons({row[0] for row in rows})
    told = [
        {
            "number": number,
            "kind": kinds.kind(kind).label,
            "since": str(town_day(since)),
            "look": str(town_day(due)) if due.year < 9999 else "",
            "reason": reasons.get(case, _UNSAID),
        }
        for case, number, kind, since, due in rows
    ]
    return {"rows": told, "unlisted": many - len(told)}


def _open() -> Q:
    guarded = [kind.code for kind in kinds.kinds() if kind.protected]
    return Q(confidential=False, number__isnull=False) & ~Q(kind__in=guarded)


def _reasons(cases: Iterable[int]) -> dict[int, str]:
    """The last reason on record of each case, in the words of its table."""
    rows = Event.objects.filter(case__in=cases, verb__in=_SAYING).order_by("case_id", "-seq")
    found = {}
    last = rows.distinct("case_id").values_list("case_id", "case__kind", "verb", "text")
    for case, kind, verb, text in last:
        table = kinds.kind(kind).table
        given = json.loads(text)["open"].get(_SAYING[verb], "")
        label = dict(table.facts[_SAYING[verb]].choices).get(given, "")
        found[case] = f"{table.moves[verb].label}：{label}" if label else table.moves[verb].label
    return found
