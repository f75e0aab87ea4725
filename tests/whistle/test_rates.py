"""The rates from what happened: who is counted, and how."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from cases.docket.models import Part
from cases.intake.operations import accept
from cases.intake.operations.whistling import blow_for
from cases.law.moves import Role
from cases.people.models import UnitKind
from cases.people.operations import open_unit
from cases.whistle.operations import evaluate_due
from tests.town import COUNTY, NOW, SINCE, Cast
from tests.walk import BY_EVENT
from tests.whistle.counted import HOUR, Reply, made, read, replied, rows_of
from tests.whistle.way import FOUR, JUDGED, answer, blown, dispatched, take


def test_signed_and_contacted_in_time_is_an_answer_and_judged_it_is_solved(town: Cast) -> None:
    _, part = replied(town)
    answer(town, part, "evaluate", Role.DESK, NOW + 3 * HOUR, **JUDGED)
    found = read(town)
    assert [made(found.total.figures, n) for n in ("响应率", "解决率", "满意率")] == [
        (1, 1, {}),
        (1, 1, {}),
        (1, 1, {}),
    ]
    assert [(line.name, line.calls) for line in found.departments] == [("示范住建局", 1)]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW, (0, 0, {"期限未到，尚不能计": 1})),
        (NOW + HOUR - timedelta(microseconds=1), (0, 0, {"期限未到，尚不能计": 1})),
        (NOW + HOUR, (0, 1, {})),
    ],
    ids=["just called", "a moment before", "on the hour"],
)
def test_whoever_has_not_signed_counts_from_when_it_is_late(
    town: Cast, at: datetime, expected: Reply
) -> None:
    dispatched(town)
    assert made(read(town, at=at).total.figures, "响应率") == expected


def test_signed_late_is_no_answer_however_good_the_rest(town: Cast) -> None:
    _, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER, NOW + HOUR)
    answer(town, part, "reply", Role.DEPT_OFFICER, NOW + 2 * HOUR, **FOUR)
    answer(town, part, "evaluate", Role.DESK, NOW + 3 * HOUR, **JUDGED)
    found = read(town)
    assert made(found.total.figures, "响应率") == (0, 1, {})
    assert made(found.total.figures, "解决率") == (1, 1, {})


@pytest.mark.parametrize(
    ("verb", "facts"),
    [
        ("report_in", {"people": 2, "place": "桥下"}),
        ("reply", FOUR),
        ("contact", {"contacted": "窗口"}),
    ],
)
def test_contact_is_made_by_contact_report_or_reply(
    town: Cast, verb: str, facts: dict[str, Any]
) -> None:
    _, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    answer(town, part, verb, Role.DEPT_OFFICER, NOW + 24 * HOUR - timedelta(seconds=1), **facts)
    assert made(read(town).total.figures, "响应率") == (1, 1, {})


def test_contact_after_its_date_is_none(town: Cast) -> None:
    _, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    answer(town, part, "reply", Role.DEPT_OFFICER, NOW + 24 * HOUR, **FOUR)
    assert made(read(town).total.figures, "响应率") == (0, 1, {})


@pytest.mark.parametrize(("minutes", "hit"), [(29, 1), (30, 0)])
@pytest.mark.parametrize("verb", ["report_in", "reply"])
def test_an_emergency_has_no_contact_so_being_there_counts(
    town: Cast, verb: str, minutes: int, hit: int
) -> None:
    case = blown(town, type="W1")
    take(town, case, "dispatch", Role.DESK, lead=town.department.pk)
    part = Part.objects.get(case=case)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    facts = {"people": 2, "place": "桥下"} if verb == "report_in" else FOUR
    answer(town, part, verb, Role.DEPT_OFFICER, NOW + timedelta(minutes=minutes), **facts)
    assert made(read(town).total.figures, "响应率") == (hit, 1, {})


def test_copied_departments_owe_nothing(town: Cast) -> None:
    environment = town.units[f"{COUNTY}-environment"]
    dispatched(town, copied=[environment.pk])
    found = read(town)
    assert made(found.total.figures, "响应率") == (0, 1, {"抄送部门，不承担办理": 1})
    by_name = {line.name: made(line.figures, "响应率") for line in found.departments}
    assert by_name == {
        "示范住建局": (0, 1, {}),
        "示范生态环境局": (0, 0, {"抄送部门，不承担办理": 1}),
    }


def test_whoever_was_let_go_and_what_was_withdrawn_is_named(town: Cast) -> None:
    _, part = dispatched(town)
    told: Any = {"ground": "S1", "told": "yes", "paper": "三定规定"}
    told |= {"clauses": "第三条", "belongs": "水务局"}
    answer(town, part, "raise_objection", Role.DEPT_LEAD, **told)
    answer(town, part, "admit_objection", Role.DESK, reason="协商一致")
    withdrawn, _ = dispatched(town)
    take(town, withdrawn, "withdraw", Role.DESK, reason="已自行解决")
    left = {"协商同意退哨": 1, "已撤哨": 1}
    for name in ("响应率", "解决率", "满意率"):
        assert made(read(town).total.figures, name) == (0, 0, left)


def test_nobody_judged_is_never_satisfied_and_is_the_towns_to_answer_for(town: Cast) -> None:
    replied(town)
    assert evaluate_due(NOW + timedelta(days=20)) == 1
    found = read(town)
    assert made(found.total.figures, "满意率") == (0, 0, {"逾期未评价": 1})
    assert made(found.total.figures, "解决率") == (0, 0, {"逾期未评价": 1})
    assert made(found.towns[0].figures, "评价率") == (0, 1, {})


def test_shelved_whistles_are_counted_apart(town: Cast) -> None:
    case, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    take(town, case, "shelve", Role.LEADER, obstacle="H2", plan="列入明年计划")
    assert made(read(town).total.figures, "解决率") == (0, 0, {"挂账中，单独统计": 1})


def test_rework_is_counted_and_the_last_judgement_stands(town: Cast) -> None:
    _, part = replied(town)
    answer(town, part, "return_for_rework", Role.DESK, NOW + 3 * HOUR, reason="仍积水")
    answer(town, part, "reply", Role.DEPT_OFFICER, NOW + 4 * HOUR, **FOUR)
    judged = JUDGED | {"result": "partly", "satisfaction": "rather"}
    answer(town, part, "evaluate", Role.DESK, NOW + 5 * HOUR, **judged)
    found = read(town)
    assert found.total.reworks == 1
    assert made(found.total.figures, "解决率") == (0, 1, {})
    assert made(found.total.figures, "满意率") == (1, 1, {})


def test_what_was_forwarded_inside_counts_for_the_department(town: Cast) -> None:
    trail: Any = {"actor_code": "tests", "at": NOW}
    section = open_unit(
        f"{COUNTY}-drain", "示范排水科", UnitKind.SECTION, town.department, COUNTY, SINCE, **trail
    )
    _, part = dispatched(town)
    answer(town, part, "forward", Role.DEPT_OFFICER, unit=section.pk)
    found = read(town)
    assert [(line.name, line.calls) for line in found.departments] == [("示范住建局", 1)]
    page = rows_of(town, unit=town.department.code)
    assert [(row.unit, row.capacity) for row in page.rows] == [("示范排水科", "主办")]


def test_the_period_is_when_it_was_called(town: Cast) -> None:
    dispatched(town)
    days: Any = {"period": "days", "from": "2026-11-20", "to": "2026-11-20"}
    assert read(town, **days).total.calls == 1
    assert read(town, **(days | {"to": "2026-11-19", "from": "2026-11-19"})).total.calls == 0
    assert read(town, **(days | {"to": "2026-11-21", "from": "2026-11-21"})).total.calls == 0
    assert read(town, type="W3").total.calls == 1
    assert read(town, type="W1").total.calls == 0


def test_dispatch_in_time_is_the_towns_side(town: Cast) -> None:
    dispatched(town)
    late = blown(town)
    take(town, late, "approve", Role.LEADER)
    take(town, late, "dispatch", Role.DESK, NOW + HOUR, lead=town.department.pk)
    refused = blown(town)
    take(town, refused, "refuse", Role.LEADER, reason="镇里能办")
    blown(town)
    found = read(town)
    assert made(found.towns[0].figures, "按时派哨率") == (1, 2, {"不同意吹哨": 1, "待批": 1})


def test_the_whistle_rate_counts_a_matter_once(town: Cast, filed: Any) -> None:
    desk = town.actor(Role.DESK)
    plain, first, again = filed(), filed(), filed()
    filed()  # received only: not taken up
    for report in (plain, first, again):
        accept(report, by=desk, at=NOW)
    told: Any = {"type": "W3", "ask": "请维修", "slip": BY_EVENT}
    whistle, _ = blow_for(first, by=desk, at=NOW, **told)
    take(town, whistle, "approve", Role.LEADER)
    other, _ = blow_for(again, by=desk, at=NOW, earlier=whistle.number, **told)
    take(town, other, "approve", Role.LEADER)
    alone = blown(town)
    take(town, alone, "approve", Role.LEADER)
    direct = "不由上报事件而来的哨（企业、领导直接吹哨等）"
    left = {"同一事项再次吹哨，已计一件": 1, direct: 1}
    assert made(read(town).towns[0].figures, "吹哨率") == (1, 2, left)


def test_a_withdrawn_whistle_is_none(town: Cast, filed: Any) -> None:
    desk, report = town.actor(Role.DESK), filed()
    accept(report, by=desk, at=NOW)
    whistle, _ = blow_for(report, by=desk, at=NOW, type="W3", ask="请维修", slip=BY_EVENT)
    take(town, whistle, "withdraw", Role.DESK, reason="已自行解决")
    assert made(read(town).towns[0].figures, "吹哨率") == (0, 1, {})
