"""Two keepers at once (同时录入): of one key exactly one row, the other gets a sentence."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.conf import settings

from cases.law.moves import Refused, Role, Why
from cases.people.queries import Actor
from cases.rulebook.models import Change, Figure, HolidayNotice, TermRow
from cases.rulebook.operations.keeping import carry_out, enter_row, succeed_row
from cases.rulebook.operations.planning import Basis, Keeper, plan
from cases.rulebook.operations.seeds import load_seeds
from cases.rulebook.queries.tables.every import EVERY
from tests.together import together
from tests.town import NOW, TODAY, XIASHU, Cast, settle

BASIS = Basis(date(2026, 12, 1), "镇党政联席会议纪要", "published", "下政发〔2026〕9号")
FIGURE = {"key": "report.example", "name": "示例", "value": 7, "unit": "次"}
NOTICE = {"year": 2027, "rest": "元旦：1月1日至3日", "work": ""}


@pytest.fixture
def town(transactional_db: None) -> Cast:
    """The cast in a database other connections can see; every table is emptied afterwards."""
    load_seeds(settings.SEEDS, NOW)
    return settle()


def keeper(actor: Actor) -> Keeper:
    return Keeper(actor.stamp, XIASHU, True)


def one_won(given: list[Any]) -> Refused:
    lost = [one for one in given if isinstance(one, Exception)]
    assert len(lost) == len(given) - 1, given
    assert all(isinstance(one, Refused) for one in lost), lost
    refused = lost[0]
    assert isinstance(refused, Refused)
    assert refused.why in {Why.CONFLICT, Why.STALE}
    assert refused.sentence.endswith("。")
    return refused


def test_one_key_entered_at_once_is_entered_once(town: Cast) -> None:
    who = keeper(town.actor(Role.SYSADMIN))
    before = Change.objects.count()
    acts = [
        partial(enter_row, EVERY["figures"], FIGURE | {"value": n}, BASIS, who, at=NOW)
        for n in range(1, 4)
    ]
    assert "已有现行的" in one_won(together(*acts)).sentence
    assert Figure.objects.filter(key="report.example").count() == 1
    assert Change.objects.count() == before + 1


def test_one_rule_followed_at_once_is_followed_once(town: Cast) -> None:
    who, pk = keeper(town.actor(Role.SYSADMIN)), TermRow.objects.get(key="report.check").pk

    def act(days: int) -> Callable[[], Any]:
        facts = {"name": "核查", "term": f"{days} 日"}
        return partial(succeed_row, EVERY["terms"], pk, facts, BASIS, who, at=NOW)

    one_won(together(act(3), act(4)))
    assert TermRow.objects.filter(key="report.check", scope=XIASHU).count() == 1


def test_one_preview_confirmed_twice_at_once_is_done_once(town: Cast) -> None:
    who, table = keeper(town.actor(Role.SYSADMIN)), EVERY["notices"]
    rows = [(0, NOTICE)]
    basis = Basis(TODAY, "示范通知", "demonstration")
    seen = plan(table, rows, basis, who, TODAY).digest
    act = partial(carry_out, table, rows, basis, who, at=NOW, seen=seen)
    assert "有改动" in one_won(together(act, act)).sentence
    assert HolidayNotice.objects.filter(year=2027).count() == 1
