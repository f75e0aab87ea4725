"""What the administrator may do (管理动作), one row each: its words, its facts, what it runs.

The same row draws the form of the page and the body of the interface, so neither can do what the
other cannot. Nothing here needs an idempotency key: what was done twice is refused the second time
(409), for the rows themselves are unique by person, unit, role and day.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cases.law.moves import Fact, Refused, Role, Shape
from cases.people.models import CertificateKind, DutyKind, UnitKind
from cases.people.queries import Actor

ROLES: Final = tuple((r.value, r.label) for r in Role if r is not Role.SYSTEM)
_ENDS: Final = "从这一天起不再有效（当天已失效）；不填为长期。"

FACTS: Final[Mapping[str, Fact]] = {
    "code": Fact("单位代码", longest=32, help="统计用区划代码或自编代码，启用后不能改。"),
    "name": Fact("名称", longest=80),
    "person": Fact("姓名", longest=60),
    "short_name": Fact("简称", longest=40),
    "kind": Fact("类型", Shape.CHOICE, choices=tuple(UnitKind.choices)),
    "parent": Fact("上级单位", Shape.UNIT),
    "division": Fact("区划代码", longest=12, help="不填为上级单位的区划。"),
    "vertical": Fact("垂直管理", Shape.FLAG),
    "phone": Fact("电话", longest=40),
    "note": Fact("说明", longest=200),
    "username": Fact("用户名", longest=60, help="字母、数字和 . _ - @，启用后不能改。"),
    "pinyin": Fact("拼音", longest=200, help="查找和排序用，多音字可在此更正。"),
    "email": Fact("邮箱", longest=254),
    "officer": Fact("人员", longest=60),
    "successor": Fact(
        "在办件由谁接手", longest=60, help="须是本单位在岗人员；不填由本单位承接。"
    ),
    "role": Fact("角色", Shape.CHOICE, choices=ROLES),
    "unit": Fact("单位", Shape.UNIT),
    "to_unit": Fact("承接单位", Shape.UNIT),
    "title": Fact("职务", longest=60, help="不填为角色名称。"),
    "held_post": Fact("代理哪个岗位", Shape.INTEGER),
    "certificate": Fact("证件种类", Shape.CHOICE, choices=tuple(CertificateKind.choices)),
    "number": Fact("证号", longest=60),
    "grid": Fact("网格代码", longest=32),
    "duty": Fact("身份", Shape.CHOICE, choices=tuple(DutyKind.choices)),
    "valid_from": Fact("自", Shape.DATE),
    "valid_to": Fact("至", Shape.DATE, help=_ENDS),
    "on": Fact("生效日期", Shape.DATE),
    "ends_on": Fact("结束日期", Shape.DATE, help="从这一天起不再有效（当天已失效）。"),
    "paper": Fact("依据文件", longest=200, help="文号或文件名，如 下委〔2026〕12号。"),
}
# What a page fills in before anybody has: today.
DATED: Final = frozenset({"valid_from", "on", "ends_on"})

# What an operation calls a field that has another name here.
_ALIASES: Final = {"name": "person", "valid_to": "ends_on"}

# actor, the row acted on (None where one is made), when, and the facts → the row after.
Run = Callable[..., Any]


@dataclass(frozen=True)
class Act:
    """One thing to do: `asks` names its facts (`name?` may be left out), `run` does it."""

    verb: str
    label: str
    asks: tuple[str, ...]
    run: Run
    done: str
    tone: str = "secondary"
    about: str = ""
    blanks: bool = False  # a line left empty is emptied, not left as it is

    @property
    def names(self) -> tuple[str, ...]:
        """Its facts, in the order of the form."""
        return tuple(name.rstrip("?") for name in self.asks)

    def needs(self, name: str) -> bool:
        """Whether a fact must be given."""
        return name in self.asks

    def do(self, actor: Actor, row: Any, at: datetime, facts: Mapping[str, Any]) -> Any:
        """Do it; Refused where it may not be done, and nothing was written."""
        left_out = (None,) if self.blanks else (None, "")
        given = {k: v for k, v in facts.items() if v not in left_out}
        try:
            return self.run(actor, row, at, **given)
        except Refused as refused:
            refused.fields = {self._called(n): words for n, words in refused.fields.items()}
            raise

    def _called(self, field: str) -> str:
        alias = _ALIASES.get(field, field)
        return alias if field not in self.names and alias in self.names else field


def acts(*rows: Act) -> dict[str, Act]:
    """Acts by their verbs."""
    return {row.verb: row for row in rows}
