"""Objecting to what was recorded for oneself by another (对代录提出异议)."""

import json
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.docket.models import Case, Event, WorkItem
from cases.docket.record import Slip, take
from cases.docket.slip import NO_SLIP
from cases.docket.states import CONTEST
from cases.law.moves import Refused, Why
from cases.people.queries import Actor


def contest(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Object to an event recorded for oneself (对代录提出异议): the supervisor looks at it.

    Refused where the event was not recorded for anybody.
    """
    with transaction.atomic():
        event = take(CONTEST, case, by=by, at=at, slip=slip, **facts)
        named = Event.objects.filter(case=case, seq=facts["event"]).first()
        if named is None or not json.loads(named.text)["recorded_for"]:
            words = "这一步不是代录的，请填时间线上标有“代录”的步序。"
            raise Refused(words, why=Why.FACTS, verb=CONTEST.verb, fields={"event": words})
        item = WorkItem(
            kind="conflict",
            case_id=case.pk,
            division=case.division,
            words=f"{case.number}：对第 {named.seq} 步的代录有异议，请核实。",
            key=f"contest:{case.pk}:{named.seq}",
            since=event.recorded_at,
        )
        WorkItem.objects.bulk_create([item], ignore_conflicts=True)
    return event
