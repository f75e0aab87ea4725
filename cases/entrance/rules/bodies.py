"""What the rulebook's interface takes (规则接口正文), drawn from the facts the pages ask too."""

from functools import cache
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from cases.docket.api.shapes import StrictSerializer, field_of
from cases.law.moves import Fact, Shape
from cases.rulebook.queries.tables import COMMON_NEEDED, Table
from cases.rulebook.queries.tables.every import EVERY


@cache
def row_in(table: Table, *, follows: bool = False) -> type[StrictSerializer]:
    """The body of a new row, or of one that follows another: its name is then not asked."""
    skip = table.keys if follows else ()
    fields: dict[str, Any] = {
        name: _fact(fact, required=name in table.needed)
        for name, fact in table.facts.items()
        if name not in skip
    }
    if not table.dated_by_hand and not follows:
        fields["revision"] = serializers.IntegerField(
            min_value=1, max_value=999, help_text="该年第几份通知：首次为 1，修订依次加 1"
        )
    name = f"{table.slug.title()}{'Next' if follows else 'New'}In"
    return _body(name, fields | basis_in(table))


@cache
def close_in(*, dated: bool) -> type[StrictSerializer]:
    """The body that ends or voids a row."""
    common = basis_in(EVERY["terms"])
    names = ("valid_from", "citation", "paper") if dated else ("citation", "paper")
    return _body("RuleEndIn" if dated else "RuleVoidIn", {name: common[name] for name in names})


@cache
def sheet_basis_in(table: Table, *, confirming: bool) -> type[StrictSerializer]:
    """The body a sheet's preview and confirmation come with."""
    fields = basis_in(table)
    if not table.dated_by_hand:
        fields |= {n: _fact(table.facts[n], required=n == "year") for n in ("year", "issued_on")}
    if confirming:
        fields["seen"] = serializers.CharField(max_length=64, help_text="预览给出的 digest")
    name = f"{table.slug.title()}Sheet{'Confirm' if confirming else 'Check'}In"
    return _body(name, fields)


def basis_in(table: Table) -> dict[str, Any]:
    """What every change says of itself."""
    return {n: _fact(f, required=n in COMMON_NEEDED) for n, f in table.common.items()}


def either(name: str, *bodies: type[StrictSerializer]) -> PolymorphicProxySerializer:
    """For the description: one of these bodies, by the table in the address."""
    return PolymorphicProxySerializer(
        component_name=name, serializers=list(bodies), resource_type_field_name=None
    )


def _fact(fact: Fact, *, required: bool) -> Any:
    """A fact as a field; what need not be told may also be told as nothing."""
    field: Any = field_of(fact, required=required)
    if not required and fact.shape is Shape.CHOICE:
        field.allow_blank = True
    if not required and fact.shape is Shape.DATE:
        field.allow_null = True
    return field


def _body(name: str, fields: dict[str, Any]) -> type[StrictSerializer]:
    return type(name, (StrictSerializer,), {**fields, "__doc__": "A change of the rules."})
