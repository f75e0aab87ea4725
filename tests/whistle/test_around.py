"""Around the form (吹哨前后): the leader's yes, the same by API, a report's whistle."""

from typing import Any
from uuid import uuid4

from cases.docket.models import Case, Link
from cases.law.moves import Role
from cases.whistle.operations import blow_whistle
from cases.whistle.queries.drafts import written
from tests.conftest import send
from tests.ledger import unchanged
from tests.town import NOW, Cast
from tests.walk import file, walk
from tests.whistle.test_blowing import NEW, form, opened, units
from tests.whistle.way import PLAIN, blown, take


def test_a_leader_says_yes_on_one_page(town: Cast, page: Any) -> None:
    wanted = blown(town, **units(town))
    hard = blown(town, type="W4")
    night = blown(town, Role.DUTY, type="W1")
    leader = page(Role.LEADER)
    told = leader.get("/whistles/approvals/").context["told"]
    assert [(a.number, a.verb) for a in told.mine] == [
        (night.number, "confirm"),
        (wanted.number, "approve"),
    ]
    assert [(a.number, a.whose) for a in told.others] == [(hard.number, "行政机关负责人")]
    assert told.mine[1].called[0].name == "示范住建局"
    slip = {"version": wanted.version, "post": town.posts[Role.LEADER].pk, "key": str(uuid4())}
    assert leader.post(f"/whistles/{wanted.number}/approve/", slip).status_code == 303
    wanted.refresh_from_db()
    assert wanted.state == "BLOWN"
    head = page(Role.HEAD_OF_ORGAN).get("/whistles/approvals/").context["told"]
    assert {a.number for a in head.mine} == {night.number, hard.number}
    assert head.others == []


def test_approved_after_it_was_withdrawn_changes_nothing(town: Cast, page: Any) -> None:
    case = blown(town)
    version = case.version
    take(town, case, "withdraw", Role.DESK, reason="已自行解决")
    slip = {"version": version, "post": town.posts[Role.LEADER].pk, "key": str(uuid4())}
    with unchanged():
        answer = page(Role.LEADER).post(f"/whistles/{case.number}/approve/", slip)
    assert answer.status_code == 409
    assert page(Role.LEADER).get("/whistles/approvals/").context["told"].mine == []


def test_lists_ask_the_same_little_of_any_number(
    town: Cast, page: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        blown(town, **units(town))
        blow_whistle(by=town.actor(Role.DESK), at=NOW, keep=True, **PLAIN)
    leader, desk = page(Role.LEADER), page(Role.DESK)
    for client, url in ((leader, "/whistles/approvals/"), (desk, NEW)):
        client.get(url)
        with django_assert_max_num_queries(16):  # log-in, seat, directory and rulebook among them
            assert client.get(url).status_code == 200


def test_the_api_tells_what_the_pages_show(town: Cast, api: Any) -> None:
    desk = api(Role.DESK)
    types = desk.get("/api/v1/whistles/types/").json()
    assert [t["code"] for t in types["types"]] == ["W1", "W2", "W3", "W4", "W5", "W6"]
    assert types["types"][0]["terms"][0] == {"name": "签收", "words": "15 分钟"}
    preview = desk.get("/api/v1/whistles/preview/?category=0907").json()
    assert preview["category_name"] != ""
    bad = desk.get("/api/v1/whistles/preview/?category=0907&lead=x")
    assert (bad.status_code, bad["Content-Type"]) == (400, "application/problem+json")
    assert desk.get("/api/v1/whistles/preview/?nonsense=1").status_code == 400
    case, _ = blow_whistle(by=town.actor(Role.DESK), at=NOW, keep=True, **PLAIN)
    rows = desk.get("/api/v1/whistles/drafts/").json()["rows"]
    assert [(row["id"], row["title"]) for row in rows] == [(case.pk, PLAIN["title"])]
    answer = desk.get(f"/api/v1/whistles/drafts/{case.pk}/")
    assert answer.json()["facts"] == PLAIN
    assert answer["ETag"] == '"1"'
    waits = blown(town)
    told = api(Role.LEADER).get("/api/v1/whistles/approvals/").json()
    assert [a["number"] for a in told["mine"]] == [waits.number]


def test_a_drafts_point_can_be_revised_by_api(town: Cast, api: Any) -> None:
    case, _ = blow_whistle(by=town.actor(Role.DESK), at=NOW, keep=True, **PLAIN)
    body = PLAIN | {"lng": 119.175, "lat": 32.165}
    answer = send(api(Role.DESK), f"/api/v1/whistles/drafts/{case.pk}/revise/", body, version=1)
    assert answer.status_code == 200, answer.json()
    case.refresh_from_db()
    assert (case.lng, case.lat) == (119.175, 32.165)


def accepted(town: Cast) -> Case:
    return walk(town, file(town, lng=119.175, lat=32.165), "accept")


def test_a_reports_form_is_filled_from_the_report(town: Cast, page: Any) -> None:
    case = accepted(town)
    desk = page(Role.DESK)
    own = f"/reports/{case.number}/whistle/"
    assert own in desk.get(f"/reports/{case.number}/").content.decode()
    shown = desk.get(own)
    fields = shown.context["form"]
    assert (fields["title"].value(), fields["category"].value()) == ("路灯不亮", "0602")
    told = form(town, title="路灯不亮", version=case.version, category="0602")
    whistle = opened(desk.post(f"/reports/{case.number}/whistle/", told))
    case.refresh_from_db()
    assert (case.state, whistle.state) == ("REFERRED", "AWAITING_APPROVAL")
    assert Link.objects.filter(parent=case, child=whistle, why="whistled").exists()
    assert opened(desk.post(f"/reports/{case.number}/whistle/", told)) == whistle
    with unchanged():
        assert desk.get(f"/reports/{case.number}/whistle/").status_code == 409
        late = desk.post(f"/reports/{case.number}/whistle/", told | {"key": str(uuid4())})
    assert late.status_code == 409


def test_a_report_is_whistled_by_api_with_what_it_says(town: Cast, api: Any) -> None:
    case = accepted(town)
    path = f"/api/v1/reports/{case.number}/whistle/"
    body = {"type": "W3", "ask": "请派员修复"}
    with unchanged():
        assert send(api(Role.DESK), path, body).status_code == 428
        assert send(api(Role.DESK), path, body, version=99).status_code == 409
        assert send(api(Role.GRID_WORKER), path, body, version=case.version).status_code == 403
        wrong = send(api(Role.DESK), path, body | {"photos": [10**9]}, version=case.version)
        assert wrong.status_code in {400, 409}
    answer = send(api(Role.DESK), path, body, version=case.version)
    assert answer.status_code == 201, answer.json()
    whistle = Case.objects.get(number=answer.json()["number"])
    assert (whistle.category, whistle.lng) == ("0602", 119.175)
    assert written(whistle)["title"] == "路灯不亮"
