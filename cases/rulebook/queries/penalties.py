"""The rules of penalties as read (处罚规则读法): items with their bases, and the town's powers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases.law.first_offence.items import Basis, Item, Power, basis_of
from cases.rulebook.models.penalties import DelegatedPower, OffenceBasis, OffenceItem
from cases.rulebook.queries.rules import RuleMissing, Validity, governing, validity_of


@dataclass(frozen=True, slots=True)
class RuleOffence:
    """An offence item as it stands (违法事项), without its bases."""

    code: str
    item: Item
    validity: Validity


@dataclass(frozen=True, slots=True)
class RuleBasis:
    """A basis as it stands (处罚依据)."""

    item: str
    basis: Basis
    validity: Validity


@dataclass(frozen=True, slots=True)
class RulePower:
    """A delegated power as it stands (赋权事项)."""

    code: str
    name: str
    power: Power
    validity: Validity


def offence_of(row: OffenceItem) -> RuleOffence:
    """Read an item; raises `LawError` naming the field."""
    told = {
        "code": row.code,
        "name": row.name,
        "field": row.field,
        "power": row.power,
        "minor": row.minor,
        "correction": row.correction,
        "look_back": row.look_back,
        "sparing": row.sparing,
        "grave": row.grave,
        "strict": row.strict,
        "mitigates": row.mitigates,
        "lighter_share": row.lighter_share,
    }
    validity = validity_of(row, row.code)
    item = Item.parse(told, version=validity.version, citation=row.citation)
    return RuleOffence(row.code, item, validity)


def basis_row_of(row: OffenceBasis) -> RuleBasis:
    """Read a basis; raises `LawError` naming the field."""
    told = {
        "law": row.citation,
        "subjects": row.subjects,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "fine": {"least": row.least, "most": row.most, "unit": row.unit} if row.most else None,
        "other": row.other,
        "precedence": row.precedence,
    }
    return RuleBasis(row.item, basis_of(told), validity_of(row, row.code))


def power_of(row: DelegatedPower) -> RulePower:
    """Read a power."""
    validity = validity_of(row, row.code)
    power = Power(
        code=row.code,
        original=row.original,
        paper=row.paper or row.citation,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        keeps_filed=row.keeps_filed,
        version=validity.version,
    )
    return RulePower(row.code, row.name, power, validity)


def offence(
    offences: Iterable[RuleOffence],
    bases: Iterable[RuleBasis],
    code: str,
    division: str,
    on: date,
) -> Item:
    """The item there on the day of decision, with every basis it ever had; raises `RuleMissing`."""
    rule = governing(offences, division, on)
    if rule is None:
        raise RuleMissing(f"违法事项 {code}", division, on)
    mine = (told.basis for told in bases if division.startswith(told.validity.scope))
    return rule.item.with_bases(mine)
