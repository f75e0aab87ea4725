"""Triage (受理研判): what stands beside a report the desk decides on, and two side by side."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from rest_framework.test import APIClient

from cases.docket.models import Case
from cases.intake import operations as report
from cases.intake.queries.triage import Triage, triage_of
from cases.law.moves import Role
from cases.people.queries import town_day
from cases.rulebook.queries import book
from cases.rulebook.queries.duties import duties_for
from cases.rulebook.queries.rules import RuleCategory, RuleDuty, Validity
from tests.intake.hotline import case_of, filed, line
from tests.ledger import unchanged
from tests.town import NOW, XIASHU, Cast
from tests.walk import BY_EVENT, file, walk

Page = Callable[..., Client]
Api = Callable[..., APIClient]
HERE: dict[str, Any] = {"lng": 119.175, "lat": 32.165}
SINCE = Validity("", date(2025, 1, 1), None, "示范清单", "示范〔2025〕1号", "published", "x")


def beside(town: Cast, case: Case, role: Role = Role.DESK) -> Triage | None:
    case = Case.objects.select_related("village", "grid").get(pk=case.pk)
    return triage_of(town.actor(role), case, NOW)


def told(town: Cast, case: Case) -> Triage:
    found = beside(town, case)
    assert found is not None
    return found


def assigned(town: Cast, unit: int, **facts: Any) -> Case:
    case = file(town, **facts)
    desk = town.actor(Role.DESK)
    report.accept(case, by=desk, at=NOW, slip=BY_EVENT)
    report.assign(case, by=desk, at=NOW, slip=BY_EVENT, unit=unit)
    return case


def duty(kind: str, number: str, name: str, lead: str = "", **more: str) -> RuleDuty:
    words = {"department_duty": "", "town_duty": "", "way_back": ""} | more
    return RuleDuty(
        list_kind=kind, number=number, name=name, lead_department=lead, validity=SINCE, **words
    )


def category(town: Cast, code: str) -> RuleCategory:
    return book().category("grid", code, town_day(NOW), XIASHU)


@pytest.mark.parametrize(
    "role", [Role.GRID_WORKER, Role.VILLAGE, Role.LEADER, Role.SUPERVISOR, Role.DUTY]
)
def test_other_seats_have_no_triage(town: Cast, role: Role) -> None:
    assert beside(town, file(town), role) is None


def test_triage_stands_only_while_the_desk_decides(town: Cast) -> None:
    case = file(town)
    assert beside(town, case) is not None
    walk(town, case, "assign")
    assert beside(town, case) is None


def test_the_flags_of_a_class_are_explained(town: Cast) -> None:
    found = told(town, file(town, category="0407"))
    assert [flag.code for flag in found.flags] == ["T", "P", "C", "B"]
    assert all(flag.words.endswith("。") for flag in found.flags)
    assert told(town, file(town, category="0602")).flags == []


def test_precedents_say_where_such_matters_went(town: Cast) -> None:
    for n in range(3):
        assigned(town, town.village.pk, at=NOW - timedelta(days=n + 2))
    newest = assigned(town, town.units[f"{XIASHU}-enforcement"].pk, at=NOW - timedelta(days=1))
    file(town)  # never assigned
    assigned(town, town.village.pk, category="0301")  # another class
    found = told(town, file(town))
    assert found.precedents.total == 4
    first, second = found.precedents.units
    assert (first.name, first.count, first.percent) == ("示范东村", 3, 75)
    assert (second.name, second.count, second.newest) == ("示范综合执法局", 1, newest.number)


def test_twenty_precedents_at_most_and_the_last_unit_counts(town: Cast) -> None:
    desk, village = town.actor(Role.DESK), town.actor(Role.VILLAGE)
    for n in range(22):
        assigned(town, town.village.pk, at=NOW - timedelta(hours=n + 1))
    back = assigned(town, town.village.pk)
    report.VERBS["hand_back"](
        back, by=village, at=NOW, slip=BY_EVENT, ground="S1", reason="不是本村的路灯"
    )
    report.assign(
        back, by=desk, at=NOW, slip=BY_EVENT, unit=town.units[f"{XIASHU}-enforcement"].pk
    )
    found = told(town, file(town)).precedents
    assert found.total == 20
    assert [unit.count for unit in found.units] == [19, 1]


def test_the_suggestion_follows_custom_then_class_then_place(town: Cast) -> None:
    office = town.units[f"{XIASHU}-office"]
    here: dict[str, Any] = {"category": "0302", **HERE}
    by_class = told(town, file(town, **here)).suggestion
    assert by_class is not None
    assert (by_class.name, by_class.reason) == ("示范综合执法局", "分类默认承办：综合执法")
    for _ in range(3):
        assigned(town, office.pk, category="0302")
    by_custom = told(town, file(town, **here)).suggestion
    assert by_custom is not None
    assert by_custom.unit_id == office.pk
    assert by_custom.reason == "同类近 3 件中 3 件交该单位"
    by_place = told(town, file(town, category="0805", **HERE)).suggestion
    assert by_place is not None
    assert (by_place.name, by_place.reason) == ("示范东村", "事发地村（社区）")
    assert told(town, file(town, Role.DESK, category="0805")).suggestion is None


def test_custom_of_villages_means_the_village_of_the_place(town: Cast) -> None:
    for _ in range(3):
        assigned(town, town.village.pk, category="0601")
    west = file(town, category="0601", village=f"{XIASHU}202")
    found = told(town, west).suggestion
    assert found is not None
    assert found.name == "示范西村"
    assert "交事发地村（社区）" in found.reason


def test_nothing_is_suggested_into_another_town(town: Cast) -> None:
    for _ in range(4):
        file(town)
    for unit in told(town, file(town)).precedents.units:
        assert unit.name
    assert told(town, file(town, **HERE)).suggestion is not None


def test_a_chronic_spot_is_told_before_anyone_complains(town: Cast) -> None:
    walk(town, file(town, **HERE, at=NOW - timedelta(days=300)), at=NOW - timedelta(days=299))
    newest = file(town, **HERE, at=NOW - timedelta(days=3))
    file(town, **HERE, at=NOW - timedelta(days=400))
    file(town, category="0301", **HERE)
    file(town, lng=HERE["lng"], lat=HERE["lat"] + 0.01)
    found = told(town, file(town, **HERE)).chronic
    assert found is not None
    assert (found.count, found.where, found.newest) == (2, "此处（200 米内）", newest.number)
    by_village = told(town, file(town, village=f"{XIASHU}202", category="0301")).chronic
    assert by_village is None


def test_the_duty_lists_answer_by_the_words_of_the_class(town: Cast) -> None:
    items = [
        duty("assisting", "12", "燃气安全隐患排查", "县住建局", department_duty="检查、执法。"),
        duty("taken_back", "7", "燃气泄漏应急处置", "县住建局", way_back="县级直接办理。"),
        duty("basic", "3", "用气安全宣传", "", town_duty="入户宣传用气常识。"),
        duty("basic", "4", "农村人居环境整治", "镇建设局"),
    ]
    found = duties_for(category(town, "0103"), items)
    assert "农村人居环境整治" not in [one.name for one in found]
    assert found[0].name == "燃气泄漏应急处置"
    back = found[0]
    assert (back.list_label, back.own, back.ground) == ("上级收回", False, "S3")
    assert back.clause == (
        "履职事项清单（上级收回）第 7 项“燃气泄漏应急处置”；文件：示范〔2025〕1号；"
        "牵头部门：县住建局；收回方式：县级直接办理。本事项不属本镇承担，请改派。"
    )
    own = next((one for one in found if one.own), None)
    assert own is None or own.clause == ""


def test_the_demonstration_lists_are_marked_as_such(town: Cast) -> None:
    found = told(town, file(town, category="0106"))
    assert found.listed == 3
    assert [one.quality_label for one in found.duties] == ["演示数据"]
    assert found.duties[0].name == "（演示）生产经营场所安全隐患排查"
    assert (found.duties[0].clause, found.duties[0].ground) == ("", "")


def test_an_unknown_class_breaks_nothing(town: Cast) -> None:
    case = file(town)
    Case.objects.filter(pk=case.pk).update(category="0000")
    found = told(town, case)
    assert (found.category, found.flags, found.duties, found.suggestion) == ("0000", [], [], None)


def test_a_sheet_may_be_objected_to_and_nothing_else(town: Cast) -> None:
    filed(town, line("GD1"))
    assert told(town, case_of("GD1")).objects is True
    assert told(town, file(town)).objects is False


def test_the_budget_of_the_triage(town: Cast, django_assert_max_num_queries: Any) -> None:
    for n in range(6):
        assigned(town, town.village.pk, **HERE, phone="13800000001", at=NOW - timedelta(days=n))
    case = file(town, Role.DESK, **HERE, phone="13800000001")
    case = Case.objects.select_related("village", "grid").get(pk=case.pk)
    actor = town.actor(Role.DESK)
    triage_of(actor, case, NOW)
    with django_assert_max_num_queries(8):
        triage_of(actor, case, NOW)


def test_the_page_shows_it_within_its_budget(
    page: Page, town: Cast, django_assert_max_num_queries: Any
) -> None:
    for n in range(4):
        assigned(town, town.village.pk, **HERE, at=NOW - timedelta(days=n))
    case = file(town, **HERE)
    desk = page(Role.DESK)
    desk.get(f"/reports/{case.number}/")
    with django_assert_max_num_queries(23):
        answer = desk.get(f"/reports/{case.number}/")
    shown = answer.content.decode()
    assert "受理研判" in shown
    assert f"/reports/{case.number}/compare/" in shown
    assert "建议：示范东村" in shown
    assert "受理研判" not in page(Role.LEADER).get(f"/reports/{case.number}/").content.decode()


def test_hostile_words_stay_words_on_the_page(page: Page, town: Cast) -> None:
    evil: dict[str, Any] = {"title": "<script>alert(1)</script>", "description": "x" * 20_000}
    file(town, **evil, **HERE)
    case = file(town, **evil, **HERE)
    shown = page(Role.DESK).get(f"/reports/{case.number}/").content.decode()
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;" in shown


def test_the_interface_gives_the_same(api: Api, town: Cast) -> None:
    first = file(town, **HERE)
    case = file(town, **HERE)
    body = api(Role.DESK).get(f"/api/v1/reports/{case.number}/triage/").json()
    assert [one["number"] for one in body["triage"]["found"]["candidates"]] == [first.number]
    assert body["triage"]["suggestion"]["name"] == "示范东村"
    other = api(Role.LEADER).get(f"/api/v1/reports/{case.number}/triage/").json()
    assert other == {"number": case.number, "triage": None}
    assert api(Role.DESK).get("/api/v1/reports/none/triage/").status_code == 404


def test_two_reports_side_by_side(page: Page, town: Cast) -> None:
    one = file(town, **HERE, at=NOW - timedelta(days=2))
    two = file(town, category="0601", lng=HERE["lng"], lat=HERE["lat"] + 60 / 111_195)
    desk = page(Role.DESK)
    shown = desk.get(f"/reports/{two.number}/compare/{one.number}/").content.decode()
    for words in ("相距约 60 米", "分类不同", "相隔 2 天", "把甲件并入乙件", "把乙件并入甲件"):
        assert words in shown
    again = desk.get(f"/reports/{two.number}/compare/{two.number}/").content.decode()
    assert "这是同一件事项" in again
    assert desk.get(f"/reports/{two.number}/compare/none/").status_code == 404


def test_who_does_not_see_both_compares_nothing(page: Page, town: Cast) -> None:
    own, hidden = file(town), file(town, Role.DESK)
    worker = page(Role.GRID_WORKER)
    assert worker.get(f"/reports/{own.number}/compare/{hidden.number}/").status_code == 404
    leader = page(Role.LEADER).get(f"/reports/{own.number}/compare/{hidden.number}/")
    assert leader.status_code == 200
    assert "不能由您的岗位并单" in leader.content.decode()


@pytest.mark.parametrize("turned", [False, True], ids=["left into right", "right into left"])
def test_merging_from_the_comparison_works_both_ways(
    page: Page, town: Cast, turned: bool
) -> None:
    pair = [file(town), file(town)]
    child, main = reversed(pair) if turned else pair
    desk = page(Role.DESK)
    shown = desk.get(f"/reports/{child.number}/compare/{main.number}/").content.decode()
    assert f'action="/reports/{child.number}/merge/"' in shown
    body = {"into": main.number, "reason": "经比对为同一事项", "version": child.version}
    body |= {"post": town.posts[Role.DESK].pk, "key": str(uuid4())}
    answer = desk.post(f"/reports/{child.number}/merge/", body)
    assert (answer.status_code, answer["Location"]) == (303, f"/reports/{child.number}/")
    child.refresh_from_db()
    assert child.state == "MERGED"


def test_a_refused_merge_says_why(page: Page, town: Cast) -> None:
    ended = walk(town, file(town))
    case = file(town)
    desk = page(Role.DESK)
    shown = desk.get(f"/reports/{case.number}/compare/{ended.number}/").content.decode()
    assert "并入会被退回" in shown
    body = {"into": ended.number, "version": case.version, "key": str(uuid4())}
    body |= {"post": town.posts[Role.DESK].pk}
    with unchanged():
        answer = desk.post(f"/reports/{case.number}/merge/", body)
    assert answer.status_code == 400
    assert "已经办结，不能再并入" in answer.content.decode()
