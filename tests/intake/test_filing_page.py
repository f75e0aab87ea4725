"""Filing by page (上报页面): refused, kept, sent twice, in other words, without any script."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from cases.docket.models import Case, Party
from cases.docket.queries import calling
from cases.docket.seal import open_key, unseal_facts
from cases.intake.models import Report
from cases.intake.queries import filing
from cases.law.moves import Role
from cases.people.models import Unit, UnitKind
from cases.rulebook.operations import note_change
from cases.rulebook.queries import book
from tests.ledger import unchanged
from tests.town import COUNTY, NOW, SINCE, XIASHU, Cast
from tests.walk import file

Page = Callable[..., Client]
NEW, SELF = "/reports/new/", "/reports/self/"
HERE: dict[str, Any] = {"lng": "119.175", "lat": "32.165", "datum": "wgs84"}


def post_of(town: Cast, role: Role) -> int:
    return int(town.posts[role].pk)


def sent(
    town: Cast, page: Page, role: Role = Role.GRID_WORKER, path: str = NEW, **facts: Any
) -> Any:
    told = {"key": str(uuid4()), "post": post_of(town, role), "stream": "ordinary"}
    if path == SELF:
        told.pop("stream")
    return page(role).post(path, told | {"category": "0602"} | facts)


def words_of(case: Case) -> dict[str, Any]:
    return unseal_facts(open_key(case.wrapped_key, case.key_id), case.words)


def number_in(answer: Any) -> str:
    assert answer.status_code == 303, answer.content.decode()
    found: str = answer["Location"].removeprefix("/reports/").removesuffix("/filed/")
    return found


def test_two_taps_make_a_report_with_a_title_of_class_and_place(town: Cast, page: Page) -> None:
    case = Case.objects.get(number=number_in(sent(town, page, **HERE)))
    assert words_of(case)["title"] == "示范东村路灯不亮"
    assert case.grid is not None
    assert (case.grid.code, case.category, case.state) == (f"{XIASHU}201N01", "0602", "RECEIVED")


@pytest.mark.parametrize(
    ("place", "title"),
    [
        ({}, "路灯不亮"),
        ({"village": f"{XIASHU}202"}, "示范西村路灯不亮"),
        ({"village": f"{XIASHU}202", "title": "桥头灯坏"}, "桥头灯坏"),
        (HERE | {"title": "   "}, "示范东村路灯不亮"),
        (HERE | {"address": " 桥头 3 号 "}, "示范东村桥头 3 号路灯不亮"),
    ],
    ids=["no place", "a village", "a title of one's own", "blanks", "an address"],
)
def test_the_title_is_a_fact_whoever_worded_it(
    town: Cast, page: Page, place: dict[str, Any], title: str
) -> None:
    case = Case.objects.get(number=number_in(sent(town, page, **place)))
    assert words_of(case)["title"] == title


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"category": ""}, "请选择“分类”。"),
        ({"category": "9999"}, "这个分类现在不能用了，请另选一个。"),
        ({"category": "01"}, "这个分类现在不能用了，请另选一个。"),
        ({"village": "321183102999"}, "这个村（社区）现在不能选了，请另选一个。"),
        ({"lng": "150", "lat": "30"}, "不在中国境内"),
        ({"lng": "119.175"}, "经度和纬度要么都填"),
        ({"lng": "122.9", "lat": "30.0"}, "公里"),
        ({"phone": "138123456"}, "电话"),
        ({"title": "长" * 101}, "100"),
        ({"description": "长" * 40_001}, "40000"),
        ({"description": "坏\0字"}, "空字符"),
        ({"stream": "elsewhere"}, "elsewhere"),
        ({"key": "no-key"}, "还没有报上去"),
    ],
    ids=[
        "no class", "class gone", "a head, no class", "village closed", "abroad", "half a point",
        "too far", "phone", "title", "too long", "NUL", "no such way", "no key",
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    town: Cast, page: Page, wrong: dict[str, Any], said: str
) -> None:
    typed: dict[str, Any] = {"address": "村口第三盏", "reporter": "赵大山"}
    with unchanged():
        answer = sent(town, page, **(typed | wrong))
    told = answer.content.decode()
    assert answer.status_code == 400
    assert said in told
    assert 'value="村口第三盏"' in told
    assert 'value="赵大山"' in told
    if "category" not in wrong:
        assert told.count('value="0602" data-name="路灯不亮" checked') == 1


def test_nothing_happens_in_the_future(town: Cast, page: Page) -> None:
    later = f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    with unchanged():
        answer = sent(town, page, happened_at=later, title="灯坏")
    assert answer.status_code == 400
    assert "发生时间不能晚于现在，请核对。" in answer.content.decode()
    assert 'value="灯坏"' in answer.content.decode()


def test_a_form_sent_twice_files_once(town: Cast, page: Page) -> None:
    key = str(uuid4())
    first, second = (sent(town, page, key=key, **HERE) for _ in range(2))
    assert number_in(first) == number_in(second)
    assert Case.objects.count() == 1


HOSTILE = "<script>alert(1)</script> {0}evil{1} 😀 =cmd()"


def test_what_is_hostile_is_shown_as_text_and_turns_no_page_round(town: Cast, page: Page) -> None:
    typed: dict[str, Any] = {"title": HOSTILE.format("\u202e", "\u2066")}
    number = number_in(sent(town, page, **typed, description="长" * 20_000))
    told = page(Role.DESK).get(f"/reports/{number}/").content.decode()
    assert words_of(Case.objects.get(number=number))["title"] == HOSTILE.format("", "")
    assert "<script>alert" not in told
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt; evil 😀 =cmd()</bdi>" in told
    assert "\u202e" not in told
    assert "展开全文（20000 字）" in told


def test_whoever_files_is_told_the_number_who_has_it_and_by_when(town: Cast, page: Page) -> None:
    answer = sent(town, page, **HERE)
    told = page(Role.GRID_WORKER).get(answer["Location"]).content.decode()
    for words in (number_in(answer), "示范综合受理窗口", "受理时限", "再报一件", "看这件事"):
        assert words in told
    for role in (Role.DESK, Role.LIAISON, Role.LEADER):
        assert page(role).get(answer["Location"]).status_code == 404, role


def test_a_discipline_report_names_who_alone_will_see_it(town: Cast, page: Page) -> None:
    told = page(Role.GRID_WORKER).get(NEW).content.decode()
    assert "将只由示范综合受理窗口经手，移送纪检监察机关；镇领导、村和部门都看不到。" in told
    number = number_in(sent(town, page, stream="discipline", category="9909", title="某干部"))
    case = Case.objects.get(number=number)
    assert (case.confidential, Report.objects.get(case=case).stream) == (True, "discipline")
    for role in (Role.LEADER, Role.VILLAGE, Role.SUPERVISOR, Role.COUNTY_DESK):
        assert page(role).get(f"/reports/{number}/").status_code == 404, role
    assert page(Role.DESK).get(f"/reports/{number}/").status_code == 200


def test_an_anonymous_reporter_leaves_no_name(town: Cast, page: Page) -> None:
    number = number_in(sent(town, page, anonymous="on", reporter="赵大山", phone="13812345678"))
    assert not Party.objects.filter(case__number=number).exists()


def test_the_sheet_of_another_system_is_the_desks_to_enter(town: Cast, page: Page) -> None:
    for role, asked in ((Role.DESK, True), (Role.GRID_WORKER, False), (Role.LEADER, False)):
        told = page(role).get(NEW).content.decode()
        assert ('name="external"' in told) is asked
        assert ('name="source"' in told) is asked


def test_the_numbers_come_first_and_those_of_the_town_with_them(town: Cast, page: Page) -> None:
    told = page(Role.GRID_WORKER).get(NEW).content.decode()
    assert told.index("tel:119") < told.index('name="category"')
    assert "0511" not in told
    rows = [("gas", "燃气公司", "0511-87000003"), ("mute", "无号公司", "")]
    for code, name, phone in rows:
        Unit.objects.create(
            code=code, name=name, short_name=name, kind=UnitKind.UTILITY, division=COUNTY,
            phone=phone, opened_on=SINCE,
        )  # fmt: skip
    Unit.objects.filter(pk=town.desk.pk).update(phone="0511-87000001")
    note_change("people_unit", "t", "t", None, {"for": "tests"}, actor_code="tests", at=NOW)
    calls = calling.call_first(XIASHU, NOW)
    assert [(c.label, c.number) for c in calls] == [
        ("示范综合受理窗口", "0511-87000001"),
        ("燃气公司", "0511-87000003"),
    ]
    told = page(Role.GRID_WORKER).get(NEW).content.decode()
    assert told.index("tel:0511-87000003") < told.index('name="category"')


def test_the_usual_classes_are_the_seats_own_then_the_towns(town: Cast) -> None:
    worker = town.actor(Role.GRID_WORKER)
    for code in ("0701", "0701", "0403"):
        file(town, category=code)
    for _ in range(3):
        file(town, Role.DESK, category="0605")
    able = {c.code: c for _, found in filing.groups(book(), XIASHU, NOW) for c in found}
    codes = [c.code for c in filing.usual(worker, able)]
    assert codes == ["0701", "0403", "0605", "0301", "0602", "0601"]
    del able["0701"]  # no longer in force
    codes = [c.code for c in filing.usual(worker, able)]
    assert codes == ["0403", "0605", "0301", "0602", "0601", "0304"]


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.DESK, Role.LEADER])
def test_the_form_costs_little(
    town: Cast, page: Page, role: Role, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        file(town)
    client = page(role)
    client.get(NEW)
    with django_assert_max_num_queries(12):
        assert client.get(NEW).status_code == 200


def test_without_a_script_what_was_filed_nearby_shows_on_asking_and_all_is_kept(
    town: Cast, page: Page
) -> None:
    other = file(town, at=timezone.now(), lng=119.1751, lat=32.1651)
    with unchanged():
        answer = sent(town, page, look="1", title="灯坏了", description="很黑", **HERE)
    told = answer.content.decode()
    assert answer.status_code == 200
    assert str(other.number) in told
    assert 'value="灯坏了"' in told
    assert "很黑</textarea>" in told
    assert "还没有报上去" not in told


def test_what_was_put_right_on_the_spot_takes_two_taps(town: Cast, page: Page) -> None:
    told = page(Role.GRID_WORKER).get(f"{SELF}?category=0301").content.decode()
    assert "已当场处理。" in told
    answer = sent(town, page, path=SELF, category="0301", result="已当场处理。", **HERE)
    case = Case.objects.get(number=number_in(answer))
    assert case.state in {"SELF_HANDLED", "HANDLED"}
    assert words_of(case)["title"] == "示范东村暴露垃圾、积存垃圾"
    assert page(Role.GRID_WORKER).get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [{"category": "0201"}, {"category": "0602"}, {"category": ""}, {"result": ""}],
    ids=["fire", "not marked", "no class", "no result"],
)
def test_only_what_the_rules_mark_is_put_right_on_the_spot(
    town: Cast, page: Page, wrong: dict[str, Any]
) -> None:
    with unchanged():
        answer = sent(
            town, page, path=SELF, **({"category": "0301", "result": "好了"} | wrong | HERE)
        )
    assert answer.status_code == 400
    assert "还没有登记" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.DESK, Role.LEADER, Role.SUPERVISOR])
def test_who_does_not_walk_the_ground_puts_nothing_right(
    town: Cast, page: Page, role: Role
) -> None:
    with unchanged():
        assert sent(town, page, role, path=SELF, result="好了").status_code == 403
    assert "当场办好了" not in page(role).get(NEW).content.decode()
