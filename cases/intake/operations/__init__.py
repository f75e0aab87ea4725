"""What is done with a report (上报事件办理), verb by verb, in the town's order.

Each verb is `verb(case, *, by, at, slip, **facts)`; `file_report` opens the case.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from cases.docket.models import Case, Deadline, Event, Party
from cases.docket.record import Batch, Moment, Opening, Slip, begin, take
from cases.docket.seal import open_key, seal_facts
from cases.docket.slip import NO_SLIP
from cases.docket.states import NOTE
from cases.grid.queries import Located, PointRefused, locate
from cases.intake.models import Report
from cases.intake.states import (
    ACCEPT,
    ASSIGN,
    CHECK,
    CLOSE,
    FILE,
    FILE_LETTER,
    HANDLE,
    REPORT,
    SIGN,
    Source,
)
from cases.law.identifiers import IdentifierError, check_phone
from cases.law.moves import Move, Refused, Role, Why
from cases.law.rule import LawError
from cases.law.terms import Start, accepted_at
from cases.people.models import IdentityKind, UnitKind
from cases.people.operations import remember_identity
from cases.people.queries import Actor, town_day
from cases.rulebook.queries.rules import RuleMissing

#  What arrives at the counter or by letter keeps the counter's days; all else is taken day and
# night.
COUNTER = frozenset({Source.VISIT, Source.LETTER, Source.DEPUTIES})
_SOURCE_OF = {
    Role.GRID_WORKER: Source.PATROL,
    Role.LIAISON: Source.LIAISON,
    Role.ENTERPRISE: Source.ENTERPRISE,
    Role.LEADER: Source.INSTRUCTION,
}


def file_report(
    *,
    by: Actor,
    at: datetime,
    slip: Slip = NO_SLIP,
    division: str = "",
    lng: float | None = None,
    lat: float | None = None,
    datum: str = "wgs84",
    anonymous: bool = False,
    **facts: Any,
) -> tuple[Case, Event]:
    """File a report (上报): the case is opened, lies with the town's desk, and has its number.

    `lng`, `lat` in degrees of `datum` (wgs84 or gcj02). Raises Refused, with the field, for what is
    missing or wrong.
    """
    division = division or by.division
    facts["source"] = facts.get("source") or _SOURCE_OF.get(by.role, Source.RESIDENT)
    if anonymous:
        facts.pop("reporter", None)
        facts.pop("phone", None)
    if facts.get("phone"):
        facts["phone"] = _phone(facts["phone"])
    with transaction.atomic():
        moment = begin(1)
        place = _place(lng, lat, datum, division, moment)
        opening = Opening(
            kind=REPORT.code,
            division=_town(division, moment),
            grid_id=place.grid_id if place else None,
            lng=place.lng if place else None,
            lat=place.lat if place else None,
            datum=datum if place else "",
            outside=place.outside if place else False,
            urgent=bool(facts.get("urgent")),
            filer_unit_id=by.unit_id,
            filer_id=by.holder_id,
        )
        batch = Batch(moment, slip)
        letter = facts["source"] in COUNTER
        move = FILE_LETTER if letter else FILE
        case, event = batch.open(move, opening, by=by, at=at, **facts)
        # Everything else first: the number's lock is the last one (keys are checked at the end).
        Report.objects.create(
            case=case, source=facts["source"], anonymous=anonymous, received_at=at
        )
        _remember_reporter(case, facts.get("reporter", ""), facts.get("phone", ""))
        batch.write()
    return case, event


def accept(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Accept a report (受理); at the counter a day off counts as the next opening.
    """

    def legal_time(moment: Moment, held: Case, deadlines: list[Deadline]) -> dict[str, Any]:
        letter = any(d.term == "letter.accept" for d in deadlines)
        key = "letter.accept" if letter else "report.accept"
        try:
            rule = moment.book.term(key, held.division, town_day(at))
            if rule.term.start is not Start.NEXT_WORKING_OPENING:
                return {"accepted_at": at}
            hours = moment.book.hours(held.division, town_day(at))
            return {"accepted_at": accepted_at(at, moment.book.calendar, hours)}
        except (RuleMissing, LawError):
            return {"accepted_at": at}  # no rule of that day moves it; the truth is recorded

    return take(ACCEPT, case, by=by, at=at, slip=slip, derive=legal_time, **facts)


def _move(
    move: Move, case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    return take(move, case, by=by, at=at, slip=slip, **facts)


assign = partial(_move, ASSIGN)
sign = partial(_move, SIGN)
handle = partial(_move, HANDLE)
check = partial(_move, CHECK)
close = partial(_move, CLOSE)
note = partial(_move, NOTE)

VERBS: dict[str, Callable[..., Event]] = {
    "accept": accept,
    "assign": assign,
    "sign": sign,
    "handle": handle,
    "check": check,
    "close": close,
    "note": note,
}


def _phone(text: str) -> str:
    try:
        return check_phone(text)
    except IdentifierError as wrong:
        raise Refused(wrong.sentence, why=Why.FACTS, fields={"phone": wrong.sentence}) from wrong


def _place(
    lng: float | None, lat: float | None, datum: str, division: str, moment: Moment
) -> Located | None:
    if lng is None and lat is None:
        return None
    if lng is None or lat is None:
        words = "经度和纬度要么都填，要么都不填。"
        raise Refused(words, why=Why.FACTS, fields={"lng": words})
    try:
        return locate(lng, lat, datum, division, on=town_day(moment.now), known=moment.grids)
    except PointRefused as wrong:
        raise Refused(wrong.sentence, why=Why.FACTS, fields={"lng": wrong.sentence}) from wrong


def _town(division: str, moment: Moment) -> str:
    units = moment.directory.units.values()
    if any(u.kind == UnitKind.TOWN and u.division == division for u in units):
        return division
    words = "请选择事发的镇（街道）。"
    raise Refused(words, why=Why.FACTS, fields={"division": words})


def _remember_reporter(case: Case, name: str, phone: str) -> None:
    if not (name or phone):
        return
    key = open_key(case.wrapped_key, case.key_id)
    identity = remember_identity(IdentityKind.PHONE, phone) if phone else None
    Party.objects.create(
        case=case,
        role="reporter",
        identity=identity,
        sealed=seal_facts(key, {"name": name, "phone": phone}) if key else b"",
    )
