"""Dated rows of people (任职起止): no two alike on one day, ended once, each change recorded."""

from datetime import date
from typing import Any, TypeVar, Unpack

from django.db import models, transaction
from django.db.models import Q

from cases.grid.operations import Trail, plain
from cases.law.moves import Refused, Why
from cases.people.models import Certificate, Deputy, GridDuty, Post
from cases.rulebook.operations import note_change

Row = TypeVar("Row", Post, Deputy, Certificate, GridDuty)


def wrong(field: str, sentence: str) -> Refused:
    """A fact that will not do, by its field."""
    return Refused(sentence, why=Why.FACTS, fields={field: sentence})


def in_order(valid_from: date, valid_to: date | None) -> None:
    """Refused unless a row would hold on one day at least."""
    if valid_to is not None and valid_to <= valid_from:
        raise wrong("valid_to", "结束日期须晚于开始日期（结束当日即不再有效）。")


def not_twice(
    rows: models.QuerySet[Any], valid_from: date, valid_to: date | None, sentence: str
) -> None:
    """Refused with this sentence when one of the rows holds on a day of the span."""
    clash = rows.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from))
    if valid_to is not None:
        clash = clash.filter(valid_from__lt=valid_to)
    if clash.exists():
        raise Refused(sentence)


@transaction.atomic
def end(row: Row, on: date, **trail: Unpack[Trail]) -> Row:
    """End a dated row: `on` is the first day it no longer holds, never before it began."""
    running = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if running.valid_to is not None and running.valid_to <= on:
        raise Refused(f"已于 {running.valid_to} 结束，不必再次结束。")
    if on < running.valid_from:
        raise wrong("valid_to", f"结束日期不能早于开始日期 {running.valid_from}。")
    before = plain(running)
    running.valid_to = on
    running.save(update_fields=["valid_to"])
    noted(running, str(running.pk), "end", before, **trail)
    return running


def noted(
    row: models.Model, key: str, what: str, before: dict[str, Any] | None, **trail: Unpack[Trail]
) -> None:
    """Write the recorded change of a row beside it; passwords are never in it."""
    note_change(row._meta.db_table, key, what, before, plain(row, "password"), **trail)
