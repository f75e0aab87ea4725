"""The rules of whistling as people fill them in (哨种、派哨目录)."""

from typing import Any, Final

from cases.law.moves import Fact, Role, Shape
from cases.law.rule import LawError
from cases.rulebook.models.whistling import Route, WhistleRule
from cases.rulebook.queries.tables import Table, flat, same, shower

_ROLES: Final = {role.label: role for role in Role if role is not Role.SYSTEM}
_APPROVERS: Final = tuple(
    (role.value, role.label) for role in (Role.LEADER, Role.HEAD_OF_ORGAN)
)
_EXTENDERS: Final = tuple(
    (role.value, role.label) for role in (Role.LEADER, Role.COUNTY_DESK)
)
_CAPACITIES: Final = (("lead", "主办"), ("assist", "协办"), ("copy", "抄送"))
_SKIPS: Final = {
    "对接": "whistle.contact",
    "报到": "whistle.report_in",
    "延期": "whistle.extension",
}
_WHISTLE: Final = {
    "code": Fact("代码", longest=8),
    "name": Fact("名称", longest=40),
    "blowers": Fact("谁可以吹", longest=200, help="岗位名称，用顿号隔开，如 值班、综合受理窗口。"),
    "approver": Fact("谁批准", Shape.CHOICE, _APPROVERS, help="不填为不需事前批准。"),
    "extender": Fact("谁批准延期", Shape.CHOICE, _EXTENDERS, help="不填为吹哨单位自己答复。"),
    "confirmed": Fact("事后确认", Shape.FLAG),
    "inspects": Fact("检查企业须有审批号", Shape.FLAG),
    "on_point": Fact("核对到场位置", Shape.FLAG),
    "skips": Fact("不设的时限", longest=40, help="对接、报到、延期，用顿号隔开；不填为都设。"),
    "open": Fact("启用", Shape.FLAG),
}
_ROUTE: Final = {
    "category": Fact("分类代码", longest=12, help="小类四位，或大类两位。"),
    "unit": Fact("部门代码", longest=32),
    "capacity": Fact("身份", Shape.CHOICE, _CAPACITIES),
    "rank": Fact("顺序", Shape.INTEGER),
}


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.replace(",", "、").split("、") if part.strip()]


def _whistle_shown(row: WhistleRule) -> dict[str, Any]:
    words = {code: label for label, code in _SKIPS.items()}
    shown = {name: getattr(row, name) for name in _WHISTLE}
    return shown | {
        "blowers": "、".join(Role(code).label for code in row.blowers),
        "skips": "、".join(words.get(code, code) for code in row.skips),
    }


def _whistle_read(facts: dict[str, Any]) -> dict[str, Any]:
    blowers, skips = _listed(facts["blowers"]), _listed(facts["skips"])
    if unknown := [name for name in blowers if name not in _ROLES]:
        raise LawError("blowers", f"没有“{unknown[0]}”这个岗位，请照岗位名称填写。")
    if unknown := [name for name in skips if name not in _SKIPS]:
        raise LawError("skips", f"“{unknown[0]}”不能不设，只能填 对接、报到、延期。")
    return facts | {
        "blowers": [_ROLES[name].value for name in blowers],
        "skips": [_SKIPS[name] for name in skips],
    }


_whistle_columns, _whistle_lines, _whistles_gathered = flat(_WHISTLE)
_route_columns, _route_lines, _routes_gathered = flat(_ROUTE)

WHISTLES: Final = Table(
    slug="whistles",
    model=WhistleRule,
    label="哨种",
    facts=_WHISTLE,
    needed=frozenset({"code", "name", "blowers"}),
    keys=("code",),
    columns=_whistle_columns,
    show=_whistle_shown,
    read=_whistle_read,
    spread=_whistle_lines,
    gather=_whistles_gathered,
)
ROUTES: Final = Table(
    slug="routes",
    model=Route,
    label="派哨目录",
    facts=_ROUTE,
    needed=frozenset(_ROUTE),
    keys=("category", "unit"),
    columns=_route_columns,
    show=shower(list(_ROUTE)),
    read=same,
    spread=_route_lines,
    gather=_routes_gathered,
)
