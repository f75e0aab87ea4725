"""My notices (我的通知): the bell, the list, reading, wishes; shown is judged anew."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from cases.docket.models import Case, Deadline, Stake, WorkItem
from cases.docket.operations.erasing import erase
from cases.docket.operations.workitems import settle
from cases.law.moves import Refused, Role
from cases.notice.models import Notice, Preference
from cases.notice.operations.again import forget
from cases.notice.operations.deriving import derive
from cases.notice.queries.health import notes, troubles
from cases.notice.queries.inbox import PAGE, inbox, unread
from cases.people.models import Post
from tests.conftest import send
from tests.ledger import unchanged
from tests.notice.telling import addressed, mail_on
from tests.town import NOW, XIASHU, Cast
from tests.walk import file, walk
from tests.whistle.way import blown, dispatched_already

API = "/api/v1/notices/"
Api = Callable[..., APIClient]
Page = Callable[..., Client]


def cost(client: Any, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def test_the_list_says_what_to_do_until_when_and_where(town: Cast, api: Api) -> None:
    case = walk(town, file(town), "assign")
    derive(NOW)
    told = api(Role.VILLAGE).get(API).json()
    (row,) = told["results"]
    sign = Deadline.objects.get(case=case, term="report.sign")
    assert (told["unread"], told["next"]) == (1, 0)
    assert (row["words"], row["number"], row["title"]) == ("请办理“签收”", case.number, "路灯不亮")
    assert row["link"] == f"/reports/{case.number}/#move-sign"
    assert row["due_at"] == sign.due_at.astimezone(NOW.tzinfo).isoformat()
    assert (row["post_label"], row["unread"]) == ("示范东村 村（社区）受理", True)


def test_a_department_is_led_to_its_own_part(town: Cast, api: Api) -> None:
    case = blown(town, Role.DUTY, type="W1")
    (part,) = dispatched_already(town, case)
    derive(NOW)
    (row,) = api(Role.DEPT_OFFICER).get(API).json()["results"]
    assert row["link"] == f"/whistles/{case.number}/responses/{part.pk}/#move-sign"
    assert row["urgent"] is True


def test_who_lost_sight_reads_number_and_kind_and_nothing_else(town: Cast, page: Page) -> None:
    case = walk(town, file(town, title="拆迁补偿争议"), "assign")
    derive(NOW)
    Stake.objects.filter(case=case, unit=town.village).delete()
    (row,) = inbox(town.officer(Role.VILLAGE), NOW).rows
    assert (row.number, row.kind_label) == (case.number, "上报事件")
    assert (row.title, row.link, row.due_at) == ("", "", None)
    assert "签收" not in row.words
    shown = page(Role.VILLAGE).get("/notices/").content.decode()
    assert "拆迁" not in shown
    assert str(case.number) in shown


def test_of_a_confidential_case_not_even_the_number(town: Cast) -> None:
    case = walk(town, file(town), "assign")
    derive(NOW)
    Case.objects.filter(pk=case.pk).update(confidential=True)
    Stake.objects.filter(case=case, unit=town.village).delete()
    (row,) = inbox(town.officer(Role.VILLAGE), NOW).rows
    assert (row.number, row.kind_label, row.link) == ("", "", "")


def test_of_an_erased_case_nothing_is_left_to_read(town: Cast) -> None:
    case = walk(town, file(town, title="拆迁补偿争议"))
    derive(NOW)
    erase(case, at=NOW, paper="保存期限届满")
    rows = inbox(town.officer(Role.DESK), NOW).rows
    assert {row.title for row in rows} == {"（已依法销毁）"}


def test_several_posts_are_one_list_and_opening_asks_for_the_right_seat(
    town: Cast, page: Page
) -> None:
    leader = town.officer(Role.LEADER)
    Post.objects.filter(pk=town.posts[Role.DESK].pk).update(officer=leader)
    case = file(town)
    derive(NOW)
    client = page(Role.LEADER)
    row = Notice.objects.get(case=case, channel="app")
    assert "换岗位打开" in client.get("/notices/").content.decode()
    answer = client.post(f"/notices/{row.pk}/open/")
    there = f"/post/?next=/reports/{case.number}/%23move-accept"
    assert (answer.status_code, answer["Location"]) == (303, there)
    row.refresh_from_db()
    assert row.state == "read"


def test_opening_leads_to_the_move_and_marks_it_read(town: Cast, page: Page) -> None:
    case = file(town)
    derive(NOW)
    row = Notice.objects.get(channel="app")
    answer = page(Role.DESK).post(f"/notices/{row.pk}/open/")
    assert answer["Location"] == f"/reports/{case.number}/#move-accept"
    assert unread(town.officer(Role.DESK).pk) == 0


def test_nobody_reads_or_opens_anothers_notice(town: Cast, page: Page, api: Api) -> None:
    file(town)
    derive(NOW)
    row = Notice.objects.get(channel="app")
    with unchanged():
        assert page(Role.VILLAGE).post(f"/notices/{row.pk}/open/").status_code == 404
        assert page(Role.VILLAGE).post("/notices/read/", {"notice": row.pk}).status_code == 404
        assert send(api(Role.VILLAGE), f"{API}read/", {"ids": [row.pk]}).status_code == 404
        assert page(Role.DESK).post("/notices/99999999999999999999/open/").status_code == 404
    assert Notice.objects.get(pk=row.pk).state == "sent"


def test_read_once_and_again_changes_nothing(town: Cast, api: Api) -> None:
    for _ in range(3):
        file(town)
    derive(NOW)
    desk = api(Role.DESK)
    ids = list(Notice.objects.filter(channel="app").values_list("pk", flat=True))
    assert send(desk, f"{API}read/", {"ids": ids[:2]}).json() == {"read": 2}
    assert send(desk, f"{API}read/", {"ids": ids[:2]}).json() == {"read": 0}
    assert desk.get(API, {"unread": True}).json()["unread"] == 1
    assert len(desk.get(API, {"unread": True}).json()["results"]) == 1
    assert len(desk.get(API).json()["results"]) == 3


@pytest.mark.parametrize(
    "asked", ["after=x", "after=-1", "kind=nothing", "after=99999999999999999999", "kind=%00"]
)
def test_a_wrong_question_is_said_to_be_wrong(town: Cast, page: Page, api: Api, asked: str) -> None:
    assert api(Role.DESK).get(f"{API}?{asked}").status_code == 400
    shown = page(Role.DESK).get(f"/notices/?{asked}")
    assert (shown.status_code, 'role="alert"' in shown.content.decode()) == (400, True)


def test_by_its_cursor_every_notice_comes_once(town: Cast, api: Api) -> None:
    for _ in range(PAGE + 5):
        file(town)
    derive(NOW)
    client, after, found = api(Role.DESK), 0, []
    for _ in range(5):
        told = client.get(API, {"after": after}).json()
        found += [row["id"] for row in told["results"]]
        after = told["next"]
        if not after:
            break
    assert len(found) == len(set(found)) == PAGE + 5
    assert found == sorted(found, reverse=True)


def test_the_bell_costs_one_query_and_the_list_the_same_however_long(
    town: Cast, page: Page
) -> None:
    officer = town.officer(Role.DESK)
    file(town)
    derive(NOW)
    client = page(Role.DESK)
    cost(client, "/notices/")
    few = cost(client, "/notices/")
    for _ in range(PAGE):
        file(town)
    derive(NOW)
    assert cost(client, "/notices/") == few <= 10
    with CaptureQueriesContext(connection) as asked:
        assert unread(officer.pk) == PAGE + 1
    assert len(asked) == 1


def test_the_bell_says_a_number_and_keeps_no_session_alive(town: Cast, page: Page) -> None:
    file(town)
    derive(NOW)
    client = page(Role.DESK)
    client.get("/notices/")
    session = client.session
    session["seen"] = session["since"] = 1
    session.save()
    shown = client.get("/notices/bell/")
    assert shown.status_code == 200
    assert "<b class=\"bell-many num\">1</b>" in shown.content.decode()
    assert client.session["seen"] == 1
    assert client.get("/notices/").status_code == 302  # over: the log-in is asked for
    assert "bell-many" not in Client().get("/notices/bell/").content.decode()


def test_how_one_wants_to_be_told(town: Cast, page: Page, api: Api) -> None:
    client, mine = page(Role.DESK), f"{API}preferences/"
    assert api(Role.DESK).get(mine).json() == {"mail": True, "digest": False}
    assert client.post("/notices/preferences/", {"how": "digest"}).status_code == 303
    assert api(Role.DESK).get(mine).json() == {"mail": True, "digest": True}
    assert 'value="digest" checked' in client.get("/me/").content.decode()
    off = send(api(Role.DESK), mine, {"mail": False, "digest": True})
    assert off.json() == {"mail": False, "digest": False}
    with unchanged():
        client.post("/notices/preferences/", {"how": "pigeon"})
        assert send(api(Role.DESK), mine, {"mail": "?"}).status_code == 400
    assert Preference.objects.count() == 1


def test_the_reporters_words_are_for_who_may_know_the_reporter(town: Cast, page: Page) -> None:
    case = walk(town, file(town, reporter="赵大山", phone="13812345678"))
    derive(NOW)
    for role in (Role.DESK, Role.GRID_WORKER, Role.LEADER):
        shown = page(role).get(f"/cases/{case.number}/told/")
        assert shown.status_code == 200, role
    text = page(Role.DESK).get(f"/cases/{case.number}/told/").content.decode()
    assert "您反映的事已受理，会有人办理。" in text
    assert "已修好" in text  # the reply that was written for them
    assert "没有接入短信" in text
    assert "示范东村" not in text
    for role in (Role.VILLAGE, Role.SUPERVISOR, Role.SYSADMIN):
        assert page(role).get(f"/cases/{case.number}/told/").status_code == 404, role
    nobody = file(town)
    assert page(Role.DESK).get(f"/cases/{nobody.number}/told/").status_code == 404


def test_the_reporters_words_go_with_the_key_of_the_case(town: Cast, api: Api) -> None:
    case = walk(town, file(town, reporter="赵大山", phone="13812345678"))
    derive(NOW)
    told = api(Role.DESK).get(f"/api/v1/cases/{case.number}/told/").json()
    assert [row["said"] for row in told] == ["已修好", "", ""]
    erase(case, at=NOW, paper="保存期限届满")
    assert "已修好" not in api(Role.DESK).get(f"/api/v1/cases/{case.number}/told/").content.decode()


def test_what_was_read_long_ago_is_forgotten_and_the_rest_stays(town: Cast) -> None:
    for _ in range(3):
        file(town)
    derive(NOW)
    rows = Notice.objects.filter(channel="app").order_by("pk")
    rows.filter(pk=rows[0].pk).update(state="read")
    Notice.objects.filter(pk=rows[1].pk).update(channel="mail", state="dead")
    day = timedelta(days=1)
    assert forget(NOW + 180 * day) == 0
    assert forget(NOW + 181 * day) == 1
    assert sorted(Notice.objects.values_list("state", flat=True)) == ["dead", "sent"]


def test_a_call_is_done_when_it_is_written_down_who_was_reached(
    town: Cast, page: Page, api: Api
) -> None:
    told: dict[str, Any] = {"division": XIASHU, "words": "请打电话", "since": NOW}
    item = WorkItem.objects.create(kind="phone_now", key=str(uuid4()), **told)
    other = WorkItem.objects.create(kind="no_rule", key=str(uuid4()), **told)
    duty = town.actor(Role.DUTY)
    with unchanged(), pytest.raises(Refused) as refused:
        settle(item.pk, by=duty, at=NOW)
    assert refused.value.fields == {"result": "请写明几点、打给谁、对方怎么说；没打通也请写明。"}
    with unchanged(), pytest.raises(Refused):
        settle(item.pk, by=duty, at=NOW, result="长" * 401)
    with unchanged(), pytest.raises(Refused):
        settle(other.pk, by=duty, at=NOW)  # no call: not the duty officer's
    assert "几点打给谁" in page(Role.DUTY).get("/").content.decode()
    path = f"/work-items/{item.pk}/settle/"
    assert page(Role.DUTY).post(path).status_code == 303
    said = "22:10 打给值班室王某，已出发"
    assert page(Role.DUTY).post(path, {"result": said}).status_code == 303
    item.refresh_from_db()
    assert (item.result, item.done_by_id) == (said, duty.officer_id)
    again = send(api(Role.DESK), f"/api/v1{path}", {"result": "又打了一次"})
    assert (again.status_code, again.json()["result"]) == (200, said)


def test_what_did_not_arrive_is_shown_without_the_case_and_sent_again(
    town: Cast, page: Page, api: Api, settings: Any
) -> None:
    mail_on(settings)
    dead = [file(town) for _ in range(2)]
    derive(NOW)
    Notice.objects.filter(channel="mail").update(state="dead", last_error="没有邮箱")
    shown = page(Role.SYSADMIN).get("/notices/undelivered/").content.decode()
    assert "没有邮箱" in shown
    assert "2 条" in shown
    assert not [case for case in dead if str(case.number) in shown]
    (group,) = api(Role.SUPERVISOR).get(f"{API}undelivered/").json()["results"]
    assert (group["channel"], group["count"], group["reason"]) == ("mail", 2, "没有邮箱")
    path = f"{API}undelivered/resend/"
    with unchanged():
        assert send(api(Role.VILLAGE), path, {}).status_code == 403
        assert page(Role.VILLAGE).get("/notices/undelivered/").status_code == 403
        assert send(api(Role.DESK, other=True), path, {}).status_code == 404
        assert send(api(Role.DESK), path, {"group": "f" * 32}).status_code == 404
    addressed(town, Role.DESK)
    assert send(api(Role.SYSADMIN), path, {"group": group["id"]}).json() == {"queued": 2}
    rows = Notice.objects.filter(channel="mail")
    assert set(rows.values_list("state", "attempts")) == {("waiting", 0)}
    assert send(api(Role.SYSADMIN), path, {}).status_code == 404


def test_health_says_what_waits_and_what_is_dead(town: Cast, settings: Any) -> None:
    mail_on(settings)
    assert troubles(NOW) == []
    assert notes() == ["mail: configured", "webhook: not configured"]
    file(town)
    derive(NOW)
    Notice.objects.filter(channel="mail").update(next_try_at=NOW - timedelta(minutes=43))
    assert troubles(NOW) == ["mail: oldest waits 43 min"]
    Notice.objects.filter(channel="mail").update(state="dead")
    settings.WEBHOOK_URL = "https://hook.example.cn/"
    assert troubles(NOW) == ["mail: 1 dead letters", "webhook: no secret"]
