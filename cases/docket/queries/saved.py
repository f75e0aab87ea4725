"""Lists a person comes back to (常用筛选), by name: chips over the worklist and on 首页."""

from dataclasses import dataclass

from django.db.models import Q

from cases.docket.models import SavedView
from cases.people.queries import Actor


@dataclass(frozen=True)
class Chip:
    """A kept list: its name and where it leads."""

    id: int
    name: str
    query: str

    @property
    def url(self) -> str:
        """The worklist under its filters."""
        return f"/cases/?{self.query}"


def saved_views(actor: Actor) -> list[Chip]:
    """The lists an officer keeps, in the order they were kept."""
    rows = SavedView.objects.filter(Q(officer_id=actor.officer_id))
    return [Chip(*row) for row in rows.values_list("id", "name", "query")]
