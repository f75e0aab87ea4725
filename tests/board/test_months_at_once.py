"""Months published and corrected by two at one moment (同时发布、更正)."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from cases.board.models import Correction, PublishedMonth, RateDay
from cases.board.operations import publishing
from cases.board.queries.figures import figures_of
from tests.board.counted import gathered
from tests.board.test_months import amend, published
from tests.together import together
from tests.town import NOW, Cast
from tests.whistle.way import dispatched

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_at_once_publish_one(town: Cast) -> None:
    gathered()
    given = together(lambda: published(town), lambda: published(town))
    assert PublishedMonth.objects.count() == 1
    assert sorted(type(one).__name__ for one in given) == ["PublishedMonth", "Refused"]


def test_a_month_whose_rates_another_sweep_is_counting_is_not_published(town: Cast) -> None:
    dispatched(town)
    days, later = (date(2026, 10, 26), date(2026, 11, 25)), NOW + timedelta(days=9)
    gathered(later)
    held = RateDay.objects.filter(day=NOW.date())
    held.update(stale=True)
    with transaction.atomic():
        list(held.select_for_update())
        (refused,) = together(lambda: published(town, days, at=later))
    assert "还在统计" in refused.sentence
    assert not PublishedMonth.objects.exists()
    published(town, days, at=later)


def test_the_figures_of_a_month_are_of_one_instant(
    town: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def watched(*given: Any) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            seen.append(cursor.fetchone()[0])
        return figures_of(*given)

    monkeypatch.setattr(publishing, "figures_of", watched)
    published(town)
    assert seen == ["repeatable read"]


def test_one_correction_sent_twice_at_once_is_one_line(town: Cast) -> None:
    month, key = published(town), uuid4()

    def send_it() -> Correction:
        return amend(town, month, 3, key=key, was=0)

    for given in (together(send_it, send_it, send_it), [send_it()]):
        assert {getattr(one, "pk", one) for one in given} == {Correction.objects.get().pk}
