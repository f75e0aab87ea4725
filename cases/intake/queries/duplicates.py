"""Candidate duplicates (疑似重复): reports near in place, in time and in words, with the reasons.

国办函〔2025〕66号: repeats of one matter are merged. Nothing is merged by itself: the desk looks at
both and decides. How near and how late are the town's own figures (report.near, report.recent).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import cos, radians

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, Q, QuerySet

from cases.docket import access
from cases.docket.bigrams import query_words
from cases.docket.models import Case, Party
from cases.docket.queries.casefile import shows_reporter
from cases.docket.seal import open_key, unseal_facts
from cases.grid.datum import METRES_A_DEGREE, metres_apart
from cases.intake.queries.likeness import AKIN, ALIKE, Reading, likeness, reading
from cases.intake.states import REPORT
from cases.intake.states.words import MERGED
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import Book, book
from cases.rulebook.queries.rules import RuleMissing

SHOWN, ROWS, OPENED = 5, 200, 40
REPORTER = "reporter"
_COLUMNS = (
    *("id", "number", "state", "division", "category", "lng", "lat", "village_id", "grid_id"),
    *("words", "key_id", "wrapped_key", "opened_at", "closed_at", "filer_id"),
)


@dataclass(frozen=True)
class Candidate:
    """One report that may be about the same matter; `alike` in per cent, `metres` where known."""

    number: str
    title: str
    state_label: str
    opened_at: datetime
    closed: bool
    alike: int
    metres: int | None
    same_category: bool
    same_phone: bool
    score: float
    reasons: list[str]

    @property
    def url(self) -> str:
        """Its page."""
        return f"/{REPORT.path}/{self.number}/"


@dataclass(frozen=True)
class Found:
    """The candidates, best first, and within what was looked; `missing` says why nothing was."""

    candidates: list[Candidate] = field(default_factory=list)
    metres: int = 0
    days: int = 0
    missing: str = ""


@dataclass(frozen=True)
class _Pair:
    """What two reports have in common, the words apart."""

    case: Case
    metres: float | None
    where: str  # near, grid, village, "" where one of them has no place
    same_category: bool
    same_class: bool
    same_phone: bool

    @property
    def weight(self) -> float:
        place = {"near": 0.30, "grid": 0.12, "village": 0.06}.get(self.where, 0.0)
        kind = 0.15 if self.same_category else 0.06 if self.same_class else 0.0
        return place + kind + (0.15 if self.same_phone else 0.0)

    @property
    def promise(self) -> float:
        """Which rows are opened first; a rank of all words met is about 0.06."""
        return self.weight + 8 * float(getattr(self.case, "rank", 0.0))


class _AnyOf(SearchQuery):
    """Words as they are stored, any of them: how many are met is the rank."""

    template = "(%(expressions)s)::tsquery"


def duplicates(actor: Actor, case: Case, now: datetime, rules: Book | None = None) -> Found:
    """The reports that may be about the same matter as this one, among those the seat may open."""
    rules = rules or book()
    try:
        metres = rules.figure("report.near", case.division, town_day(now)).value
        days = rules.figure("report.recent", case.division, town_day(now)).value
    except RuleMissing as wrong:
        return Found(missing=wrong.sentence)
    title, own = _read(case)
    seen = _seen(actor, case, title)
    since = now - timedelta(days=days)
    heard = _heard(actor, case, seen, since)
    rows = {row.pk: row for row in [*heard, *_around(case, seen, metres, since)]}
    callers = {row.pk for row in heard}
    pairs = [p for row in rows.values() if (p := _pair(case, row, metres, callers))]
    pairs.sort(key=lambda p: (-p.promise, -p.case.opened_at.timestamp(), -p.case.pk))
    found = [c for pair in pairs[:OPENED] if (c := _candidate(pair, own))]
    found.sort(key=lambda c: (-c.score, c.closed, c.number))
    return Found(found[:SHOWN], metres, days)


def same_phone(actor: Actor, one: Case, other: Case) -> bool | None:
    """Whether one telephone reported both; None where the seat may not read who reported."""
    if not (_hears(actor, one) and _hears(actor, other)):
        return None
    told = Party.objects.filter(role=REPORTER, identity__isnull=False)
    return told.filter(case=one, identity__in=told.filter(case=other).values("identity")).exists()


def metres_between(one: Case, other: Case) -> float | None:
    """How far two reports lie apart, None where one of them has no point."""
    if one.lng is None or one.lat is None or other.lng is None or other.lat is None:
        return None
    return metres_apart((one.lng, one.lat), (other.lng, other.lat))


def box(lng: float, lat: float, metres: float) -> Q:
    """What lies within so many metres of a point to the east, west, north or south."""
    high = metres / METRES_A_DEGREE
    wide = high / max(cos(radians(lat)), 0.01)
    return Q(lng__range=(lng - wide, lng + wide), lat__range=(lat - high, lat + high))


def in_metres(metres: float) -> str:
    """A distance as people say it."""
    if metres < 1000:
        return f"约 {max(round(metres / 10) * 10, 10)} 米"
    return f"约 {metres / 1000:.1f} 公里"


def _seen(actor: Actor, case: Case, title: str) -> QuerySet[Case]:
    """What may be told of at all, the newest first; `rank` is the share of the title's words met.

    Without a place the words alone must tell which of the rows are worth opening.
    """
    rows = Case.objects.filter(kind=REPORT.code, division=case.division, erased_at=None)
    rows = access.visible(actor, rows).exclude(pk=case.pk).exclude(state=MERGED)
    # Digests are letters and digits only, so none can be an operator.
    words = " | ".join(f"'{word}'" for word in query_words(title))
    rank = SearchRank(F("search"), _AnyOf(words))
    return rows.only(*_COLUMNS).annotate(rank=rank).order_by("-opened_at", "-id")


def _around(case: Case, seen: QuerySet[Case], metres: int, since: datetime) -> list[Case]:
    """What was opened of late, and what is still open from before."""
    about = seen.filter(_about(case, metres))
    late = list(about.filter(opened_at__gte=since)[:ROWS])
    left = ROWS - len(late)
    return late + list(about.filter(opened_at__lt=since, closed_at=None)[:left] if left else [])


def _heard(
    actor: Actor, case: Case, seen: QuerySet[Case], since: datetime
) -> list[Case]:
    """What came from the same telephone, where the seat may read who reported."""
    if not _hears(actor, case):
        return []
    told = Party.objects.filter(role=REPORTER, identity__isnull=False)
    callers = told.filter(case=case).values("identity_id")
    said = told.filter(identity_id__in=callers).values("case_id")
    fresh = Q(closed_at=None) | Q(closed_at__gte=since) | Q(opened_at__gte=since)
    return list(seen.filter(fresh, pk__in=said)[:OPENED])


def _hears(actor: Actor, case: Case) -> bool:
    return actor.role in access.TOWN_WIDE and shows_reporter(actor, case)


def _about(case: Case, metres: int) -> Q:
    """Near the point; without one the same village; without either anything of the town."""
    nowhere = Q(lng=None, village=None)
    if case.lng is not None and case.lat is not None:
        unplaced = Q(lng=None, village=case.village_id) if case.village_id else Q(pk=None)
        return box(case.lng, case.lat, metres) | unplaced | nowhere
    if case.village_id is not None:
        return Q(village=case.village_id) | nowhere
    return Q()


def _pair(case: Case, row: Case, metres: int, callers: Collection[int]) -> _Pair | None:
    apart = metres_between(case, row)
    heard = row.pk in callers
    if apart is not None and apart > metres and not heard:
        return None
    where = "near" if apart is not None and apart <= metres else _same_ground(case, row)
    return _Pair(
        case=row,
        metres=apart,
        where=where,
        same_category=bool(case.category) and row.category == case.category,
        same_class=bool(case.category) and row.category[:2] == case.category[:2],
        same_phone=heard,
    )


def _same_ground(case: Case, row: Case) -> str:
    if case.grid_id is not None and case.grid_id == row.grid_id:
        return "grid"
    if case.village_id is not None and case.village_id == row.village_id:
        return "village"
    return ""


def _candidate(pair: _Pair, own: Reading) -> Candidate | None:
    title, other = _read(pair.case)
    alike = likeness(own, other)
    if not _is_one(pair, alike):
        return None
    row = pair.case
    return Candidate(
        number=str(row.number),
        title=title,
        state_label=REPORT.table.states.get(row.state, row.state),
        opened_at=row.opened_at,
        closed=row.closed_at is not None,
        alike=round(alike * 100),
        metres=None if pair.metres is None else round(pair.metres),
        same_category=pair.same_category,
        same_phone=pair.same_phone,
        score=round(pair.weight + 0.55 * alike, 4),
        reasons=_reasons(pair, alike),
    )


def _is_one(pair: _Pair, alike: float) -> bool:
    if alike >= ALIKE:
        return True
    if pair.where == "near" or pair.same_phone:
        return pair.same_category or alike >= AKIN
    return bool(pair.where) and pair.same_category and alike >= AKIN


def _reasons(pair: _Pair, alike: float) -> list[str]:
    told = []
    if pair.metres is not None:
        told.append(f"相距{in_metres(pair.metres)}")
    elif pair.where:
        told.append("同一网格" if pair.where == "grid" else "同一村（社区）")
    if pair.same_category:
        told.append("同一小类")
    if pair.same_phone:
        told.append("同一反映电话")
    if alike >= AKIN:
        told.append(f"文字相近 {round(alike * 100)}%")
    return told


def _read(case: Case) -> tuple[str, Reading]:
    words = unseal_facts(open_key(case.wrapped_key, case.key_id), case.words)
    title = str(words.get("title", ""))
    text = f"{words.get('description', '')}\n{words.get('address', '')}"
    return title, reading(title, text)
