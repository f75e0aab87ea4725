"""What the docket's tables hold, so that a test can say that nothing changed; and a case put into
any state, as if it had come there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection

from cases.docket.kinds import kind, kinds
from cases.docket.models import Case, Deadline, Part, Stake
from cases.docket.record import begin
from cases.docket.record.clocks import open_deadline
from cases.law.moves import Move, Shape
from cases.people.queries import Actor
from tests.town import NOW, Cast

ASKED = {m.answers for k in kinds() for m in k.table.moves.values() if m.answers}


def tables() -> list[str]:
    """Every table of the docket and of the matters above it, and the identities of parties."""
    slices = ("docket_", "intake_", "whistle_", "oversight_", "people_identity")
    found = {m._meta.db_table for m in apps.get_app_config("cases").get_models()}
    return sorted(name for name in found if name.startswith(slices))


def snapshot() -> dict[str, tuple[int, str]]:
    """Rows and digest of each table, every column of every row in it."""
    one = (
        "SELECT '{0}', count(*), coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"
        " FROM {0} t"
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(name) for name in tables()))
        return {name: (count, digest) for name, count, digest in cursor.fetchall()}


@contextmanager
def unchanged() -> Iterator[None]:
    """Nothing at all is written while this lasts."""
    before = snapshot()
    yield
    assert snapshot() == before


def put(case: Case, state: str, owner: Actor | None, *, seen: bool = True) -> None:
    """The case stands in a state and lies with a seat, which sees it."""
    unit = owner.unit_id if owner else None
    officer = owner.officer_id if owner else None
    Case.objects.filter(pk=case.pk).update(state=state, unit_id=unit, officer_id=officer)
    if owner and seen:
        show(case, owner)
    case.refresh_from_db()
    _ask(case)


def put_part(part: Part, state: str, owner: Actor | None) -> None:
    """The part stands in a state and lies with a seat, which sees the case."""
    unit = owner.unit_id if owner else None
    officer = owner.officer_id if owner else None
    Part.objects.filter(pk=part.pk).update(state=state, unit_id=unit, officer_id=officer)
    if owner:
        show(part.case, owner)
    part.refresh_from_db()
    _ask(part.case, part)


def _ask(case: Case, part: Part | None = None) -> None:
    """Whatever can be asked for in this state waits for an answer."""
    moves = kind(case.kind).table.moves.values()
    state = part.state if part else case.state
    terms = {m.answers for m in moves if m.answers and m.goes_from(state)}
    own = Deadline.objects.filter(case=case, part=part)
    own.filter(term__in=ASKED).exclude(term__in=terms).delete()
    standing = set(own.values_list("term", flat=True))
    moment = begin()
    rows = [open_deadline(moment, case, part, term, NOW, 1) for term in sorted(terms - standing)]
    Deadline.objects.bulk_create(row for row in rows if isinstance(row, Deadline))


def show(case: Case, actor: Actor) -> None:
    """A seat gets a stake in a case: it sees it and owes nothing."""
    seat = {"unit_id": actor.unit_id, "officer_id": actor.officer_id}
    held = {"since": NOW, "opened_at": case.opened_at}
    Stake.objects.get_or_create(case=case, why="copied", **seat, defaults=held)


def facts_for(move: Move, code: str, town: Cast) -> dict[str, Any]:
    """Something lawful for every fact a move asks for."""
    facts = kind(code).table.facts
    given: dict[Shape, Any] = {
        Shape.LINE: "一行字",
        Shape.TEXT: "一段话",
        Shape.INTEGER: 3,
        Shape.FLAG: True,
        Shape.DATE: NOW.date(),
        Shape.MOMENT: NOW,
        Shape.UNIT: town.village.pk,
        Shape.UNITS: [town.department.pk],
        Shape.OFFICER: town.posts[next(iter(town.posts))].officer_id,
        Shape.CATEGORY: "0602",
    }
    return {
        name: facts[name].choices[0][0]
        if facts[name].shape is Shape.CHOICE
        else given[facts[name].shape]
        for name in move.facts
    }
