"""Reports with wrong or awkward input (上报事件的异常输入): said in a sentence, nothing written."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from cases.docket.models import Case, Deadline, Event, Party
from cases.docket.queries import case_file, find
from cases.docket.seal import open_key, unseal_facts
from cases.grid.datum import wgs84_to_gcj02
from cases.intake import operations as report
from cases.intake.models import Report
from cases.law.moves import Refused, Role, Why
from cases.people.models import Officer, Unit, UnitKind
from cases.people.operations import close_unit, end_post, give_post, open_unit
from cases.people.queries import NoPost, actor_for, reveal, town_day
from tests.conftest import send
from tests.ledger import unchanged
from tests.town import BAOHUA, COUNTY, NOW, SINCE, TODAY, XIASHU, Cast
from tests.walk import PLAIN, file, walk

Api = Callable[..., APIClient]
REPORTS = "/api/v1/reports/"
WHO: dict[str, Any] = {"actor_code": "tests", "at": NOW}


def refused(town: Cast, role: Role = Role.GRID_WORKER, **facts: Any) -> Refused:
    """Filing this is refused, and nothing is written."""
    with unchanged(), pytest.raises(Refused) as refusal:
        file(town, role, **facts)
    assert refusal.value.sentence
    return refusal.value


def words_of(case: Case) -> dict[str, Any]:
    return unseal_facts(open_key(case.wrapped_key, case.key_id), case.words)


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ({"lng": 122.9, "lat": 30.0}, "公里"),
        ({"lng": 150.0, "lat": 30.0}, "不在中国境内"),
        ({"lng": 32.165, "lat": 119.175}, "填反"),
        ({"lng": float("nan"), "lat": 32.1}, "不是数字"),
        ({"lng": 119.175}, "经度和纬度"),
        ({"lat": 32.165}, "经度和纬度"),
    ],
    ids=["in the sea", "abroad", "swapped", "not a number", "half", "other half"],
)
def test_a_point_that_cannot_be_is_refused(
    town: Cast, point: dict[str, Any], said: str
) -> None:
    wrong = refused(town, **point)
    assert (wrong.why, list(wrong.fields)) == (Why.FACTS, ["lng"])
    assert said in wrong.sentence


def test_a_point_in_gcj02_finds_the_grid_its_place_is_in(town: Cast) -> None:
    lng, lat = 119.1785, 32.165  # 150 m inside the border, which the shift of some 500 m crosses
    shifted = wgs84_to_gcj02(lng, lat)
    right = file(town, lng=shifted[0], lat=shifted[1], datum="gcj02")
    raw = file(town, lng=shifted[0], lat=shifted[1], datum="wgs84")
    assert right.grid is not None
    assert raw.grid is not None
    assert (right.grid.code, right.datum) == (f"{XIASHU}201N01", "gcj02")
    assert (raw.grid.code, raw.datum) == (f"{XIASHU}201N02", "wgs84")
    assert right.lng == pytest.approx(lng, abs=1e-6)
    assert right.lat == pytest.approx(lat, abs=1e-6)


def test_a_point_on_a_border_lies_in_the_lowest_code(town: Cast) -> None:
    on_border = file(town, lng=119.18, lat=32.17)
    assert on_border.grid is not None
    assert on_border.grid.code == f"{XIASHU}201N01"
    assert not on_border.outside


def test_a_point_outside_every_grid_is_kept_and_marked(town: Cast) -> None:
    case = file(town, lng=119.20, lat=32.17)
    assert (case.outside, case.grid_id, case.lng) == (True, None, 119.20)


def test_a_report_without_a_point_is_a_report(town: Cast) -> None:
    case = file(town)
    assert (case.lng, case.lat, case.grid_id, case.datum, case.outside) == (
        None, None, None, "", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "phone", ["12345678901", "138123456", "1381234567890", "电话", "138-1234-567x", "0"]
)
def test_a_phone_that_cannot_be_is_refused(town: Cast, phone: str) -> None:
    assert list(refused(town, reporter="某人", phone=phone).fields) == ["phone"]


def test_a_phone_is_kept_as_dialled_sealed_and_found_again(town: Cast) -> None:
    first = file(town, reporter="某人", phone=" 138 1234-5678 ")
    second = file(town, reporter="某人", phone="13812345678")
    cases = [first, second]
    parties = Party.objects.filter(case__in=cases, role="reporter").select_related("identity")
    assert len({p.identity_id for p in parties}) == 1
    identity = parties[0].identity
    assert identity is not None
    assert reveal(identity) == "13812345678"


def test_who_wants_to_stay_unnamed_is_not_written_down(town: Cast) -> None:
    case = file(town, reporter="赵大山", phone="13812345678", anonymous=True)
    assert Report.objects.get(case=case).anonymous
    assert not Party.objects.filter(case=case).exists()
    key = open_key(case.wrapped_key, case.key_id)
    assert set(unseal_facts(key, Event.objects.get(case=case).sealed)) == {"title", "description"}


def test_awkward_text_is_kept_readable_and_harmless(town: Cast) -> None:
    case = file(
        town,
        title="  路灯🔦\t不亮\u202e倒过来\x00\u200f  <b>急</b> ",
        description="第一行\r\n第二行\x07\n𠮷野家 ❤️\ufeff",
        address="示范东村‮8号",
    )
    assert words_of(case) == {
        "title": "路灯🔦 不亮倒过来 <b>急</b>",
        "description": "第一行\n第二行\n𠮷野家 ❤️",
        "address": "示范东村8号",
    }
    actor = town.actor(Role.DESK)
    found = find(actor, str(case.number))
    assert found is not None
    assert case_file(actor, found, NOW).title == "路灯🔦 不亮倒过来 <b>急</b>"


def test_half_a_character_breaks_nothing(town: Cast) -> None:
    case = file(town, title="路灯\ud83d不亮", description="\udc00村口")
    assert words_of(case) == {"title": "路灯不亮", "description": "村口"}


@pytest.mark.parametrize("title", ["", "   ", "\u200b\u202e\x00", "\n\t"])
def test_a_title_of_nothing_is_no_title(town: Cast, title: str) -> None:
    assert list(refused(town, title=title).fields) == ["title"]


def test_a_text_is_as_long_as_it_may_be_and_no_longer(town: Cast) -> None:
    longest = "长" * 40_000
    assert words_of(file(town, description=longest))["description"] == longest
    wrong = refused(town, description=longest + "长", title="题" * 101)
    assert set(wrong.fields) == {"description", "title"}
    assert "40000" in wrong.fields["description"].replace(",", "")


def test_the_interface_refuses_what_is_too_long_or_holds_a_nul(town: Cast, api: Api) -> None:
    worker = api(Role.GRID_WORKER)
    with unchanged():
        for facts in ({"description": "长" * 40_001}, {"description": "a\x00b"}):
            answer = send(worker, REPORTS, PLAIN | facts)
            assert answer.status_code == 400
            assert list(answer.json()["fields"]) == ["description"]


def test_an_officer_with_no_post_is_told_what_to_do(town: Cast) -> None:
    nobody = Officer.objects.create(username="nobody", name="示范待岗")
    with pytest.raises(NoPost) as refusal:
        actor_for(nobody, None, TODAY)
    assert "岗位" in refusal.value.sentence


def test_a_post_that_ended_this_morning_acts_no_more(town: Cast, api: Api) -> None:
    desk, worker = api(Role.DESK), api(Role.GRID_WORKER)
    number = send(worker, REPORTS, PLAIN).json()["number"]
    end_post(town.posts[Role.DESK], town_day(timezone.now()), **WHO)
    with unchanged():
        answer = send(desk, f"{REPORTS}{number}/accept/", {}, 1)
    assert answer.status_code == 403
    assert "岗位已到期" in answer.json()["detail"]
    assert desk.get("/api/v1/worklist/").status_code == 403


def test_a_case_is_not_given_to_a_unit_that_is_gone_or_was_never_there(town: Cast) -> None:
    case, desk = walk(town, file(town), "accept"), town.actor(Role.DESK)
    gone = open_unit(f"{XIASHU}-old", "示范旧办", UnitKind.BODY, town.town, XIASHU, SINCE, **WHO)
    close_unit(gone, town_day(timezone.now()), **WHO)
    for unit in (gone.pk, 0, 10**15, -1):
        with unchanged(), pytest.raises(Refused) as refusal:
            report.assign(Case(pk=case.pk), by=desk, at=NOW, unit=unit)
        assert list(refusal.value.fields) == ["unit"]


def test_a_case_is_not_given_to_another_town(town: Cast) -> None:
    case, desk = walk(town, file(town), "accept"), town.actor(Role.DESK)
    others = Unit.objects.filter(division=BAOHUA)
    assert others.count() == 3
    for unit in others:
        with unchanged(), pytest.raises(Refused) as refusal:
            report.assign(Case(pk=case.pk), by=desk, at=NOW, unit=unit.pk)
        assert list(refusal.value.fields) == ["unit"]
    assert not town.other_actor(Role.DESK).division.startswith(XIASHU)


def test_a_case_is_given_to_nobody_but_villages_and_bodies_of_the_town(town: Cast) -> None:
    case, desk = walk(town, file(town), "accept"), town.actor(Role.DESK)
    for unit in (town.department, town.county, town.town):
        with unchanged(), pytest.raises(Refused) as refusal:
            report.assign(Case(pk=case.pk), by=desk, at=NOW, unit=unit.pk)
        assert list(refusal.value.fields) == ["unit"]
    report.assign(case, by=desk, at=NOW, unit=town.units[f"{XIASHU}-centre"].pk)
    assert case.state == "ASSIGNED"


def test_whoever_handled_it_does_not_check_it(town: Cast) -> None:
    case = walk(town, file(town, Role.VILLAGE), "handle")
    assert (case.unit_id, case.officer_id) == (town.desk.pk, None)
    with unchanged(), pytest.raises(Refused) as refusal:
        report.check(Case(pk=case.pk), by=town.actor(Role.VILLAGE), at=NOW)
    assert refusal.value.why is Why.ROLE
    report.check(case, by=town.actor(Role.DESK), at=NOW)
    assert case.state == "CHECKED"


def test_a_letter_is_answered_by_its_reply_and_by_nothing_else(town: Cast) -> None:
    desk, case = town.actor(Role.DESK), walk(town, file(town), "check")
    Deadline.objects.filter(case=case, term="report.close").update(term="petition.reply")
    with unchanged(), pytest.raises(Refused) as refusal:
        report.close(Case(pk=case.pk), by=desk, at=NOW, closing="C1")
    assert list(refusal.value.fields) == ["reply"]
    report.close(case, by=desk, at=NOW, closing="C1", reply="已修复，感谢反映")
    assert Deadline.objects.get(case=case, term="petition.reply").state == "met"


def test_a_date_set_back_makes_nobody_late(town: Cast) -> None:
    case = walk(town, file(town, at=NOW - timedelta(days=60)), "accept")
    report.assign(
        case, by=town.actor(Role.DESK), at=NOW - timedelta(days=50), unit=town.village.pk
    )
    handle = Deadline.objects.get(case=case, term="report.handle")
    assert handle.start_at == Event.objects.get(case=case, verb="assign").recorded_at


def test_no_step_happened_before_the_case(town: Cast) -> None:
    case = file(town)
    with unchanged(), pytest.raises(Refused) as refusal:
        report.accept(Case(pk=case.pk), by=town.actor(Role.DESK), at=NOW - timedelta(days=1))
    assert list(refusal.value.fields) == ["happened_at"]


def test_a_large_class_is_no_class(town: Cast) -> None:
    assert list(refused(town, category="06").fields) == ["category"]


def test_a_village_named_or_found_stands_on_the_case(town: Cast) -> None:
    west = f"{XIASHU}202"
    named = file(town, village=west)
    assert named.village_id == town.villages[west].pk
    outside = file(town, lng=119.20, lat=32.17)
    assert (outside.outside, outside.village_id) == (True, town.villages[f"{XIASHU}201"].pk)
    assert list(refused(town, village=f"{BAOHUA}201").fields) == ["village"]


def test_another_systems_number_is_kept_once(town: Cast) -> None:
    case = file(town, Role.DESK, source="hotline", external="12345-2026-77")
    assert case.external.get().system == "hotline"
    wrong = refused(town, Role.DESK, source="hotline", external="12345-2026-77")
    assert list(wrong.fields) == ["external"]


def test_a_report_belongs_to_a_town_that_is_there(town: Cast) -> None:
    by = town.actor(Role.DEPT_OFFICER)
    for division in ("", COUNTY, f"{COUNTY}999", f"{XIASHU}001"):
        with unchanged(), pytest.raises(Refused) as refusal:
            report.file_report(by=by, at=NOW, division=division, **PLAIN)
        assert list(refusal.value.fields) == ["division"], division
    case, _ = report.file_report(by=by, at=NOW, division=XIASHU, **PLAIN)
    assert (case.division, case.unit_id) == (XIASHU, town.desk.pk)


def test_nobody_files_for_another_town(town: Cast) -> None:
    wrong = refused(town, division=BAOHUA)
    assert wrong.why is Why.ROLE


def test_who_moved_to_another_village_no_longer_sees_what_was_filed_there(town: Cast) -> None:
    case = file(town)
    officer = town.officer(Role.GRID_WORKER)
    post = give_post(officer, Role.GRID_WORKER, town.units[f"{XIASHU}202"], TODAY, **WHO)
    moved = actor_for(officer, post.pk, TODAY)
    assert find(moved, str(case.number)) is None


SATURDAY = datetime(2026, 11, 14, 10, 0, tzinfo=NOW.tzinfo)


def test_what_reaches_the_counter_on_a_day_off_counts_from_the_next_opening(town: Cast) -> None:
    letter = file(town, Role.DESK, SATURDAY, source="letter")
    deadline = Deadline.objects.get(case=letter)
    assert deadline.term == "letter.accept"
    assert deadline.last_day == date(2026, 11, 17)  # received Monday, which is not counted
    patrol = Deadline.objects.get(case=file(town, at=SATURDAY))
    assert (patrol.term, patrol.last_day) == ("report.accept", date(2026, 11, 16))


def test_received_and_accepted_are_two_facts(town: Cast) -> None:
    letter = file(town, Role.DESK, SATURDAY, source="letter")
    event = report.accept(letter, by=town.actor(Role.DESK), at=SATURDAY)
    assert Report.objects.get(case=letter).received_at == SATURDAY
    assert event.happened_at == SATURDAY
    assert '"accepted_at":"2026-11-16T00:30:00.000000+00:00"' in event.text


def test_whoever_files_says_where_it_came_from_or_the_seat_does(town: Cast) -> None:
    sources = {
        role: Report.objects.get(case=file(town, role)).source
        for role in (Role.GRID_WORKER, Role.LIAISON, Role.ENTERPRISE, Role.LEADER, Role.DESK)
    }
    assert list(sources.values()) == ["patrol", "liaison", "enterprise", "instruction", "resident"]


@pytest.mark.parametrize("role", [Role.LEADER, Role.AGENT, Role.ENTERPRISE, Role.DEPT_OFFICER])
def test_what_a_seat_that_cannot_check_has_filed_comes_back_to_the_desk(
    town: Cast, role: Role
) -> None:
    case = file(town, role, division=XIASHU)
    walk(town, case, "handle")
    assert (case.unit_id, case.officer_id) == (town.desk.pk, None)


def test_what_a_grid_worker_filed_comes_back_to_be_checked(town: Cast) -> None:
    case = walk(town, file(town), "handle")
    worker = town.actor(Role.GRID_WORKER)
    assert (case.unit_id, case.officer_id) == (worker.unit_id, worker.officer_id)


def test_a_seat_ended_after_filing_does_not_hold_a_case_for_ever(town: Cast) -> None:
    case = walk(town, file(town), "sign")
    end_post(town.posts[Role.GRID_WORKER], TODAY - timedelta(days=1), **WHO)
    report.handle(case, by=town.actor(Role.VILLAGE), at=NOW, result="已修")
    assert report.check(case, by=town.actor(Role.DESK), at=NOW).to_state == "CHECKED"
