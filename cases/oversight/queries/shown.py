"""One supervision sheet as a seat may read it (督办单案卷): what it is for, who issued it, whom it
is sent to, whether what it is for is done meanwhile.

What it is for is told only to who may see that case; the sheet itself says nothing of its words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from cases.docket import access, kinds
from cases.docket.models import Case, Deadline, Event
from cases.docket.queries import DueView, due_view
from cases.docket.queries.obligations import part_label
from cases.docket.queries.rows import address_of, title_of
from cases.docket.seal import open_key, unseal_facts
from cases.oversight.models import Sheet
from cases.oversight.queries.supervising import done_since
from cases.oversight.states.sheets import COUNTY, ISSUE, ISSUERS, SEND_BACK
from cases.people.models import Unit, UnitKind
from cases.people.queries import Actor
from cases.rulebook.queries import book


@dataclass(frozen=True)
class Matter:
    """What a sheet is for, for who may see it: the case, the row in it, how it stands."""

    number: str
    kind_label: str
    title: str
    url: str
    whose: str
    due: DueView


@dataclass(frozen=True)
class SheetShown:
    """A sheet beside its case's file; `matter` is None where the seat may not see it."""

    of_county: bool
    name: str
    town: str
    head: str
    owes: str
    issuer: str
    issued_by: str
    issued_at: datetime | None
    asker: str
    asked_at: datetime | None
    term: str
    due_at: datetime
    matter: Matter | None
    done_at: datetime | None
    sent_back: int


def shown(actor: Actor, case: Case, now: datetime) -> SheetShown:
    """What the page and the paper of a sheet say; `case` comes from `find`."""
    rows = Sheet.objects.select_related("unit", "asker", "issuer", "deadline__unit")
    sheet = rows.get(case=case)
    deadline = sheet.deadline
    parent = Case.objects.defer("search").get(pk=deadline.case_id)
    events = Event.objects.filter(case=case).order_by("seq")
    made = list(events.values_list("verb", "happened_at"))
    issued = next((at for verb, at in made if verb == ISSUE.verb), None)
    town, head = _heads(case)
    of_county = case.variant == COUNTY
    return SheetShown(
        of_county=of_county,
        name="督办单" if of_county else "镇内督办单",
        town=town,
        head=head if of_county else town,
        owes=sheet.unit.name,
        issuer=ISSUERS.get(case.variant, ""),
        issued_by=sheet.issuer.name if sheet.issuer else "",
        issued_at=issued,
        asker=sheet.asker.name if sheet.asker else "",
        asked_at=case.opened_at if sheet.asker else None,
        term=str(deadline.snapshot.get("name", deadline.term)),
        due_at=deadline.due_at,
        matter=_matter(actor, parent, deadline, now),
        done_at=done_since(deadline, parent),
        sent_back=sum(verb == SEND_BACK.verb for verb, _ in made),
    )


def _matter(actor: Actor, parent: Case, deadline: Deadline, now: datetime) -> Matter | None:
    if not access.visible(actor).filter(pk=parent.pk).exists():
        return None
    kind = kinds.kind(parent.kind)
    return Matter(
        number=str(parent),
        kind_label=kind.label,
        title=title_of(parent),
        url=row_address(parent, deadline),
        whose=part_label(kind, deadline.part) if deadline.part else "",
        due=due_view(deadline, now, book().calendar),
    )


def row_address(case: Case, deadline: Deadline) -> str:
    """Where an obligation is met: the page of its part, or of its case."""
    kind = kinds.kind(case.kind)
    if deadline.part_id is None:
        return address_of(case)
    return f"/{kind.path}/{case.number}/{kind.parts}/{deadline.part_id}/"


def words_of(case: Case) -> Mapping[str, Any]:
    """What a sheet says in words now: its subject, what it demands."""
    return unseal_facts(open_key(case.wrapped_key, case.key_id), case.words)


def _heads(case: Case) -> tuple[str, str]:
    """The names of the town and of the county, for the head of a paper."""
    town = Q(kind=UnitKind.TOWN, division=case.division)
    county = Q(kind=UnitKind.COUNTY, division=case.division[:6])
    found = dict(Unit.objects.filter(town | county).order_by("-pk").values_list("kind", "name"))
    return found.get(UnitKind.TOWN, ""), found.get(UnitKind.COUNTY, "")
