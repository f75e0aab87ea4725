"""Who would be called, and why (派哨依据): routes of the book, rulings in force, the duty lists,
the class's own handler. What rests on nothing is not proposed.

部件先属主后属地，事件先属地后属主 (常熟等地做法). A proposal decides nothing: the desk does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from cases.people.directory import Directory, Entry, directory
from cases.people.queries import Actor, town_day
from cases.rulebook.models import Quality
from cases.rulebook.queries import Book, book, stamp
from cases.rulebook.queries.duties import Duty, duties_for
from cases.rulebook.queries.rules import RuleCategory, RuleMissing
from cases.whistle.queries.earlier import Earlier, earlier_ones
from cases.whistle.queries.guiding import Guide, guides
from cases.whistle.queries.handlers import handler_of
from cases.whistle.states.words import CALLS, Calls

PRINCIPLE = (
    "设施（部件）坏了，先找权属单位，再找属地；事情（事件）发生了，先由属地处置，"
    "再找权属、主管单位。请先分清是哪一种。"
)
NOTHING = "没有依据，不作推荐。请按“三定”规定、履职事项清单核对后自行选择。"
_LABELS = dict(CALLS)


@dataclass(frozen=True)
class Proposed:
    """A department that would be called, in which capacity, and on what that rests."""

    unit: int
    name: str
    capacity: str
    why: str
    paper: str
    quality_label: str

    @property
    def capacity_label(self) -> str:
        """主办、协办、抄送."""
        return _LABELS[self.capacity]


@dataclass(frozen=True)
class Preview:
    """Who would be called for a class of matter in a town today, with everything it rests on."""

    category: str = ""
    category_name: str = ""
    handler: str = ""
    proposed: list[Proposed] = field(default_factory=list)
    chosen: list[Proposed] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    guides: list[Guide] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    earlier: list[Earlier] = field(default_factory=list)
    listed: int = 0
    principle: str = PRINCIPLE

    @property
    def nothing(self) -> str:
        """What is said where nothing speaks for anybody; "" where something does."""
        return "" if self.proposed or not self.category else NOTHING

    @property
    def astray(self) -> list[Proposed]:
        """Those chosen who are not proposed, or not in that capacity."""
        known = {(p.unit, p.capacity) for p in self.proposed}
        return [p for p in self.chosen if (p.unit, p.capacity) not in known]

    @property
    def lead(self) -> int | None:
        """The lead proposed, if there is one."""
        return next((p.unit for p in self.proposed if p.capacity == Calls.LEAD), None)

    @property
    def assisting(self) -> list[int]:
        """Those proposed to assist."""
        return [p.unit for p in self.proposed if p.capacity == Calls.ASSIST]


def preview_of(
    actor: Actor,
    division: str,
    category: str,
    now: datetime,
    *,
    village: str = "",
    named: Iterable[tuple[str, int]] = (),
    but: int | None = None,
) -> Preview:
    """Who would be called, and why; `named` are those chosen so far, (capacity, unit) each, `but`
    the whistle it is asked for.
    """
    rules, day = book(), town_day(now)
    units = directory(stamp("people"), day)
    try:
        found = rules.category("grid", category, day, division)
    except RuleMissing:
        return Preview(chosen=_chosen(named, [], [], units, division, day))
    able = {entry.id: entry for entry in units.called(division, day)}
    told = guides(division, category, day, units)
    items = rules.duty_items(day, division)
    duties = duties_for(found, items)
    proposed, notes = _routed(rules, found, division, day, able)
    proposed, notes = _as_ruled(proposed, notes, told, able)
    notes += [_own(duty) for duty in duties if duty.own][:1]
    if not any(p.capacity == Calls.LEAD for p in proposed):
        proposed = [*_by_list(duties, able, proposed), *proposed]
    if not proposed:
        proposed = _by_class(found, able, division)
    return Preview(
        category=category,
        category_name=found.name,
        handler=found.default_handler,
        proposed=proposed,
        chosen=_chosen(named, proposed, told, units, division, day),
        notes=notes,
        guides=told,
        duties=duties,
        earlier=earlier_ones(actor, division, category, village, now, but=but),
        listed=len(items),
    )


def _routed(
    rules: Book, category: RuleCategory, division: str, day: date, able: Mapping[int, Entry]
) -> tuple[list[Proposed], list[str]]:
    by_code = {entry.code: entry for entry in able.values()}
    found: list[Proposed] = []
    notes: list[str] = []
    for route in rules.routes_of(category.code, division, day):
        entry = by_code.get(route.unit)
        if entry is None:
            notes.append(f"派哨目录所列单位（{route.unit}）已撤销或不在可派哨单位中，请先更新目录。")
            continue
        capacity = route.capacity
        if capacity == Calls.LEAD and any(p.capacity == Calls.LEAD for p in found):
            capacity = Calls.ASSIST.value
        close = "本分类" if route.category == category.code else "所属大类"
        why = f"派哨目录（{close}）列为{_LABELS[route.capacity]}"
        rests = route.validity
        quality = Quality(rests.quality).label
        paper = rests.paper or rests.citation
        found.append(Proposed(entry.id, entry.name, capacity, why, paper, quality))
    return found, notes


def _as_ruled(
    proposed: list[Proposed], notes: list[str], told: list[Guide], able: Mapping[int, Entry]
) -> tuple[list[Proposed], list[str]]:
    found = list(proposed)
    for guide in reversed([one for one in told if one.newest]):
        if guide.leaves:
            found = [p for p in found if p.unit != guide.objector]
        if guide.warns:
            notes = [*notes, guide.words]
            continue
        for unit, capacity in guide.calls:
            if unit not in able:
                notes = [*notes, f"先例所定单位{guide.name_of(unit)}已不在可派哨单位中，请核对。"]
                continue
            found = _put(found, _by_ruling(guide, able[unit], capacity))
    return sorted(found, key=lambda p: p.capacity != Calls.LEAD), notes


def _by_ruling(guide: Guide, entry: Entry, capacity: str) -> Proposed:
    return Proposed(entry.id, entry.name, capacity, guide.words, guide.paper, "职责界定先例")


def _put(found: list[Proposed], new: Proposed) -> list[Proposed]:
    rest = [p for p in found if p.unit != new.unit]
    if new.capacity == Calls.LEAD:
        rest = [
            replace(p, capacity=Calls.ASSIST.value, why=f"{p.why}；先例已另定主办")
            if p.capacity == Calls.LEAD
            else p
            for p in rest
        ]
    return [*rest, new]


def _own(duty: Duty) -> str:
    return (
        f"履职事项清单把“{duty.name}”列为本镇基本履职（第 {duty.number} 项，{duty.paper}），"
        "请先核对是否确需吹哨。"
    )


def _by_list(
    duties: list[Duty], able: Mapping[int, Entry], proposed: list[Proposed]
) -> list[Proposed]:
    named = {entry.name: entry for entry in able.values()}
    there = {p.unit for p in proposed}
    for duty in duties:
        entry = named.get(duty.lead)
        if duty.own or entry is None or entry.id in there:
            continue
        why = f"履职事项清单（{duty.list_label}）第 {duty.number} 项“{duty.name}”的牵头部门"
        lead = Calls.LEAD.value
        return [Proposed(entry.id, entry.name, lead, why, duty.paper, duty.quality_label)]
    return []


def _by_class(
    category: RuleCategory, able: Mapping[int, Entry], division: str
) -> list[Proposed]:
    entry = handler_of(category.default_handler, able.values(), division)
    if entry is None:
        return []
    why = f"分类默认承办：{category.default_handler}"
    lead, quality = Calls.LEAD.value, Quality(category.quality).label
    return [Proposed(entry.id, entry.name, lead, why, category.citation, quality)]


def _chosen(
    named: Iterable[tuple[str, int]],
    proposed: list[Proposed],
    told: list[Guide],
    units: Directory,
    division: str,
    day: date,
) -> list[Proposed]:
    able = {entry.id: entry for entry in units.called(division, day)}
    rests = {p.unit: p for p in proposed}
    left = {guide.objector: guide.words for guide in told if guide.newest and guide.leaves}
    found = []
    for capacity, unit in named:
        entry = able.get(unit)
        if entry is None:
            continue
        if unit in rests:
            found.append(replace(rests[unit], capacity=capacity))
            continue
        why = left.get(unit, "所列规则中没有依据，请写明理由")
        found.append(Proposed(unit, entry.name, capacity, why, "", ""))
    return found
