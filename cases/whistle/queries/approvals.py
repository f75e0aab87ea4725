"""What waits for my yes (待我审批): whistles to approve, and emergencies to confirm afterwards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.docket import access
from cases.docket.models import Case, Deadline, DeadlineState, Link
from cases.docket.queries import DueView, due_view
from cases.docket.queries.rows import category_name
from cases.docket.seal import open_key, unseal_facts
from cases.law.moves import Role
from cases.people.directory import Directory, directory
from cases.people.queries import Actor, town_day
from cases.rulebook.queries import Book, book, stamp
from cases.rulebook.queries.rules import RuleMissing
from cases.whistle.queries.meeting import places_of
from cases.whistle.states import WHISTLE
from cases.whistle.states.way import APPROVE, CONFIRM
from cases.whistle.states.words import AWAITING_APPROVAL, CALLS, TYPES, Calls

SHOWN = 30
APPROVING = APPROVE.by
# Why a whistle is tied to what came before it: its report, the whistle before it.
REPORTED, AGAIN = "whistled", "again"
_TYPES, _CAPACITIES = dict(TYPES), dict(CALLS)


@dataclass(frozen=True)
class Called:
    """A department that would be called, in which capacity."""

    name: str
    capacity: str


@dataclass(frozen=True)
class Approval:
    """A whistle that waits for a yes, with what a leader needs to say it on a phone."""

    number: str
    verb: str
    label: str
    version: int
    type_label: str
    title: str
    ask: str
    description: str
    category: str
    where: str
    blower: str
    called: list[Called]
    meet_at: datetime | None
    meet_place: str
    report: str
    earlier: str
    urgent: bool
    mine: bool
    whose: str
    opened_at: datetime
    due: DueView | None

    @property
    def url(self) -> str:
        """The whistle's page."""
        return f"/{WHISTLE.path}/{self.number}/"


@dataclass(frozen=True)
class Approvals:
    """Mine to say yes to; those of somebody else above; whether there are more than shown."""

    mine: list[Approval]
    others: list[Approval]
    more: bool


def approvals_of(actor: Actor, now: datetime) -> Approvals:
    """Everything that awaits this seat's yes, emergencies first, then what is due next."""
    if actor.role not in APPROVING:
        return Approvals([], [], more=False)
    rules, units = book(), directory(stamp("people"), town_day(now))
    cases = _waiting(actor)
    dates = _dates([case.pk for case in cases])
    places, ties = places_of(cases), _ties(actor, cases)
    found = [
        _approval(c, actor, now, rules, units, dates.get(c.pk), places[c.pk], ties.get(c.pk, {}))
        for c in cases[:SHOWN]
    ]
    found.sort(key=lambda a: (not a.urgent, a.due.due_at if a.due else a.opened_at))
    return Approvals(
        mine=[a for a in found if a.mine],
        others=[a for a in found if not a.mine],
        more=len(cases) > SHOWN,
    )


def _waiting(actor: Actor) -> list[Case]:
    seen = access.visible(actor).filter(kind=WHISTLE.code)
    seen = seen.select_related("whistle", "village", "filer_unit").defer("search")
    term = str(CONFIRM.answers)
    asked = Deadline.objects.filter(term=term, state=DeadlineState.RUNNING)
    confirm = seen.filter(pk__in=asked.values("case")).order_by("opened_at", "id")
    approve = seen.filter(state=AWAITING_APPROVAL, closed_at=None).order_by("opened_at", "id")
    return [*confirm[: SHOWN + 1], *approve[: SHOWN + 1]]


def _dates(cases: Iterable[int]) -> dict[int, Deadline]:
    terms = [str(APPROVE.answers), str(CONFIRM.answers)]
    rows = Deadline.objects.filter(case__in=cases, term__in=terms, state=DeadlineState.RUNNING)
    return {row.case_id: row for row in rows}


def _ties(actor: Actor, cases: Sequence[Case]) -> dict[int, dict[str, str]]:
    """The report each came from and the whistle before it, by number, where this seat sees them."""
    rows = Link.objects.filter(child__in=[case.pk for case in cases], why__in=(REPORTED, AGAIN))
    rows = rows.filter(parent__in=access.visible(actor)).order_by("id")
    found: dict[int, dict[str, str]] = {}
    for child, why, number in rows.values_list("child_id", "why", "parent__number"):
        found.setdefault(child, {})[why] = str(number or "")
    return found


def _approval(
    case: Case,
    actor: Actor,
    now: datetime,
    rules: Book,
    units: Directory,
    deadline: Deadline | None,
    meet_place: str,
    ties: Mapping[str, str],
) -> Approval:
    words = unseal_facts(open_key(case.wrapped_key, case.key_id), case.words)
    move = APPROVE if case.state == AWAITING_APPROVAL else CONFIRM
    whose = _whose(case, rules, now) if move is APPROVE else None
    place = [case.village.name if case.village else "", str(words.get("address", ""))]
    drawn = case.whistle
    return Approval(
        number=str(case.number),
        verb=move.verb,
        label=move.label,
        version=case.version,
        type_label=_TYPES.get(case.variant, case.variant),
        title=str(words.get("title", "")),
        ask=str(words.get("ask", "")),
        description=str(words.get("description", "")),
        category=category_name(case, rules),
        where=" ".join(text for text in place if text),
        blower=units.name(case.filer_unit_id),
        called=_called(drawn.lead_id, drawn.assisting, drawn.copied, units),
        meet_at=drawn.meet_at,
        meet_place=meet_place,
        report=ties.get(REPORTED, ""),
        earlier=ties.get(AGAIN, ""),
        urgent=case.urgent,
        mine=whose is None or actor.role in {whose, Role.HEAD_OF_ORGAN},
        whose=whose.label if whose else "",
        opened_at=case.opened_at,
        due=due_view(deadline, now, rules.calendar) if deadline else None,
    )


def _whose(case: Case, rules: Book, now: datetime) -> Role | None:
    try:
        return rules.whistle(case.variant, case.division, town_day(now)).approver
    except RuleMissing:
        return None


def _called(
    lead: int | None, assisting: list[int], copied: list[int], units: Directory
) -> list[Called]:
    named = [(Calls.LEAD.value, lead)] if lead else []
    named += [(Calls.ASSIST.value, int(u)) for u in assisting]
    named += [(Calls.COPY.value, int(u)) for u in copied]
    return [Called(units.name(unit), _CAPACITIES[capacity]) for capacity, unit in named]
