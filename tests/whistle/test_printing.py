"""Papers of a whistle (吹哨单、派哨单、派单异议单、全案材料): what each says, and to whom."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page

from cases.docket.models import Case, Part
from cases.law.moves import Role
from cases.people.models import Unit, UnitKind
from cases.rulebook.operations import note_change
from cases.whistle.queries.site import site_code
from tests.browser import accessible, fits, log_in
from tests.town import COUNTY, NOW, SINCE, XIASHU, Cast
from tests.whistle.disputes import OBJECTION, objected, ruled
from tests.whistle.way import FOUR, JUDGED, answer, blown, dispatched, take

HOSTILE = '<script>alert(1)</script>🌊"\'=cmd()'
VEILED = "提出企业（应其要求不公开）"


def paper(client: Client, case: Case, rest: str = "") -> str:
    reply = client.get(f"/whistles/{case.number}/{rest}")
    assert reply.status_code == 200
    return reply.content.decode()


def emergency(town: Cast) -> tuple[Case, Part]:
    case = blown(town, Role.DUTY, type="W1", lng=119.175, lat=32.165)
    take(town, case, "dispatch", Role.DUTY, lead=town.department.pk)
    return case, Part.objects.get(case=case)


def many_called(town: Cast, count: int) -> Case:
    """A whistle to one lead and so many others."""
    rows = [
        Unit(
            code=f"{COUNTY}-many{n}",
            name=f"示范协办{n}局",
            short_name=f"示范协办{n}局",
            kind=UnitKind.DEPARTMENT,
            parent=town.county,
            path=f"{town.county.path}{n + 900_000}/",
            division=COUNTY,
            opened_on=SINCE,
        )
        for n in range(count)
    ]
    units = Unit.objects.bulk_create(rows)
    told = {"for": "tests"}
    note_change("people_unit", "many", "open", None, told, actor_code="tests", at=NOW)
    case, _ = dispatched(town)
    for unit in units:
        Part.objects.create(case=case, kind="assist", unit=unit, state="CALLED", opened_at=NOW)
    return case


def test_the_whistle_on_paper_says_what_is_asked_who_agreed_and_who_is_called(
    town: Cast, page: Callable[..., Client]
) -> None:
    case = blown(town, address="桥下涵洞", description="积水四十厘米", meet_place="涵洞东口")
    assert "待批" in paper(page(Role.DESK), case, "print/")
    take(town, case, "approve", Role.LEADER, reason="同意，注意安全")
    take(town, case, "dispatch", Role.DESK, lead=town.department.pk, grounds="派哨目录")
    told = paper(page(Role.DESK), case, "print/")
    for words in (
        *("下蜀镇", "吹哨单", str(case.number), "桥下排水不畅", "工作推进哨", "积水四十厘米"),
        *("桥下涵洞", "请派员疏通", "涵洞东口", "主办：示范住建局", "派哨目录", "同意，注意安全"),
    ):
        assert words in told, words
    assert "现场码" not in told


def test_the_site_code_stands_on_the_whistling_sides_paper_only(
    town: Cast, page: Callable[..., Client]
) -> None:
    case, part = emergency(town)
    code = site_code(case)
    assert "先吹后补，待事后确认" in paper(page(Role.DESK), case, "print/")
    rests = ("print/", "print/file/", f"responses/{part.pk}/print/")
    shown = {
        (role, rest)
        for role in (Role.DESK, Role.DUTY, Role.LEADER, Role.DEPT_OFFICER, Role.COUNTY_DESK)
        for rest in rests
        if code in paper(page(role), case, rest)
    }
    own = (Role.DESK, Role.DUTY, Role.LEADER)
    assert shown == {(role, rest) for role in own for rest in rests[:2]}
    assert code not in paper(page(Role.SUPERVISOR), case, "print/")


def test_the_call_on_paper_names_the_department_and_every_date(
    town: Cast, page: Callable[..., Client]
) -> None:
    case, part = dispatched(town, copied=[town.units[f"{COUNTY}-environment"].pk])
    told = paper(page(Role.DEPT_OFFICER), case, f"responses/{part.pk}/print/")
    for words in (
        *("派哨单", "示范住建局：", "主办", "反馈四要素", "派单异议", "抄送：示范生态环境局"),
        *("2026年11月20日 周五 11:00", "2026年11月21日 周六 10:00"),  # sign, contact
        *("2026年11月25日 周三 24:00", "2026年12月4日 周五 24:00"),  # report in, handle
    ):
        assert words in told, words
    copied = Part.objects.get(case=case, kind="copy")
    only_told = paper(page(Role.DESK), case, f"responses/{copied.pk}/print/")
    assert "抄送单" in only_told
    assert "不承担办理时限" in only_told
    assert "办理时限</caption>" not in only_told


def test_the_time_agreed_on_later_stands_on_that_departments_call(
    town: Cast, page: Callable[..., Client]
) -> None:
    first, later = NOW.replace(day=23), NOW.replace(day=24, hour=15)
    other = town.units[f"{COUNTY}-establishment"]
    case, part = dispatched(town, meet_at=first, assisting=[other.pk])
    answer(town, part, "propose_time", Role.DEPT_OFFICER, meet_at=later, reason="检测车在外地")
    answer(town, part, "agree_time", Role.DESK)
    beside = Part.objects.get(case=case, unit=other)
    assert "2026-11-24 15:00" in paper(page(Role.DESK), case, f"responses/{part.pk}/print/")
    told = paper(page(Role.DESK), case, f"responses/{beside.pk}/print/")
    assert "2026-11-23 10:00" in told
    assert "2026-11-24 15:00" not in told


def test_an_objection_on_paper_says_its_ground_and_what_became_of_it(
    town: Cast, page: Callable[..., Client]
) -> None:
    case, part = dispatched(town)
    rest = f"responses/{part.pk}/objection/print/"
    assert page(Role.DESK).get(f"/whistles/{case.number}/{rest}").status_code == 404
    answer(town, part, "raise_objection", Role.DEPT_OFFICER, **OBJECTION)
    waiting = paper(page(Role.DEPT_OFFICER), case, rest)
    for words in ("派单异议单", "履职清单列为其他单位", "三定方案", "第五条", "待界定"):
        assert words in waiting, words
    ruled(town, part, "keep")
    done = paper(page(Role.ARBITER), case, rest)
    for words in ("维持", "界定 1 号", "按清单", "临时承办单位：示范住建局"):
        assert words in done, words
    assert "待界定" not in done


def test_the_whole_file_goes_up_with_everything_in_order(
    town: Cast, page: Callable[..., Client]
) -> None:
    case, part = objected(town)
    ruled(town, part, "keep")
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    answer(town, part, "evaluate", Role.DESK, **(JUDGED | {"satisfaction": "rather"}))
    take(town, case, "escalate", Role.DESK, reason="县级协调两次未果")
    told = paper(page(Role.COUNTY_DESK), case, "print/file/")
    places = [told.index(words) for words in ("一、提级事由", "县级协调两次未果", "二、吹哨")]
    places += [told.index(w) for w in ("三、各部门办理", "第五条", "疏通排水管", "基本满意")]
    places += [told.index(w) for w in ("四、办理过程", "五、附件目录", "没有附件")]
    assert places == sorted(places)


def test_an_enterprise_that_asked_for_it_is_named_on_no_departments_paper(
    town: Cast, page: Callable[..., Client]
) -> None:
    case = blown(town, Role.ENTERPRISE, type="W5", hides=True)
    take(town, case, "dispatch", Role.DESK, lead=town.department.pk)
    part = Part.objects.get(case=case)
    for rest in ("print/", "print/file/", f"responses/{part.pk}/print/"):
        told = paper(page(Role.DEPT_OFFICER), case, rest)
        assert VEILED in told
        assert "示范企业" not in told
        assert "示范企业联络人" not in told
        assert "示范企业" in paper(page(Role.DESK), case, rest)


def test_words_are_printed_as_they_were_typed_and_in_full(
    town: Cast, page: Callable[..., Client]
) -> None:
    long = "积水" * 10_000
    case = blown(town, title=HOSTILE, ask=HOSTILE, description=f"{long}到底", meet_place=HOSTILE)
    told = paper(page(Role.DESK), case, "print/")
    assert "<script>alert" not in told
    assert "&lt;script&gt;alert(1)&lt;/script&gt;🌊" in told
    assert "积水到底" in told


def test_who_may_not_see_a_whistle_prints_none_of_its_papers(
    town: Cast, page: Callable[..., Client]
) -> None:
    case, part = objected(town)
    other, _ = dispatched(town)
    rests = ("print/", "print/file/", f"responses/{part.pk}/print/")
    for rest in (*rests, f"responses/{part.pk}/objection/print/"):
        for client in (page(Role.DESK, other=True), page(Role.SYSADMIN), page(Role.GRID_WORKER)):
            assert client.get(f"/whistles/{case.number}/{rest}").status_code == 404, rest
    strange = f"/whistles/{other.number}/responses/{part.pk}/print/"
    assert page(Role.DESK).get(strange).status_code == 404
    assert page(Role.DESK).get("/whistles/a%00b/print/").status_code == 404


@pytest.mark.parametrize("called", [1, 30])
@pytest.mark.parametrize("rest", ["print/", "print/file/", "responses/{}/print/"])
def test_a_paper_costs_the_same_with_thirty_departments(
    town: Cast,
    page: Callable[..., Client],
    django_assert_max_num_queries: Any,
    called: int,
    rest: str,
) -> None:
    case = many_called(town, called)
    client, lead = page(Role.DESK), Part.objects.get(case=case, kind="lead")
    paper(client, case, "print/")
    with django_assert_max_num_queries(17):
        paper(client, case, rest.format(lead.pk))


@pytest.mark.browser
def test_papers_fit_every_screen_and_one_sheet_of_paper(screen: Page, town: Cast) -> None:
    case, part = objected(town, title="裕课村铁路桥涵雨后积水不退", ask="请查清原因" * 30)
    ruled(town, part, "keep")
    log_in(screen, "desk")
    own = f"/whistles/{case.number}/responses/{part.pk}/"
    for address in (f"/whistles/{case.number}/print/", f"{own}print/", f"{own}objection/print/"):
        screen.goto(address)
        assert fits(screen), address
        assert accessible(screen) == [], address
        assert sheets(screen) == 1, address
        screen.emulate_media(media="print")
        assert not screen.get_by_role("button", name="打印").is_visible()
        screen.emulate_media(media="screen")
    screen.goto(f"/whistles/{case.number}/")
    screen.get_by_role("link", name="全案材料").click()
    screen.get_by_role("heading", name="吹哨事项全案材料").wait_for()
    assert fits(screen)
    assert accessible(screen) == []


def sheets(page: Page) -> int:
    """On how many sheets of A4 a page prints, the printer's margins taken off."""
    page.emulate_media(media="print")
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": 658, "height": 600})
    high = page.locator(".paper").evaluate("e => e.getBoundingClientRect().bottom")
    page.set_viewport_size(size)
    page.emulate_media(media="screen")
    return int(-(-high // 978))


def test_the_division_on_the_red_head_is_the_whistles_own(
    town: Cast, page: Callable[..., Client]
) -> None:
    case, part = dispatched(town)
    assert case.division == XIASHU
    told = paper(page(Role.DEPT_OFFICER), case, f"responses/{part.pk}/print/")
    assert '<p class="red-name">下蜀镇</p>' in told
