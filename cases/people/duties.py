"""Who looks after which grid (网格包干): many to many, so that 37 workers cover 81 grids."""

from datetime import date
from typing import Unpack

from django.db import transaction

from cases.grid.models import Grid, GridKind
from cases.grid.operations import Trail
from cases.people.dated import end, in_order, not_twice, noted, wrong
from cases.people.models import DutyKind, GridDuty, Officer
from cases.people.queries import in_force
from cases.rulebook.operations import one_writer


@transaction.atomic
def assign_grid(
    officer: Officer,
    grid: Grid,
    kind: DutyKind,
    valid_from: date,
    valid_to: date | None = None,
    **trail: Unpack[Trail],
) -> GridDuty:
    """Put an officer in charge of a grid (网格包干); liaisons look after micro-grids only."""
    one_writer()
    if (kind == DutyKind.LIAISON) != (grid.kind == GridKind.MICRO):
        raise wrong("grid", "联络员只包干微网格，网格员只包干自然网格和专属网格，请重新选择。")
    in_order(valid_from, valid_to)
    same = GridDuty.objects.filter(officer=officer, grid=grid, kind=kind)
    not_twice(same, valid_from, valid_to, "该人员在这些日期已包干此网格。")
    duty = GridDuty.objects.create(
        officer=officer, grid=grid, kind=kind, valid_from=valid_from, valid_to=valid_to
    )
    noted(duty, str(duty.pk), "assign", None, **trail)
    return duty


def release_grid(duty: GridDuty, on: date, **trail: Unpack[Trail]) -> GridDuty:
    """End somebody's charge of a grid."""
    return end(duty, on, **trail)


@transaction.atomic
def hand_over_duties(old: Grid, new: Grid, on: date, **trail: Unpack[Trail]) -> int:
    """After a grid was redrawn, its people look after its successor; how many there were."""
    running = GridDuty.objects.select_related("officer").filter(in_force(on), grid=old)
    for duty in running:
        end(duty, on, **trail)
        assign_grid(duty.officer, new, DutyKind(duty.kind), on, duty.valid_to, **trail)
    return len(running)
