"""A confidential case (检举控告) is before the one who filed it and the desk that holds it, and
before nobody above or beside them: no page, list, search, move or letter knows it.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from cases.docket import access
from cases.docket.models import Case, Deadline, Stake
from cases.docket.queries import Filters, worklist
from cases.docket.record import take
from cases.docket.states import NOTE
from cases.intake.states.way import ASSIGN
from cases.law.moves import Audience, Refused, Role, Why
from cases.people.operations import appoint_deputy
from cases.people.queries import SYSTEM, actor_for
from tests.ledger import unchanged
from tests.seats import everybody
from tests.town import NOW, SEATS, TODAY, XIASHU, Cast
from tests.walk import file, walk

# The grid worker filed it, the desk's unit holds it: the duty officer sits in that very unit.
SEES = {Role.GRID_WORKER, Role.DESK, Role.DUTY}
VIEWS = ("mine", "unit", "all", "closed")


@pytest.fixture
def secret(town: Cast) -> Case:
    case = file(town, title="反映某某收受礼金", description="二〇二五年端午")
    Case.objects.filter(pk=case.pk).update(confidential=True)
    case.refresh_from_db()
    return case


@pytest.fixture
def plain(town: Cast) -> Case:
    return file(town)


@pytest.mark.parametrize("role", SEATS)
def test_only_the_filer_and_the_desk_see_it(
    role: Role, town: Cast, secret: Case, plain: Case
) -> None:
    actor = town.actor(role)
    seen = set(access.visible(actor))
    assert (secret in seen) == (role in SEES)
    assert (plain in seen) == (role in SEES | {Role.VILLAGE} | access.TOWN_WIDE)
    units = access.under(actor)
    row_by_row = access.visible(actor, units=units, asked=access.RowByRow)
    assert set(row_by_row) == seen
    newest, _ = access.newest(actor, units)
    assert [c.pk for c in newest] == sorted((c.pk for c in seen), reverse=True)
    assert (secret in access.readable(actor)) == (role in SEES)


def test_no_list_page_search_or_interface_shows_it_to_others(
    town: Cast, secret: Case, plain: Case
) -> None:
    number = str(secret.number)
    limit = Deadline.objects.filter(case=secret).values_list("pk", flat=True)[0]
    with unchanged():
        for at in everybody(town):
            if at.post is None:
                continue
            may = at.role in SEES and at.here
            wanted = 200 if may else 404
            for path in (
                f"/api/v1/cases/{number}/",
                f"/api/v1/reports/{number}/",
                f"/api/v1/deadlines/{limit}/why/",
            ):
                assert at.api.get(path).status_code == wanted, (str(at), path)
            assert at.page.get(f"/reports/{number}/").status_code == wanted
            listed = at.api.get("/api/v1/cases/?size=100").json()["results"]
            assert (number in {row["number"] for row in listed}) is may
            for words in (number, "收受礼金"):
                found = at.api.get("/api/v1/cases/", {"q": words}).json()["results"]
                assert [row["number"] for row in found] == ([number] if may else []), str(at)
            for path in ("/", "/cases/?view=all", "/cases/?view=unit", "/cases/"):
                text = at.page.get(path).content.decode()
                assert may or (number not in text and "收受礼金" not in text), (str(at), path)


def test_the_towns_wide_seats_count_it_and_nobody_else_does(
    town: Cast, secret: Case, plain: Case
) -> None:
    for role in town.posts:
        actor = town.actor(role)
        counted = secret in access.countable(actor)
        assert counted == (role in SEES | access.TOWN_WIDE), role
    assert not access.countable(town.other_actor(Role.SUPERVISOR)).exists()
    assert set(access.visible(SYSTEM)) == {secret, plain}


def test_no_seat_opens_it_by_a_reason(town: Cast, secret: Case) -> None:
    for role in town.posts:
        assert not access.askable(town.actor(role)).exists(), role


def test_who_gets_it_by_name_sees_it_and_the_colleague_does_not(town: Cast, secret: Case) -> None:
    village, liaison = town.actor(Role.VILLAGE), town.actor(Role.LIAISON)
    held = {"why": "copied", "since": NOW, "opened_at": secret.opened_at}
    Stake.objects.create(case=secret, unit=town.village, officer_id=village.officer_id, **held)
    assert list(access.visible(village)) == [secret]
    assert not access.visible(liaison).exists()
    Stake.objects.create(case=secret, unit=town.village, officer=None, **held)
    assert list(access.visible(village)) == [secret]
    # Whoever answers for what was given to them in person has no part in what a unit was given.
    assert not access.visible(liaison).exists()


def test_a_unit_below_opens_nothing_above_it(town: Cast, secret: Case) -> None:
    """The department's own section gets it: the department above does not see it."""
    housing = town.department
    section = town.units[f"{XIASHU}-justice"]
    section.path = f"{housing.path}{section.pk}/"
    section.save(update_fields=["path"])
    held = {"why": "copied", "since": NOW, "opened_at": secret.opened_at, "unit": section}
    Stake.objects.create(case=secret, officer=None, **held)
    assert list(access.visible(town.actor(Role.REVIEWER))) == [secret]
    assert not access.visible(town.actor(Role.DEPT_LEAD)).exists()
    Case.objects.filter(pk=secret.pk).update(confidential=False)
    assert list(access.visible(town.actor(Role.DEPT_LEAD))) == [secret]


def test_a_deputy_of_the_filer_sees_it_as_the_filer_would(town: Cast, secret: Case) -> None:
    post, officer = town.posts[Role.GRID_WORKER], town.officer(Role.LIAISON)
    appoint_deputy(post, officer, TODAY, TODAY + timedelta(days=9), actor_code="tests", at=NOW)
    assert list(access.visible(actor_for(officer, post.pk, TODAY))) == [secret]
    assert not access.visible(town.actor(Role.LIAISON)).exists()


def test_no_move_is_made_from_a_seat_that_does_not_see_it(town: Cast, secret: Case) -> None:
    for role in (Role.LEADER, Role.SUPERVISOR, Role.COUNTY_DESK, Role.VILLAGE, Role.HEAD_OF_ORGAN):
        with unchanged(), pytest.raises(Refused) as refused:
            take(NOTE, secret, by=town.actor(role), at=NOW, words="打听一下")
        assert refused.value.why is Why.HIDDEN
    assert take(NOTE, secret, by=town.actor(Role.DESK), at=NOW, words="已转").seq == 2


def test_nobody_hears_of_it_who_could_not_open_it(town: Cast, secret: Case, plain: Case) -> None:
    told = {a: sorted(p.role for p in access.who(a, secret, TODAY)) for a in Audience}
    assert told == {
        Audience.FILER: ["grid_worker"],
        Audience.OWNER: ["desk", "duty"],
        Audience.DESK: ["desk"],
        Audience.LEADER: [],
        Audience.SUPERVISOR: [],
        Audience.PARTY: [],
    }
    assert [p.role for p in access.who(Audience.LEADER, plain, TODAY)] == ["leader"]


def test_a_case_tied_to_it_does_not_name_it(
    town: Cast, secret: Case, plain: Case, page: Callable[..., Client]
) -> None:
    from_secret = plain.parents.create(parent=secret, why="split", since=NOW)
    for role, shown in ((Role.DESK, True), (Role.LEADER, False), (Role.VILLAGE, False)):
        text = page(role).get(f"/reports/{plain.number}/").content.decode()
        assert (str(secret.number) in text) is shown, role
    from_secret.delete()


@pytest.mark.parametrize("role", [Role.DESK, Role.LEADER, Role.VILLAGE, Role.GRID_WORKER])
def test_every_page_of_every_view_follows_the_one_rule(role: Role, town: Cast) -> None:
    cases = [file(town, at=NOW - timedelta(hours=n)) for n in range(9)]
    for case in cases[::2]:
        walk(town, case, "accept")
        take(ASSIGN, case, by=town.actor(Role.DESK), at=NOW, unit=town.village.pk)
    Case.objects.filter(pk__in=[c.pk for c in cases[::3]]).update(confidential=True)
    actor = town.actor(role)
    seen = {c.number for c in access.visible(actor)}
    for view in VIEWS:
        found: list[str] = []
        after = ""
        while True:
            listed = worklist(actor, Filters(view=view, after=after, size=2), NOW)
            found += [row.number for row in listed.rows]
            after = listed.next
            if not after:
                break
        assert len(found) == len(set(found))
        assert set(found) <= seen, view
        if view == "all":
            assert set(found) == seen


def test_a_plain_list_asks_nothing_of_the_stakes_for_it(town: Cast, plain: Case) -> None:
    """The flag is looked at before the stakes are: EXPLAIN shows the subplan never started."""
    for n in range(30):
        file(town, at=NOW - timedelta(minutes=n))
    rows = access.visible(town.actor(Role.LEADER)).order_by("-opened_at", "-id")[:30]
    told = rows.explain(analyze=True)
    assert "never executed" in told
    assert "hashed SubPlan" not in told


def test_what_is_sent_to_a_seat_that_does_not_see_it_is_not_found(
    town: Cast, secret: Case, api: Callable[..., APIClient], page: Callable[..., Client]
) -> None:
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
    path = f"/api/v1/reports/{secret.number}/accept/"
    with unchanged():
        for role in (Role.LEADER, Role.COUNTY_DESK, Role.SUPERVISOR):
            answer = api(role).post(path, {}, format="json", headers=headers)
            assert answer.status_code == 404
            reason = {"reason": "领导要求了解全部检举情况"}
            path_why = f"/api/v1/cases/{secret.number}/reason/"
            answer = api(role).post(path_why, reason, format="json", headers=headers)
            assert answer.status_code == 404
            assert page(role).get(f"/cases/{secret.number}/reason/").status_code == 404


def test_the_rule_costs_no_query_more(town: Cast, secret: Case, plain: Case) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert len(list(access.visible(town.actor(Role.LEADER)).filter(~Q(pk=None)))) == 1
    # Two of them find the actor.
    assert len([q for q in asked.captured_queries if "docket_case" in q["sql"]]) == 1
