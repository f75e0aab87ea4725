"""Who keeps the rules (规则管理员), and what of a change is named after whom."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from cases.docket import vault
from cases.docket.queries.files import content_of, own_upload
from cases.docket.queries.recounted import Touched, counted_by, touched
from cases.law.moves import Refused, Role, Why
from cases.people.models import Officer
from cases.people.queries import Actor
from cases.rulebook.models import Change, HolidayNotice
from cases.rulebook.operations import KEYS, READ
from cases.rulebook.operations.planning import Keeper, Plan
from cases.rulebook.queries.tables import Table
from cases.rulebook.queries.tables.every import EVERY

KEEPERS: Final = frozenset({Role.SYSADMIN})
NOT_YOURS: Final = "只有系统管理员岗位可以维护规则，请切换到相应岗位。"
WHAT: Final = {"enter": "录入", "succeed": "接替", "end": "终止", "void": "作废"}
_LABELS: Final = {model._meta.db_table: str(model._meta.verbose_name) for model in KEYS}
_OTHERS: Final = {"system": "系统预置", "command": "命令行"}


def keeper_of(actor: Actor) -> Keeper:
    """The acting post as a keeper of the rules; 403 for every other seat."""
    if actor.role not in KEEPERS:
        raise PermissionDenied(NOT_YOURS)
    return Keeper(actor.stamp, actor.division, actor.division == settings.HOME_DIVISION)


def table_of(slug: str) -> Table:
    """A table of the rulebook by its address; 404 where there is none."""
    if slug not in EVERY:
        raise Http404
    return EVERY[slug]


def uploaded(actor: Actor, upload: UUID) -> bytes:
    """A sheet this officer sent ahead; raises `Refused` once it is gone."""
    found = own_upload(actor, upload)
    try:
        if found is not None and found.kind == "sheet":
            return content_of(found)
    except vault.Missing:
        pass
    raise Refused("这张表已经录入，或超过 24 小时被清除，请重新上传。", why=Why.STALE)


def used(table: Table, row: Any) -> int:
    """How many deadlines were counted by a row; a notice's are counted again without it."""
    if isinstance(row, HolidayNotice):
        return 0
    rule: Any = READ[table.model](row)
    return counted_by(rule.validity.version)


def touched_by(plan: Plan) -> Touched | None:
    """The deadlines a holiday notice would have counted again; None for every other table."""
    if plan.table.dated_by_hand:
        return None
    days: set[date] = set()
    for line in plan.lines:
        new = (line.entry or {}).get("days", {})
        old = line.standing.days if line.standing else {}
        days |= {
            date.fromisoformat(day)
            for day in {*new, *old}
            if new.get(day) != old.get(day)
        }
    return touched(days)


def wake_recount(table: Table) -> None:
    """Once a notice is written down, the chore that counts again is woken; beat does it anyway."""
    if not table.dated_by_hand:
        transaction.on_commit(_send, robust=True)


def told_changes(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Changes with who made them by name, and what they did in words; one query."""
    rows = list(changes)
    ids = {change.actor_code: _officer(change.actor_code) for change in rows}
    named = Officer.objects.filter(pk__in={pk for pk in ids.values() if pk})
    names = dict(named.values_list("pk", "name"))
    return [_told(change, names.get(ids[change.actor_code] or 0, "")) for change in rows]


def _told(change: Change, name: str) -> dict[str, Any]:
    after = change.after or {}
    void = change.what == "end" and after.get("valid_to") == after.get("valid_from")
    at: datetime = change.at
    return {
        "id": change.pk,
        "at": at,
        "table": change.table,
        "label": _LABELS.get(change.table, change.table),
        "key": change.key,
        "what": WHAT["void" if void else change.what] if change.what in WHAT else change.what,
        "who": name or _OTHERS.get(change.actor_code, "其他"),
        "paper": change.paper,
        "because": after.get("because") or after.get("citation", ""),
        "valid_from": after.get("valid_to" if change.what == "end" else "valid_from") or "",
        "row": after.get("id"),
    }


def _officer(code: str) -> int | None:
    head = code.partition(".")[0]
    return int(head[1:]) if head[:1] == "o" and head[1:].isdigit() else None


def _send() -> None:
    current_app.send_task("cases.recount", retry=False)
