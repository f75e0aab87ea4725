"""Day facts (日统计): each event counts once, and counting everything again gives the same."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from cases.board.models import DayFact, Gathering, RateDay, RateFact
from cases.board.operations import gathering
from cases.board.operations.gathering import gather
from cases.board.operations.rating import differing_days, rate_days
from cases.board.operations.rebuilding import check, rebuild
from cases.board.states import Told, measures, verbs_of
from cases.docket.models import Case, Event, Outbox
from cases.docket.operations import erase
from cases.intake import operations as report
from cases.law.moves import Role
from cases.oversight.operations.chasing import chase
from cases.oversight.operations.urging import urge
from cases.whistle.operations import DRAFT_VERBS
from tests.board.counted import facts, gathered, sound
from tests.together import together
from tests.town import NOW, Cast
from tests.walk import BY_EVENT, file, walk
from tests.whistle.way import answer, blown, closed, dispatched, take

REPORT = Told("report", False, "close", "CHECKED", "CLOSED")
TABLE: list[tuple[Told, set[str]]] = [
    (REPORT, {"closed"}),
    (Told("report", False, "file", "", "RECEIVED"), {"opened", "matter"}),
    (Told("report", False, "self_handle", "", "SELF_HANDLED"), {"opened", "matter", "closed"}),
    (Told("report", False, "not_accept", "RECEIVED", "NOT_ACCEPTED"), {"declined"}),
    (Told("report", False, "merge", "ACCEPTED", "MERGED"), {"merged"}),
    (Told("report", False, "unmerge", "MERGED", "ACCEPTED"), set()),
    (Told("report", False, "reopen", "CLOSED", "REOPENED"), {"reopened"}),
    (
        Told("report", False, "reopen", "CLOSED", "REOPENED", soon=True),
        {"reopened", "false_closure"},
    ),
    (Told("report", False, "rework", "HANDLED", "ASSIGNED"), {"reworked"}),
    (
        Told("report", False, "rework", "HANDLED", "ASSIGNED", first="self_handle_sampled"),
        {"reworked", "false_closure"},
    ),
    (Told("report", False, "shelve", "ASSIGNED", "SHELVED"), {"shelved"}),
    (Told("report", False, "resume", "SHELVED", "ACCEPTED"), {"resumed"}),
    (Told("report", False, "hand_back", "ASSIGNED", "RETURNED"), {"returned"}),
    (Told("report", False, "call_back", "CLOSED", "CLOSED", outcome="unsolved"), {"unsolved"}),
    (Told("report", False, "call_back", "CLOSED", "CLOSED", outcome="solved"), set()),
    (Told("report", False, "chase", "RECEIVED", "RECEIVED", colour="red"), {"chased_red"}),
    (Told("report", False, "note", "RECEIVED", "RECEIVED"), set()),
    (Told("whistle", False, "draft", "", "DRAFT"), set()),
    (Told("whistle", False, "discard", "DRAFT", "DISCARDED"), set()),
    (Told("whistle", False, "submit", "DRAFT", "AWAITING_APPROVAL"), {"opened", "matter"}),
    (Told("whistle", False, "blow", "DRAFT", "BLOWN"), {"opened", "matter", "blown"}),
    (Told("whistle", False, "blow", "", "BLOWN", grown=True), {"opened", "blown"}),
    (Told("sheet", False, "issue", "", "ISSUED"), {"opened"}),
    (Told("whistle", False, "approve", "AWAITING_APPROVAL", "BLOWN"), {"blown"}),
    (Told("whistle", False, "refuse", "AWAITING_APPROVAL", "REFUSED"), {"declined"}),
    (Told("whistle", False, "withdraw", "BLOWN", "WITHDRAWN"), {"withdrawn"}),
    (Told("whistle", False, "back_to_desk", "RESPONDING", "BLOWN"), set()),
    (Told("whistle", False, "reopen", "CLOSED", "BLOWN"), {"reopened"}),
    (Told("whistle", True, "call", "", "CALLED"), {"called"}),
    (Told("whistle", True, "evaluate", "REPLIED", "EVALUATED"), set()),
    (Told("whistle", True, "raise_objection", "CALLED", "OBJECTED"), {"objected"}),
    (Told("whistle", True, "return_for_rework", "REPLIED", "SIGNED"), {"reworked"}),
    (replace(REPORT, kind="unheard_of"), set()),
]


@pytest.mark.parametrize(("told", "wanted"), TABLE)
def test_what_an_event_counts_for(told: Told, wanted: set[str]) -> None:
    assert set(measures(told)) == wanted
    for measure in wanted:
        assert told.verb in verbs_of(measure)


KEPT = ("day", "division", "kind", "measure", "unit", "village", "category", "count")


def story(town: Cast) -> None:
    """A town's fortnight: reports along their way and beside it, whistles, chasing."""
    done = walk(town, file(town), at=NOW)
    report.VERBS["reopen"](
        done, by=town.actor(Role.DESK), at=NOW + timedelta(days=3), slip=BY_EVENT, again="R2",
        reason="又不亮了",
    )
    walk(town, file(town, category="0405", village="321183102202"), "handle")
    back = walk(town, file(town, at=NOW - timedelta(days=9)), "assign")
    report.VERBS["hand_back"](
        back, by=town.actor(Role.VILLAGE), at=NOW, slip=BY_EVENT, ground="S1", reason="不归村管"
    )
    closed(town, blown(town, Role.LEADER))
    case, part = dispatched(town)
    answer(town, part, "sign", Role.DEPT_OFFICER)
    take(town, case, "withdraw", Role.DESK, reason="已自行解决")
    urge(Case(kind="report", number=back.number), by=town.actor(Role.SUPERVISOR), at=NOW,
         slip=BY_EVENT, words="请抓紧")
    chase(NOW + timedelta(days=20))


def test_a_long_story_is_counted_as_it_happened(town: Cast) -> None:
    story(town)
    gathered(NOW + timedelta(days=21))
    found = facts()
    assert found["opened"] == found["matter"] == 5
    assert (found["closed"], found["withdrawn"], found["reopened"]) == (2, 1, 1)
    assert (found["false_closure"], found["returned"], found["urged"]) == (1, 1, 1)
    assert (found["blown"], found["called"]) == (2, 2)
    assert facts(day="2026-11-11")["opened"] == 1  # on its own day, not the day it was written
    assert set(DayFact.objects.filter(measure="matter").values_list("category", flat=True)) == {
        "0602", "0405", "",
    }
    assert not DayFact.objects.filter(measure="matter").exclude(unit=None).exists()
    before = sorted(map(str, DayFact.objects.values_list(*KEPT)))
    assert sound()
    assert differing_days(NOW + timedelta(days=21)) == []
    rebuild(NOW + timedelta(days=21))
    assert sorted(map(str, DayFact.objects.values_list(*KEPT))) == before


def test_gathering_twice_counts_once(town: Cast) -> None:
    file(town)
    assert gather(NOW) == 0  # the first run counts history, and takes what waited
    assert facts() == {"opened": 1, "matter": 1}
    file(town)
    assert (gather(NOW), gather(NOW)) == (1, 0)
    assert facts() == {"opened": 2, "matter": 2}
    assert Outbox.objects.filter(reader="facts", taken_at=None).count() == 0
    assert sound()


def test_the_first_run_counts_what_was_there_before_the_reader(town: Cast) -> None:
    walk(town, file(town), "assign")
    Outbox.objects.filter(reader="facts").delete()  # a record older than the boards
    file(town)
    gather(NOW)
    assert facts()["opened"] == 2
    assert Gathering.objects.get().since == NOW
    rebuild(NOW, first=True)
    assert facts()["opened"] == 2
    assert sound()


def test_a_crash_in_the_middle_loses_nothing_and_counts_nothing_twice(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    gather(NOW)
    file(town)

    def fail(_: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(gathering, "_mark", fail)
        with pytest.raises(ConnectionError):
            gather(NOW)
    assert facts() == {}
    assert Outbox.objects.filter(reader="facts", taken_at=None).count() == 1
    assert sound()  # what waits is in neither
    gather(NOW)
    assert facts() == {"opened": 1, "matter": 1}
    assert sound()


def test_a_rebuild_takes_what_waits_with_it(town: Cast) -> None:
    gather(NOW)
    file(town)
    rebuild(NOW)
    assert gather(NOW) == 0
    assert facts()["opened"] == 1
    file(town)
    assert gather(NOW) == 1
    assert sound()


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_share_the_events(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "A_TIME", 5)
    gather(NOW)
    for place in range(30):
        file(town, category=("0602", "0405")[place % 2])
    given = together(*[lambda: gather(NOW)] * 3)
    assert sum(given) == 30, given
    assert facts()["opened"] == 30
    assert sound()


@pytest.mark.django_db(transaction=True)
def test_a_first_run_at_once_with_others_counts_once(town: Cast) -> None:
    for _ in range(8):
        file(town)
    given = together(*[lambda: gather(NOW)] * 3, lambda: rebuild(NOW))
    assert not [one for one in given if isinstance(one, Exception)], given
    assert facts()["opened"] == 8
    assert Gathering.objects.count() == 1
    assert sound()


def test_a_wrong_count_is_found(town: Cast) -> None:
    file(town)
    gathered()
    DayFact.objects.filter(measure="opened").update(count=7)
    wrong = check().differences
    assert [(w["measure"], w["recounted"], w["kept"]) for w in wrong] == [("opened", 1, 7)]
    DayFact.objects.filter(measure="opened").delete()
    assert [(w["recounted"], w["kept"]) for w in check().differences] == [(1, 0)]


def test_the_command_says_what_differs(town: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    file(town)
    call_command("facts", check=True)
    assert '"differences": []' in capsys.readouterr().out
    DayFact.objects.update(count=9)
    with pytest.raises(SystemExit) as left:
        call_command("facts", check=True)
    assert left.value.code == 1
    assert '"kept": 9' in capsys.readouterr().out
    call_command("facts", rebuild=True)
    call_command("facts", check=True)
    for wrong in ({}, {"check": True, "rebuild": True}):
        with pytest.raises(SystemExit) as left:
            call_command("facts", **wrong)
        assert left.value.code == 2


def test_an_erased_case_goes_on_being_counted(town: Cast) -> None:
    case = walk(town, file(town))
    gathered()
    before = facts()
    erase(case, paper="保存期满", at=NOW + timedelta(days=4000))
    gathered()
    rebuild(NOW)
    assert facts() == before
    assert sound()


def test_drafts_are_counted_once_they_have_a_number(town: Cast) -> None:
    draft = blown(town, keep=True)
    gathered()
    assert facts() == {}
    DRAFT_VERBS["submit"](Case(pk=draft.pk), by=town.actor(Role.DESK), at=NOW, slip=BY_EVENT)
    gathered()
    assert facts() == {"opened": 1, "matter": 1}


def test_rates_are_counted_again_when_something_may_change_them(town: Cast) -> None:
    _, part = dispatched(town)
    gathered()
    day = RateDay.objects.get(day=NOW.date())
    assert not day.stale
    assert not RateFact.objects.filter(rate="响应率", told="hit").exists()
    answer(town, part, "sign", Role.DEPT_OFFICER)
    gather(NOW)
    assert RateDay.objects.get(day=NOW.date()).stale
    later = NOW + timedelta(days=9)
    assert rate_days(later) == 1
    assert RateFact.objects.get(rate="响应率").told == "miss"
    assert differing_days(later) == []


def test_a_date_that_passes_unmet_is_noticed_without_an_event(town: Cast) -> None:
    dispatched(town)
    gathered()
    assert RateFact.objects.get(rate="响应率").told == "期限未到，尚不能计"
    assert rate_days(NOW + timedelta(minutes=1)) == 0
    assert rate_days(NOW + timedelta(days=9)) == 1
    assert RateFact.objects.get(rate="响应率").told == "miss"


def test_every_event_has_its_row_for_the_reader_once(town: Cast) -> None:
    walk(town, file(town))
    assert Outbox.objects.filter(reader="facts").count() == Event.objects.count()
