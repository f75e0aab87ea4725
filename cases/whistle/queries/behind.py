"""The rows behind a figure (数据来源): each call, whistle or report that a number counts, and how.

Rows a seat only counts are shown by number and state, without their words.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from cases.docket import access, kinds
from cases.docket.models import Case
from cases.docket.queries.rows import address_of, title_of
from cases.docket.queries.views import SHOWN
from cases.docket.states import OUTCOMES
from cases.law.rates import DISPATCHED, RESPONSE, THREE, TOWN, WHISTLED, Definition, Matter
from cases.law.rates import definition as rule_of
from cases.people.directory import Directory, directory
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import stamp
from cases.whistle.queries.calls import NO, OVERSEERS, TOLD, WAIT, YES, Scope, answer_of, calls
from cases.whistle.queries.matters import UNREPORTED, sending_of, taken_up, unreported, whistles
from cases.whistle.queries.period import wrong
from cases.whistle.states.words import CALLS, SATISFACTIONS

SIZE = 50
WHATS = {
    "calls": "全部",
    "hit": "计入分子的",
    "miss": "计入分母、未计入分子的",
    "counted": "计入分母的",
    "left": "不计的",
}
_SAID = {YES: "按时", NO: "逾期", WAIT: "期限未到"}
_FIRST, _GROWS = 250, 5  # rows read at first; each further reading is so many times as long
_CALL = ("pk", "case_id", "unit_id", "state", "opened_at", "reworks", *TOLD)
Judged = Iterator[tuple[Mapping[str, Any], str]]


@dataclass(frozen=True)
class Asked:
    """Which rows are asked for: of which rate, which of its numbers, of which unit, from where."""

    rate: str = RESPONSE
    what: str = "calls"
    why: str = ""
    unit: str = ""
    after: int = 0


@dataclass(frozen=True)
class Behind:
    """One row behind a figure: the case, who was called in it, and how it is counted."""

    number: str
    title: str
    state: str
    url: str
    town: str
    unit: str
    capacity: str
    at: datetime
    facts: list[tuple[str, str]]
    counted: str


@dataclass(frozen=True)
class BehindPage:
    """A page of the rows behind a figure; `next` goes into `after`, 0 at the end."""

    rows: list[Behind]
    asked: Asked
    rule: Definition[Any]
    unit_name: str
    next: int = 0

    @property
    def what(self) -> str:
        """What these rows are, in words."""
        return f"不计的：{self.asked.why}" if self.asked.why else WHATS[self.asked.what]


def asked_of(given: Mapping[str, Any]) -> Asked:
    """What an address asks for; Refused for a rate or a number that does not exist."""
    name, what = str(given.get("rate") or RESPONSE), str(given.get("what") or "calls")
    if name not in {*THREE, *TOWN}:
        raise wrong("rate", f"没有这个指标，可选{'、'.join((*THREE, *TOWN))}。")
    if what not in WHATS:
        raise wrong("what", f"没有这类数据，可选{'、'.join(WHATS)}。")
    after = str(given.get("after") or "0")
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise wrong("after", "页码不对，请回到第一页。")
    why = str(given.get("why") or "")[:60] if what == "left" else ""
    return Asked(name, what, why, str(given.get("unit") or "")[:32], int(after))


def behind(actor: Actor, scope: Scope, asked: Asked, now: datetime) -> BehindPage:
    """A page of the rows that a number counts, the newest first."""
    units = directory(stamp("people"), town_day(now))
    named = next((e for e in units.units.values() if e.code == asked.unit), None)
    if asked.unit and named is None:
        raise wrong("unit", "没有这个单位，请从三率页面点进来。")
    if asked.rate in {WHISTLED, DISPATCHED} and actor.role not in OVERSEERS:
        raise wrong("rate", f"{asked.rate}是镇的指标，部门只看响应率、解决率、满意率。")
    rule = rule_of(asked.rate, scope.period.until)
    rows, judge = _source(actor, scope, asked, now)
    if named is not None and asked.rate not in {WHISTLED, DISPATCHED}:
        rows = rows.filter(unit__in=units.under(named.path))
    found = _first(_judged(rows, rule, judge, asked.after), asked)
    shown = found[:SIZE]
    dressed = _dressed(actor, shown, units)
    more = int(shown[-1][0]["pk"]) if len(found) > SIZE else 0
    return BehindPage(dressed, asked, rule, named.name if named else "", more)


def _source(
    actor: Actor, scope: Scope, asked: Asked, now: datetime
) -> tuple[QuerySet[Any], Callable[[Mapping[str, Any]], Any]]:
    if asked.rate == DISPATCHED:
        rows = whistles(actor, scope, now).annotate(case_id=F("pk"))
        return rows.values("pk", "case_id", "state", "opened_at", "stands", "sent"), sending_of
    if asked.rate != WHISTLED:
        return calls(actor, scope, now).values(*_CALL), answer_of
    columns = ("pk", "case_id", "state", "opened_at")
    if asked.why == UNREPORTED.excused:
        direct = unreported(actor, scope).annotate(case_id=F("pk"))
        return direct.values(*columns), lambda _: UNREPORTED
    taken = taken_up(actor, scope).annotate(case_id=F("pk"))
    found = taken.values(*columns, "whistled", "excused")
    return found, lambda row: Matter(row["whistled"], row["excused"])


def _judged(
    rows: QuerySet[Any],
    rule: Definition[Any],
    judge: Callable[[Mapping[str, Any]], Any],
    after: int,
) -> Judged:
    """Each row with how it is counted: hit, miss, or the reason why not.

    Read a little at first and more each time, so that a rare reason costs few questions too.
    """
    size, rows = _FIRST, rows.order_by("-pk")
    while True:
        read = list((rows.filter(Q(pk__lt=after)) if after else rows)[:size])
        for row in read:
            thing = judge(row)
            yield row, rule.left_out(thing) or ("hit" if rule.hit(thing) else "miss")
        if len(read) < size:
            return
        after, size = int(read[-1]["pk"]), size * _GROWS


def _first(rows: Judged, asked: Asked) -> list[tuple[Mapping[str, Any], str]]:
    found = []
    for row, verdict in rows:
        if _wanted(asked, verdict):
            found.append((row, verdict))
        if len(found) > SIZE:
            break
    return found


def _wanted(asked: Asked, verdict: str) -> bool:
    counted = verdict in {"hit", "miss"}
    if asked.what == "left":
        return verdict == asked.why if asked.why else not counted
    return {"calls": True, "counted": counted}.get(asked.what, verdict == asked.what)


def _dressed(
    actor: Actor, found: list[tuple[Mapping[str, Any], str]], units: Directory
) -> list[Behind]:
    ids = {row["case_id"] for row, _ in found}
    cases = {c.pk: c for c in Case.objects.only(*SHOWN).filter(pk__in=ids)}
    seen = access.visible(actor, Case.objects.filter(pk__in=ids)).values_list("pk", flat=True)
    open_ones = set(seen)
    towns = {e.division: e.name for e in units.units.values() if e.code == e.division}
    return [
        _row(row, verdict, cases[row["case_id"]], row["case_id"] in open_ones, units, towns)
        for row, verdict in found
    ]


def _row(
    row: Mapping[str, Any],
    verdict: str,
    case: Case,
    seen: bool,
    units: Directory,
    towns: Mapping[str, str],
) -> Behind:
    states = kinds.kind(case.kind).table.states
    words = {"hit": "计入分子、分母", "miss": "只计入分母"}
    return Behind(
        number=str(case),
        title=title_of(case) if seen else "",
        state=states.get(row["state"], row["state"]),
        url=address_of(case) if seen else "",
        town=towns.get(case.division, case.division),
        unit=units.name(row.get("unit_id")),
        capacity=dict(CALLS).get(row.get("kind", ""), ""),
        at=row["opened_at"],
        facts=_facts(row),
        counted=words.get(verdict, f"不计：{verdict}"),
    )


def _facts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    judged = row.get("judged") or {}
    told = (
        ("派哨", _SAID.get(row.get("sent") or "", "")),
        ("签收", _SAID.get(row.get("signed") or "", "")),
        ("对接", _SAID.get(row.get("contacted") or "", "")),
        ("是否解决", dict(OUTCOMES).get(judged.get("result", ""), "")),
        ("是否满意", dict(SATISFACTIONS).get(judged.get("satisfaction", ""), "")),
        ("退回重办", f"{row['reworks']} 次" if row.get("reworks") else ""),
        ("吹哨", {True: "吹过哨", False: "未吹哨"}.get(row.get("whistled", ""), "")),
    )
    return [(label, words) for label, words in told if words]
