"""The quick ways of reading a list give what the plain rule gives: the same rows, in its order."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q, QuerySet

from cases.docket import access
from cases.docket.api.worklist import RowOut, _told
from cases.docket.models import Case, ExternalRef
from cases.docket.queries import Filters, worklist
from cases.intake.operations import accept, assign, check, close, handle
from cases.law.moves import Role
from cases.people.models import Unit, UnitKind
from cases.people.operations import open_unit
from cases.people.queries import Actor
from tests.town import NOW, SEATS, SINCE, XIASHU, Cast

VIEWS = ("mine", "unit", "all", "closed")
FILERS = (Role.GRID_WORKER, Role.VILLAGE, Role.DESK, Role.LEADER, Role.DEPT_OFFICER)


@pytest.fixture
def cases(town: Cast, filed: Callable[..., Case]) -> list[Case]:
    """Fifteen reports, three at each hour, some accepted, assigned, handled, closed."""
    made = [
        filed(
            NOW - timedelta(hours=place // 3),
            FILERS[place % 5],
            title=f"路灯不亮 {place} 号",
            division=XIASHU,
        )
        for place in range(15)
    ]
    desk, village = town.actor(Role.DESK), town.actor(Role.VILLAGE)
    for place, case in enumerate(made[:12]):
        accept(case, by=desk, at=NOW)
        unit = town.village if place % 2 else town.units[f"{XIASHU}-enforcement"]
        if place > 2:
            assign(case, by=desk, at=NOW, unit=unit.pk)
        if place > 5 and place % 2:
            handle(case, by=village, at=NOW, result="已修好")
    for case in made[7:10:2]:
        check(case, by=desk, at=NOW)
        close(case, by=desk, at=NOW, closing="C1")
    return made


def plain(actor: Actor, view: str) -> QuerySet[Case]:
    """The views as a person would say them, on top of the one rule."""
    rows = access.visible(actor)
    if view == "all":
        return rows.order_by("-opened_at", "-id")
    if view == "closed":
        return rows.filter(closed_at__isnull=False).order_by("-opened_at", "-id")
    rows = rows.filter(closed_at=None).order_by("next_due", "id")
    if view == "unit":
        under = Unit.objects.filter(path__startswith=actor.unit_path).values("id")
        return rows.filter(unit_id__in=under)
    mine = Q(officer_id=actor.holder_id)
    if actor.role not in access.OWN_ONLY:
        mine |= Q(officer_id=None)
    return rows.filter(mine, Q(unit_id=actor.unit_id))


def numbers(actor: Actor, filters: dict[str, Any]) -> list[str]:
    """A whole list, two rows a page."""
    found: list[str] = []
    after = ""
    while True:
        page = worklist(actor, Filters(**filters, after=after, size=2), NOW)
        found += [row.number for row in page.rows]
        after = page.next
        if not after:
            return found


@pytest.mark.parametrize("role", SEATS)
def test_every_view_is_the_plain_rule_page_by_page(
    role: Role, town: Cast, cases: list[Case]
) -> None:
    actor = town.actor(role)
    for view in VIEWS:
        expected = [case.number for case in plain(actor, view)]
        assert numbers(actor, {"view": view}) == expected, view


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.VILLAGE, Role.ENFORCEMENT, Role.DESK])
def test_bounds_of_time_and_words_narrow_the_same_rows(
    role: Role, town: Cast, cases: list[Case]
) -> None:
    actor = town.actor(role)
    for view in VIEWS:
        expected = [case.number for case in plain(actor, view)]
        day = NOW.date()
        assert numbers(actor, {"view": view, "since": day, "until": day}) == expected
        assert numbers(actor, {"view": view, "since": day + timedelta(days=1)}) == []
        assert numbers(actor, {"view": view, "q": "路灯 不亮"}) == expected
        assert numbers(actor, {"view": view, "q": "天文台"}) == []
        late = [c.number for c in plain(actor, view).filter(closed_at=None, next_due__lte=NOW)]
        assert numbers(actor, {"view": view, "due": "late"}) == late


@pytest.mark.parametrize("role", SEATS)
def test_however_the_stakes_are_asked_the_rows_are_the_same(
    role: Role, town: Cast, cases: list[Case]
) -> None:
    actor = town.actor(role)
    units = access.under(actor)
    expected = set(access.visible(actor).values_list("pk", flat=True))
    row_by_row = access.visible(actor, units=units, asked=access.RowByRow)
    newest, _ = access.newest(actor, units)
    assert set(row_by_row.values_list("pk", flat=True)) == expected
    assert [case.pk for case in newest] == list(
        access.visible(actor).order_by("-opened_at", "-id").values_list("pk", flat=True)
    )


def test_a_unit_sees_by_the_stakes_of_what_lies_under_it(town: Cast, cases: list[Case]) -> None:
    trail: Any = {"actor_code": "tests", "at": NOW}
    body = town.units[f"{XIASHU}-enforcement"]
    section = open_unit(f"{XIASHU}-squad", "示范中队", UnitKind.BODY, body, XIASHU, SINCE, **trail)
    case = cases[12]
    accept(case, by=town.actor(Role.DESK), at=NOW)
    assign(case, by=town.actor(Role.DESK), at=NOW, unit=section.pk)
    lead = town.actor(Role.ENFORCEMENT)
    for view in VIEWS:
        expected = [c.number for c in plain(lead, view)]
        assert numbers(lead, {"view": view}) == expected
        assert (case.number in expected) is (view in {"unit", "all"})


def test_a_foreign_number_is_found_beside_the_words(town: Cast, cases: list[Case]) -> None:
    ExternalRef.objects.create(
        case=cases[3], system="12345", number="20261120", division=cases[3].division
    )
    desk = town.actor(Role.DESK)
    assert numbers(desk, {"view": "all", "q": "20261120"}) == [cases[3].number]
    assert numbers(desk, {"view": "all", "q": "20261121"}) == []


def test_the_listed_row_is_what_the_schema_says(town: Cast, cases: list[Case]) -> None:
    for view in VIEWS:
        for row in worklist(town.actor(Role.DESK), Filters(view=view), NOW).rows:
            assert _told(row) == RowOut(row).data
