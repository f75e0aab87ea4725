"""Dated rows of people (任职起止): no two alike on one day, ended once, each change recorded."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar, Unpack

from django.db import models, transaction
from django.db.models import Q

from cases.grid.operations import Trail, plain
from cases.law.moves import Refused, Why
from cases.law.texts import visible
from cases.people.models import Certificate, Deputy, GridDuty, Post
from cases.rulebook.operations import note_change, one_writer

Row = TypeVar("Row", Post, Deputy, Certificate, GridDuty)


def wrong(field: str, sentence: str) -> Refused:
    """A fact that will not do, by its field."""
    return Refused(sentence, why=Why.FACTS, fields={field: sentence})


def line(field: str, label: str, longest: int, text: str, *, must: bool = False) -> str:
    """One line of text as it is stored, without what cannot be seen; Refused when too long."""
    told = " ".join(visible(text).split())
    if must and not told:
        raise wrong(field, f"请填写“{label}”。")
    if len(told) > longest:
        raise wrong(field, f"“{label}”最多 {longest} 字，现有 {len(told)} 字，请精简。")
    return told


def changed(row: models.Model, values: Mapping[str, Any]) -> list[str]:
    """Write the values that differ onto a row; their names. Refused when none does."""
    names = [name for name, value in values.items() if getattr(row, name) != value]
    if not names:
        raise Refused("没有任何改动，未作记录。")
    for name in names:
        setattr(row, name, values[name])
    return names


def in_order(valid_from: date, valid_to: date | None) -> None:
    """Refused unless a row would hold on one day at least."""
    if valid_to is not None and valid_to <= valid_from:
        raise wrong("valid_to", "结束日期须晚于开始日期（结束当日即不再有效）。")


def overlapping(
    rows: models.QuerySet[Any], valid_from: date, valid_to: date | None
) -> models.QuerySet[Any]:
    """The rows that hold on a day of a span."""
    clash = rows.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from))
    return clash if valid_to is None else clash.filter(valid_from__lt=valid_to)


def not_twice(
    rows: models.QuerySet[Any], valid_from: date, valid_to: date | None, sentence: str
) -> None:
    """Refused with this sentence when one of the rows holds on a day of the span."""
    if overlapping(rows, valid_from, valid_to).exists():
        raise Refused(sentence)


@transaction.atomic
def end(
    row: Row, on: date, also: Mapping[str, Any] | None = None, **trail: Unpack[Trail]
) -> Row:
    """End a dated row: `on` is the first day it no longer holds, never before it began."""
    one_writer()
    running = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if running.valid_to is not None and running.valid_to <= on:
        raise Refused(f"已于 {running.valid_to} 结束，不必再次结束。")
    if on < running.valid_from:
        raise wrong("valid_to", f"结束日期不能早于开始日期 {running.valid_from}。")
    before = plain(running)
    running.valid_to = on
    for name, value in (also or {}).items():
        setattr(running, name, value)
    running.save(update_fields=["valid_to", *(also or {})])
    noted(running, str(running.pk), "end", before, **trail)
    return running


def noted(
    row: models.Model,
    key: str,
    what: str,
    before: dict[str, Any] | None,
    on: date | None = None,
    **trail: Unpack[Trail],
) -> None:
    """Write the recorded change of a row beside it; passwords are never in it.

    `on` is the day from which a change of a row without dates of its own holds.
    """
    after = plain(row, "password")
    if on is not None:
        after["effective_on"] = on.isoformat()
    note_change(row._meta.db_table, key, what, before, after, **trail)
