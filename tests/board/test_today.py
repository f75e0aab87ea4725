"""What matters today (今日要情): read out in three sentences, each thing with its door."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from cases.board.queries.today import today
from cases.board.queries.wanted import ground_of
from cases.docket.models import Case, Deadline, Event
from cases.intake import operations as report
from cases.intake.operations.whistling import blow_for
from cases.law.moves import Role
from tests.board.counted import facts, gathered
from tests.board.test_board import opened
from tests.oversight.supervised import (
    LATE,
    asked,
    issued,
    issued_in_town,
    of_department,
    of_village,
)
from tests.town import NOW, Cast
from tests.walk import BY_EVENT, file, walk
from tests.whistle.way import answer, blown, dispatched_already


def screen(town: Cast, role: Role = Role.LEADER, at: Any = NOW) -> Any:
    return today(ground_of(town.actor(role), at))


def test_an_empty_day_is_said_to_be_one(town: Cast) -> None:
    assert screen(town).sentences == [
        "昨夜至今没有应急、紧急事项。",
        "没有超期的事项。",
        "近七天没有明显增多的事；没有待答复的上级交办。",
    ]


def test_the_nights_emergencies_with_how_far_they_have_come(town: Cast) -> None:
    file(town, at=NOW - timedelta(days=1, hours=17), urgent=True, title="昨天下午的")
    night = blown(town, Role.DESK, type="W1", urgent=True, title="路面塌陷")
    (part,) = dispatched_already(town, night)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    told = screen(town)
    assert [one.row.title for one in told.emergencies] == ["路面塌陷"]
    assert told.emergencies[0].words == "派 1 家，尚未到场"
    assert told.sentences[0] == "昨夜至今：应急、紧急事项 1 起，在办 1 起。"


def test_an_emergency_is_one_though_it_is_whistled_and_supervised(town: Cast) -> None:
    first = walk(town, file(town, urgent=True, title="路面塌陷"), "accept")
    whistle, _ = blow_for(
        first, by=town.actor(Role.DESK), at=NOW, type="W1", ask="请抢险", slip=BY_EVENT
    )
    (part,) = dispatched_already(town, whistle)
    asked(town, Deadline.objects.get(part=part, term="whistle.sign"))
    assert Case.objects.filter(urgent=True).count() == 3
    told = screen(town, at=LATE)
    assert [(one.row.title, one.words) for one in told.emergencies] == [
        ("路面塌陷", "派 1 家，尚未到场")
    ]
    assert told.sentences[0] == "昨夜至今：应急、紧急事项 1 起，在办 1 起。"
    Case.objects.filter(pk=first.pk).update(opened_at=NOW - timedelta(days=9))
    assert [one.row.number for one in screen(town, at=LATE).emergencies] == [whistle.number]


def test_what_awaits_a_yes_and_what_may_be_instructed(town: Cast) -> None:
    blown(town, Role.DESK, title="桥下排水")
    case = walk(town, file(town, title="路灯不亮"), "assign")
    report.VERBS["propose_shelving"](
        case, by=town.actor(Role.VILLAGE), at=NOW, slip=BY_EVENT, obstacle="H2", plan="列入明年"
    )
    told = screen(town)
    assert [(one.title, one.instructs) for one in told.awaiting.rows] == [
        ("桥下排水", False), ("路灯不亮", True),
    ]
    assert told.sentences[1].startswith("等您答复的 2 件；")
    assert screen(town, Role.SUPERVISOR).awaiting.rows == []


def test_an_instruction_is_written_from_the_screen(
    town: Cast, page: Callable[..., Client]
) -> None:
    case = file(town, urgent=True)
    Case.objects.filter(pk=case.pk).update(opened_at=timezone.now())
    browser = page(Role.LEADER)
    told = {"words": "今天办完", "post": town.posts[Role.LEADER].pk, "key": str(uuid4())}
    sent = browser.post(f"/reports/{case.number}/instruct/", told)
    assert sent.status_code == 303
    assert Event.objects.filter(case=case, verb="instruct").count() == 1
    assert f"/reports/{case.number}/instruct/" in browser.get("/today/").content.decode()


def test_red_stands_with_its_units_and_opens(town: Cast) -> None:
    walk(town, file(town), "assign")
    dispatched_already(town, blown(town, Role.LEADER))
    Deadline.objects.filter(state="running").update(colour="red")
    told = screen(town)
    names = [name for name, _ in told.red_units]
    assert "示范东村" in names
    assert "示范住建局" in names
    for _, number in told.red_units:
        assert opened(town, number.url, Role.LEADER, NOW) == number.count
    assert sum(number.count for _, number in told.red_units) == told.red.count


def test_what_is_rising_is_told_and_opens(town: Cast) -> None:
    for back in (0, 1, 2):
        file(town, at=NOW - timedelta(days=back), village="321183102201")
    for back in (10, 17):
        file(town, at=NOW - timedelta(days=back), village="321183102201")
    file(town, category="0405", village="321183102201")
    gathered()
    told = screen(town)
    assert [(r.village, r.number.count, r.before) for r in told.rising] == [("示范东村", 3, "0.5")]
    assert opened(town, told.rising[0].number.url, Role.LEADER, NOW) == 3
    assert "近七天示范东村" in told.sentences[2]


def test_what_came_from_above_stands_by_its_date(town: Cast) -> None:
    late, soon = NOW + timedelta(days=9), NOW + timedelta(days=2)
    file(town, Role.DESK, source="hotline", title="工单甲", external="A1", external_due=late)
    file(town, Role.DESK, source="hotline", title="工单乙", external="A2", external_due=soon)
    file(town, Role.DESK, source="higher", title="上级交办的")
    told = screen(town)
    assert {one.title for one in told.above.rows} == {"工单甲", "工单乙", "上级交办的"}
    days = [one.due_on for one in told.above.rows]
    assert days == sorted(days)
    assert "上级交办未答复 3 件" in told.sentences[2]


def test_sheets_are_no_business_of_those_above(town: Cast) -> None:
    issued_in_town(town, of_village(town)[1])
    issued(town, of_department(town)[1])
    told = screen(town, at=LATE)
    assert told.above.rows == []
    assert "没有待答复的上级交办" in told.sentences[2]


def test_a_report_and_its_whistle_are_one_matter(town: Cast) -> None:
    for _ in range(3):
        found = walk(town, file(town, village="321183102201"), "accept")
        blow_for(found, by=town.actor(Role.DESK), at=NOW, type="W3", ask="请维修", slip=BY_EVENT)
    gathered()
    assert facts()["matter"] == 3
    assert facts(kind="whistle")["opened"] == 3
    (rising,) = screen(town).rising
    assert rising.number.count == 3
    assert opened(town, rising.number.url, Role.LEADER, NOW) == 3


def test_the_interface_tells_the_same(town: Cast, api: Any) -> None:
    file(town, urgent=True)
    told = api(Role.LEADER).get("/api/v1/today/").json()
    assert len(told["sentences"]) == 3
    assert api(Role.VILLAGE).get("/api/v1/today/").status_code == 403
