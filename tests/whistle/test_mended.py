"""What a fresh pair of eyes found in whistles, each as it must stay."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from cases.docket.models import Case, Event, Part
from cases.docket.operations.attachments import open_file
from cases.docket.queries import case_file, find
from cases.docket.queries.files import files_of
from cases.docket.slip import Slip
from cases.law.moves import Refused, Role, Why
from cases.people.queries import Actor
from cases.whistle.models import Precedent
from cases.whistle.operations import DRAFT_VERBS, PART_VERBS, VERBS, blow_whistle
from cases.whistle.operations.visiting import Visited, report_in_together
from cases.whistle.states import WHISTLE
from tests.conftest import send
from tests.docket.sending import sent
from tests.ledger import facts_for, put_part, unchanged
from tests.town import NOW, Cast
from tests.walk import BY_EVENT
from tests.whistle.test_disputes import RULES, objected
from tests.whistle.way import FOUR, JUDGED, PLAIN, answer, blown, dispatched, take

Page = Callable[..., Client]
# What a department does itself, and the state it does it in.
THEIRS = {
    **dict.fromkeys(("sign", "contact", "propose_time", "raise_objection", "report_in"), "CALLED"),
    **dict.fromkeys(("log_progress", "reply", "ask_extension"), "SIGNED"),
    "take_back_objection": "OBJECTED",
    "answer_evaluation": "EVALUATED",
}


@pytest.mark.parametrize("until", [date(2020, 1, 1), date.max, date(2201, 1, 1)])
def test_a_precedent_neither_ended_before_nor_lasts_for_ever(town: Cast, until: date) -> None:
    _, part = objected(town)
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "rule_on_duties", Role.ARBITER, ruling="keep", until=until, **RULES)
    assert list(refusal.value.fields) == ["until"]
    assert Precedent.objects.count() == 0


@pytest.mark.parametrize("year", [1, 1899, 9999])
def test_a_year_that_cannot_be_meant_is_refused(town: Cast, year: int) -> None:
    _, part = dispatched(town)
    at = datetime(year, 12, 31, 10, tzinfo=UTC)
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "propose_time", Role.DEPT_OFFICER, meet_at=at, reason="有会")
    assert list(refusal.value.fields) == ["meet_at"]


@pytest.mark.parametrize("role", [Role.DESK, Role.LEADER, Role.HEAD_OF_ORGAN])
def test_a_complaint_against_officials_is_no_whistle(town: Cast, role: Role) -> None:
    with unchanged(), pytest.raises(Refused) as refusal:
        blown(town, role, category="9904")
    assert (refusal.value.why, list(refusal.value.fields)) == (Why.FACTS, ["category"])
    assert "移送纪检监察机关" in refusal.value.sentence
    case, _ = blow_whistle(by=town.actor(role), at=NOW, slip=BY_EVENT, keep=True, **PLAIN)
    told = PLAIN | {"category": "9904"}
    with unchanged(), pytest.raises(Refused) as refusal:
        DRAFT_VERBS["revise"](case, by=town.actor(role), at=NOW, slip=BY_EVENT, **told)
    assert list(refusal.value.fields) == ["category"]


def firms(town: Cast, name: str, by: Actor | None = None) -> Case:
    """A whistle of an enterprise that is not named to the department called."""
    firm = by or town.actor(Role.ENTERPRISE)
    photo = sent(town, Role.AGENT if by else Role.ENTERPRISE, name=name)
    told: dict[str, Any] = {"type": "W5", "title": "乱收费", "ask": "请核查", "hides": True}
    slip = Slip(by_event=True, files=(photo,))
    case, _ = blow_whistle(by=firm, at=NOW, slip=slip, **told)
    take(town, case, "dispatch", Role.DESK, lead=town.department.pk)
    return case


def deputy(town: Cast) -> Actor:
    """Whoever acts for the enterprise's contact (AB岗)."""
    firm = town.actor(Role.ENTERPRISE)
    other = town.officer(Role.AGENT)
    return replace(firm, officer_id=other.pk, deputy_for=firm.officer_id)


def test_an_unnamed_firms_files_go_by_neutral_names(town: Cast, api: Any, page: Page) -> None:
    case = firms(town, "示范企业的发票.jpg")
    part = Part.objects.get(case=case)
    seen = Slip(by_event=True, files=(sent(town, Role.DEPT_OFFICER, name="现场.jpg"),))
    answer(town, part, "sign", Role.DEPT_OFFICER, slip=seen)
    both = {
        role: [(file.name, file.who) for file in files_of(town.actor(role), case)]
        for role in (Role.DEPT_OFFICER, Role.ENTERPRISE, Role.DESK)
    }
    (hidden, _), own = both[Role.DEPT_OFFICER]
    assert (hidden, own[0]) == ("附件 1.jpg", "现场.jpg")
    assert both[Role.ENTERPRISE][0][0] == both[Role.DESK][0][0] == "示范企业的发票.jpg"
    theirs = files_of(town.actor(Role.DEPT_OFFICER), case)[0]
    for role, name in ((Role.DEPT_OFFICER, "附件 1.jpg"), (Role.DESK, "示范企业的发票.jpg")):
        assert open_file(theirs.id, by=town.actor(role), at=NOW).name == name
    rows = api(Role.DEPT_OFFICER).get(f"/api/v1/cases/{case.number}/attachments/")
    assert [row["name"] for row in rows.json()["results"]] == ["附件 1.jpg", "现场.jpg"]
    department = page(Role.DEPT_OFFICER)
    shown = department.get(f"/whistles/{case.number}/responses/{part.pk}/").content.decode()
    assert ("附件 1.jpg" in shown, "发票" in shown) == (True, False)
    header = department.get(f"/attachments/{theirs.id}/")["Content-Disposition"]
    assert "%E5%8F%91%E7%A5%A8" not in header  # 发票


def test_the_firms_deputy_is_not_named_either(town: Cast) -> None:
    case = firms(town, "发票.jpg", by=deputy(town))
    name = town.officer(Role.AGENT).name
    more = Slip(by_event=True, files=(sent(town, Role.AGENT, name="补充.jpg"),))
    VERBS["note"](Case(pk=case.pk), by=deputy(town), at=NOW, slip=more, words="补充")
    case.refresh_from_db()
    department = town.actor(Role.DEPT_OFFICER)
    files = files_of(department, case)
    assert [file.name for file in files] == ["附件 1.jpg", "附件 2.jpg"]
    assert name not in {file.who for file in files}
    found = find(department, str(case.number))
    assert found is not None
    told = case_file(department, found, NOW).timeline
    assert name not in {event.actor for event in told}


@pytest.mark.parametrize("who", ["nobody", "firm", "desk", "lead"])
def test_a_department_forwards_to_its_own_people_only(town: Cast, who: str) -> None:
    _, part = dispatched(town)
    named = {
        "nobody": 99_999_999,
        "firm": town.officer(Role.ENTERPRISE).pk,
        "desk": town.officer(Role.DESK).pk,
        "lead": town.officer(Role.DEPT_LEAD).pk,
    }
    told: dict[str, Any] = {"unit": town.department.pk, "officer": named[who]}
    if who == "lead":
        answer(town, part, "forward", Role.DEPT_OFFICER, **told)
        assert part.officer_id == named[who]
        return
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "forward", Role.DEPT_OFFICER, **told)
    assert list(refusal.value.fields) == ["officer"]


def test_the_moves_of_a_department_are_those_the_desk_may_record() -> None:
    moves = WHISTLE.table.moves
    both = {Role.DEPT_OFFICER, Role.DESK}
    assert {verb for verb in PART_VERBS if both <= moves[verb].by} == set(THEIRS)


@pytest.mark.parametrize("verb", sorted(THEIRS))
def test_what_is_recorded_for_a_department_says_how_it_was_told(town: Cast, verb: str) -> None:
    case, part = dispatched(town)
    put_part(part, THEIRS[verb], town.actor(Role.DEPT_OFFICER))
    move = WHISTLE.table.moves[verb]
    facts = facts_for(move, WHISTLE.code, town)
    told = {name: facts[name] for name in move.asked if move.needs(name)}
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, verb, Role.DESK, slip=BY_EVENT, **told)
    assert (refusal.value.why, list(refusal.value.fields)) == (Why.FACTS, ["recorded_for"])
    if verb == "log_progress":  # one that is taken, and says so
        answer(town, part, verb, Role.DESK, **told)
        event = Event.objects.filter(case=case, verb=verb).get()
        assert json.loads(event.text)["recorded_for"] == "phone"


def test_the_desk_answers_a_call_on_itself_without_a_channel(town: Cast) -> None:
    case = blown(town)
    take(town, case, "approve", Role.LEADER)
    take(town, case, "dispatch", Role.DESK, lead=town.desk.pk)
    part = Part.objects.get(case=case)
    answer(town, part, "sign", Role.DESK, slip=BY_EVENT)
    assert part.state == "SIGNED"


def test_what_cannot_be_done_at_all_is_said_before_the_channel(town: Cast) -> None:
    case, part = dispatched(town)
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "reply", Role.DESK, slip=BY_EVENT, **FOUR)
    assert refusal.value.why is Why.STATE
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "sign", Role.DESK, slip=Slip(version=part.version + 1))
    assert refusal.value.why is Why.STALE
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "sign", Role.LEADER)
    assert refusal.value.why is Why.ROLE
    visited = [Visited(str(case.number), part.pk)]
    visit: dict[str, Any] = {"people": 2, "place": "桥下"}
    with unchanged(), pytest.raises(Refused) as refusal:
        report_in_together(visited, by=town.actor(Role.DESK), at=NOW, **visit)
    assert "以何种方式告知" in refusal.value.sentence


def test_the_desks_form_asks_how_it_was_told(town: Cast, page: Page) -> None:
    case, part = dispatched(town)
    url = f"/whistles/{case.number}/responses/{part.pk}/"
    shown = page(Role.DESK).get(url)
    acts = shown.context["acts"]
    fields = {move.verb: move.form.fields["channel"].required for move in acts["others"]}
    assert (acts["bare"], acts["first"].form.fields["channel"].required) == (False, True)
    assert fields["raise_objection"] is True
    assert '<details class="late" open>' in shown.content.decode()
    theirs = page(Role.DEPT_OFFICER).get(url)
    assert theirs.context["acts"]["bare"] is True
    assert '<details class="late" open>' not in theirs.content.decode()
    form = acts["first"].form
    told: dict[str, Any] = {name: form[name].value() for name in ("post", "key", "version")}
    with unchanged():
        refused = page(Role.DESK).post(f"{url}sign/", told)
    assert refused.status_code == 400
    tried = refused.context["acts"]["first"].form
    assert tried.errors["channel"] == [
        "替部门记载的，请选对方以何种方式告知（电话、书面、当面、聊天截图）。"
    ]
    assert page(Role.DESK).post(f"{url}sign/", told | {"channel": "phone"}).status_code == 303
    assert Event.objects.filter(case=case, verb="sign").count() == 1
    progress = page(Role.DESK).get(url).context["acts"]["others"]
    (note,) = [move for move in progress if move.verb == "log_progress"]
    assert note.form.fields["channel"].required is True


def test_what_the_head_of_the_organ_decides_no_leader_refuses(town: Cast) -> None:
    case = blown(town, type="W4")
    for verb in ("approve", "refuse"):
        with unchanged(), pytest.raises(Refused) as refusal:
            take(town, case, verb, Role.LEADER, reason="不宜")
        assert (refusal.value.why, refusal.value.verb) == (Why.ROLE, verb)
    take(town, case, "refuse", Role.HEAD_OF_ORGAN, reason="不宜")
    assert case.state == "REFUSED"
    other = blown(town)
    take(town, other, "refuse", Role.LEADER, reason="镇里自己能办")
    assert other.state == "REFUSED"


def test_who_does_not_grant_more_time_does_not_refuse_it(town: Cast) -> None:
    case = blown(town, type="W2")
    take(town, case, "dispatch", Role.DESK, lead=town.department.pk)
    part = Part.objects.get(case=case)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    asked: dict[str, Any] = {"need": "X1", "days": 1, "reason": "等材料"}
    answer(town, part, "ask_extension", Role.DEPT_OFFICER, **asked)
    for verb in ("grant_extension", "refuse_extension"):
        with unchanged(), pytest.raises(Refused) as refusal:
            answer(town, part, verb, Role.COUNTY_DESK, reason="不宜")
        assert (refusal.value.why, refusal.value.verb) == (Why.ROLE, verb)


@pytest.mark.parametrize(
    "place", [["2026-11-20T10:00:00+08:00", 1e999, 0], ["2026-11-20", 1, 0], [1]]
)
def test_a_made_up_place_on_the_board_is_refused(town: Cast, api: Any, place: Any) -> None:
    after = base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
    asked = {"column": "BLOWN", "after": after}
    assert api(Role.DESK).get("/api/v1/whistles/board/", asked).status_code == 400


@pytest.mark.parametrize("people", [-5, 0, 1000])
def test_nobody_and_a_thousand_do_not_report_in(town: Cast, api: Any, people: int) -> None:
    case, part = dispatched(town)
    told: dict[str, Any] = {"people": people, "place": "桥下"}
    with unchanged(), pytest.raises(Refused) as refusal:
        answer(town, part, "report_in", Role.DEPT_OFFICER, **told)
    assert list(refusal.value.fields) == ["people"]
    actor, visited = town.actor(Role.DEPT_OFFICER), [Visited(str(case.number), part.pk)]
    with unchanged(), pytest.raises(Refused) as refusal:
        report_in_together(visited, by=actor, at=NOW, **told)
    assert list(refusal.value.fields) == ["people"]
    path = f"/api/v1/whistles/{case.number}/responses/{part.pk}/report_in/"
    assert send(api(Role.DEPT_OFFICER), path, told, version=part.version).status_code == 400


def test_a_judged_department_explains_itself_by_telephone(town: Cast) -> None:
    _, part = dispatched(town)
    answer(town, part, "sign", Role.DESK)
    answer(town, part, "reply", Role.DESK, **FOUR)
    answer(town, part, "evaluate", Role.DESK, slip=BY_EVENT, **JUDGED)
    answer(town, part, "answer_evaluation", Role.DESK, reason="已说明")
    rows = Event.objects.filter(part=part).order_by("seq")
    told = {event.verb: json.loads(event.text)["recorded_for"] for event in rows}
    assert told["answer_evaluation"] == "phone"
    assert told["evaluate"] == ""
