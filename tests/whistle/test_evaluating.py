"""The evaluation page (评价页): what each department answered, beside the form that judges it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from cases.docket.models import Case, Deadline, Part
from cases.docket.operations.uploads import receive_upload
from cases.docket.slip import Slip
from cases.law.moves import Role
from cases.whistle.operations import evaluate_due
from tests.docket.makers import jpeg
from tests.ledger import unchanged
from tests.town import COUNTY, NOW, Cast
from tests.whistle.way import FOUR, JUDGED, answer, blown, dispatched, take

Page = Callable[..., Client]


def replied(town: Cast, **facts: Any) -> tuple[Case, Part]:
    case, part = dispatched(town, **facts)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    answer(town, part, "report_in", Role.DEPT_OFFICER, people=2, place="桥下")
    photo = receive_upload("a.jpg", jpeg(), by=town.actor(Role.DEPT_OFFICER), at=NOW).pk
    slip = Slip(by_event=True, files=(photo,))
    answer(town, part, "reply", Role.DEPT_OFFICER, slip=slip, **FOUR)
    return case, part


def sent(part: Part, **facts: Any) -> dict[str, Any]:
    part.refresh_from_db()
    return JUDGED | {"version": part.version, "key": uuid4(), "back": "evaluate"} | facts


def test_the_page_shows_the_four_elements_the_photo_and_the_story(town: Cast, page: Page) -> None:
    other = town.units[f"{COUNTY}-establishment"]
    case, _ = replied(town, assisting=[other.pk])
    answered = page(Role.DESK).get(f"/whistles/{case}/evaluate/")
    (one,) = answered.context["answered"]
    labels = [label for label, _ in one.reply.facts]
    assert labels == ["受理时间", "解决时限", "与谁沟通", "解决措施"]
    assert [event.verb for event in one.story] == ["report_in"]
    assert [file.name for file in one.files] == ["a.jpg"]
    assert [move.verb for move in one.moves] == [
        "evaluate",
        "return_for_rework",
        "confirm_presence",
    ]
    assert [part.unit for part in answered.context["waiting"]] == ["示范编办"]
    told = answered.content.decode()
    assert "自动了结并标明“未评价”，不计为满意" in told
    assert "未解决" not in one.moves[0].form["result"].as_widget()


def test_who_does_not_judge_reads_and_is_told_whose_it_is(town: Cast, page: Page) -> None:
    case, _ = replied(town)
    for role in (Role.LEADER, Role.DEPT_OFFICER, Role.SUPERVISOR):
        answered = page(role).get(f"/whistles/{case}/evaluate/")
        assert answered.context["may_judge"] is False
        assert "由吹哨单位评价" in answered.content.decode()
    for role in (Role.VILLAGE, Role.ARBITER, Role.ENTERPRISE):
        assert page(role).get(f"/whistles/{case}/evaluate/").status_code == 404
    assert page(Role.DESK, other=True).get(f"/whistles/{case}/evaluate/").status_code == 404


def test_it_is_judged_from_the_page_and_comes_back_to_it(town: Cast, page: Page) -> None:
    case, part = replied(town)
    client, post = page(Role.DESK), town.posts[Role.DESK].pk
    path = f"/whistles/{case}/responses/{part.pk}/evaluate/"
    answered = client.post(path, sent(part, post=post))
    assert (answered.status_code, answered["Location"]) == (303, f"/whistles/{case}/evaluate/")
    part.refresh_from_db()
    assert part.state == "EVALUATED"
    told = client.get(answered["Location"])
    assert told.context["all_judged"] is True
    assert "各部门都评价完了。" in told.content.decode()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"satisfaction": "dissatisfied"}, "不满意的请选择原因。"),
        ({"result": "unsolved"}, "没有解决的请“退回重办”"),
        ({"result": "<script>"}, "“是否解决”请从所列选项中选择。"),
        ({"on_site": ""}, "请选择“到场情况”。"),
    ],
)
def test_a_refused_evaluation_comes_back_with_what_was_filled_in(
    town: Cast, page: Page, facts: dict[str, Any], words: str
) -> None:
    case, part = replied(town)
    told = sent(part, post=town.posts[Role.DESK].pk, reason="😀\x3cscript>" + "长" * 900, **facts)
    with unchanged():
        answered = page(Role.DESK).post(f"/whistles/{case}/responses/{part.pk}/evaluate/", told)
    assert answered.status_code == 400
    shown = answered.content.decode()
    assert words in shown
    assert "😀&lt;script&gt;长长" in shown
    assert "<script>长" not in shown


def test_a_stale_form_is_refused_and_the_page_says_so(town: Cast, page: Page) -> None:
    case, part = replied(town)
    told = sent(part, post=town.posts[Role.DESK].pk)
    answer(town, part, "return_for_rework", Role.DESK, reason="仍积水")
    with unchanged():
        answered = page(Role.DESK).post(f"/whistles/{case}/responses/{part.pk}/evaluate/", told)
    assert answered.status_code == 409
    assert "没有办成" in answered.content.decode()


def test_what_nobody_judged_says_so_and_a_rework_is_counted(town: Cast, page: Page) -> None:
    case, part = replied(town)
    answer(town, part, "return_for_rework", Role.DESK, reason="仍积水")
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    due = Deadline.objects.filter(part=part, term="whistle.evaluate", state="running").get()
    assert evaluate_due(due.due_at) == 1
    (one,) = page(Role.DESK).get(f"/whistles/{case}/evaluate/").context["answered"]
    assert (one.reworks, [event.verb for event in one.judged]) == (1, ["evaluate_by_default"])


def test_a_confirmed_presence_is_filled_in(town: Cast, page: Page) -> None:
    case, part = replied(town)
    answer(town, part, "confirm_presence", Role.DESK, on_site="late")
    (one,) = page(Role.DESK).get(f"/whistles/{case}/evaluate/").context["answered"]
    assert one.moves[0].form["on_site"].value() == "late"


def test_an_enterprise_judges_what_it_asked_for(town: Cast, page: Page) -> None:
    case = blown(town, Role.ENTERPRISE, type="W5")
    take(town, case, "dispatch", Role.DESK, lead=town.department.pk)
    part = Part.objects.get(case=case)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    answer(town, part, "reply", Role.DEPT_OFFICER, **FOUR)
    client = page(Role.ENTERPRISE)
    assert client.get(f"/whistles/{case}/evaluate/").context["may_judge"] is True
    told = sent(part, post=town.posts[Role.ENTERPRISE].pk)
    answered = client.post(f"/whistles/{case}/responses/{part.pk}/evaluate/", told)
    assert answered.status_code == 303


def test_nothing_to_judge_is_said(town: Cast, page: Page) -> None:
    case, _ = dispatched(town)
    told = page(Role.DESK).get(f"/whistles/{case}/evaluate/").content.decode()
    assert "还没有部门反馈，现在没有要评价的。" in told


def test_two_departments_on_one_page_share_no_id(
    town: Cast, page: Page, django_assert_max_num_queries: Any
) -> None:
    other = town.units[f"{COUNTY}-establishment"]
    case, _ = replied(town, assisting=[other.pk])
    second = Part.objects.get(case=case, unit=other)
    answer(town, second, "sign", Role.DESK)
    answer(town, second, "reply", Role.DESK, **FOUR)
    client = page(Role.DESK)
    client.get(f"/whistles/{case}/evaluate/")
    with django_assert_max_num_queries(22), unchanged():
        answered = client.get(f"/whistles/{case}/evaluate/")
    assert len(answered.context["answered"]) == 2
    ids = [piece.split('"')[0] for piece in answered.content.decode().split(' id="')[1:]]
    assert len(ids) == len(set(ids))
