"""The demonstration month (演示月): every state has something to show, all of it by real moves,
once, and in a demonstration only.
"""

import json
from collections import Counter
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as installed
from django.core.management import call_command
from django.utils import timezone

from cases.docket.models import (
    Attachment,
    Case,
    Deadline,
    DeadlineState,
    Event,
    Link,
    Part,
    WorkItem,
)
from cases.docket.queries.verify import verify_record
from cases.law.rule import LawError
from cases.management.commands._demo_stories import TownClock, stories
from cases.people.models import Officer
from cases.people.queries import TOWN_TIME
from cases.rulebook.operations.seeds import load_seeds
from cases.rulebook.queries import book
from cases.whistle.models import Precedent
from cases.whistle.states.words import STATES, Calls
from tests.ledger import snapshot
from tests.town import NOW, Cast

SUNDAY = datetime(2026, 11, 22, 20, 30, 10, tzinfo=TOWN_TIME)


def run(*words: str) -> dict[str, Any]:
    out = StringIO()
    call_command(*words, stdout=out, stderr=StringIO())
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def refusal(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    with pytest.raises(SystemExit) as stopped:
        call_command("demo_month")
    assert stopped.value.code == 2
    told: dict[str, str] = json.loads(capsys.readouterr().out)
    return told


def test_a_month_with_something_in_every_state(db: None, settings: Any) -> None:
    load_seeds(installed.SEEDS, timezone.now())
    run("demo_town")
    settings.DEMO = True
    told = run("demo_month")
    assert (told["stories"], told["played"], told["refused"]) == (62, 62, "")
    assert told["steps"] == Event.objects.filter(key__isnull=False).count() + swept()
    whistles_of_every_type_in_every_state()
    objections_rulings_reworks_and_relapses()
    some_late_and_some_in_time()
    one_department_called_by_three_towns()
    reports_that_wait_for_their_whistle()
    all_of_it_in_the_past_and_by_demonstration_people()
    assert verify_record().broken == []
    a_second_run_adds_nothing()


def swept() -> int:
    """The steps that are a sweep of the house: they carry no key."""
    return 1


def whistles_of_every_type_in_every_state() -> None:
    whistles = Case.objects.filter(kind="whistle")
    assert set(whistles.values_list("variant", flat=True)) == {"W1", "W2", "W3", "W4", "W5", "W6"}
    assert set(whistles.values_list("state", flat=True)) == {
        *("DRAFT", "AWAITING_APPROVAL", "BLOWN", "DISPATCHED", "RESPONDING"),
        *("AWAITING_EVALUATION", "CLOSED", "REFUSED", "WITHDRAWN", "SHELVED"),
    }
    parts = set(Part.objects.values_list("state", flat=True))
    every = {"CALLED", "SIGNED", "REPORTED_IN", "REPLIED", "EVALUATED", "OBJECTED", "RELEASED"}
    assert parts == {*every, "COPIED"} <= set(STATES)
    assert whistles.filter(veiled=True).count() == 1


def said(verb: str, fact: str) -> Counter[str]:
    texts = Event.objects.filter(verb=verb).values_list("text", flat=True)
    return Counter(str(json.loads(text)["open"].get(fact)) for text in texts)


def objections_rulings_reworks_and_relapses() -> None:
    assert set(said("raise_objection", "ground")) == {"S0", "S1", "S2", "S3", "S5", "S9"}
    rulings = {"keep", "reassign", "joint", "swap", "raise"}
    assert set(said("rule_on_duties", "ruling")) == rulings
    assert set(Precedent.objects.values_list("ruling", flat=True)) == rulings - {"raise"}
    assert said("return_for_rework", "times") == {"1": 1, "2": 1}
    assert said("follow_up", "held") == {"held": 3, "relapsed": 1}
    judged = said("evaluate", "satisfaction")
    assert set(judged) == {"satisfied", "rather", "dissatisfied"}
    assert said("evaluate_by_default", "defaulted")["True"] >= 1
    assert Link.objects.filter(why="again").count() == 2
    assert Event.objects.filter(verb="complete").count() == 1
    assert Event.objects.filter(verb="rule_above").count() == 1


def some_late_and_some_in_time() -> None:
    signed = Deadline.objects.filter(term="whistle.sign").values_list("state", flat=True)
    assert set(signed) >= {DeadlineState.MET, DeadlineState.MET_LATE, DeadlineState.RUNNING}
    late = Deadline.objects.filter(state=DeadlineState.RUNNING, due_at__lte=timezone.now())
    terms = set(late.values_list("term", flat=True))
    assert {"whistle.approve", "whistle.handle", "whistle.rule", "whistle.raised"} <= terms
    assert Attachment.objects.count() >= 10


def one_department_called_by_three_towns() -> None:
    housing = Part.objects.filter(unit__code="321183-zhujian", closed_at=None)
    towns = set(housing.exclude(kind=Calls.COPY).values_list("case__division", flat=True))
    assert towns == {"321183102", "321183104", "321183109"}


def reports_that_wait_for_their_whistle() -> None:
    waiting = Case.objects.filter(kind="report", state="REFERRED")
    assert Link.objects.filter(parent__in=waiting, why="whistled", ended_at=None).count() == 2
    assert Case.objects.filter(kind="report", state="CLOSED").count() >= 8


def all_of_it_in_the_past_and_by_demonstration_people() -> None:
    now = timezone.now()
    assert not Event.objects.filter(happened_at__gt=now).exists()
    first = Event.objects.order_by("happened_at").values_list("happened_at", flat=True)[0]
    assert 30 <= (now - first).days <= 60
    assert not Event.objects.filter(officer__demonstration=False).exists()
    assert set(WorkItem.objects.values_list("kind", flat=True)) <= {"sheet_due", "phone_now"}
    assert Deadline.objects.filter(state="running", colour="red").exists()
    numbers = Case.objects.filter(kind="whistle", division="321183102", number__isnull=False)
    in_order = numbers.order_by("number").values_list("pk", flat=True)
    assert list(in_order) == list(numbers.order_by("opened_at", "pk").values_list("pk", flat=True))


def a_second_run_adds_nothing() -> None:
    before = snapshot()
    assert run("demo_month")["played"] == 0
    assert snapshot() == before


def test_it_runs_in_a_demonstration_only(
    town: Cast, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    before = snapshot()
    settings.DEMO = False
    assert refusal(capsys)["field"] == "XIASHU_DEMO"
    settings.DEMO = True
    Officer.objects.update(demonstration=False)
    assert refusal(capsys)["field"] == "demo_town"
    assert snapshot() == before


def test_what_the_rules_no_longer_allow_leaves_the_month_empty(town: Cast, settings: Any) -> None:
    settings.DEMO = True
    before = snapshot()
    told = run("demo_month")  # this cast has not the departments of the stories
    assert told["played"] == 0
    assert told["refused"].endswith("。")
    assert snapshot() == before


@pytest.fixture
def clock(town: Cast) -> TownClock:
    return TownClock(book().calendar, SUNDAY)


def test_days_are_told_in_working_days_from_today(clock: TownClock) -> None:
    assert clock.day(0) == date(2026, 11, 22)
    assert clock.day(-1) == date(2026, 11, 20)
    assert clock.day(-6) == date(2026, 11, 13)
    assert clock.day(1) == date(2026, 11, 23)
    # 10 October 2026 is a make-up working day, the seven before it were off.
    assert clock.day(-31) == date(2026, 10, 10)
    assert clock.day(-33) == date(2026, 10, 8)
    assert clock.instant("-1 16:05") == datetime(2026, 11, 20, 16, 5, tzinfo=TOWN_TIME)
    assert clock.instant("+2 09:30") == datetime(2026, 11, 24, 9, 30, tzinfo=TOWN_TIME)
    assert clock.instant("-70m") == datetime(2026, 11, 22, 19, 20, tzinfo=TOWN_TIME)
    assert clock.instant("-2h") == datetime(2026, 11, 22, 18, 30, tzinfo=TOWN_TIME)


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [
        ("[-1 09:00 approve, -2 09:00 dispatch]", "先后"),
        ("[-1 09:00 approve, whenever dispatch]", "第 2 步写法不对"),
        ("[-0m approve, 0m dispatch]", "第 2 步写法不对"),
    ],
    ids=["back in time", "no time", "not in the past"],
)
def test_a_story_that_cannot_be_is_named(
    clock: TownClock, tmp_path: Path, steps: str, wrong: str
) -> None:
    text = f"stories: [{{code: one, steps: {steps}}}]"
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(LawError, match="one") as refused:
        stories(tmp_path, clock)
    assert wrong in refused.value.sentence


def test_a_story_is_told_once(clock: TownClock, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("stories: [{code: one, steps: []}]", "utf-8")
    with pytest.raises(LawError, match="两个"):
        stories(tmp_path, clock)


def test_the_month_is_whole_on_any_day(town: Cast) -> None:
    spring = datetime(2027, 2, 8, 7, tzinfo=TOWN_TIME)
    for day in (NOW, SUNDAY, NOW.replace(hour=0, minute=1), spring):
        told = stories(installed.SEEDS / "demo" / "month", TownClock(book().calendar, day))
        assert len(told) == 62
        assert all(step.at <= day for steps in told.values() for step in steps)
