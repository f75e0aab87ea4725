"""The three rates (三率): response, resolution, satisfaction; and how the town does (双考核): how
often it whistles, whether it dispatches in time, whether it evaluates.

No official formula was found (domain.md A1): the definitions here are town defaults, dated, said in
words beside every figure. What is excluded is counted and named, never dropped in silence; without
a denominator there is no rate. 北京市接诉即办工作条例 33: both sides are assessed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Generic, TypeVar

from cases.law.rule import NotInForce

SINCE = date(2010, 1, 1)
_PERMILLE = Decimal("0.1")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one department did about one call (派哨), from its events.

    `signed_in_time` and `contacted_in_time` are None while it may still be done in time; `untimed`:
    no rule gave it such a date. `result` and `satisfaction` are "" where nobody evaluated;
    `defaulted`: the time to evaluate ran out. `shelved`: the whistle waits (挂账). `excused` names
    why it does not count at all.
    """

    capacity: str
    signed_in_time: bool | None = None
    contacted_in_time: bool | None = None
    untimed: bool = False
    result: str = ""
    satisfaction: str = ""
    defaulted: bool = False
    shelved: bool = False
    excused: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """What the town did about one whistle it blew: `in_time` is None while it may still be."""

    in_time: bool | None
    excused: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter of the town (事件), and whether departments were called for it."""

    whistled: bool
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
class Definition(Generic[T]):
    """How a rate is made (指标口径), and from when.

    `left_out` gives the reason something is not counted, "" where it is; `hit` whether it counts
    for the numerator.
    """

    name: str
    valid_from: date
    left_out: Callable[[T], str]
    hit: Callable[[T], bool]
    numerator_means: str
    denominator_means: str
    citation: str


def definition(name: str, on: date) -> Definition[Any]:
    """The definition of a rate in force on a day; NotInForce before the first one."""
    holding = [d for d in DEFINITIONS if d.name == name and d.valid_from <= on]
    if not holding:
        raise NotInForce("on", f"{on.isoformat()} 没有“{name}”的口径，请核对日期。")
    return max(holding, key=lambda d: d.valid_from)


def rate(name: str, things: Iterable[Any] | Mapping[Any, int], on: date) -> Rate:
    """A rate by the definition in force on a day; NotInForce before the first one.

    `things` are answers, sendings or matters, as the definition asks: one by one, or each with how
    many there are of its like.
    """
    rule = definition(name, on)
    numerator, denominator, excluded = 0, 0, Counter[str]()
    for thing, many in Counter(things).items():
        if reason := rule.left_out(thing):
            excluded[reason] += many
            continue
        denominator += many
        numerator += many if rule.hit(thing) else 0
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
    if reason := _copied(answer):
        return reason
    if answer.signed_in_time is False or answer.contacted_in_time is False:
        return ""
    if answer.untimed:
        return "没有签收、对接时限"
    waiting = answer.signed_in_time is None or answer.contacted_in_time is None
    return "期限未到，尚不能计" if waiting else ""


def _unjudged(answer: Answer) -> str:
    if reason := _copied(answer):
        return reason
    if answer.defaulted:
        return "逾期未评价"
    if answer.result:
        return ""
    return "挂账中，单独统计" if answer.shelved else "尚未评价"


def _possible(answer: Answer) -> str:
    if reason := _unjudged(answer):
        return reason
    return "客观无法解决（已说明）" if answer.result == "impossible" else ""


def _unanswerable(answer: Answer) -> str:
    reason = _unjudged(answer)
    return "" if reason == "逾期未评价" else reason


def _still_time(sending: Sending) -> str:
    return sending.excused or ("期限未到，尚不能计" if sending.in_time is None else "")


RESPONSE, RESOLUTION, SATISFACTION = "响应率", "解决率", "满意率"
WHISTLED, DISPATCHED, JUDGED = "吹哨率", "按时派哨率", "评价率"
THREE = (RESPONSE, RESOLUTION, SATISFACTION)
TOWN = (WHISTLED, DISPATCHED, JUDGED)

_OF_DEPARTMENTS: tuple[Definition[Any], ...] = (
    Definition[Answer](
        RESPONSE,
        SINCE,
        _too_early,
        lambda a: bool(a.signed_in_time and a.contacted_in_time),
        "按时签收并按时对接的（不设对接时限的应急哨，按时报到的）",
        "派给主办、协办部门的次数，除去下列不计的；同一事项再次吹哨的，每次分别计",
        "响应率口径（镇默认；未见统一规定）",
    ),
    Definition[Answer](
        RESOLUTION,
        SINCE,
        _possible,
        lambda a: a.result == "solved",
        "评价为“已解决”的",
        "吹哨单位评价过的次数，除去下列不计的",
        "解决率口径（镇默认；未见统一规定）",
    ),
    Definition[Answer](
        SATISFACTION,
        SINCE,
        _unjudged,
        lambda a: a.satisfaction in {"satisfied", "rather"},
        "评价为“满意”“基本满意”的",
        "吹哨单位评价过的次数，除去下列不计的；未评价的不算满意",
        "满意率口径（镇默认；未见统一规定）",
    ),
)
_OF_TOWNS: tuple[Definition[Any], ...] = (
    Definition[Matter](
        WHISTLED,
        SINCE,
        lambda m: m.excused,
        lambda m: m.whistled,
        "吹过哨的事件；一件事吹几次哨只计一件，撤哨、未同意的不算",
        "本期登记并已受理的事件，除去下列不计的",
        "吹哨率口径（镇默认；不宜过高也不宜过低，只就难事吹哨）",
    ),
    Definition[Sending](
        DISPATCHED,
        SINCE,
        _still_time,
        lambda s: bool(s.in_time),
        "在派哨时限内派给部门的",
        "本期的吹哨，除去下列不计的",
        "按时派哨率口径（镇默认；双考核参照北京市接诉即办工作条例第三十三条）",
    ),
    Definition[Answer](
        JUDGED,
        SINCE,
        _unanswerable,
        lambda a: bool(a.result) and not a.defaulted,
        "吹哨单位在期限内作出评价的",
        "部门已反馈并已到评价结果的次数（含逾期未评价），除去下列不计的",
        "评价率口径（镇默认；双考核参照北京市接诉即办工作条例第三十三条）",
    ),
)
DEFINITIONS = (*_OF_DEPARTMENTS, *_OF_TOWNS)
