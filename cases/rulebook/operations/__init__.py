"""Changing the rules (修改规则): a row is entered, succeeded or ended, its paper beside it.

Every operation writes the row and its `Change` in one transaction. `at` is passed in: when the
change was made; the database adds when it was recorded.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from cases.law.moves import Refused, Why
from cases.rulebook.models import (
    BusinessHours,
    Category,
    Change,
    DatedRow,
    DutyItem,
    Figure,
    HolidayNotice,
    Ladder,
    TermRow,
)
from cases.rulebook.models.penalties import DelegatedPower, OffenceBasis, OffenceItem
from cases.rulebook.models.whistling import Route, WhistleRule
from cases.rulebook.queries.penalties import basis_row_of, offence_of, power_of
from cases.rulebook.queries.rules import (
    category_of,
    duty_of,
    figure_of,
    hours_of,
    ladder_of,
    notice_of,
    term_of,
)
from cases.rulebook.queries.whistling import route_of, whistle_of

M = TypeVar("M", bound=DatedRow)

# One writer of changes at a time, so that the newest id is a true stamp ("RULE" in ASCII).
CHANGE_LOCK = 0x52554C45
# What each table's row is named by, and how it is read before it may be written.
KEYS: Mapping[type[DatedRow], tuple[str, ...]] = {
    HolidayNotice: ("year",),
    TermRow: ("key",),
    BusinessHours: (),
    Category: ("scheme", "code"),
    DutyItem: ("list_kind", "number"),
    Ladder: ("code",),
    Figure: ("key",),
    WhistleRule: ("code",),
    Route: ("category", "unit"),
    OffenceItem: ("code",),
    OffenceBasis: ("code",),
    DelegatedPower: ("code",),
}
READ: Mapping[type[DatedRow], Callable[[Any], object]] = {
    HolidayNotice: notice_of,
    TermRow: term_of,
    BusinessHours: hours_of,
    Category: category_of,
    DutyItem: duty_of,
    WhistleRule: whistle_of,
    Route: route_of,
    OffenceItem: offence_of,
    OffenceBasis: basis_row_of,
    DelegatedPower: power_of,
    Ladder: ladder_of,
    Figure: figure_of,
}


def enter(
    model: type[M], fields: Mapping[str, Any], *, actor_code: str, at: datetime, paper: str = ""
) -> M:
    """Enter a new rule (录入规则); raises `Refused` when it cannot be read or one already holds."""
    return enter_many(model, [fields], actor_code=actor_code, at=at, paper=paper)[0]


def enter_many(
    model: type[M],
    entries: Sequence[Mapping[str, Any]],
    *,
    actor_code: str,
    at: datetime,
    paper: str = "",
) -> list[M]:
    """Enter many rules of one kind at once, all or none (批量录入); raises `Refused`."""
    rows = [model(**{"paper": paper, **entry}) for entry in entries]
    for row in rows:
        _check(row)
    with transaction.atomic():
        one_writer()
        try:
            with transaction.atomic():
                written = model._default_manager.bulk_create(rows)
        except IntegrityError as clash:
            raise _already(model) from clash
        _write(
            Change(
                slice="rulebook",
                table=model._meta.db_table,
                key=_name(row),
                what="enter",
                after=snapshot(row),
                actor_code=actor_code,
                paper=row.paper,
                at=at,
            )
            for row in written
        )
    return written


def succeed(
    row: M, on: date, *, actor_code: str, at: datetime, paper: str = "", **fields: Any
) -> M:
    """Let a new value follow a standing one from a day on (以新替旧), both kept.

    On the very day the old one began, the old one is voided. Raises `Refused` when the old row is
    closed already, began later, or the new value cannot be read.
    """
    model = type(row)
    with transaction.atomic():
        one_writer()
        held = _close(row, on)
        before = snapshot(held)
        kept = {f.attname: getattr(held, f.attname) for f in held._meta.concrete_fields}
        kept.pop("id")
        follower = model(**{**kept, "paper": paper, **fields, "valid_from": on, "valid_to": None})
        _check(follower)
        follower.save(force_insert=True)
        after = snapshot(follower)
        table, key = model._meta.db_table, _name(follower)
        note_change(
            table, key, "succeed", before, after, actor_code=actor_code, at=at, paper=paper
        )
    return follower


def end(
    row: M, on: date, *, actor_code: str, at: datetime, paper: str = "", because: str = ""
) -> M:
    """End a rule without a successor (废止): from that day on nothing holds in its place.

    Ended on the day it began, it was a slip of the pen (作废). `because` is kept with the change.
    """
    with transaction.atomic():
        one_writer()
        before = snapshot(row)
        held = _close(row, on)
        after = snapshot(held) | ({"because": because} if because else {})
        table, key = held._meta.db_table, _name(held)
        note_change(table, key, "end", before, after, actor_code=actor_code, at=at, paper=paper)
    return held


def note_change(
    table: str,
    key: str,
    what: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    *,
    actor_code: str,
    at: datetime,
    paper: str = "",
) -> Change:
    """Write one change down beside the row it changed, in the same transaction (修改留痕).

    Its chapter is the table's first word. Other writers of changes wait until the transaction ends.
    """
    change = Change(
        slice=table.partition("_")[0],
        table=table,
        key=key,
        what=what,
        before=before,
        after=after,
        actor_code=actor_code,
        paper=paper,
        at=at,
    )
    _write([change])
    return change


def snapshot(row: Model) -> dict[str, Any]:
    """A row as it stands, as plain JSON: dates and times in ISO form."""
    values = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def _name(row: DatedRow) -> str:
    parts = (str(getattr(row, part)) for part in KEYS[type(row)])
    return ".".join(parts) or str(row._meta.model_name)


def _write(changes: Iterable[Change]) -> None:
    one_writer()
    Change.objects.bulk_create(changes)


def one_writer() -> None:
    """Let no one else change the rules until this transaction ends; taken before any row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHANGE_LOCK])


def _close(row: M, on: date) -> M:
    model = type(row)
    held: M = model._default_manager.select_for_update().get(pk=row.pk)
    if held.valid_to is not None:
        sentence = f"“{row}”的失效日期已定为 {held.valid_to}，请改接替它的一条。"
        raise Refused(sentence, why=Why.STALE)
    if on < held.valid_from:
        raise Refused(f"“{row}”自 {held.valid_from} 起生效，新值不能早于这一天。", why=Why.FACTS)
    held.valid_to = on
    held.save(update_fields=["valid_to"])
    return held


def _check(row: DatedRow) -> None:
    try:
        row.clean_fields()
    except ValidationError as wrong:
        told = {name: "".join(words) for name, words in wrong.message_dict.items()}
        raise Refused("录入内容有误，请按提示修改。", why=Why.FACTS, fields=told) from wrong
    try:
        READ[type(row)](row)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise Refused(f"“{row}”无法按规则计算：{wrong}", why=Why.FACTS) from wrong


def _already(model: type[DatedRow]) -> Refused:
    name = model._meta.verbose_name
    return Refused(f"同一地区同一天已有同名的{name}，请用“以新替旧”修改。", why=Why.CONFLICT)
