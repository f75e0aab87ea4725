"""Two visits to the same places at once (同时报到): one is taken whole, the other not at all."""

from functools import partial

import pytest
from django.conf import settings

from cases.docket.models import Event
from cases.docket.queries.verify import verify_record
from cases.docket.slip import Slip
from cases.law.moves import Refused, Role, Why
from cases.rulebook.operations.seeds import load_seeds
from cases.whistle.operations.visiting import report_in_together
from tests.together import together
from tests.town import NOW, Cast, settle
from tests.whistle.test_inbox import called
from tests.whistle.test_visit import ONCE, one


@pytest.fixture
def town(transactional_db: None) -> Cast:
    """The cast in a database other connections can see; every table is emptied afterwards."""
    load_seeds(settings.SEEDS, NOW)
    return settle()


def test_of_two_visits_in_opposite_order_exactly_one_is_taken(town: Cast) -> None:
    for _ in range(3):
        first, second = one(town, called(town)), one(town, called(town))
        officer, slip = town.actor(Role.DEPT_OFFICER), Slip(by_event=True)
        visit = partial(report_in_together, by=officer, at=NOW, slip=slip, **ONCE)
        given = together(partial(visit, [first, second]), partial(visit, [second, first]))
        (lost,) = [g for g in given if isinstance(g, Exception)]
        assert isinstance(lost, Refused)
        assert lost.why is Why.STALE
        parts = [first.part, second.part]
        assert Event.objects.filter(part__in=parts, verb="report_in").count() == 2
    assert verify_record().broken == []
