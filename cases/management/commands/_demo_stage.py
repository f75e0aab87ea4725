"""The stage of the demonstration month (演示月): who sits where, and what was played before."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from cases.docket.models import Case, Event
from cases.law.moves import Role
from cases.law.rule import LawError
from cases.people.models import Post, Unit
from cases.people.queries import Actor, actor_for, town_day
from cases.whistle.states import WHISTLE

TOWN: Final = "321183102"
_KEYS: Final = UUID("5f6f3c3e-3211-4183-8102-000000000004")
_FIRST_STEPS: Final = 6  # within so many a story has blown its whistle


def key_of(story: str, index: int) -> UUID:
    """The key of one step of a story, always the same: a step done once is never done again."""
    return uuid5(_KEYS, f"{story}:{index}")


def played(codes: list[str]) -> set[str]:
    """The stories that were played before."""
    keys = {key_of(code, 0): code for code in codes}
    done = Event.objects.filter(key__in=keys).values_list("key", flat=True)
    return {keys[key] for key in done if key is not None}


@dataclass
class Stage:
    """The demonstration's seats and units, and the cases its stories have opened."""

    now: datetime
    seats: list[Post]
    units: dict[str, Unit]
    reports: dict[str, Case] = field(default_factory=dict)
    whistles: dict[str, Case] = field(default_factory=dict)
    actors: dict[int, Actor] = field(default_factory=dict)

    @classmethod
    def set_up(cls, now: datetime) -> "Stage":
        """Whoever sits in the demonstration town, the accounts with a password first."""
        posts = Post.objects.filter(officer__demonstration=True, valid_to=None)
        seats = list(posts.select_related("officer", "unit").order_by("id"))
        return cls(now, seats, {unit.code: unit for unit in Unit.objects.all()})

    def unit(self, code: str) -> Unit:
        """A unit by its code, the county's or the town's prefix left out."""
        for prefix in ("", "321183-", f"{TOWN}-", TOWN):
            if prefix + code in self.units:
                return self.units[prefix + code]
        raise LawError("unit", f"演示月里的单位“{code}”不存在。")

    def seat(self, role: Role, division: str, unit: int | None = None) -> Post | None:
        """Who sits in a role for a town: in a unit where one is named, else the first there is."""
        able = [p for p in self.seats if p.role == role and division.startswith(p.unit.division)]
        return next((p for p in able if unit in {None, p.unit_id}), None)

    def actor(self, story: str, role: Role, division: str, unit: int | None) -> Actor:
        """Who acts in a role for a town: in a unit where somebody sits there, else the first."""
        post = self.seat(role, division, unit) or self.seat(role, division)
        if post is None:
            raise LawError(story, f"演示月“{story}”：{division} 没有“{role.label}”。")
        if post.pk not in self.actors:
            self.actors[post.pk] = actor_for(post.officer, post.pk, town_day(self.now))
        return self.actors[post.pk]

    def whistle(self, story: str) -> Case:
        """The whistle of a story, of one that was played long before as well."""
        if story not in self.whistles:
            keys = [key_of(story, index) for index in range(_FIRST_STEPS)]
            rows = Case.objects.filter(kind=WHISTLE.code, events__key__in=keys)
            self.whistles[story] = rows.order_by("id").distinct()[0]
        return self.whistles[story]

    def town_of(self, story: str) -> str:
        """The town in which a story that has begun takes place."""
        case = self.whistles.get(story) or self.reports[story]
        return case.division
