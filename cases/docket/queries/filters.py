"""Filters (筛选): how a list is narrowed. They live in the address, so a list can be sent on, kept
under a name and exported as it stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.dateparse import parse_date

from cases.docket import kinds
from cases.law.identifiers import IdentifierError, check_phone
from cases.law.moves import Refused, Why

PAGE = 30
LARGEST = 100
VIEWS = {
    "mine": "待我办",
    "asked": "待我答复",
    "unit": "本单位",
    "all": "全部",
    "closed": "已办结",
}
DUES = {"late": "已超期", "today": "今天到期", "week": "七天内到期"}
BY = {"name": "反映人姓名"}
NOBODY = "none"  # who: with the unit, and nobody named yet
# What stands in the address for each filter, in the order it is said.
NAMES = {
    "view": "范围",
    "q": "查找",
    "by": "查找方式",
    "kind": "类别",
    "state": "状态",
    "category": "分类",
    "place": "地点",
    "unit": "承办单位",
    "who": "经办人",
    "due": "时限",
    "from": "登记自",
    "to": "登记至",
    "urgent": "紧急",
    "sort": "排序",
}
_FIELDS = {"from": "since", "to": "until"}


@dataclass(frozen=True)
class Filters:
    """What a person narrowed the list to; everything is kept in the address.

    `by`: how `q` is meant ("name": the reporter's). `category`: of either level. `place`: the code
    of a village or a grid. `unit`: a unit's code. `who`: the id of an officer, or "none" for nobody
    named. `sort`: "due" puts what is due next first and leaves out what has ended.
    """

    view: str = "mine"
    q: str = ""
    by: str = ""
    kind: str = ""
    state: str = ""
    category: str = ""
    place: str = ""
    unit: str = ""
    who: str = ""
    due: str = ""  # today, week, late
    since: date | None = None
    until: date | None = None
    urgent: bool = False
    sort: str = ""
    after: str = ""
    size: int = PAGE

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view narrows the list."""
        return any(value for name, value in self.told().items() if name != "view")

    @property
    def by_reporter(self) -> str:
        """What a reporter is looked for by, name or phone; such a search leaves a trace."""
        if self.by == "name" and self.q.strip():
            return "name"
        return "phone" if _phone(self.q) else ""

    def told(self) -> dict[str, str]:
        """The filters as they stand in the address, those not set left out."""
        every = {name: getattr(self, _FIELDS.get(name, name)) for name in NAMES}
        said = {name: value for name, value in every.items() if value}
        return {name: "1" if value is True else str(value) for name, value in said.items()}

    @property
    def query(self) -> str:
        """The filters as an address has them, the place in the list left out."""
        return urlencode(self.told())


def filters_of(asked: Mapping[str, Any]) -> Filters:
    """The filters of an address; what it does not know or cannot read is left out."""
    given: dict[str, Any] = {name: _clean(asked.get(name)) for name in (*NAMES, "after")}
    given["view"] = given["view"] or "mine"
    given["q"] = given["q"][:100]
    given["urgent"] = given["urgent"] == "1"
    given["since"], given["until"] = _day(given.pop("from")), _day(given.pop("to"))
    return Filters(**given)


def in_words(filters: Filters) -> str:
    """The filters as a sentence: for the trace an export leaves, for a list's name."""
    told = filters.told()
    told["view"] = VIEWS.get(filters.view, filters.view)
    for name, labels in (("state", states()), ("kind", _kinds()), ("due", DUES), ("by", BY)):
        if name in told:
            told[name] = labels.get(told[name], told[name])
    if filters.by_reporter:
        told["q"] = "（不记录）"
    told |= {"urgent": "是"} if filters.urgent else {}
    told |= {"sort": "最近期限"} if filters.sort else {}
    return "；".join(f"{NAMES[name]}：{value}" for name, value in told.items())


def states() -> dict[str, str]:
    """Every state of every kind of case, with its label."""
    found: dict[str, str] = {}
    for kind in kinds.kinds():
        found |= kind.table.states
    return found


def wrong(name: str, words: str) -> Refused:
    """A filter that will not do, by its name."""
    return Refused(words, why=Why.FACTS, fields={name: words})


def _phone(q: str) -> bool:
    if sum(letter.isdigit() for letter in q) < 10:
        return False  # 12345 and its like are numbers of nobody
    try:
        return bool(check_phone(q))
    except IdentifierError:
        return False


def _kinds() -> dict[str, str]:
    return {kind.code: kind.label for kind in kinds.kinds()}


def _clean(value: Any) -> str:
    return str(value or "").replace("\0", "")


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        return None
