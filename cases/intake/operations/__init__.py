"""What is done with a report (上报事件办理), verb by verb, in the town's order.

Each verb is `verb(case, *, by, at, slip, **facts)`; `file_report` opens the case.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from cases.docket.models import Case, Deadline, Event, ExternalRef, Party
from cases.docket.record import Batch, Moment, Opening, Slip, begin, take
from cases.docket.seal import open_key, seal_facts
from cases.docket.slip import NO_SLIP
from cases.docket.states import NOTE
from cases.intake.models import Report
from cases.intake.operations.place import Point, located, town_of, village_of
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
from cases.people.models import IdentityKind
from cases.people.operations import remember_identity
from cases.people.queries import Actor, town_day
from cases.rulebook.queries.rules import RuleMissing

# What arrives at the counter or by letter keeps the counter's days; all else is taken at any hour.
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
    facts["source"] = facts.get("source") or _SOURCE_OF.get(by.role, Source.RESIDENT)
    if anonymous:
        facts.pop("reporter", None)
        facts.pop("phone", None)
    if facts.get("phone"):
        facts["phone"] = _phone(facts["phone"])
    with transaction.atomic():
        moment = begin(1)
        batch = Batch(moment, slip)
        point = Point(lng, lat, datum)
        opening = _opening(by, division or by.division, point, moment, facts)
        move = FILE_LETTER if facts["source"] in COUNTER else FILE
        case, event = batch.open(move, opening, by=by, at=at, **facts)
        # Everything else first: the number's lock is the last one (keys are checked at the end).
        Report.objects.create(
            case=case, source=facts["source"], anonymous=anonymous, received_at=at
        )
        _remember_reporter(case, facts.get("reporter", ""), facts.get("phone", ""))
        _refer(case, facts)
        batch.write()
    return case, event


def _opening(
    by: Actor, division: str, point: Point, moment: Moment, facts: dict[str, Any]
) -> Opening:
    place = located(point, division, moment)
    village = village_of(facts.get("village", ""), division, moment)
    return Opening(
        kind=REPORT.code,
        division=town_of(division, moment),
        grid_id=place.grid_id if place else None,
        village_id=village or (place.village_id if place else None),
        lng=place.lng if place else None,
        lat=place.lat if place else None,
        datum=point.datum if place else "",
        outside=place.outside if place else False,
        urgent=bool(facts.get("urgent")),
        filer_unit_id=by.unit_id,
        filer_id=by.holder_id,
    )


def _refer(case: Case, facts: dict[str, Any]) -> None:
    if not facts.get("external"):
        return
    try:
        with transaction.atomic():
            ExternalRef.objects.create(
                case=case,
                system=facts["source"],
                number=facts["external"],
                division=case.division,
                due=facts.get("external_due"),
            )
    except IntegrityError:
        words = f"外部编号 {facts['external']} 已登记过，请先查询。"
        raise Refused(words, why=Why.FACTS, fields={"external": words}) from None


def accept(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Accept a report (受理); at the counter a day off counts as the next opening."""

    def legal_time(
        moment: Moment, held: Case, deadlines: list[Deadline], _: Mapping[str, Any]
    ) -> dict[str, Any]:
        letter = any(d.term == "letter.accept" for d in deadlines)
        key, arrived = "letter.accept" if letter else "report.accept", held.opened_at
        try:
            rule = moment.book.term(key, held.division, town_day(arrived))
            if rule.term.start is not Start.NEXT_WORKING_OPENING:
                return {"accepted_at": at}
            hours = moment.book.hours(held.division, town_day(arrived))
            return {"accepted_at": accepted_at(arrived, moment.book.calendar, hours)}
        except (RuleMissing, LawError):
            return {"accepted_at": at}  # no rule of that day moves it; the truth is recorded

    return take(ACCEPT, case, by=by, at=at, slip=slip, derive=legal_time, **facts)


def _move(
    move: Move, case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any
) -> Event:
    return take(move, case, by=by, at=at, slip=slip, **facts)


def assign(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Give a report to a village or a body of the town (交办); departments are whistled for."""

    def of_the_town(
        moment: Moment, held: Case, _: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        today = town_day(moment.now)
        if given["unit"] in {e.id for e in moment.directory.handlers(held.division, today)}:
            return {}
        words = "只能交办给本镇的村（社区）或镇内机构，请重新选择。"
        raise Refused(words, why=Why.FACTS, verb=ASSIGN.verb, fields={"unit": words})

    return take(ASSIGN, case, by=by, at=at, slip=slip, derive=of_the_town, **facts)


def check(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Check on site what was handled (核查); whoever handled it is not the one who checks."""

    def by_another(
        _moment: Moment, _case: Case, deadlines: list[Deadline], _: Mapping[str, Any]
    ) -> dict[str, Any]:
        handled = [d for d in deadlines if d.term == "report.handle" and d.met_at is not None]
        if handled and max(handled, key=lambda d: d.occurrence).met_by_id == by.officer_id:
            raise Refused(
                "办理人不能核查自己办理的事，请由上报人或窗口核查。",
                why=Why.ROLE,
                verb=CHECK.verb,
                citation=CHECK.basis,
            )
        return {}

    return take(CHECK, case, by=by, at=at, slip=slip, derive=by_another, **facts)


def close(case: Case, *, by: Actor, at: datetime, slip: Slip = NO_SLIP, **facts: Any) -> Event:
    """Close a report (办结); a letter whose reply is owed is closed with the reply only."""

    def with_reply(
        _moment: Moment, _case: Case, deadlines: list[Deadline], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        owed = any(d.term == "petition.reply" and d.met_at is None for d in deadlines)
        if owed and "reply" not in given:
            words = "这是群众来信，请填写答复内容后再办结。"
            raise Refused(words, why=Why.FACTS, verb=CLOSE.verb, fields={"reply": words})
        return {}

    return take(CLOSE, case, by=by, at=at, slip=slip, derive=with_reply, **facts)


sign = partial(_move, SIGN)
handle = partial(_move, HANDLE)
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
