"""The drills of the chase, small (演练): real workers and beats on the test's own database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from cases.rulebook.operations.seeds import load_seeds
from deploy.drills import chase_killed, chase_twice, clocks
from deploy.drills.site import Site, borrowed_site
from deploy.launch.places import places
from tests.ashore import url_of
from tests.town import NOW, settle

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
KEYS = places().state / "keys"


@pytest.fixture
def site(transactional_db: None, tmp_path: Path) -> Iterator[Site]:
    """The cast in a database workers can see, and a queue of their own."""
    load_seeds(settings.SEEDS, NOW)
    settle()
    tmp_path.chmod(0o700)
    with borrowed_site(tmp_path / "site", url_of(), KEYS) as found:
        yield found


def test_two_beats_and_two_workers_fire_each_rung_once(site: Site) -> None:
    told = chase_twice.drill(site, due=400, workers=2, beats=2, patience=60)
    assert [name for name, well in told["checks"].items() if not well] == []
    assert told["chases"] == 400


def test_what_is_killed_or_cut_off_loses_nothing(site: Site) -> None:
    told = chase_killed.drill(site, due=6000, kills=1, pause=1, patience=90, seed=7)
    assert [name for name, well in told["checks"].items() if not well] == []
    assert told["kills"] == 1


def test_the_clock_a_notice_and_a_new_ladder(site: Site) -> None:
    told = clocks.drill(site, due=60)
    assert [name for name, well in told["checks"].items() if not well] == []
