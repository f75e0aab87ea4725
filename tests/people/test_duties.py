"""Who looks after which grid: many to many, and handed over when a grid is redrawn."""

from datetime import timedelta
from typing import Any

import pytest

from cases.grid.operations import redraw_grid
from cases.law.moves import Refused, Role
from cases.people.duties import assign_grid, hand_over_duties, release_grid
from cases.people.models import CertificateKind, DutyKind, GridDuty
from cases.people.operations import enter_certificate
from cases.people.queries import certificate_of, duties_of, grids_of
from tests.town import NOW, SINCE, TODAY, XIASHU, Cast, settle, square

TRAIL: dict[str, Any] = {"actor_code": "o1.p1", "at": NOW}
EAST = f"{XIASHU}201"


@pytest.fixture
def cast(db: None) -> Cast:
    return settle()


def test_one_worker_many_grids_one_grid_many_workers(cast: Cast) -> None:
    worker, other = cast.officer(Role.GRID_WORKER), cast.officer(Role.VILLAGE)
    grid = cast.grids[f"{EAST}N01"]
    assert grids_of(worker, TODAY).count() == 4
    assign_grid(other, grid, DutyKind.WORKER, TODAY, **TRAIL)
    assert [d.officer for d in duties_of(grid.pk, TODAY)] == [worker, other]


def test_liaisons_look_after_micro_grids_only(cast: Cast) -> None:
    liaison, worker = cast.officer(Role.LIAISON), cast.officer(Role.GRID_WORKER)
    count = GridDuty.objects.count()
    with pytest.raises(Refused, match="只包干微网格"):
        assign_grid(liaison, cast.grids[f"{EAST}N01"], DutyKind.LIAISON, TODAY, **TRAIL)
    with pytest.raises(Refused, match="只包干微网格"):
        assign_grid(worker, cast.grids[f"{EAST}N01M01"], DutyKind.WORKER, TODAY, **TRAIL)
    with pytest.raises(Refused, match="已包干"):
        assign_grid(worker, cast.grids[f"{EAST}N01"], DutyKind.WORKER, TODAY, **TRAIL)
    assert GridDuty.objects.count() == count


def test_duties_follow_a_redrawn_grid(cast: Cast) -> None:
    old = cast.grids[f"{EAST}N02"]
    new = redraw_grid(old, square(119.18, 32.16, 119.19, 32.18), TODAY, **TRAIL)
    assert hand_over_duties(old, new, TODAY, **TRAIL) == 1
    assert not duties_of(old.pk, TODAY).exists()
    duty = duties_of(new.pk, TODAY).get()
    assert (duty.officer, duty.valid_from) == (cast.officer(Role.GRID_WORKER), TODAY)
    release_grid(duty, TODAY + timedelta(days=1), **TRAIL)
    assert not duties_of(new.pk, TODAY + timedelta(days=1)).exists()


def test_a_certificate_counts_on_its_days_only(cast: Cast) -> None:
    officer = cast.officer(Role.REVIEWER)
    enter_certificate(officer, CertificateKind.LEGAL, "示范-1", SINCE, TODAY, **TRAIL)
    assert certificate_of(officer.pk, CertificateKind.LEGAL, TODAY) is None
    yesterday = TODAY - timedelta(days=1)
    found = certificate_of(officer.pk, CertificateKind.LEGAL, yesterday)
    assert found is not None
    assert found.number == "示范-1"
    with pytest.raises(Refused, match="已登记"):
        enter_certificate(officer, CertificateKind.LEGAL, "示范-1", yesterday, **TRAIL)
