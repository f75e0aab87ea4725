"""Precedents (职责界定先例): rulings that guide later dispatches of the same class, until they end.

A precedent is read by the whole county: which unit, which class, by which paper. Its whistle opens
only where the seat sees it; elsewhere its number is all that is told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from cases.docket import access
from cases.docket.models import Case
from cases.docket.queries.rows import category_name
from cases.law.moves import Refused, Role, Why
from cases.people.queries import Actor
from cases.rulebook.queries import Book, book
from cases.whistle.models import Precedent
from cases.whistle.queries.towns import town_names
from cases.whistle.states.words import RULINGS

SHOWN: Final = 30
LARGEST: Final = 100
BESIDE: Final = 6  # of each sort beside a form; the rest stands in the list
COUNTY: Final = 6  # digits of a county's code
STANDING: Final = {"in_force": "现行", "ended": "已到期", "all": "全部"}
# What was passed upward rules on nothing: the superior's ruling is a row of its own.
GUIDING: Final = tuple(code for code, _ in RULINGS if code != "raise")
_LABELS: Final = dict(RULINGS)
# Seats that have no business with whose duty is whose.
NOT_THEIRS: Final = access.NO_CASES | {Role.ENTERPRISE}


@dataclass(frozen=True)
class PrecedentView:
    """A ruling as later ones read it; `last_day` is its last day, None where it names none."""

    id: int
    category: str
    category_name: str
    ruling: str
    ruling_label: str
    objector: str
    unit: str
    paper: str
    town: str
    valid_from: date
    last_day: date | None
    in_force: bool
    number: str
    url: str
    words: str


@dataclass(frozen=True)
class Asked:
    """How the list is narrowed: by class (or a head class's two digits), unit, standing."""

    category: str = ""
    unit: str = ""
    standing: str = "in_force"
    after: int = 0
    size: int = SHOWN

    def told(self) -> dict[str, str]:
        """What stands in the address."""
        known = {"category": self.category, "unit": self.unit, "standing": self.standing}
        return {name: value for name, value in known.items() if value}


@dataclass(frozen=True)
class PrecedentPage:
    """A page of precedents, the newest first; `next` goes into `after`, None at the end."""

    rows: list[PrecedentView]
    next: int | None = None
    asked: Asked = field(default_factory=Asked)


def precedents(actor: Actor, asked: Asked, today: date) -> PrecedentPage:
    """The precedents of the seat's county, narrowed; Refused for a standing that is none."""
    if asked.standing not in STANDING:
        words = "请选择“现行”“已到期”或“全部”。"
        raise Refused(words, why=Why.FACTS, fields={"standing": words})
    rows = _of_county(actor.division)
    if asked.category:
        rows = rows.filter(category__startswith=asked.category.replace("\0", ""))
    if asked.unit:
        code = asked.unit.replace("\0", "")
        rows = rows.filter(Q(unit__code=code) | Q(objector__code=code))
    if asked.standing != "all":
        rows = rows.filter(_standing(today) if asked.standing == "in_force" else ~_standing(today))
    if asked.after:
        rows = rows.filter(pk__lt=asked.after)
    size = min(max(asked.size, 1), LARGEST)
    found = list(rows[: size + 1])
    following = found[size - 1].pk if len(found) > size else None
    return PrecedentPage(shown_to(actor, found[:size], today), following, asked)


def of_class(
    actor: Actor, category: str, division: str, today: date
) -> tuple[list[PrecedentView], list[PrecedentView]]:
    """The precedents for one class of matter in a county: those in force, and those that ended."""
    if not category:
        return [], []
    rows = _of_county(division).filter(category=category)
    standing = list(rows.filter(_standing(today))[:BESIDE])
    ended = list(rows.filter(~_standing(today))[:BESIDE])
    told = shown_to(actor, [*standing, *ended], today)
    return told[: len(standing)], told[len(standing) :]


def newest(actor: Actor, seen: QuerySet[Case], today: date, size: int) -> list[PrecedentView]:
    """The last rulings made in the cases a seat sees, those passed upward among them."""
    rows = lean(Precedent.objects.filter(case__in=seen)).order_by("-pk")
    return shown_to(actor, list(rows[:size]), today)


def shown_to(actor: Actor, rows: Iterable[Precedent], today: date) -> list[PrecedentView]:
    """Precedents in words; in three queries, whatever their number."""
    found = list(rows)
    if not found:
        return []
    seen = access.visible(actor).filter(pk__in=[row.case_id for row in found])
    able, rules = set(seen.values_list("pk", flat=True)), book()
    towns = town_names(today)
    return [_view(row, rules, towns, row.case_id in able, today) for row in found]


def lean(rows: QuerySet[Precedent]) -> QuerySet[Precedent]:
    """Precedents with what names them, and nothing of their cases' sealed words."""
    heavy = ("search", "words", "title", "wrapped_key", "head")
    rows = rows.select_related("case", "objector", "unit")
    return rows.defer(*(f"case__{name}" for name in heavy))


def _of_county(division: str) -> QuerySet[Precedent]:
    rows = Precedent.objects.filter(division__startswith=division[:COUNTY], ruling__in=GUIDING)
    return lean(rows).order_by("-pk")


def _standing(today: date) -> Q:
    return Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gt=today))


def _view(
    row: Precedent, rules: Book, towns: Mapping[str, str], seen: bool, today: date
) -> PrecedentView:
    number = str(row.case.number or "")
    objector, unit = row.objector.short_name, row.unit.short_name
    return PrecedentView(
        id=row.pk,
        category=row.category,
        category_name=category_name(row.case, rules) or "未分类",
        ruling=row.ruling,
        ruling_label=_LABELS[row.ruling],
        objector=objector,
        unit=unit,
        paper=row.paper,
        town=towns.get(row.division, row.division),
        valid_from=row.valid_from,
        last_day=row.valid_to - timedelta(days=1) if row.valid_to else None,
        in_force=row.valid_from <= today and (row.valid_to is None or today < row.valid_to),
        number=number,
        url=f"/whistles/{number}/" if seen and number else "",
        words=_words(row.ruling, objector, unit),
    )


def _words(ruling: str, objector: str, unit: str) -> str:
    return {
        "keep": f"{objector}提出异议，维持由{objector}承办",
        "reassign": f"{objector}提出异议，改由{unit}承办",
        "swap": f"{objector}提出异议，调整为{unit}主办",
        "joint": f"{objector}提出异议，由{unit}牵头共同办理",
        "return": f"{objector}提出异议，退回吹哨单位，{objector}不承办",
        "channel": f"{objector}提出异议，引导走法定途径，{objector}不承办",
    }.get(ruling, f"{objector}提出异议，提请共同上级界定")
