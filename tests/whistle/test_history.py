"""One matter across its whistles (同一事项历次吹哨)."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from rest_framework.test import APIClient

from cases.docket.models import Case, Part
from cases.docket.queries import find
from cases.intake.operations import VERBS as report_moves
from cases.intake.operations.whistling import blow_for
from cases.law.moves import Role
from cases.whistle.queries.history import History, history
from tests.ledger import unchanged
from tests.town import NOW, Cast
from tests.walk import BY_EVENT
from tests.whistle.disputes import objected, ruled
from tests.whistle.way import FOUR, PLAIN, answer, blown, closed, take

Api = Callable[..., APIClient]
Page = Callable[..., Client]


def told(town: Cast, case: Case, role: Role = Role.DESK) -> History:
    actor = town.actor(role)
    found = find(actor, str(case), "whistle")
    assert found is not None
    return history(actor, found)


def ended(town: Cast, **facts: Any) -> Case:
    case = blown(town, **facts)
    take(town, case, "approve", Role.LEADER)
    return closed(town, case)


def test_ties_are_followed_both_ways_and_the_matter_counts_once(town: Cast) -> None:
    first = ended(town)
    second = ended(town, earlier=str(first))
    third = blown(town, earlier=str(second))
    apart = blown(town)
    for case in (first, second, third):
        found = told(town, case)
        assert [row.number for row in found.whistles] == [str(first), str(second), str(third)]
        assert (found.again, found.hidden, found.reopened) == (2, 0, 0)
        assert [row.here for row in found.whistles] == [
            row.number == str(case) for row in found.whistles
        ]
    assert [row.number for row in told(town, apart).whistles] == [str(apart)]


def test_each_whistle_says_who_answered_and_how_it_was_judged(town: Cast) -> None:
    case, part = objected(town)
    ruled(town, part, "keep")
    answer(town, part, "report_in", Role.DEPT_OFFICER, people=1, place="桥下")
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    answer(town, part, "return_for_rework", Role.DESK, reason="仍积水")
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    judged: dict[str, Any] = {"on_site": "late", "result": "partly"}
    judged["satisfaction"] = "dissatisfied"
    answer(town, part, "evaluate", Role.DESK, complaint="shirked", **judged)
    take(town, case, "close", Role.DESK)
    take(town, case, "follow_up", Role.DESK, held="relapsed")
    found = told(town, case)
    (row,) = found.whistles
    (one,) = row.departments
    assert (one.unit, one.capacity, one.state_label) == ("示范住建局", "主办", "已评价")
    (objection,) = one.objections
    assert (objection.ground, objection.outcome) == ("履职清单列为其他单位", "职责界定：维持")
    assert one.judged is not None
    assert one.judged.words == "部分解决，不满意，推诿，迟到"
    assert (row.state_label, row.closed_at, row.reopened) == ("已吹哨", None, 1)
    assert [held for _, held in row.follow_ups] == ["已反弹"]
    assert (found.reworks, found.objections, found.reopened) == (1, 1, 1)


def test_the_report_it_came_from_is_told_to_who_sees_it(
    town: Cast, filed: Callable[..., Case]
) -> None:
    report = filed()
    facts = {name: PLAIN[name] for name in ("type", "ask")}
    desk = town.actor(Role.DESK)
    report_moves["accept"](report, by=desk, at=NOW, slip=BY_EVENT)
    case, _ = blow_for(report, by=desk, at=NOW, **facts)
    assert [row[0] for row in told(town, case).reports] == [str(report)]
    take(town, case, "approve", Role.LEADER)
    take(town, case, "dispatch", Role.DESK, lead=town.department.pk)
    assert told(town, case, Role.DEPT_OFFICER).reports == []


def test_a_department_reads_of_its_own_calls_only(town: Cast, page: Page) -> None:
    first = ended(town, title="第一次的标题")
    second = blown(town, earlier=str(first))
    take(town, second, "approve", Role.LEADER)
    other = town.units["321183-establishment"]
    take(town, second, "dispatch", Role.DESK, lead=other.pk)
    third = ended(town, earlier=str(second))
    found = told(town, third, Role.DEPT_OFFICER)
    assert [row.number for row in found.whistles] == [str(first), str(third)]
    assert (found.hidden, found.again) == (1, 2)
    shown = page(Role.DEPT_OFFICER).get(f"/whistles/{third}/history/").content.decode()
    assert "另有 1 次吹哨，您的岗位看不到" in shown
    assert str(second) not in shown
    assert page(Role.DESK, other=True).get(f"/whistles/{third}/history/").status_code == 404


def test_a_draft_is_no_whistle_yet(town: Cast) -> None:
    first = ended(town)
    blown(town, earlier=str(first), keep=True)
    found = told(town, first)
    assert (len(found.whistles), found.hidden) == (1, 0)


def test_what_nobody_judged_is_never_satisfied(town: Cast) -> None:
    case, part = objected(town)
    ruled(town, part, "keep")
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    Part.objects.filter(pk=part.pk).update(state="EVALUATED")
    assert told(town, case).whistles[0].departments[0].judged is None


def test_a_matter_of_many_whistles_costs_what_one_costs(
    town: Cast, page: Page, django_assert_max_num_queries: Any
) -> None:
    case = ended(town)
    for _ in range(4):
        case = ended(town, earlier=str(case))
    client = page(Role.DESK)
    client.get(f"/whistles/{case}/history/")
    with django_assert_max_num_queries(14), unchanged():
        answered = client.get(f"/whistles/{case}/history/")
    assert len(answered.context["told"].whistles) == 5


def test_by_interface(town: Cast, api: Api) -> None:
    first = ended(town, title="😀<script>=cmd()")
    second = blown(town, earlier=str(first))
    body = api(Role.DESK).get(f"/api/v1/whistles/{second}/history/").json()
    assert [row["number"] for row in body["whistles"]] == [str(first), str(second)]
    assert body["whistles"][0]["title"] == "😀<script>=cmd()"
    assert body["whistles"][0]["departments"][0]["judged"]["satisfaction"] == "满意"
    assert api(Role.DEPT_OFFICER).get("/api/v1/whistles/%00/history/").status_code == 404
