"""Many rows in one statement (成批落库): new ones by COPY, known ones by one UPDATE from arrays."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from types import NoneType
from typing import Any, Final

from django.db import connection
from django.db.models import Field, JSONField, Model

_LENGTH: Final = re.compile(r"\(\d+\)")
# What the database's driver writes by itself, whichever column it is for; to ask the field each
# time took half of a sweep's time.
_AS_THEY_ARE: Final = frozenset({int, bool, bytes, datetime, date, NoneType})


def enter(rows: Sequence[Model]) -> None:
    """Write new rows of one table; in a COPY where there is more than one.

    An import of long texts takes half the time of an INSERT of as many values. The rows are not
    told the keys the database gave them.
    """
    if len(rows) == 1:
        rows[0].save(force_insert=True)
    if len(rows) < 2:
        return
    model = type(rows[0])
    fields = [f for f in model._meta.concrete_fields if rows[0].pk or not f.primary_key]
    names = [field.attname for field in fields]
    pour(model, names, ([getattr(row, name) for name in names] for row in rows))


def pour(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write new rows given as the values of some columns, in a COPY; the others stay empty."""
    fields = _columns(model, names)
    columns = ", ".join(f'"{f.column}"' for f in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as stream,
    ):
        for row in rows:
            stream.write_row([_value(f, v) for f, v in zip(fields, row, strict=True)])


def amend(rows: Collection[Model], names: Sequence[str]) -> None:
    """Write some columns of rows that stand, each found by its key, in one UPDATE."""
    if not rows:
        return
    model = type(next(iter(rows)))
    meta, fields = model._meta, _columns(model, names)
    given = [meta.pk, *fields]
    sets = ", ".join(f'"{f.column}" = g."{f.column}"' for f in fields)
    columns = ", ".join(f'"{f.column}"' for f in given)
    arrays = ", ".join(f"%s::{_array(f)}" for f in given)
    key = f'"{meta.pk.column}"'
    values = [[_value(f, getattr(row, f.attname)) for row in rows] for f in given]
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{meta.db_table}" t SET {sets}'
            f" FROM unnest({arrays}) AS g({columns}) WHERE t.{key} = g.{key}",
            values,
        )


def _columns(model: type[Model], names: Sequence[str]) -> "list[Field[Any, Any]]":
    found = [model._meta.get_field(name) for name in names]
    return [field for field in found if isinstance(field, Field)]


def _value(field: "Field[Any, Any]", value: Any) -> Any:
    kind = type(value)
    if kind in _AS_THEY_ARE or (kind is str and not isinstance(field, JSONField)):
        return value
    return field.get_db_prep_save(value, connection)


def _array(field: "Field[Any, Any]") -> str:
    # Without the column's length: what is too long for it must be refused, not cut off.
    kind = field.rel_db_type if field.primary_key else field.db_type
    return _LENGTH.sub("", kind(connection) or "") + "[]"
