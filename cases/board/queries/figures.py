"""The figures of a month (月报数据): as plain data that can be frozen, and as lines with words.

What happened and the rates are of the days of the month; what runs and what is shelved is as it
stood on publishing, and says so.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Sum

from cases.board.queries.annex import late_annex, shelved_annex
from cases.board.queries.happened import answers, facts, rate_of
from cases.board.queries.owed import owed
from cases.board.queries.standing import WAITS, has_sheets, standing
from cases.board.queries.wanted import Ground, Wanted
from cases.board.states import MEASURES
from cases.docket import chain, kinds
from cases.law.rates import THREE, TOWN, definition
from cases.rulebook.queries import stamp
from cases.whistle.queries.period import Period

COUNTING: Final = "2026-11.2"  # which way of counting: changes with `board.states`
STANDING: Final = {
    "running": "在办期限",
    "late": "已超期",
    "red": "红色",
    "yellow": "黄色",
    "shelved": "挂账中",
    "sheets": "未答复的督办单",
}
_PARTS: Final = {"numerator": "分子", "denominator": "分母"}


@dataclass(frozen=True)
class FigureLine:
    """One figure: its code, its words, its value; `group` under which heading it stands."""

    code: str
    label: str
    value: int
    group: str


def figures_of(ground: Ground, since: date, until: date) -> dict[str, Any]:
    """Everything a month publishes, as plain data without floats."""
    wanted = Wanted(Period("days", since, until))
    return {
        "facts": _facts(ground, wanted),
        "rates": _rates(ground, wanted),
        "standing": _standing(ground, wanted),
        "late": late_annex(ground, wanted),
        "shelved": shelved_annex(ground, wanted),
    }


def counted_figures(ground: Ground, since: date, until: date) -> dict[str, Any]:
    """The figures of the days alone, counted today: to be held against what was frozen."""
    wanted = Wanted(Period("days", since, until))
    return {"facts": _facts(ground, wanted), "rates": _rates(ground, wanted)}


def frozen(figures: Mapping[str, Any]) -> tuple[str, str]:
    """The one text of some figures, and its SHA-256."""
    text = chain.canonical(figures)
    return text, hashlib.sha256(text.encode()).hexdigest()


def lines_of(figures: Mapping[str, Any]) -> Iterator[FigureLine]:
    """The figures one by one, in their order, each with a code a correction can name.

    What is counted no longer stands last, under its code: a frozen figure is never left out.
    """
    labels = {kind.code: kind.label for kind in kinds.kinds()}
    for kind, made in figures["facts"].items():
        for name in _known_first(MEASURES, made):
            label, group = MEASURES.get(name, name), labels.get(kind, kind)
            yield FigureLine(f"{kind}.{name}", label, made[name], group)
    for name in rates_in(figures):
        rate = figures["rates"][name]
        for part, label in _PARTS.items():
            yield FigureLine(f"{name}.{part}", f"{name}{label}", rate[part], "三率与吹哨率")
        for why, many in rate["excluded"].items():
            yield FigureLine(f"{name}.{why}", f"{name}不计：{why}", many, "三率与吹哨率")
    stood = figures.get("standing", {})
    for name in _known_first(STANDING, stood):
        label = STANDING.get(name, name)
        yield FigureLine(f"standing.{name}", label, stood[name], "发布时在办")


def rates_in(figures: Mapping[str, Any]) -> list[str]:
    """The rates that some figures have, whatever is counted today."""
    return _known_first((*THREE, *TOWN), figures["rates"])


def _known_first(known: Iterable[str], kept: Mapping[str, Any]) -> list[str]:
    return [name for name in dict.fromkeys((*known, *kept)) if name in kept]


def definition_text(on: date) -> str:
    """What the figures mean, in words, as printed beneath them."""
    told = [
        "一、本期发生按事情发生的日期（北京时间）计，补录的计入发生的那一天；没有编号的草稿不计。",
        "办结指办完了结的；不予受理、不同意、撤回、并单分别单列，不计入办结。",
        "重新办理指了结以后又办的。虚假办结指办结后七天内又重新办理，或自办抽查不合格的。",
        "二、三率按派哨日期归期，吹哨率、按时派哨率按登记日期归期，以发布时的办理情况计：",
    ]
    for name in (*THREE, *TOWN):
        rule = definition(name, on)
        told.append(
            f"{name}：分子为{rule.numerator_means}；分母为{rule.denominator_means}。{rule.citation}。"
        )
    told.append("三、在办期限、挂账为发布时的情况；挂账单独统计，不计入超期。")
    told.append("四、只统计单位，不排名，不涉及个人（国办函〔2026〕12号）。数据发布后不改，有误的以更正列明。")
    return "\n".join(told)


def release() -> str:
    """By which way of counting and which rules the figures were made."""
    return f"口径 {COUNTING}，规则变更第 {stamp()} 号"


def rate_of_parts(numerator: int, denominator: int) -> str | None:
    """Numerator by denominator in per cent, to one decimal; None without a denominator."""
    if not denominator:
        return None
    permille = (2000 * numerator + denominator) // (2 * denominator)
    return f"{permille // 10}.{permille % 10}"


def _facts(ground: Ground, wanted: Wanted) -> dict[str, dict[str, int]]:
    rows = facts(ground, wanted, wanted.period.since, wanted.period.until)
    grouped = rows.values_list("kind", "measure").annotate(many=Sum("count"))
    always = ("opened", "closed", "reopened", "false_closure")
    found = {kind.code: dict.fromkeys(always, 0) for kind in kinds.kinds()}
    for kind, measure, many in grouped:
        found.setdefault(kind, {})[measure] = many
    return found


def _rates(ground: Ground, wanted: Wanted) -> dict[str, Any]:
    made: Counter[tuple[str, str]] = Counter()
    for (_, _, rate, told), many in answers(ground, wanted).items():
        made[rate, told] += many
    found = {}
    for name in (*THREE, *TOWN):
        found_so = rate_of(name, made, wanted.period.until)
        found[name] = {
            "numerator": found_so.numerator,
            "denominator": found_so.denominator,
            "excluded": dict(found_so.excluded),
        }
    return found


def _standing(ground: Ground, wanted: Wanted) -> dict[str, int]:
    found, apart = owed(ground, wanted), standing(ground, wanted)
    told = {
        "running": found.many(),
        "late": found.late(),
        "red": found.many(lambda group: group.colour == "red"),
        "yellow": found.many(lambda group: group.colour == "yellow"),
        "shelved": sum(apart[code] for code in WAITS),
    }
    return told | ({"sheets": apart["sheets"]} if has_sheets() else {})
