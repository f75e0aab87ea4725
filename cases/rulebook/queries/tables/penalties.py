"""The rules of penalties as people fill them in (违法事项、处罚依据、赋权事项)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from cases.law.first_offence.facts import CIRCUMSTANCES
from cases.law.first_offence.items import Counted, Item, Same, Subject, basis_of
from cases.law.moves import Fact, Shape
from cases.law.rule import LawError
from cases.rulebook.models.penalties import DelegatedPower, OffenceBasis, OffenceItem
from cases.rulebook.queries.tables import Table, flat, same, shower

SUBJECTS: Final = {"公民": Subject.PERSON, "个体工商户": Subject.BUSINESS, "单位": Subject.UNIT}
_SAME: Final = (
    (Same.ITEM.value, "同一事项"), (Same.FIELD.value, "同一领域"), (Same.ANY.value, "任何违法"),
)  # fmt: skip
_COUNTS: Final = {"受过处罚": Counted.PUNISHED, "曾被不予处罚": Counted.SPARED}
_LIMITS: Final = "一行一项：代码 名称 上限 单位，如 area 占用面积 5 平方米。"
_ITEM: Final = {
    "code": Fact("代码", longest=24),
    "name": Fact("事项", longest=120),
    "field": Fact("领域", longest=24),
    "power": Fact("赋权代码", longest=24),
    "minor": Fact("轻微标准", Shape.TEXT, longest=1000, help=_LIMITS + "空着由经办人认定。"),
    "correction": Fact("改正期限", longest=24, help="没有责令时发现之后多久算及时，如 3 days。"),
    "look_months": Fact("初次口径（月）", Shape.INTEGER),
    "look_same": Fact("同类口径", Shape.CHOICE, _SAME),
    "look_territory": Fact("查询范围", longest=60),
    "look_counts": Fact("算前案的", longest=40, help="受过处罚、曾被不予处罚，用顿号隔开。"),
    "look_citation": Fact("初次口径依据", longest=200),
    "listed": Fact("首违不罚清单", longest=200, help="清单名称和序号；不填为清单没有列入。"),
    "limits": Fact("清单条件", Shape.TEXT, longest=1000, help=_LIMITS),
    "undertaking": Fact("须签承诺书", Shape.FLAG),
    "rechecked": Fact("须复查改正", Shape.FLAG),
    "exclusions": Fact("清单排除", Shape.TEXT, longest=1000, help="一行一项：代码 名称。"),
    "grave": Fact("涉及生命健康、金融安全", Shape.FLAG),
    "strict": Fact("不适用无过错", Shape.FLAG),
    "mitigates": Fact("规定减轻的情节", longest=60, help="如 32_4，用顿号隔开。"),
    "lighter_share": Fact("从轻幅度（%）", Shape.INTEGER, help="幅度自下限起的百分之几。"),
}
_BASIS: Final = {
    "code": Fact("代码", longest=32),
    "item": Fact("事项代码", longest=24),
    "subjects": Fact("适用对象", longest=40, help="公民、个体工商户、单位，用顿号隔开。"),
    "least": Fact("下限", Shape.INTEGER),
    "most": Fact("上限", Shape.INTEGER, help="没有罚款的不填。"),
    "unit": Fact("单位", longest=24, help="元，或者比例的说明。"),
    "other": Fact("其他处罚", longest=120),
    "precedence": Fact("适用顺序", Shape.INTEGER, help="几部法都管的，数小的先用。"),
}
_POWER: Final = {
    "code": Fact("代码", longest=24),
    "name": Fact("事项", longest=120),
    "original": Fact("原主管部门", longest=80),
    "keeps_filed": Fact("收回时已立案的由镇办结", Shape.FLAG),
    "replaced_by": Fact("替代", longest=24),
}


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.replace(",", "、").split("、") if part.strip()]


def _codes(text: str, known: Mapping[str, Any], field: str) -> list[str]:
    names = _listed(text)
    if unknown := [name for name in names if name not in known]:
        words = f"没有“{unknown[0]}”，只能填 {'、'.join(known)}。"
        raise LawError(field, words)
    return [str(known[name]) for name in names]


def _names(codes: list[str], known: Mapping[str, str]) -> str:
    return "、".join(name for name, code in known.items() if code in codes)


def _limits_text(limits: list[dict[str, Any]]) -> str:
    return "\n".join(
        f"{one['measure']} {one['label']} {one['most']} {one.get('unit', '')}".strip()
        for one in limits
    )


def _limits(text: str, field: str) -> list[dict[str, Any]]:
    found = []
    for line in filter(str.strip, text.splitlines()):
        parts = line.split()
        if len(parts) not in (3, 4):
            raise LawError(field, f"看不懂“{line[:40]}”，应如 area 占用面积 5 平方米。")
        found.append(dict(zip(("measure", "label", "most", "unit"), parts, strict=False)))
    return found


def _item_shown(row: OffenceItem) -> dict[str, Any]:
    plain = ("code", "name", "field", "power", "correction", "grave", "strict", "lighter_share")
    look, spared = row.look_back or {}, row.sparing or {}
    return {name: getattr(row, name) for name in plain} | {
        "minor": _limits_text(row.minor),
        "look_months": look.get("months"),
        "look_same": look.get("same", ""),
        "look_territory": look.get("territory", ""),
        "look_counts": _names(look.get("counts", []), _COUNTS),
        "look_citation": look.get("citation", ""),
        "listed": spared.get("listed", ""),
        "limits": _limits_text(spared.get("limits", [])),
        "undertaking": spared.get("undertaking", False),
        "rechecked": spared.get("rechecked", False),
        "exclusions": "\n".join(
            f"{code} {name}" for code, name in spared.get("exclusions", {}).items()
        ),
        "mitigates": "、".join(row.mitigates),
    }


def _item_read(facts: dict[str, Any]) -> dict[str, Any]:
    plain = ("code", "name", "field", "power", "correction", "grave", "strict", "lighter_share")
    row = {name: facts[name] for name in plain} | {
        "minor": _limits(facts["minor"], "minor"),
        "look_back": _look_back(facts),
        "sparing": _sparing(facts),
        "mitigates": _codes(facts["mitigates"], {c: c for c in CIRCUMSTANCES}, "mitigates"),
    }
    row["lighter_share"] = row["lighter_share"] or None
    Item.parse(row)
    return row


def _look_back(facts: dict[str, Any]) -> dict[str, Any]:
    if not facts["look_months"]:
        return {}
    return {
        "months": facts["look_months"],
        "same": facts["look_same"],
        "territory": facts["look_territory"],
        "counts": _codes(facts["look_counts"], _COUNTS, "look_counts"),
        "citation": facts["look_citation"],
    }


def _sparing(facts: dict[str, Any]) -> dict[str, Any]:
    if not facts["listed"]:
        return {}
    lines = [line.split(maxsplit=1) for line in facts["exclusions"].splitlines() if line.strip()]
    if short := [line for line in lines if len(line) == 1]:
        raise LawError("exclusions", f"看不懂“{short[0][0][:40]}”，应如 refused 拒不改正。")
    return {
        "listed": facts["listed"],
        "limits": _limits(facts["limits"], "limits"),
        "undertaking": facts["undertaking"],
        "rechecked": facts["rechecked"],
        "exclusions": {code: name.strip() for code, name in lines},
    }


def _basis_shown(row: OffenceBasis) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in _BASIS}
    return shown | {"subjects": _names(row.subjects, SUBJECTS)}


def _basis_read(facts: dict[str, Any]) -> dict[str, Any]:
    row = facts | {
        "subjects": _codes(facts["subjects"], SUBJECTS, "subjects"),
        "least": facts["least"] or 0,
        "most": facts["most"] or None,
        "unit": facts["unit"] or "元",
        "precedence": facts["precedence"] or 1,
    }
    fine = {name: row[name] for name in ("least", "most", "unit")} if row["most"] else None
    told = {"law": row["code"], "subjects": row["subjects"], "valid_from": date.min, "fine": fine}
    basis_of(told)
    return row


def _table(
    slug: str, model: type[Any], label: str, facts: Mapping[str, Fact], **more: Any
) -> Table:
    columns, spread, gather = flat(facts)
    return Table(
        slug=slug,
        model=model,
        label=label,
        facts=facts,
        keys=("code",),
        columns=columns,
        spread=spread,
        gather=gather,
        **more,
    )


OFFENCES: Final = _table(
    "offences",
    OffenceItem,
    "违法事项",
    _ITEM,
    needed=frozenset({"code", "name", "field", "power"}),
    show=_item_shown,
    read=_item_read,
)
BASES: Final = _table(
    "bases",
    OffenceBasis,
    "处罚依据",
    _BASIS,
    needed=frozenset({"code", "item", "subjects"}),
    show=_basis_shown,
    read=_basis_read,
)
POWERS: Final = _table(
    "powers",
    DelegatedPower,
    "赋权事项",
    _POWER,
    needed=frozenset({"code", "name", "original"}),
    show=shower(list(_POWER)),
    read=same,
)
