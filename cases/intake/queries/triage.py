"""What the desk has beside a report it decides on (受理研判): repeats, the duty lists, where such
matters went, what the class asks for, and whether the spot is a chronic one (未诉先办).

Everything here advises; the moves stay the desk's own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max

from cases.docket import access
from cases.docket.models import Case
from cases.intake.queries.duplicates import Found, box, duplicates
from cases.intake.queries.routing import Precedents, Suggestion, precedents, suggested
from cases.intake.states import REPORT
from cases.intake.states.words import UNDECIDED
from cases.law.moves import Role
from cases.people.directory import directory
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import book, stamp
from cases.rulebook.queries.duties import Duty, duties_for
from cases.rulebook.queries.rules import RuleCategory, RuleMissing

A_YEAR = timedelta(days=365)
# What a class's marks ask of the window (分类标记), in the order of their weight.
FLAGS = {
    "T": ("先打电话", "先电话通知处置单位和值班室，再补办手续。"),
    "X": ("不转被反映单位", "不得交给被反映的单位或个人办理。"),
    "P": ("保护当事人", "反映人信息只限窗口知悉，交办要求里不写姓名、电话。"),
    "C": ("只作线索、不作检查", "转有权部门核查；网格员、辅助人员不得据此检查、执法。"),
    "B": ("一般超出镇权限", "先查履职清单；应由职能部门办理的工单，提出派单异议。"),
    "D": ("可转矛盾纠纷", "属民间纠纷的，可引导双方到调处化解中心调解。"),
}


@dataclass(frozen=True)
class Flag:
    """A mark of the class, as a person reads it."""

    code: str
    label: str
    words: str


@dataclass(frozen=True)
class Chronic:
    """How often this class was reported at this spot within a year (未诉先办)."""

    count: int
    where: str
    newest: str

    @property
    def url(self) -> str:
        """The newest one's page."""
        return f"/{REPORT.path}/{self.newest}/"


@dataclass(frozen=True)
class Triage:
    """All of it, for one report; `unclassed` where the class is not known to the rulebook."""

    number: str
    category: str
    handler: str
    found: Found
    duties: list[Duty]
    listed: int  # how many lines the lists in force hold
    precedents: Precedents
    suggestion: Suggestion | None
    flags: list[Flag]
    chronic: Chronic | None
    objects: bool  # whether a 12345 sheet may be objected to


def triage_of(actor: Actor, case: Case, now: datetime) -> Triage | None:
    """What helps the desk decide about a report; None for other seats, and once it is decided.

    `case` comes from `find`, its village with it.
    """
    if actor.role is not Role.DESK or case.state not in UNDECIDED or case.wrapped_key is None:
        return None
    rules, day = book(), town_day(now)
    units = directory(stamp("people"), day)
    found = duplicates(actor, case, now, rules)
    before = precedents(actor, case, units) if case.category else Precedents()
    items = rules.duty_items(day, case.division)
    try:
        category = rules.category("grid", case.category, day, case.division)
    except RuleMissing:
        category = None
    return Triage(
        number=str(case.number),
        category=category.name if category else case.category,
        handler=category.default_handler if category else "",
        found=found,
        duties=duties_for(category, items) if category else [],
        listed=len(items),
        precedents=before,
        suggestion=suggested(category, case, before, units, day) if category else None,
        flags=_flags(category),
        chronic=_chronic(actor, case, found.metres, now),
        objects=case.external.filter(system="hotline").exists(),
    )


def _flags(category: RuleCategory | None) -> list[Flag]:
    codes = category.flags if category else ""
    return [Flag(code, *words) for code, words in FLAGS.items() if code in codes]


def _chronic(actor: Actor, case: Case, metres: int, now: datetime) -> Chronic | None:
    rows = access.visible(actor, Case.objects.filter(kind=REPORT.code, division=case.division))
    rows = rows.filter(category=case.category, opened_at__gte=now - A_YEAR).exclude(pk=case.pk)
    if case.lng is not None and case.lat is not None and metres:
        rows, where = rows.filter(box(case.lng, case.lat, metres)), f"此处（{metres} 米内）"
    elif case.village is not None:
        rows, where = rows.filter(village=case.village_id), case.village.name
    else:
        return None
    # Numbers of a town are given in their order, so the greatest is the newest.
    told = rows.aggregate(count=Count("pk"), newest=Max("number"))
    return Chronic(told["count"], where, told["newest"]) if told["count"] else None
