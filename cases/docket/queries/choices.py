"""What a list can be narrowed by (筛选选项): places, classes, states, the people of a unit."""

from datetime import date
from typing import Any, Final

from django.core.cache import cache
from django.db.models import Q

from cases.docket import access, kinds
from cases.docket.queries.filters import DUES, states
from cases.grid.models import GridKind
from cases.grid.queries import grids_in
from cases.people.models import Post
from cases.people.queries import Actor, in_force
from cases.rulebook.queries import Book

KEPT_SECONDS: Final = 300
Grouped = list[tuple[str, list[tuple[str, str]]]]


def choices(actor: Actor, on: date, rules: Book) -> dict[str, Any]:
    """Every filter's options for a seat; places and people are kept for some minutes."""
    key = f"list-choices:{actor.division}:{actor.unit_id}:{on}"
    kept: dict[str, Any] | None = cache.get(key)
    if kept is None:
        kept = {"place": _places(actor.division, on), "who": _people(actor, on)}
        cache.set(key, kept, KEPT_SECONDS)
    return kept | {
        "state": list(states().items()),
        "kind": [(k.code, k.label) for k in kinds.kinds()],
        "due": list(DUES.items()),
        "category": _classes(actor.division, on, rules),
    }


def officers_of(unit_id: int | None, on: date) -> list[tuple[int, str]]:
    """Who sits in a unit on a day, in the order of their names."""
    posts = Post.objects.filter(in_force(on), Q(unit_id=unit_id), officer__is_active=True)
    rows = posts.order_by("officer__pinyin", "officer_id")
    return list(rows.values_list("officer_id", "officer__name").distinct())


def _people(actor: Actor, on: date) -> list[tuple[str, str]]:
    if actor.role in access.OWN_ONLY or actor.unit_id is None:
        return []
    return [(str(pk), name) for pk, name in officers_of(actor.unit_id, on)]


def _places(division: str, on: date) -> Grouped:
    """The villages with their grids; the micro-grids are found by their code."""
    rows = grids_in(division, on).exclude(kind=GridKind.MICRO)
    groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
    named = rows.values_list("village__code", "village__name", "code", "name")
    for village, village_name, code, name in named.order_by("village__code", "code"):
        whole = groups.setdefault((village, village_name), [(village, f"{village_name}（全部）")])
        whole.append((code, name))
    return [(name, options) for (_, name), options in groups.items()]


def _classes(division: str, on: date, rules: Book) -> Grouped:
    groups: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    found = rules.categories("grid", on, division)
    for rule in found:
        if rule.level == 1:
            groups[rule.code] = (rule.name, [(rule.code, f"{rule.name}（全部）")])
    for rule in found:
        if rule.level == 2 and rule.parent_code in groups:
            groups[rule.parent_code][1].append((rule.code, rule.name))
    return list(groups.values())
