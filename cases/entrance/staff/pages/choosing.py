"""What the forms of the house are chosen from (选项): units that are kept, colleagues of a unit."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cases.entrance.staff.acts import Act
from cases.entrance.staff.queries import lists
from cases.entrance.staff.scope import posts_kept, units_kept, units_seen
from cases.law.moves import Role
from cases.people.models import Deputy, GridDuty, Officer, Post, Unit, UnitKind
from cases.people.queries import Actor


def choices_for(
    act: Act, actor: Actor, row: Any, known: Mapping[str, Any], today: date
) -> dict[str, list[Any]]:
    """The choices of an act's facts on this page."""
    told: dict[str, list[Any]] = {}
    if "unit" in act.names:
        told["unit"] = _grouped(units_kept(actor), today)
    if "parent" in act.names:
        told["parent"] = _grouped(units_seen(actor), today)
    if "to_unit" in act.names:
        told["to_unit"] = _grouped(units_seen(actor).exclude(pk=row.pk), today)
    if "successor" in act.names:
        told["successor"] = lists.candidates(row, today)
    if "held_post" in act.names:
        told["held_post"] = _post(actor, lists.number_of(str(known.get("held_post", ""))))
    return told


def hints_for(
    act: Act, actor: Actor, known: Mapping[str, Any], today: date
) -> list[tuple[str, str]]:
    """Who is likely meant by a user name to be typed: the colleagues of the unit in question."""
    if "held_post" in act.names:
        key = lists.number_of(str(known.get("held_post", "")))
        post = posts_kept(actor).filter(pk=key or 0).first()
        return lists.candidates(post, today) if post else []
    if "grid" in act.names:
        return lists.workers_at(str(known.get("grid", "")), today)
    return []


def known_of(act: Act, row: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a form starts from: the row as it stands, or what the address says."""
    if isinstance(row, Unit):
        return {name: getattr(row, name, "") for name in act.names}
    if isinstance(row, Officer):
        return {name: getattr(row, name, "") for name in act.names} | {"person": row.name}
    if isinstance(row, Post):
        return {"title": row.title, "successor": getattr(row.successor, "username", "")}
    if isinstance(row, Deputy | GridDuty):
        return {}
    return {name: str(given.get(name, "")).replace("\0", "")[:200] for name in act.names}


def _grouped(rows: QuerySet[Unit], today: date) -> list[Any]:
    open_ones = rows.filter(Q(closed_on=None) | Q(closed_on__gt=today)).order_by("code")
    groups: dict[str, list[tuple[Any, str]]] = {}
    for pk, name, kind in open_ones.values_list("pk", "name", "kind"):
        groups.setdefault(UnitKind(kind).label, []).append((pk, name))
    return list(groups.items())


def _post(actor: Actor, post: int | None) -> list[tuple[int, str]]:
    rows = posts_kept(actor).select_related("officer", "unit").filter(pk=post or 0)
    return [(p.pk, f"{p.unit} {Role(p.role).label} {p.officer}") for p in rows]
