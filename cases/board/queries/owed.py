"""What runs (在办期限): every running obligation a seat may count, by how late it is and by colour.

Counted live, in one statement; the groups it comes in are added up here.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import Case as Choice
from django.db.models import CharField, Count, F, FilteredRelation, Q, QuerySet, Value, When

from cases.board.queries.wanted import Ground, Wanted, cases_of, in_unit
from cases.docket.models import FAR, Case, DeadlineState
from cases.people.queries import TOWN_TIME, town_day

# From the longest late to what has time; the names as the page says them.
AGES: Final = {
    "late7": "超期 7 天以上",
    "late3": "超期 3 至 7 天",
    "late1": "超期 1 至 3 天",
    "late0": "超期 1 天以内",
    "today": "今天到期",
    "week": "七天内到期",
    "later": "七天以后到期",
}
LATE: Final = ("late7", "late3", "late1", "late0")
COLOURS: Final = {"red": "红", "yellow": "黄", "blue": "蓝", "": "未亮灯"}


class Group(NamedTuple):
    """One group of running obligations; 0 where there is no unit, no village."""

    age: str
    colour: str
    unit: int
    village: int


@dataclass(frozen=True)
class Owed:
    """All groups with how many are in each."""

    groups: Counter[Group]

    def many(self, which: Callable[[Group], bool] = lambda _: True) -> int:
        """How many are in the groups of a kind."""
        return sum(many for group, many in self.groups.items() if which(group))

    def late(self) -> int:
        """How many are past their date."""
        return self.many(lambda group: group.age in LATE)

    def of(self, which: Callable[[Group], bool]) -> "Owed":
        """The groups of a kind alone."""
        return Owed(Counter({g: many for g, many in self.groups.items() if which(g)}))


def owed(ground: Ground, wanted: Wanted) -> Owed:
    """How many obligations run, by age, colour, owing unit and village."""
    rows = running(ground, wanted).annotate(age=age_of(ground.now))
    grouped = rows.order_by().values_list("age", "lamp", "whose", "village")
    grouped = grouped.annotate(many=Count("clock"))
    groups: Counter[Group] = Counter()
    for age, colour, unit, village, many in grouped:
        groups[Group(age, colour, unit or 0, village or 0)] += many
    return Owed(groups)


def running(ground: Ground, wanted: Wanted) -> QuerySet[Any]:
    """The cases with what runs in them, one row an obligation: its `clock` (the deadline's id),
    `due`, `lamp` (its colour), and `whose` it is.
    """
    runs = FilteredRelation("deadlines", condition=Q(deadlines__state=DeadlineState.RUNNING))
    owing = Case.objects.filter(next_due__lt=FAR)
    rows: QuerySet[Any] = cases_of(ground.actor, wanted, owing).annotate(owing=runs)
    # Named once, so that what is asked of it later is asked of the same deadline.
    named = {"clock": "id", "due": "due_at", "lamp": "colour", "whose": "unit"}
    rows = rows.annotate(**{name: F(f"owing__{column}") for name, column in named.items()})
    return rows.filter(in_unit(wanted, "whose"), clock__isnull=False)


def age_of(now: datetime) -> Choice:
    """How late an obligation is, as a code."""
    whens = [When(due__lte=until, then=Value(code)) for code, until in _ends(now).items()]
    return Choice(*whens, default=Value("later"), output_field=CharField())


def aged(code: str, now: datetime) -> Q:
    """The obligations of an age, or of all that is late ("late")."""
    if code == "late":
        return Q(due__lte=now)
    ends, place = _ends(now), list(AGES).index(code)
    found = Q(due__lte=ends[code]) if code in ends else Q()
    return found & Q(due__gt=[*ends.values()][place - 1]) if place else found


def _ends(now: datetime) -> dict[str, datetime]:
    """Each age but the last with the latest date in it; dates are exclusive, so what must be done
    by midnight is due today.
    """
    midnight = datetime.combine(town_day(now) + timedelta(days=1), time(), TOWN_TIME)
    return {
        "late7": now - timedelta(days=7),
        "late3": now - timedelta(days=3),
        "late1": now - timedelta(days=1),
        "late0": now,
        "today": midnight,
        "week": midnight + timedelta(days=6),
    }


def by_unit(found: Owed) -> dict[int, Owed]:
    """The groups of each unit."""
    return _split(found, lambda group: group.unit)


def by_village(found: Owed) -> dict[int, Owed]:
    """The groups of each village."""
    return _split(found, lambda group: group.village)


def _split(found: Owed, key: Callable[[Group], int]) -> dict[int, Owed]:
    kept: dict[int, Counter[Group]] = {}
    for group, many in found.groups.items():
        kept.setdefault(key(group), Counter())[group] += many
    return {name: Owed(groups) for name, groups in kept.items()}
