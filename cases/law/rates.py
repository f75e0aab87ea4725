"""The three rates (三率): response, resolution, satisfaction, and how often a town whistles.

No official formula was found (domain.md A1): the definitions here are town defaults, dated, said in
words beside every figure. What is excluded is counted and named, never dropped in silence; without
a denominator there is no rate.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from cases.law.rule import NotInForce

SINCE = date(2010, 1, 1)
_PERMILLE = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one department did about one whistle, from its events.

    `signed_in_time` and `contacted_in_time` are None while it may still be done in time; `result`
    and `satisfaction` are "" where nobody evaluated. `excused` names why it does not count.
    """

    unit: int
    capacity: str
    signed_in_time: bool | None
    contacted_in_time: bool | None
    result: str = ""
    satisfaction: str = ""
    defaulted: bool = False
    excused: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate with all it was made of; `percent` to one decimal, None without a denominator."""

    name: str
    numerator: int
    denominator: int
    excluded: tuple[tuple[str, int], ...]
    numerator_means: str
    denominator_means: str
    citation: str

    @property
    def percent(self) -> Decimal | None:
        """Numerator by denominator, in per cent, rounded half up to one decimal."""
        if not self.denominator:
            return None
        share = Decimal(100) * self.numerator / self.denominator
        return share.quantize(_PERMILLE, ROUND_HALF_UP)


@dataclass(frozen=True)
class Definition:
    """How a rate is made (指标口径), and from when.

    `left_out` gives the reason an answer is not counted, "" where it is; `hit` whether it counts
    for the numerator.
    """

    name: str
    valid_from: date
    left_out: Callable[[Answer], str]
    hit: Callable[[Answer], bool]
    numerator_means: str
    denominator_means: str
    citation: str


def rate(name: str, answers: Iterable[Answer], on: date) -> Rate:
    """A rate by the definition in force on a day; NotInForce before the first one."""
    holding = [d for d in DEFINITIONS if d.name == name and d.valid_from <= on]
    if not holding:
        raise NotInForce("on", f"{on.isoformat()} 没有“{name}”的口径，请核对日期。")
    rule = max(holding, key=lambda d: d.valid_from)
    numerator, denominator, excluded = 0, 0, Counter[str]()
    for answer in answers:
        if reason := rule.left_out(answer):
            excluded[reason] += 1
            continue
        denominator += 1
        numerator += rule.hit(answer)
    return Rate(
        name=name,
        numerator=numerator,
        denominator=denominator,
        excluded=tuple(sorted(excluded.items())),
        numerator_means=rule.numerator_means,
        denominator_means=rule.denominator_means,
        citation=rule.citation,
    )


def _copied(answer: Answer) -> str:
    return answer.excused or ("抄送部门，不承担办理" if answer.capacity == "copy" else "")


def _too_early(answer: Answer) -> str:
    waiting = answer.signed_in_time is None or answer.contacted_in_time is None
    late = answer.signed_in_time is False or answer.contacted_in_time is False
    return _copied(answer) or ("期限未到，尚不能计" if waiting and not late else "")


def _unjudged(answer: Answer) -> str:
    if reason := _copied(answer):
        return reason
    if answer.defaulted:
        return "逾期未评价"
    return "" if answer.result else "尚未评价"


def _possible(answer: Answer) -> str:
    if reason := _unjudged(answer):
        return reason
    return "客观无法解决（已说明）" if answer.result == "impossible" else ""


RESPONSE, RESOLUTION, SATISFACTION = "响应率", "解决率", "满意率"
DEFINITIONS = (
    Definition(
        RESPONSE,
        SINCE,
        _too_early,
        lambda a: bool(a.signed_in_time and a.contacted_in_time),
        "按时签收并按时对接的",
        "被派哨的主办、协办部门次数，除去下列不计的",
        "响应率口径（镇默认；未见统一规定）",
    ),
    Definition(
        RESOLUTION,
        SINCE,
        _possible,
        lambda a: a.result == "solved",
        "评价为“已解决”的",
        "吹哨单位评价过的次数，除去下列不计的",
        "解决率口径（镇默认；未见统一规定）",
    ),
    Definition(
        SATISFACTION,
        SINCE,
        _unjudged,
        lambda a: a.satisfaction in {"satisfied", "rather"},
        "评价为“满意”“基本满意”的",
        "吹哨单位评价过的次数，除去下列不计的；未评价的不算满意",
        "满意率口径（镇默认；未见统一规定）",
    ),
)
