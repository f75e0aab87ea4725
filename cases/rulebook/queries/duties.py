"""The duty lists beside a class of matter (履职事项清单): whose it is, by which line and paper.

国办函〔2025〕66号: what belongs to a department is not given to the town; the list is among the
grounds of an objection (派单异议). What matches is told by its words and is for a person to judge.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from cases.law.texts import pairs
from cases.rulebook.models import DutyList, Quality
from cases.rulebook.queries.rules import RuleCategory, RuleDuty

SHOWN = 5
_ENOUGH = 0.34  # a third of the class's words, or its petition class and its department
# Words that every second line holds and that tell no matter from another.
_DULL = pairs("管理 设施 问题 情况 工作 安全 隐患 事项 服务 日常 相关 处置 部门 疑似 其他")
_GROUND = {DutyList.ASSISTING: "S3", DutyList.TAKEN_BACK: "S3"}


@dataclass(frozen=True)
class Duty:
    """One line of the lists as triage shows it; `clause` is ready for 派单异议, "" where the duty
    is the town's own or the line is no real one (演示数据).
    """

    list_label: str
    number: str
    name: str
    lead: str
    department_duty: str
    town_duty: str
    way_back: str
    paper: str
    quality_label: str
    own: bool
    ground: str
    clause: str


def duties_for(category: RuleCategory, items: Iterable[RuleDuty]) -> list[Duty]:
    """The lines of the duty lists that may govern a class of matter, the likeliest first."""
    weighed = [(_fits(category, item), item) for item in items]
    fitting = [(fit, item) for fit, item in weighed if fit >= _ENOUGH]
    fitting.sort(key=lambda pair: (-pair[0], pair[1].list_kind, pair[1].number))
    return [_duty(item) for _, item in fitting[:SHOWN]]


def _fits(category: RuleCategory, item: RuleDuty) -> float:
    asked = _words(category.name)
    name, told = _words(item.name), _words(f"{item.department_duty} {item.town_duty}")
    met = len(asked & name) + 0.5 * len((asked & told) - name)
    fit = met / len(asked) if asked else 0.0
    mapped = _words(category.maps_to.rpartition("/")[2])
    fit += 0.2 * len(mapped & name) / len(mapped) if mapped else 0.0
    handlers = _words(category.default_handler)
    return fit + (0.2 if handlers & _words(item.lead_department) else 0.0)


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(pairs(text)) - _DULL


def _duty(item: RuleDuty) -> Duty:
    kind, quality = DutyList(item.list_kind), Quality(item.validity.quality)
    own = kind is DutyList.BASIC
    rests = not own and quality is not Quality.DEMONSTRATION
    return Duty(
        list_label=kind.label,
        number=item.number,
        name=item.name,
        lead=item.lead_department,
        department_duty=item.department_duty,
        town_duty=item.town_duty,
        way_back=item.way_back,
        paper=item.validity.paper or item.validity.citation,
        quality_label=quality.label,
        own=own,
        ground=_GROUND.get(kind, "") if rests else "",
        clause=_clause(kind, item) if rests else "",
    )


def _clause(kind: DutyList, item: RuleDuty) -> str:
    told = [f"履职事项清单（{kind.label}）第 {item.number} 项“{item.name}”"]
    if item.validity.paper or item.validity.citation:
        told.append(f"文件：{item.validity.paper or item.validity.citation}")
    if item.lead_department:
        told.append(f"牵头部门：{item.lead_department}")
    if item.department_duty:
        told.append(f"部门职责：{item.department_duty.rstrip('。')}")
    if item.town_duty:
        told.append(f"乡镇职责：{item.town_duty.rstrip('。')}")
    if item.way_back:
        told.append(f"收回方式：{item.way_back.rstrip('。')}")
    return "；".join(told) + "。本事项不属本镇承担，请改派。" if kind is DutyList.TAKEN_BACK else (
        "；".join(told) + "。应由牵头部门办理，本镇按清单配合，请改派。"
    )
