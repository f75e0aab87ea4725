"""One visit answers several whistles (一次到场、多件报到): all of them or none, each by its own
event.

What a type asks of who reports in holds for each whistle: the approval of a check, the place of an
emergency.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import transaction

from cases.docket.models import Case, Event, Part
from cases.docket.record import Batch, Slip, begin, held
from cases.docket.slip import NO_SLIP
from cases.law.moves import Refused, Why
from cases.people.queries import Actor
from cases.whistle.operations.recording import told_how
from cases.whistle.operations.responding import on_site_rules
from cases.whistle.operations.succeeding import succeed
from cases.whistle.states import WHISTLE
from cases.whistle.states.response.answering import REPORT_IN

MOST: Final = 20  # whistles one visit can answer


@dataclass(frozen=True)
class Visited:
    """One call that a visit answers: its whistle's number, its part, the version that was seen.

    `inspection` is the approval of a check of an enterprise, `site_code` what an emergency asks.
    """

    number: str
    part: int
    version: int | None = None
    inspection: str = ""
    site_code: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """What is told of this one alone."""
        told = {"inspection": self.inspection, "site_code": self.site_code}
        return {name: value for name, value in told.items() if value}


def report_in_together(
    visited: Sequence[Visited],
    *,
    by: Actor,
    at: datetime,
    slip: Slip = NO_SLIP,
    lng: float | None = None,
    lat: float | None = None,
    **facts: Any,
) -> list[Event]:
    """Report in on several whistles by one visit (一次到场): place, people and time are the same.

    Refused as a whole, naming the whistle, where one of them cannot be answered or was changed
    meanwhile. The first event carries the key, the others keys derived from it.
    """
    _worth_it(visited)
    if slip.files:
        words = "一次到场报到不附文件，照片请在各件的进展或反馈里附上。"
        raise Refused(words, why=Why.FACTS, fields={"files": words})
    keys = keys_of(slip.key, visited)
    with transaction.atomic():
        cases = held([one.number for one in visited], WHISTLE.code, by)
        batch = Batch(begin(), slip.quietly())
        events = []
        for one, key in zip(visited, keys, strict=True):
            own = replace(slip, version=one.version, key=key)
            told = facts | one.facts
            events.append(_arrive(batch, cases[one.number], one, by, at, own, (lng, lat), told))
        batch.write()
    return events


def keys_of(key: UUID | None, visited: Sequence[Visited]) -> list[UUID | None]:
    """The key of each event of a visit: the first has the visit's own."""
    if key is None:
        return [None] * len(visited)
    return [key, *(uuid5(key, str(one.part)) for one in visited[1:])]


def _worth_it(visited: Sequence[Visited]) -> None:
    said = ""
    if not visited:
        said = "请至少选一件要报到的。"
    elif len(visited) > MOST:
        said = f"一次到场最多报到 {MOST} 件，现选了 {len(visited)} 件，请分次报到。"
    elif len({one.part for one in visited}) != len(visited):
        said = "同一件选了两次，请去掉重复的。"
    if said:
        raise Refused(said, why=Why.FACTS, verb=REPORT_IN.verb, fields={"parts": said})


def _arrive(
    batch: Batch,
    case: Case,
    one: Visited,
    by: Actor,
    at: datetime,
    slip: Slip,
    point: tuple[float | None, float | None],
    facts: dict[str, Any],
) -> Event:
    try:
        mine: Part = batch.part(case, one.part)
        told_how(REPORT_IN, mine, by, slip)
        event = batch.take(
            REPORT_IN,
            case,
            part=mine,
            by=by,
            at=at,
            slip=slip,
            derive=on_site_rules(*point),
            **facts,
        )
    except Refused as refused:
        raise _named(refused, one) from refused
    succeed(batch, case, mine, at)
    return event


def _named(refused: Refused, one: Visited) -> Refused:
    """The refusal, saying which whistle it speaks of, and that none was taken."""
    words = f"{one.number}：{refused.sentence}所选各件都没有报到。"
    alone = {"inspection", "site_code"} & set(refused.fields)
    fields = refused.fields if refused.fields and not alone else {"parts": words}
    return Refused(
        words,
        why=refused.why,
        verb=refused.verb,
        lawful_from=refused.lawful_from,
        whose=refused.whose,
        citation=refused.citation,
        fields=fields if refused.why is Why.FACTS else {},
    )
