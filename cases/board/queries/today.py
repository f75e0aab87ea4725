"""What matters today (今日要情): a leader's one screen of five minutes. Three sentences to read
out, the night's emergencies, what awaits a yes, red by unit, what is rising, what came from above.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, Sum

from cases.board.models import DayFact
from cases.board.queries.behind import Behind, Found, dressed
from cases.board.queries.lines import folded
from cases.board.queries.links import Number, number, number_of_days
from cases.board.queries.owed import Owed, owed
from cases.board.queries.today_asked import Asked, awaiting, from_above
from cases.board.queries.wanted import NONE, Ground, Wanted, cases_of, divisions
from cases.board.states import MATTER, SHEET
from cases.docket.models import Link, Part
from cases.intake.states.aside.desk import INSTRUCT
from cases.people.queries import TOWN_TIME
from cases.rulebook.queries import Book, book
from cases.rulebook.queries.rules import RuleMissing
from cases.whistle.queries.approvals import REPORTED
from cases.whistle.queries.period import Period
from cases.whistle.states.words import EVALUATED, REPLIED, REPORTED_IN

EVENING: Final = time(18, 0)
SHOWN: Final = 20
WEEK, BEFORE = 7, 28  # days looked at, and days they are held against


@dataclass(frozen=True)
class Emergency:
    """An urgent matter since last evening; `words` how far it has come."""

    row: Behind
    opened_at: datetime
    ended: bool
    words: str
    instructs: bool


@dataclass(frozen=True)
class Rising:
    """What comes up more often than before, in one village; `before` by week, over four weeks."""

    village: str
    category: str
    number: Number
    before: str


@dataclass(frozen=True)
class Today:
    """The whole screen; `unsaid` is why nothing can be said of what is rising, "" where it can."""

    since: datetime
    emergencies: list[Emergency]
    more_emergencies: int
    awaiting: Asked
    late: Number
    red: Number
    red_units: list[tuple[str, Number]]
    rising: list[Rising]
    unsaid: str
    above: Asked
    sentences: list[str]


def today(ground: Ground) -> Today:
    """What matters to a seat today."""
    rules = book()
    wanted = Wanted(Period("days", ground.today, ground.today))
    since = datetime.combine(ground.today - timedelta(days=1), EVENING, TOWN_TIME)
    found, many = _emergencies(ground, wanted, since)
    running = owed(ground, wanted)
    reds = _reds(ground, wanted, running)
    rising, unsaid = _rising_or_why_not(ground, wanted, rules)
    waits, above = awaiting(ground, rules), from_above(ground, rules)
    late = number(running.late(), wanted, "owed", age="late")
    red = number(running.many(lambda g: g.colour == "red"), wanted, "owed", colour="red")
    told = [
        _of_night(found, many),
        _of_work(waits, late, red, reds),
        _of_signs(rising, above, unsaid),
    ]
    more = many - len(found)
    return Today(since, found, more, waits, late, red, reds, rising, unsaid, above, told)


def _emergencies(
    ground: Ground, wanted: Wanted, since: datetime
) -> tuple[list[Emergency], int]:
    new = {"urgent": True, "opened_at__gte": since, "number__gt": ""}
    # A whistle and its report are one emergency, a sheet is none; an old report's whistle is one.
    told = {f"parent__{name}": value for name, value in new.items()}
    counted = Exists(Link.objects.filter(child=OuterRef("pk"), why=REPORTED, **told))
    rows = cases_of(ground.actor, wanted).filter(~counted, **new).exclude(kind=SHEET)
    many: int = rows.count()
    names = ("pk", "opened_at", "closed_at", "kind")
    cases = list(rows.order_by("-opened_at", "-pk").values_list(*names)[:SHOWN])
    arrived = _arrived([pk for pk, _, _, _ in cases])
    shown = dressed(ground, [Found(pk, at, [], ()) for pk, at, _, _ in cases])
    may = ground.actor.role in INSTRUCT.by
    found = [
        Emergency(
            row=row,
            opened_at=at,
            ended=ended is not None,
            words=arrived.get(pk, "") if row.seen else "",
            instructs=may and row.seen and kind == "report" and ended is None,
        )
        for row, (pk, at, ended, kind) in zip(shown, cases, strict=True)
    ]
    return found, many


def _arrived(cases: list[int]) -> dict[int, str]:
    """How many of the departments called have come, by case; called by its whistles too."""
    called: Counter[int] = Counter()
    there: Counter[int] = Counter()
    whistles = Link.objects.filter(parent__in=cases, why=REPORTED)
    reports = dict(whistles.values_list("child", "parent"))
    parts = Part.objects.filter(case__in=[*cases, *reports], kind__in=("lead", "assist"))
    for whistle, state in parts.values_list("case", "state"):
        case = reports.get(whistle, whistle)
        called[case] += 1
        there[case] += state in {REPORTED_IN, REPLIED, EVALUATED}
    return {
        case: f"派 {many} 家，{f'已到场 {there[case]} 家' if there[case] else '尚未到场'}"
        for case, many in called.items()
    }


def _reds(ground: Ground, wanted: Wanted, running: Owed) -> list[tuple[str, Number]]:
    red = running.of(lambda group: group.colour == "red")
    return [
        (name, number(found.many(), wanted, "owed", colour="red", **narrowed))
        for narrowed, name, found in folded(ground, red)
    ]


def _rising_or_why_not(
    ground: Ground, wanted: Wanted, rules: Book
) -> tuple[list[Rising], str]:
    try:
        return _rising(ground, wanted, rules), ""
    except RuleMissing as missing:
        return [], missing.sentence


def _rising(ground: Ground, wanted: Wanted, rules: Book) -> list[Rising]:
    today = ground.today
    since = today - timedelta(days=WEEK - 1)
    rows = DayFact.objects.filter(measure=MATTER, day__lte=today).exclude(category="")
    rows = rows.filter(day__gte=since - timedelta(days=BEFORE), village__isnull=False)
    rows = rows.filter(**divisions(ground.actor, wanted)).order_by()
    lately, before = Q(day__gte=since), Q(day__lt=since)
    grouped = rows.values_list("village", "category").annotate(
        lately=Sum("count", filter=lately), before=Sum("count", filter=before)
    )
    least, times = _figure(rules, ground, "least"), _figure(rules, ground, "times")
    weeks = BEFORE // WEEK
    found: Counter[tuple[str, str]] = Counter()
    earlier: Counter[tuple[str, str]] = Counter()
    for village, category, many, past in grouped:
        code = ground.villages[village].code if village in ground.villages else NONE
        found[code, category] += many or 0
        earlier[code, category] += past or 0
    names = {v.code: v.name for v in ground.villages.values()}
    return [
        Rising(
            village=names.get(code, ""),
            category=_category(rules, category, ground),
            number=number_of_days(
                many, wanted, "opened", since, today, village=code, category=category
            ),
            before=f"{earlier[code, category] / weeks:.1f}".removesuffix(".0"),
        )
        for (code, category), many in sorted(found.items())
        if many >= least and many * weeks >= times * earlier[code, category]
    ]


def _figure(rules: Book, ground: Ground, name: str) -> int:
    value = rules.figure(f"board.rising_{name}", ground.actor.division, ground.today).value
    return int(value)


def _category(rules: Book, code: str, ground: Ground) -> str:
    try:
        return rules.category("grid", code, ground.today, ground.actor.division).name
    except RuleMissing:
        return code


def _of_night(found: Iterable[Emergency], many: int) -> str:
    if not many:
        return "昨夜至今没有应急、紧急事项。"
    ended = sum(one.ended for one in found)
    there = sum("已到场" in one.words for one in found if not one.ended)
    going = many - ended
    told = [f"办结 {ended} 起"] * bool(ended)
    told += [f"在办 {going} 起" + (f"（部门已到场 {there} 起）" if there else "")] * bool(going)
    return f"昨夜至今：应急、紧急事项 {many} 起，{'，'.join(told)}。"


def _of_work(waits: Asked, late: Number, red: Number, reds: list[tuple[str, Number]]) -> str:
    mine = f"等您答复的 {waits.words}；" if waits.rows else ""
    if not late.count:
        return f"{mine}没有超期的事项。"
    names = "、".join(name for name, _ in reds[:3]) + ("等" if len(reds) > 3 else "")
    whose = f"，其中红色 {red.count} 项，在{names}" if red.count else "，没有红色"
    return f"{mine}已超期 {late.count} 项{whose}。"


def _of_signs(rising: list[Rising], above: Asked, unsaid: str) -> str:
    told = []
    if rising:
        first = rising[0]
        more = f"等 {len(rising)} 处" if len(rising) > 1 else ""
        what = f"{first.village}“{first.category}” {first.number.count} 起"
        told.append(f"近七天{what}{more}，要留意")
    elif not unsaid:
        told.append("近七天没有明显增多的事")
    if above.rows:
        due = next((row.due_on for row in above.rows if row.due_on), None)
        told.append(f"上级交办未答复 {above.words}" + (f"，最近的{_said(due)}到期" if due else ""))
    else:
        told.append("没有待答复的上级交办")
    return "；".join(told) + "。"


def _said(day: date | None) -> str:
    return f"{day.month}月{day.day}日" if day else ""
