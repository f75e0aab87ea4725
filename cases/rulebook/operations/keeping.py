"""Keeping the rules of a place (规则维护): enter, succeed, end, void; by hand or a whole sheet.

A row is never edited. What a town enters holds for the town: a wider row stays for the others and
gives way there (就近适用). Only the keeper of the installation's own town ends a wider row.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from cases.law.calendar import SHANGHAI
from cases.law.moves import Refused, Why
from cases.rulebook.models import Category, Change, DatedRow, HolidayNotice
from cases.rulebook.operations import end, enter, enter_many, one_writer, succeed
from cases.rulebook.operations.notices import enter_notice, next_revision
from cases.rulebook.operations.planning import (
    NEW,
    SAME,
    SUCCEED,
    WRONG,
    Basis,
    Keeper,
    Line,
    Plan,
    plan,
    reaching,
)
from cases.rulebook.queries.standing import scopes
from cases.rulebook.queries.tables import Table

MOVED = "规则在您核对之后有改动，没有录入。请按最新的预览重新核对。"


def enter_row(
    table: Table,
    facts: Mapping[str, Any],
    basis: Basis,
    keeper: Keeper,
    *,
    at: datetime,
    revision: int | None = None,
) -> Any:
    """Enter one new rule of the place (新增); refused (409) where one of its own holds already.

    Of a year's notices the new one says which it is: the first, or the next revision.
    """
    with transaction.atomic():
        one_writer()
        line = _one(table, facts, basis, keeper, at)
        if not table.dated_by_hand and revision != next_revision(facts["year"]):
            words = f"{facts['year']} 年已有别的通知，请先查看现行的一份，再录入修订。"
            raise Refused(words, why=Why.CONFLICT)
        if line.standing is not None and _own(line.standing, keeper) and table.dated_by_hand:
            name = table.model._meta.verbose_name
            sentence = f"“{line.name}”已有现行的{name}，请打开它用“接替”修改。"
            raise Refused(sentence, why=Why.CONFLICT)
        return _write(table, line, basis, keeper, at)


def succeed_row(
    table: Table,
    pk: int,
    facts: Mapping[str, Any],
    basis: Basis,
    keeper: Keeper,
    *,
    at: datetime,
) -> Any:
    """Let a new value follow a rule from a day on (接替); refused (409) where it moved since."""
    with transaction.atomic():
        one_writer()
        held = reaching(table, keeper, pk)
        _still_open(held)
        kept = {part: getattr(held, part) for part in table.keys if part in table.facts}
        line = _one(table, {**facts, **kept}, basis, keeper, at)
        if line.standing is not None and line.standing.pk != pk:
            raise Refused(MOVED, why=Why.STALE)
        if line.standing is None:
            words = f"“{line.name}”自 {held.valid_from} 起生效，新值不能早于这一天。"
            raise Refused(words, why=Why.FACTS, fields={"valid_from": words})
        return _write(table, line, basis, keeper, at)


def end_row(table: Table, pk: int, basis: Basis, keeper: Keeper, *, at: datetime) -> Any:
    """End a rule from a day on (终止): from then on the wider one holds, or none."""
    basis.checked(_today(at))
    with transaction.atomic():
        one_writer()
        held = reaching(table, keeper, pk)
        _may_close(held, keeper)
        _still_open(held)
        _no_children(held, keeper)
        if not table.dated_by_hand:
            raise Refused("放假安排不能终止，请录入修订后的通知，或作废录错的一份。")
        if basis.valid_from <= held.valid_from:
            words = f"这一条自 {held.valid_from} 起生效，终止日期须在其后；录错的请用“作废”。"
            raise Refused(words, why=Why.FACTS, fields={"valid_from": words})
        return end(held, basis.valid_from, **_who(basis, keeper, at), because=basis.citation)


def void_row(
    table: Table, pk: int, basis: Basis, keeper: Keeper, *, at: datetime, used: int
) -> Any:
    """Void a slip of the pen (作废): it never held, and what it followed is put back.

    `used`: how many deadlines were counted by it; used once, it can only be succeeded or ended.
    """
    basis.checked(_today(at))
    with transaction.atomic():
        one_writer()
        held = reaching(table, keeper, pk)
        _may_close(held, keeper)
        _still_open(held)
        _no_children(held, keeper)
        if used:
            raise Refused(f"已有 {used} 个期限按这一条算定，不能作废；请用“接替”或“终止”。")
        if isinstance(held, HolidayNotice) and held.year < _today(at).year:
            raise Refused("往年的放假安排已经用于计算，不能作废；请录入修订后的通知。")
        before = _followed(held)
        voided = end(held, held.valid_from, **_who(basis, keeper, at), because=basis.citation)
        if before is not None:
            _put_back(before, voided, basis, keeper, at)
        return voided


def carry_out(
    table: Table,
    rows: Iterable[tuple[int, Mapping[str, Any]]],
    basis: Basis,
    keeper: Keeper,
    *,
    at: datetime,
    seen: str,
) -> Plan:
    """Do what a preview showed, wrong rows left out; refused (409) where the rules moved since."""
    with transaction.atomic():
        one_writer()
        found = plan(table, rows, basis, keeper, _today(at))
        if found.digest != seen:
            raise Refused(MOVED, why=Why.STALE)
        if not table.dated_by_hand:
            for line in found.lines:
                if line.outcome in {NEW, SUCCEED}:
                    _write(table, line, basis, keeper, at)
            return found
        fresh = [line for line in found.lines if line.outcome == NEW or _wide(line, keeper)]
        if fresh:
            entries = [_fields(line, basis, keeper) for line in fresh]
            enter_many(table.model, entries, **_who(basis, keeper, at))
        for line in found.lines:
            if line.outcome == SUCCEED and not _wide(line, keeper):
                _write(table, line, basis, keeper, at)
    return found


def _one(
    table: Table, facts: Mapping[str, Any], basis: Basis, keeper: Keeper, at: datetime
) -> Line:
    table.entry(facts)  # says by field what is wrong
    (line,) = plan(table, [(0, facts)], basis, keeper, _today(at)).lines
    if line.outcome == WRONG:
        raise Refused(line.reason, why=Why.FACTS)
    if line.outcome == SAME and (_own(line.standing, keeper) or not table.dated_by_hand):
        raise Refused("与现行的一条完全相同，不用再录。", why=Why.CONFLICT)
    return line


def _write(table: Table, line: Line, basis: Basis, keeper: Keeper, at: datetime) -> Any:
    if not table.dated_by_hand:
        return _notice(line.entry or {}, basis, keeper, at)
    if line.standing is not None and _own(line.standing, keeper):
        more = {"citation": basis.citation, "quality": basis.quality, "note": basis.note}
        fields = {**(line.entry or {}), **more}
        return succeed(line.standing, basis.valid_from, **_who(basis, keeper, at), **fields)
    return enter(table.model, _fields(line, basis, keeper), **_who(basis, keeper, at))


def _notice(
    entry: Mapping[str, Any], basis: Basis, keeper: Keeper, at: datetime
) -> HolidayNotice:
    if not keeper.whole:
        raise Refused("放假安排适用于全国，由本系统所在镇的系统管理员录入。", why=Why.ROLE)
    return enter_notice(
        entry["year"],
        {date.fromisoformat(day): off for day, off in entry["days"].items()},
        {date.fromisoformat(day): name for day, name in entry["names"].items()},
        citation=basis.citation,
        quality=basis.quality,
        issued_on=entry["issued_on"],
        note=basis.note,
        **_who(basis, keeper, at),
    ).notice


def _fields(line: Line, basis: Basis, keeper: Keeper) -> dict[str, Any]:
    return {**(line.entry or {}), "scope": keeper.division, **vars(basis)}


def _wide(line: Line, keeper: Keeper) -> bool:
    return line.outcome == SUCCEED and not _own(line.standing, keeper)


def _own(row: DatedRow, keeper: Keeper) -> bool:
    return bool(row.scope == keeper.division)


def _may_close(row: DatedRow, keeper: Keeper) -> None:
    if not (_own(row, keeper) or keeper.whole):
        words = "这一条适用于更大的地区，不能由本镇停用；可以用“接替”录入本镇的规则。"
        raise Refused(words, why=Why.ROLE)


def _still_open(row: DatedRow) -> None:
    if row.valid_to is not None:
        words = f"这一条的失效日期已定为 {row.valid_to}，请改接替它的一条。"
        raise Refused(words, why=Why.STALE)


def _no_children(row: DatedRow, keeper: Keeper) -> None:
    if not isinstance(row, Category) or row.level != 1:
        return
    below = Category.objects.filter(scheme=row.scheme, parent_code=row.code, valid_to=None)
    if below.filter(scope__in=scopes(keeper.division)).exists():
        raise Refused("它下面还有在用的二级分类，请先逐个终止或改到别的上级。")


def _followed(row: DatedRow) -> DatedRow | None:
    """The row this one was put in place of, if it was."""
    found = Change.objects.filter(table=row._meta.db_table, what="succeed", after__id=row.pk)
    before = found.values_list("before__id", flat=True).first()
    return type(row)._default_manager.filter(pk=before).first() if before else None


def _put_back(
    before: DatedRow, voided: DatedRow, basis: Basis, keeper: Keeper, at: datetime
) -> None:
    kept = {f.attname: getattr(before, f.attname) for f in before._meta.concrete_fields}
    kept |= {"valid_from": voided.valid_from, "valid_to": None, "paper": before.paper}
    kept.pop("id")
    if isinstance(voided, HolidayNotice):
        kept |= {"revision": voided.revision + 1}
    enter(type(before), kept, **_who(basis, keeper, at))


def _who(basis: Basis, keeper: Keeper, at: datetime) -> dict[str, Any]:
    return {"actor_code": keeper.code, "at": at, "paper": basis.paper}


def _today(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
