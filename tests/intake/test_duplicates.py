"""Candidate duplicates (疑似重复): near in place, time and words, and never more than a seat may
open.
"""

from datetime import timedelta
from typing import Any

import pytest

from cases.docket.models import Case
from cases.intake.queries.duplicates import Found, duplicates, in_metres
from cases.intake.queries.likeness import likeness, reading
from cases.law.moves import Role
from cases.people.queries import town_day
from cases.rulebook.models import Figure
from cases.rulebook.operations import note_change
from tests.town import NOW, XIASHU, Cast
from tests.walk import file, walk

HERE: dict[str, Any] = {"lng": 119.175, "lat": 32.165}
LAMP: dict[str, Any] = {"title": "村口路灯不亮", "description": "东村村口第三盏灯不亮，看不清"}


def north(metres: float) -> dict[str, Any]:
    """A point so many metres north of HERE."""
    return {"lng": HERE["lng"], "lat": HERE["lat"] + metres / 111_195.0}


def found(town: Cast, case: Case, role: Role = Role.DESK) -> Found:
    return duplicates(town.actor(role), case, NOW)


def numbers(told: Found) -> list[str]:
    return [c.number for c in told.candidates]


def test_the_same_lamp_reported_twice_is_told_with_its_reasons(town: Cast) -> None:
    first = file(town, **LAMP, **HERE, at=NOW - timedelta(days=2))
    second = file(town, title="路灯不亮", description="村口路灯坏了", **north(60))
    told = found(town, second)
    assert (told.metres, told.days, told.missing) == (200, 30, "")
    (one,) = told.candidates
    assert (one.number, one.metres, one.same_category, one.same_phone) == (
        first.number,
        60,
        True,
        False,
    )
    assert one.reasons[:2] == ["相距约 60 米", "同一小类"]
    assert one.reasons[2] == f"文字相近 {one.alike}%"
    assert one.url == f"/reports/{first.number}/"


@pytest.mark.parametrize(("metres", "shown"), [(190, True), (210, False)])
def test_near_is_the_towns_own_figure(town: Cast, metres: int, shown: bool) -> None:
    first = file(town, **LAMP, **HERE)
    second = file(town, **LAMP, **north(metres))
    assert numbers(found(town, second)) == ([first.number] if shown else [])


def test_what_is_near_but_about_something_else_is_not_shown(town: Cast) -> None:
    file(town, category="0301", title="垃圾堆放", description="厂门外堆了一车垃圾", **HERE)
    other = file(town, **LAMP, **HERE)
    assert numbers(found(town, other)) == []


def test_without_a_point_the_same_village_and_class_needs_the_same_words(town: Cast) -> None:
    village = f"{XIASHU}201"
    first = file(town, **LAMP, village=village)
    file(town, title="路灯太少", description="学校后面希望增设", village=village)
    file(town, **LAMP, village=f"{XIASHU}202")
    second = file(town, title="路灯不亮要修", description="东村村口", village=village)
    told = found(town, second)
    assert numbers(told) == [first.number]
    assert "同一村（社区）" in told.candidates[0].reasons


def test_a_point_finds_what_was_filed_with_the_village_alone(town: Cast) -> None:
    first = file(town, **LAMP, village=f"{XIASHU}201")
    second = file(town, **LAMP, **HERE)
    assert numbers(found(town, second)) == [first.number]
    assert numbers(found(town, first)) == [second.number]


def test_sheets_without_any_place_are_told_by_their_words(town: Cast) -> None:
    words: dict[str, Any] = {
        "title": "反映新桥村砂石车噪音扰民",
        "description": "新桥村路口砂石车夜里经过，很吵",
    }
    first = file(town, Role.DESK, category="0403", **words)
    for n in range(45):  # newer ones, more than are opened
        file(town, Role.DESK, category="0805", title=f"询问入学政策{n}", description="怎么报名")
    told = found(town, file(town, Role.DESK, category="0402", **words))
    assert numbers(told) == [first.number]
    assert told.candidates[0].reasons == [f"文字相近 {told.candidates[0].alike}%"]


def test_open_ones_stay_candidates_closed_ones_only_of_late(town: Cast) -> None:
    old = NOW - timedelta(days=45)
    still_open = file(town, **LAMP, **HERE, at=old)
    walk(town, file(town, **LAMP, **HERE, at=old), at=old)
    closed = walk(town, file(town, **LAMP, **HERE, at=NOW - timedelta(days=3)))
    told = found(town, file(town, **LAMP, **HERE))
    assert sorted(numbers(told)) == sorted([str(still_open.number), str(closed.number)])
    assert [c.closed for c in told.candidates] == [False, True]
    assert told.candidates[1].state_label == "已办结"


def test_the_same_telephone_is_told_to_the_desk_and_to_nobody_else(town: Cast) -> None:
    called: dict[str, Any] = {"reporter": "示范群众", "phone": "13800000001"}
    far = file(town, **LAMP, **HERE, **called)
    again = file(town, Role.DESK, **LAMP, **north(900), **called)
    (one,) = found(town, again).candidates
    assert (one.number, one.same_phone) == (far.number, True)
    assert one.reasons[:3] == ["相距约 900 米", "同一小类", "同一反映电话"]
    assert numbers(found(town, far, Role.GRID_WORKER)) == []
    assert numbers(found(town, again, Role.SUPERVISOR)) == []


def test_nobody_is_told_of_what_they_may_not_open(town: Cast) -> None:
    hidden = file(town, Role.DESK, **LAMP, **HERE)
    own = file(town, **LAMP, **HERE)
    assert numbers(found(town, own, Role.GRID_WORKER)) == []
    assert numbers(found(town, own)) == [hidden.number]
    theirs = duplicates(town.other_actor(Role.DESK), own, NOW)
    assert theirs.candidates == []


def test_secret_matters_are_no_candidates(town: Cast) -> None:
    file(town, Role.GRID_WORKER, category="9904", title=LAMP["title"], **HERE)
    assert numbers(found(town, file(town, **LAMP, **HERE), Role.LEADER)) == []


def test_five_at_most_the_likeliest_first(town: Cast) -> None:
    cases = [file(town, **LAMP, **north(10 * n)) for n in range(8)]
    near = file(town, title="路灯问题", description="不亮", **HERE)
    told = found(town, cases[0])
    assert len(told.candidates) == 5
    scores = [c.score for c in told.candidates]
    assert scores == sorted(scores, reverse=True)
    assert near.number not in numbers(told)


def test_without_the_figure_nothing_is_guessed(town: Cast) -> None:
    file(town, **LAMP, **HERE)
    case = file(town, **LAMP, **HERE)
    Figure.objects.filter(key="report.near").update(valid_to=town_day(NOW) - timedelta(days=1))
    note_change("rulebook_figure", "report.near", "end", None, None, actor_code="tests", at=NOW)
    told = found(town, case)
    assert told.candidates == []
    assert "report.near" in told.missing


def test_an_erased_report_is_no_candidate(town: Cast) -> None:
    gone = file(town, **LAMP, **HERE)
    Case.objects.filter(pk=gone.pk).update(erased_at=NOW, wrapped_key=None)
    assert numbers(found(town, file(town, **LAMP, **HERE))) == []


@pytest.mark.parametrize(
    "words",
    [
        {"title": "🔥🔥🔥", "description": "🔥"},
        {"title": "\u202e灯路", "description": "<script>alert(1)</script>"},
        {"title": "=cmd()", "description": "' | '); DROP TABLE docket_case; --"},
        {"title": "路", "description": "灯" * 20_000},
    ],
)
def test_awkward_words_find_and_break_nothing(town: Cast, words: dict[str, Any]) -> None:
    file(town, **LAMP, village=f"{XIASHU}202")
    told = found(town, file(town, category="0301", **words))
    assert told.candidates == []


def test_the_budget_of_statements(town: Cast, django_assert_max_num_queries: Any) -> None:
    for n in range(12):
        file(town, **LAMP, **north(n), phone="13800000001")
    case = file(town, Role.DESK, **LAMP, **HERE, phone="13800000001")
    actor = town.actor(Role.DESK)
    with django_assert_max_num_queries(4):
        duplicates(actor, case, NOW)


def test_likeness_is_the_same_both_ways_and_short_titles_prove_little() -> None:
    one = reading("反映路灯不亮", "村口路灯坏了很久，晚上一片漆黑")
    two = reading("村口路灯不亮", "请尽快维修路灯")
    assert likeness(one, two) == likeness(two, one)
    assert 0.3 < likeness(one, two) < 0.8
    assert likeness(reading("污染", "环境污染"), reading("污染", "空气污染")) < 0.2
    assert likeness(reading("", ""), one) == 0.0


@pytest.mark.parametrize(
    ("metres", "said"),
    [(0, "约 10 米"), (63, "约 60 米"), (999, "约 1000 米"), (1234, "约 1.2 公里")],
)
def test_distances_are_said_as_people_do(metres: float, said: str) -> None:
    assert in_metres(metres) == said
