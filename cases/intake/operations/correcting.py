"""Correcting a report (更正): its class, place, urgency, stream and words; what stood is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.docket.models import Case, Deadline, Event
from cases.docket.record import Moment, Slip, take
from cases.docket.slip import NO_SLIP
from cases.intake.operations.place import village_of
from cases.intake.operations.streams import onto_the_row, protect
from cases.intake.states.aside.desk import CORRECT
from cases.law.moves import Refused, Why
from cases.people.queries import Actor


def correct(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Correct what was filed (更正分类地点): at least one thing, the rest stays as it is."""

    def corrected(
        moment: Moment, held: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        if not set(given) - {"reason"}:
            words = "请填写要更正的内容。"
            raise Refused(words, why=Why.FACTS, verb=CORRECT.verb, fields={"category": words})
        if "village" in given:
            held.village_id = village_of(given["village"], held.division, moment)
            if held.lng is None:
                held.grid_id = None  # the grid was that of another place
        if "urgency" in given:
            held.urgent = given["urgency"] == "urgent"
        return onto_the_row(held, given)

    with transaction.atomic():
        event = take(CORRECT, case, by=by, at=at, slip=slip, derive=corrected, **facts)
        protect(case, facts)
    return event
