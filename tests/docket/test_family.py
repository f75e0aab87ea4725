"""Children and parents (子案与来件), shown with a stand-in kind."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from cases.docket import kinds
from cases.docket.kinds import Kind
from cases.docket.models import Case, Event, Link
from cases.docket.record import Opening, begin, open_case, take, tie
from cases.docket.states import COMMON, COMMON_FACTS
from cases.law.moves import NEW, Owner, Refused, Role, move, table
from tests.town import NOW, XIASHU, Cast

OPEN = move("open", [NEW], "WAITING", label="立", by=[Role.DESK], basis="测试", owner=Owner.DESK)
END = move("end", ["WAITING"], "DONE", label="结", by=[Role.DESK], basis="测试", ends=True)
BACK = move("back", ["WAITING"], "BACK", label="回", by=[Role.SYSTEM], basis="测试")
STATES = {"WAITING": "等", "DONE": "结", "BACK": "回"}


@pytest.fixture
def stand_in() -> Iterator[Kind]:
    """A kind of its own, with two moves and the way back."""
    kind = Kind(
        code="standin",
        label="替身",
        path="standins",
        series="X",
        table=table(STATES, COMMON_FACTS, OPEN, END, BACK, *COMMON),
        words=(),
    )
    kinds.register(kind)
    yield kind
    kinds._KINDS.pop("standin")


def opened(town: Cast) -> Case:
    by = town.actor(Role.DESK)
    opening = Opening(kind="standin", division=XIASHU, filer_unit_id=by.unit_id)
    with transaction.atomic():
        return open_case(OPEN, opening, by=by, at=NOW, moment=begin(1))[0]


def test_the_parent_returns_when_the_last_child_has_ended(town: Cast, stand_in: Kind) -> None:
    by = town.actor(Role.DESK)
    parent, first, second = opened(town), opened(town), opened(town)
    for child in (first, second):
        tie(parent, child, why="handled_by", at=NOW, returns="back")
    take(END, first, by=by, at=NOW)
    parent.refresh_from_db()
    assert parent.state == "WAITING"
    take(END, second, by=by, at=NOW)
    parent.refresh_from_db()
    assert parent.state == "BACK"
    verbs = Event.objects.filter(case=parent).order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["open", "child_ended", "child_ended", "back"]
    assert not Link.objects.filter(ended_at=None).exists()


def test_a_parent_that_has_moved_on_only_hears_of_it(town: Cast, stand_in: Kind) -> None:
    by = town.actor(Role.DESK)
    parent, child = opened(town), opened(town)
    tie(parent, child, why="handled_by", at=NOW, returns="back")
    take(END, parent, by=by, at=NOW)
    take(END, child, by=by, at=NOW)
    parent.refresh_from_db()
    assert (parent.state, parent.seq) == ("DONE", 3)


def test_a_refused_end_tells_no_parent(town: Cast, stand_in: Kind) -> None:
    parent, child = opened(town), opened(town)
    tie(parent, child, why="handled_by", at=NOW, returns="back")
    with pytest.raises(Refused):
        take(END, child, by=town.actor(Role.VILLAGE), at=NOW)
    parent.refresh_from_db()
    assert parent.seq == 1


def test_a_verb_the_parent_does_not_know_cannot_be_promised(town: Cast, stand_in: Kind) -> None:
    parent, child = opened(town), opened(town)
    with pytest.raises(KeyError):
        tie(parent, child, why="handled_by", at=NOW, returns="nonsense")
