"""Keeping the rulebook (规则维护): a row is entered, succeeded, ended, voided, never edited."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from cases.docket.models import Deadline
from cases.law.moves import Role
from cases.rulebook.models import Category, Change, DutyItem, HolidayNotice, Ladder, TermRow
from cases.rulebook.queries import book
from tests.town import XIASHU, Cast

TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=30)
BASIS: dict[str, Any] = {
    "valid_from": SOON.isoformat(),
    "citation": "镇党政联席会议纪要",
    "paper": "下政发〔2026〕9号",
    "quality": "published",
}
FIGURE = {"key": "report.example", "name": "示例", "value": 7, "unit": "次"}


def send(client: Any, path: str, body: dict[str, Any], key: str = "") -> Any:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return client.post(f"/api/v1/rules/{path}", body, format="json", headers=headers)


def pk_of(key: str) -> int:
    return int(TermRow.objects.get(key=key, valid_to=None).pk)


def fresh() -> tuple[int, int]:
    """Rows of a kind and changes: what a refusal must leave alone."""
    return TermRow.objects.count(), Change.objects.count()


def confirmed(client: Any, path: str, body: dict[str, Any]) -> Any:
    """Fill in, look, confirm, as a person does by page."""
    looked = client.post(path, body)
    assert looked.status_code == 200, looked.content.decode()
    seen = looked.context["plan"].digest
    return client.post(path, body | {"seen": seen})


def test_a_town_enters_a_rule_of_its_own_and_it_is_recorded_with_who(
    town: Cast, api: Any
) -> None:
    answer = send(api(Role.SYSADMIN), "figures/", BASIS | FIGURE)
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert (told["standing"], told["scope"], told["words"]["数值"]) == ("未生效", XIASHU, "7")
    change = Change.objects.latest("id")
    who = town.actor(Role.SYSADMIN)
    assert (change.what, change.actor_code, change.paper) == (
        "enter",
        who.stamp,
        BASIS["paper"],
    )
    assert change.after is not None
    assert change.after["citation"] == BASIS["citation"]


def test_a_new_value_follows_the_towns_own_and_stands_before_a_wider_one(
    town: Cast, api: Any
) -> None:
    wide, keeper = pk_of("report.check"), api(Role.SYSADMIN)
    body = BASIS | {"name": "核查", "term": "4 个工作日", "ladder": "L3"}
    first = send(keeper, f"terms/{wide}/succeed/", body).json()
    assert first["scope"] == XIASHU
    assert TermRow.objects.get(pk=wide).valid_to is None
    rules = book()
    assert str(rules.term("report.check", XIASHU, SOON).term) == "4 working days"
    assert str(rules.term("report.check", XIASHU, TODAY).term) == "2 working days"
    assert str(rules.term("report.check", "321183109", SOON).term) == "2 working days"
    later = (SOON + timedelta(days=10)).isoformat()
    second = send(
        keeper, f"terms/{first['id']}/succeed/", body | {"term": "5 日", "valid_from": later}
    )
    assert second.status_code == 201, second.json()
    assert TermRow.objects.get(pk=first["id"]).valid_to == SOON + timedelta(days=10)
    assert second.json()["words"]["时限"] == "5 日"


def test_the_second_of_two_entering_one_key_is_refused_with_a_sentence(
    town: Cast, api: Any
) -> None:
    keeper = api(Role.SYSADMIN)
    assert send(keeper, "figures/", BASIS | FIGURE).status_code == 201
    before = Change.objects.count()
    answer = send(keeper, "figures/", BASIS | FIGURE | {"value": 8})
    assert answer.status_code == 409
    assert "已有" in answer.json()["detail"]
    assert Change.objects.count() == before


def test_a_key_sent_again_gives_the_same_answer_and_another_body_is_refused(
    town: Cast, api: Any
) -> None:
    keeper, key = api(Role.SYSADMIN), str(uuid4())
    first = send(keeper, "figures/", BASIS | FIGURE, key)
    again = send(keeper, "figures/", BASIS | FIGURE, key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert send(keeper, "figures/", BASIS | FIGURE | {"value": 9}, key).status_code == 409
    assert keeper.post("/api/v1/rules/figures/", {}, format="json").status_code == 400


@pytest.mark.parametrize(
    ("path", "body", "field", "words"),
    [
        ("figures/", FIGURE | {"citation": ""}, "citation", "依据"),
        ("figures/", FIGURE | {"valid_from": "2020-01-01", "paper": ""}, "paper", "文号"),
        ("figures/", FIGURE | {"valid_from": "2099-01-01"}, "valid_from", "过远"),
        ("figures/", FIGURE | {"key": "报告"}, "key", "英文小写"),
        ("figures/", FIGURE | {"value": -1}, "value", ""),
        ("figures/", FIGURE | {"colour": "red"}, "colour", "没有这个字段"),
        ("figures/", FIGURE | {"quality": "hearsay"}, "quality", "请从所列选项中选择"),
        ("terms/", {"key": "a.b", "name": "x", "term": "三天"}, "term", "看不懂期限"),
        ("terms/", {"key": "a.b", "name": "x", "term": "0 日"}, "term", "大于零"),
        ("terms/", {"key": "a.b", "name": "x", "term": "1 日", "ladder": "L99"}, "", "L99"),
        ("terms/", {"key": "a.b", "name": "x", "term": "2 小时", "end": "roll"}, "", "不顺延"),
        ("ladders/", {"code": "L9", "name": "x", "rungs": "到期 | 黄"}, "rungs", "第 1 级"),
        (
            "ladders/",
            {
                "code": "L9",
                "name": "x",
                "rungs": "到期 | 黄 | 催办 | 窗口 | 承办人 | 缓发\n"
                "余下 20% | 蓝 | 提醒 | 窗口 | 承办人 | 缓发",
            },
            "rungs",
            "第 2 级不晚于第 1 级",
        ),
        (
            "ladders/",
            {"code": "L9", "name": "x", "rungs": "快到了 | 黄 | 催办 | 窗口 | 承办人 | 缓发"},
            "rungs",
            "看不懂触发时间",
        ),
        (
            "ladders/",
            {"code": "L9", "name": "x", "rungs": "到期 | 黄 | 催办 | 窗口 | 路人 | 缓发"},
            "rungs",
            "路人",
        ),
        ("hours/", {"spans": "12:00-08:30"}, "spans", "工作时间"),
        ("categories/", {"code": "0199", "name": "x", "parent_code": "98"}, "", "上级代码"),
        ("categories/", {"code": "01A", "name": "x", "flags": "SZ"}, "flags", "Z"),
        ("categories/", {"code": "88", "name": "x", "term": "1 日"}, "term", "一级分类不设"),
        (
            "categories/",
            {"code": "0199", "name": "x", "parent_code": "01", "maps_to": "没有"},
            "",
            "诉求分类中没有",
        ),
        ("duties/", {"list_kind": "basic", "number": "1", "name": ""}, "name", "事项"),
        ("figures/", FIGURE | {"name": "\x00"}, "name", ""),
        ("figures/", FIGURE | {"name": "长" * 20_000}, "name", "最多 60 字"),
    ],
)
def test_bad_facts_are_400_and_nothing_is_written(
    town: Cast, api: Any, path: str, body: dict[str, Any], field: str, words: str
) -> None:
    before = Change.objects.count()
    answer = send(api(Role.SYSADMIN), path, BASIS | body)
    assert answer.status_code == 400, answer.json()
    told = answer.json()
    assert words in told["detail"]
    assert not field or field in told["fields"]
    assert Change.objects.count() == before


def test_marks_nobody_sees_and_scripts_are_kept_as_plain_text(
    town: Cast, api: Any, page: Any
) -> None:
    name = "‮<script>x</script>😀 =cmd()"
    told = send(api(Role.SYSADMIN), "figures/", BASIS | FIGURE | {"name": name}).json()
    assert told["facts"]["name"] == "<script>x</script>😀 =cmd()"
    said = page(Role.DESK).get(f"/rules/figures/{told['id']}/").content.decode()
    assert "&lt;script&gt;x" in said
    assert "<script>x" not in said


def test_a_wider_rule_is_ended_by_the_keeper_and_nothing_holds_any_more(
    town: Cast, api: Any
) -> None:
    pk = DutyItem.objects.get(number="演示-1").pk
    body = {"valid_from": TODAY.isoformat(), "citation": "以实际清单为准"}
    answer = send(api(Role.SYSADMIN), f"duties/{pk}/end/", body)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["standing"] == "已失效"
    change = Change.objects.latest("id")
    assert change.after is not None
    assert (change.what, change.after["because"]) == ("end", "以实际清单为准")
    again = send(api(Role.SYSADMIN), f"duties/{pk}/end/", body)
    assert again.status_code == 409
    assert "失效日期已定为" in again.json()["detail"]


def test_a_slip_of_the_pen_is_voided_and_the_old_value_comes_back(
    town: Cast, api: Any
) -> None:
    keeper = api(Role.SYSADMIN)
    first = send(keeper, "figures/", BASIS | FIGURE).json()
    later = {"valid_from": (SOON + timedelta(days=9)).isoformat(), "value": 70}
    body = BASIS | FIGURE | later
    body.pop("key")
    second = send(keeper, f"figures/{first['id']}/succeed/", body).json()
    gone = send(keeper, f"figures/{second['id']}/void/", {"citation": "多写一个零"})
    assert gone.json()["standing"] == "作废"
    on = SOON + timedelta(days=20)
    assert book().figure("report.example", XIASHU, on).value == 7
    assert send(keeper, f"figures/{second['id']}/void/", {"citation": "再来"}).status_code == 409


def test_a_rule_that_deadlines_were_counted_by_is_not_voided(
    town: Cast, api: Any, filed: Any
) -> None:
    filed()
    deadline = Deadline.objects.get(term="report.accept")
    pk = int(deadline.rule_version.partition("#")[2])
    answer = send(api(Role.SYSADMIN), f"terms/{pk}/void/", {"citation": "试试"})
    assert answer.status_code == 409
    assert "已有 1 个期限" in answer.json()["detail"]
    assert TermRow.objects.get(pk=pk).valid_to is None


def test_a_head_with_classes_below_is_not_ended(town: Cast, api: Any) -> None:
    pk = Category.objects.get(scheme="grid", code="01").pk
    body = {"valid_from": SOON.isoformat(), "citation": "合并"}
    answer = send(api(Role.SYSADMIN), f"categories/{pk}/end/", body)
    assert answer.status_code == 409
    assert "二级分类" in answer.json()["detail"]


def test_nobody_but_the_keeper_sends_anything_to_the_rules(
    town: Cast, api: Any, page: Any
) -> None:
    pk, before, nothing = pk_of("report.check"), fresh(), uuid4()
    one = f"terms/{pk}"
    posts = (f"{one}/succeed/", f"{one}/end/", f"{one}/void/", "terms/", "terms/check/")
    sheets = (f"terms/sheets/{nothing}/check/", f"terms/sheets/{nothing}/confirm/")
    pages = ("terms/new/", f"{one}/succeed/", f"{one}/end/", f"{one}/void/", "terms/sheet/")
    for role in set(Role) - {Role.SYSADMIN, Role.SYSTEM}:
        for path in (*posts, *sheets):
            assert send(api(role), path, BASIS).status_code == 403, (role, path)
        for path in (*pages, f"terms/sheet/{nothing}/"):
            answer = page(role).post(f"/rules/manage/{path}", BASIS)
            assert answer.status_code == 403, (role, path)
    assert fresh() == before


def test_by_page_it_is_looked_at_before_it_is_entered(town: Cast, page: Any) -> None:
    keeper, pk = page(Role.SYSADMIN), pk_of("report.check")
    path = f"/rules/manage/terms/{pk}/succeed/"
    assert "接替" in keeper.get(path).content.decode()
    body = BASIS | {"name": "核查", "term": "4 个工作日", "ladder": "L3"}
    before = fresh()
    looked = keeper.post(path, body)
    said = looked.content.decode()
    assert "2 个工作日" in said
    assert "4 个工作日" in said
    assert f"{SOON} 起生效" in said
    assert fresh() == before
    done = confirmed(keeper, path, body)
    assert done.status_code == 303
    row = TermRow.objects.get(scope=XIASHU)
    assert done["Location"] == f"/rules/terms/{row.pk}/"
    assert (row.amount, row.valid_from, row.citation) == (4, SOON, BASIS["citation"])


def test_a_page_confirmed_after_the_rules_moved_is_refused(
    town: Cast, page: Any, api: Any
) -> None:
    keeper, pk = page(Role.SYSADMIN), pk_of("report.check")
    path, body = f"/rules/manage/terms/{pk}/succeed/", BASIS | {"name": "核查", "term": "4 日"}
    seen = keeper.post(path, body).context["plan"].digest
    moved = send(api(Role.SYSADMIN), f"terms/{pk}/succeed/", body | {"term": "6 日"})
    assert moved.status_code == 201
    before = fresh()
    late = keeper.post(path, body | {"seen": seen})
    assert late.status_code == 409
    assert "规则在您核对之后有改动" in late.content.decode()
    assert fresh() == before


def test_a_past_day_asks_for_a_paper_and_says_that_old_dates_stand(
    town: Cast, page: Any
) -> None:
    keeper, pk = page(Role.SYSADMIN), pk_of("report.check")
    path = f"/rules/manage/terms/{pk}/succeed/"
    body = BASIS | {"name": "核查", "term": "4 日", "valid_from": "2026-01-01"}
    assert "早于今天的，请填写文号" in keeper.post(path, body | {"paper": ""}).content.decode()
    assert "已经算定的期限保持原日期" in keeper.post(path, body).content.decode()


def test_the_same_value_again_is_not_entered(town: Cast, page: Any) -> None:
    row = Ladder.objects.get(code="L3")
    keeper = page(Role.SYSADMIN)
    form = keeper.get(f"/rules/manage/ladders/{row.pk}/succeed/").context["form"]
    body = BASIS | {"name": row.name, "rungs": form.initial["rungs"]}
    answer = keeper.post(f"/rules/manage/ladders/{row.pk}/succeed/", body)
    assert answer.status_code == 400
    assert "完全相同" in answer.content.decode()


REST = "元旦：1月1日（周五）至3日（周日）放假调休，共3天\n春节：2月5日至11日"
NOTICE: dict[str, Any] = {
    "year": 2027,
    "issued_on": "2026-11-10",
    "rest": REST,
    "work": "元旦：1月10日（周日）\n春节：2月14日",
    "citation": "国务院办公厅关于2027年部分节假日安排的通知（示范）",
    "paper": "国办发明电〔2026〕示范号",
    "quality": "published",
}


def test_a_notice_is_shown_as_a_calendar_and_counts_what_it_touches(
    town: Cast, page: Any, filed: Any
) -> None:
    filed()
    keeper, path = page(Role.SYSADMIN), "/rules/manage/notices/new/"
    looked = keeper.post(path, NOTICE)
    said = looked.content.decode()
    assert "录入后的 2027 年" in said
    assert "2月14日 春节调休上班" in said
    running = Deadline.objects.filter(state="running").count()
    assert looked.context["touched"].running == running
    assert looked.context["touched"].crossing == 0
    assert not HolidayNotice.objects.filter(year=2027).exists()
    assert confirmed(keeper, path, NOTICE).status_code == 303
    row = HolidayNotice.objects.get(year=2027)
    assert (row.revision, row.issued_on, row.scope) == (1, date(2026, 11, 10), "")
    assert (row.days["2027-01-01"], row.days["2027-02-14"]) == (True, False)
    assert row.names["2027-02-05"] == "春节"
    revised = NOTICE | {"work": "春节：2月14日"}
    assert confirmed(keeper, path, revised).status_code == 303
    assert HolidayNotice.objects.get(year=2027, valid_to=None).revision == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"work": "元旦：1月2日"}, "2027-01-02 既写了放假又写了上班"),
        ({"rest": "元旦：2026-06-01"}, "2026-06-01 不属于 2027 年"),
        ({"rest": "元旦：2月30日"}, "不存在的日期"),
        ({"rest": "元旦：1月3日至1日"}, "起止不对"),
        ({"rest": "元旦：1月1日\n元旦：1月1日"}, "写了两次"),
        ({"rest": "元旦放三天假"}, "看不懂"),
        ({"rest": ""}, "请填写“放假日期”"),
        ({"rest": "1月1日", "work": ""}, "请写明节日名称"),
        ({"year": 1900}, "年份应在"),
        ({"rest": "元旦：" + "1" * 3000}, "看不懂"),
    ],
)
def test_a_notice_that_cannot_be_is_refused(
    town: Cast, page: Any, changed: dict[str, Any], words: str
) -> None:
    answer = page(Role.SYSADMIN).post("/rules/manage/notices/new/", NOTICE | changed)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not HolidayNotice.objects.filter(year=2027).exists()


def test_what_is_lawful_but_strange_in_a_notice_is_said(town: Cast, page: Any) -> None:
    strange = NOTICE | {"rest": REST + "\n元旦：2026年12月31日", "work": "春节：2月15日"}
    said = page(Role.SYSADMIN).post("/rules/manage/notices/new/", strange).content.decode()
    assert "2027-02-15 本来就是周一至周五" in said
    assert "2026-12-31 不在 2027 年内" in said


def test_a_notice_wrongly_entered_is_voided_and_a_used_up_one_is_not(
    town: Cast, page: Any, api: Any
) -> None:
    keeper = api(Role.SYSADMIN)
    body = {name: value for name, value in NOTICE.items() if name != "revision"}
    assert send(keeper, "notices/", body | {"revision": 2}).status_code == 409
    told = send(keeper, "notices/", body | {"revision": 1})
    assert told.status_code == 201, told.json()
    gone = send(keeper, f"notices/{told.json()['id']}/void/", {"citation": "录错年份"})
    assert gone.json()["standing"] == "作废"
    assert not book().calendar.is_confirmed(date(2027, 1, 1))
    old = HolidayNotice.objects.get(year=2020, valid_to=None)
    assert send(keeper, f"notices/{old.pk}/void/", {"citation": "试试"}).status_code == 409
    ended = send(keeper, f"notices/{old.pk}/end/", {"citation": "x", "valid_from": str(TODAY)})
    assert ended.status_code == 409


def test_the_page_of_a_post_changed_meanwhile_is_refused(town: Cast, page: Any) -> None:
    before = fresh()
    answer = page(Role.SYSADMIN).post(
        "/rules/manage/figures/new/", BASIS | FIGURE | {"post": 999_999}
    )
    assert answer.status_code == 409
    assert fresh() == before


def test_a_notice_wakes_the_recount_by_name_once_it_is_written_down(
    town: Cast, page: Any, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(
        "cases.entrance.rules.keepers.current_app.send_task", lambda name, **_: woken.append(name)
    )
    with django_capture_on_commit_callbacks(execute=True):
        assert confirmed(page(Role.SYSADMIN), "/rules/manage/notices/new/", NOTICE)
    assert woken == ["cases.recount"]
    with django_capture_on_commit_callbacks(execute=True):
        assert confirmed(page(Role.SYSADMIN), "/rules/manage/figures/new/", BASIS | FIGURE)
    assert woken == ["cases.recount"]


def test_a_flag_to_call_first_rings(town: Cast, api: Any) -> None:
    body = {"code": "0199", "name": "示范", "parent_code": "01", "flags": "T", "phone_now": False}
    answer = send(api(Role.SYSADMIN), "categories/", BASIS | body)
    assert answer.status_code == 400
    assert "先打电话" in answer.json()["fields"]["phone_now"]
