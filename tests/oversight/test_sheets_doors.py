"""Supervision sheets at the doors (督办单页面、接口): the right button, once, by who may."""

from typing import Any
from uuid import uuid4

import pytest

from cases.docket.models import Case, Deadline, Event
from cases.law.moves import Role
from cases.oversight.models import Sheet
from cases.oversight.queries.overdue import Wanted, overdue
from cases.oversight.queries.sheets import Wanted as Narrowed
from cases.oversight.queries.sheets import sheets_of
from tests.conftest import send
from tests.ledger import unchanged
from tests.oversight.supervised import (
    LATE,
    REPLY,
    asked,
    issued,
    issued_in_town,
    of_department,
    of_village,
    take,
)
from tests.town import NOW, Cast
from tests.walk import file

NEW, API = "/supervisions/new/", "/api/v1/supervisions/"


def ways(town: Cast, role: Role) -> dict[int, tuple[str, str]]:
    found = overdue(town.actor(role), Wanted(), LATE)
    return {row.obligation: (row.way, row.way_label) for row in found.rows}


def test_the_board_offers_each_seat_its_own_button_and_no_other(town: Cast) -> None:
    department, village = of_department(town)[1], of_village(town)[1]
    for role in (Role.SUPERVISOR, Role.DESK, Role.LEADER, Role.HEAD_OF_ORGAN):
        found = ways(town, role)
        assert found[department.pk] == ("request", "提请督办")
        assert found[village.pk] == ("issue", "发督办单")
    county = ways(town, Role.COUNTY_DESK)
    assert (county[department.pk], county[village.pk]) == (("issue", "发督办单"), ("", ""))
    assert {way for way, _ in ways(town, Role.DUTY).values()} == {""}


def test_the_board_shows_the_open_sheet_and_what_is_unanswered(town: Cast) -> None:
    _, late = of_department(town)
    sheet = issued(town, late)
    row = next(
        row
        for row in overdue(town.actor(Role.SUPERVISOR), Wanted(), LATE).rows
        if row.obligation == late.pk
    )
    assert (row.sheet, row.sheet_label, row.way) == (str(sheet), "待回复", "")
    unanswered = overdue(town.actor(Role.SUPERVISOR), Wanted(what="sheets"), LATE)
    assert [(r.number, r.owes) for r in unanswered.rows] == [(str(sheet), "示范住建局")]
    assert unanswered.counts["sheets"] == 1


def form(page: Any, path: str) -> dict[str, Any]:
    shown = page.get(path).context["form"]
    return {name: shown[name].value() for name in ("demand", "post", "key")}


def test_a_request_is_sent_once_from_its_page(town: Cast, page: Any) -> None:
    _, late = of_department(town)
    Deadline.objects.filter(pk=late.pk).update(due_at=NOW)
    browser = page(Role.SUPERVISOR)
    body = form(browser, f"{NEW}?obligation={late.pk}") | {"obligation": [late.pk]}
    assert "书面回复" in body["demand"]
    with unchanged():
        empty = browser.post(NEW, body | {"demand": ""})
        assert empty.status_code == 400
        assert "请填写“督办要求”" in empty.content.decode()
    sent = browser.post(NEW, body)
    sheet = Sheet.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, f"/supervisions/{sheet.case.number}/")
    with unchanged():
        assert browser.post(NEW, body).status_code == 303
        again = body | {"key": str(uuid4())}
        refused = browser.post(NEW, again)
        assert refused.status_code == 409
        assert f"这一项已有督办单 {sheet.case}" in refused.content.decode()


def test_several_from_the_board_get_one_each(town: Cast, page: Any) -> None:
    department, village = of_department(town)[1], of_village(town)[1]
    Deadline.objects.filter(pk__in=[department.pk, village.pk]).update(due_at=NOW)
    browser = page(Role.SUPERVISOR)
    chosen = {"obligation": [department.pk, village.pk], "words": "", "key": str(uuid4())}
    shown = browser.post(NEW, chosen)
    assert shown.status_code == 200
    assert "提请督办、签发督办单" in shown.content.decode()
    hidden = {"post": town.posts[Role.SUPERVISOR].pk, "key": str(uuid4()), "demand": "请办理"}
    for _ in range(2):
        assert browser.post(NEW, chosen | hidden).status_code == 303
    assert sorted(Sheet.objects.values_list("case__state", flat=True)) == ["ISSUED", "REQUESTED"]


@pytest.mark.parametrize(
    "told", ["obligation=999999999", "obligation=99999999999999999999", "obligation=x", ""]
)
def test_what_is_no_obligation_breaks_nothing(told: str, town: Cast, page: Any) -> None:
    assert page(Role.DESK).get(f"{NEW}?{told}").status_code in {200, 404}


def test_by_interface_a_town_is_told_to_ask_and_a_replay_is_one(town: Cast, api: Any) -> None:
    _, late = of_department(town)
    Deadline.objects.filter(pk=late.pk).update(due_at=NOW)
    desk = api(Role.DESK)
    body = {"obligation": late.pk, "demand": "请签收", "way": "issue", "title": ""}
    with unchanged():
        answer = send(desk, API, body)
        assert answer.status_code == 409
        words = "镇不能向县级部门发督办单，请改用‘提请督办’。"
        assert answer.json()["detail"] == words
    body["way"] = "request"
    headers = {"Idempotency-Key": str(uuid4())}
    first, second = (desk.post(API, body, format="json", headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second["Idempotent-Replayed"] == "true"
    assert first.json() == second.json()
    number = first.json()["number"]
    assert [m["verb"] for m in first.json()["moves"]] == ["withdraw", "note", "contest", "urge"]
    county = api(Role.COUNTY_DESK)
    file_ = county.get(f"{API}{number}/").json()
    assert file_["title"] == "督办示范住建局：签收超期"
    assert file_["supervised"]["matter"]["title"] == "桥下排水不畅"
    moves = [m["verb"] for m in file_["moves"]]
    assert moves == ["issue", "decline", "note", "urge"]
    sent = send(county, f"{API}{number}/issue/", {"demand": "请签收"}, file_["version"])
    assert (sent.status_code, sent.json()["state"]) == (200, "ISSUED")
    done = {k: str(v) for k, v in REPLY.items()}
    with unchanged():
        version = sent.json()["version"]
        assert send(api(Role.VILLAGE), f"{API}{number}/answer/", done, version).status_code == 404
        assert send(desk, f"{API}{number}/answer/", done, version).status_code == 403
        assert send(desk, f"{API}{number}/settle/", {}, version).status_code == 403
    assert send(api(Role.DEPT_LEAD), f"{API}{number}/answer/", done, version).status_code == 200
    with unchanged():
        again = send(api(Role.DEPT_LEAD), f"{API}{number}/answer/", done, version + 1)
        assert again.status_code == 409


def test_several_by_interface(town: Cast, api: Any) -> None:
    late = of_department(town)[1]
    Deadline.objects.filter(pk=late.pk).update(due_at=NOW)
    body = {"obligations": [late.pk, 10**9], "demand": "请签收"}
    answer = send(api(Role.DESK), f"{API}several/", body)
    told = answer.json()
    assert [row["obligation"] for row in told["done"]] == [late.pk]
    assert [(row["obligation"], row["status"]) for row in told["refused"]] == [(10**9, 404)]


def test_lists_show_what_waits_for_whom(town: Cast) -> None:
    one, two = of_department(town)[1], of_department(town)[1]
    first, second = asked(town, one), issued(town, two)
    own = issued_in_town(town, of_village(town)[1])
    take(town, own, "answer", Role.VILLAGE, **REPLY)
    wanted = {
        (Role.COUNTY_DESK, "decide"): [first],
        (Role.DEPT_OFFICER, "answer"): [second],
        (Role.SUPERVISOR, "check"): [own],
        (Role.SUPERVISOR, "decide"): [],
        (Role.VILLAGE, "all"): [own],
        (Role.LEADER, "all"): [own, second, first],
        (Role.DEPT_OFFICER, "all"): [second],
    }
    for (role, view), cases in wanted.items():
        found = sheets_of(town.actor(role), Narrowed(view), LATE)
        assert [row.number for row in found.rows] == [str(case) for case in cases], (role, view)
        assert found.counts[view] == len(cases)


def test_the_next_step_stands_on_the_home_page_and_the_worklist(town: Cast, page: Any) -> None:
    first = asked(town, of_department(town)[1])
    said = page(Role.COUNTY_DESK).get("/").content.decode()
    assert "提请督办待决定" in said
    assert f"/supervisions/{first.number}/" in said
    assert f"{first.number}" in page(Role.COUNTY_DESK).get("/cases/?view=mine").content.decode()
    take(town, first, "issue", Role.COUNTY_DESK, demand="请签收")
    assert "督办单待回复" in page(Role.DEPT_OFFICER).get("/").content.decode()
    take(town, first, "answer", Role.DEPT_OFFICER, **REPLY)
    assert "回复待核" in page(Role.COUNTY_DESK).get("/").content.decode()
    assert "回复待核" not in page(Role.DESK).get("/").content.decode()


def test_the_supervised_case_and_its_response_lead_to_the_sheet(town: Cast, page: Any) -> None:
    parent, late = of_department(town)
    sheet = issued(town, late)
    part = f"/whistles/{parent.number}/responses/{late.part_id}/"
    for path in (f"/whistles/{parent.number}/", part):
        said = page(Role.DEPT_OFFICER).get(path).content.decode()
        assert f"/supervisions/{sheet.number}/" in said
        assert "督办单（待回复" in said


def test_papers_say_who_to_whom_what_and_by_when(town: Cast, page: Any) -> None:
    sheet = issued(town, of_department(town)[1])
    path = f"/supervisions/{sheet.number}/"
    printed = page(Role.COUNTY_DESK).get(f"{path}print/").content.decode()
    for words in ("示范县", "示范住建局：", "请立即签收并回复", "2026年11月24日 周二 24:00 前"):
        assert words in printed
    asked_by = page(Role.DESK).get(f"{path}request/print/").content.decode()
    assert ("提请督办函" in asked_by, "请立即签收并回复" in asked_by) == (True, False)
    own = issued_in_town(town, of_village(town)[1])
    mine = page(Role.SUPERVISOR).get(f"/supervisions/{own.number}/print/").content.decode()
    assert "镇内督办单" in mine
    assert page(Role.DESK).get(f"/supervisions/{own.number}/request/print/").status_code == 404


def test_what_is_done_meanwhile_is_said_on_the_page(town: Cast, page: Any) -> None:
    _, late = of_department(town)
    sheet = issued(town, late)
    Deadline.objects.filter(pk=late.pk).update(state="met_late", met_at=LATE)
    said = page(Role.COUNTY_DESK).get(f"/supervisions/{sheet.number}/").content.decode()
    assert "所督办事项已于 2026年11月20日 周五 17:00 办结，可销单。" in said


def test_lists_cost_the_same_for_many(
    town: Cast, page: Any, api: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        asked(town, of_department(town)[1])
    browser, client = page(Role.SUPERVISOR), api(Role.SUPERVISOR)
    browser.get("/supervisions/")
    with django_assert_max_num_queries(9):
        assert browser.get("/supervisions/?view=all").status_code == 200
    with django_assert_max_num_queries(9):
        assert len(client.get(API).json()["results"]) == 4


def test_bad_filters_are_said(town: Cast, page: Any) -> None:
    file(town)
    browser = page(Role.DESK)
    for told in ("view=nothing", "after=x", "view=open&after=1_x", "after=1_2026-01-01"):
        assert browser.get(f"/supervisions/?{told}").status_code in {200, 400}
    assert browser.get("/supervisions/?view=all&after=x").status_code == 400
    assert Event.objects.filter(verb="request").count() == 0
    assert Case.objects.filter(kind="sheet").count() == 0
