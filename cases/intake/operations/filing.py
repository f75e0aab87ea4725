"""Filing (上报、自办): a case is opened, lies with the town's desk, and has its number.

检举控告 is kept from everybody but the desk and whoever filed it; a 举报 hides its reporter from
the units that handle it (信访工作条例 22, 30).
"""

import hmac
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from cases.docket.models import Case, Event, ExternalRef, Party
from cases.docket.record import Batch, Moment, Opening, Slip, begin
from cases.docket.seal import open_key, seal_facts
from cases.docket.slip import NO_SLIP
from cases.intake.models import Report
from cases.intake.operations.place import Point, located, town_of, village_of
from cases.intake.operations.streams import HIDDEN, protects, stream_of
from cases.intake.states import REPORT
from cases.intake.states.way import FILE, FILE_LETTER, SELF_HANDLE, SELF_HANDLE_SAMPLED
from cases.intake.states.words import Source, Stream
from cases.law.identifiers import IdentifierError, check_phone
from cases.law.moves import Move, Refused, Role, Why
from cases.people.models import IdentityKind
from cases.people.operations import remember_identities
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
REPORTER, REPORTER_NAME = "reporter", "reporter_name"


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
    move = FILE_LETTER if facts["source"] in COUNTER else FILE
    point = Point(lng, lat, datum)
    with transaction.atomic():
        moment = begin(1)
        return _open(moment, move, facts, by, at, slip, division, point, anonymous)


def self_handle(
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
    """Enter what was put right on the spot (自办); a share of them, drawn by the case's id, goes to
    the desk to be checked.

    Refused where the class of matter may not be self-handled (分类标记 S).
    """
    facts["source"] = facts.get("source") or _SOURCE_OF.get(by.role, Source.PATROL)
    point = Point(lng, lat, datum)
    with transaction.atomic():
        moment = begin(1)
        _may_self_handle(moment, facts.get("category"), division or by.division)
        drawn = _drawn(moment, division or by.division)
        move = SELF_HANDLE_SAMPLED if drawn else SELF_HANDLE
        return _open(moment, move, facts, by, at, slip, division, point, anonymous)


def _open(
    moment: Moment,
    move: Move,
    facts: dict[str, Any],
    by: Actor,
    at: datetime,
    slip: Slip,
    division: str,
    point: Point,
    anonymous: bool,
) -> tuple[Case, Event]:
    if anonymous:
        facts.pop("reporter", None)
        facts.pop("phone", None)
    if facts.get("phone"):
        facts["phone"] = _phone(facts["phone"])
    stream = _stream(facts)
    batch = Batch(moment, slip)
    opening = _opening(by, division or by.division, point, moment, facts, stream)
    case, event = batch.open(move, opening, by=by, at=at, **facts)
    # Everything else first: the number's lock is the last one (keys are checked at the end).
    Report.objects.create(
        case=case, source=facts["source"], stream=stream, anonymous=anonymous, received_at=at
    )
    _remember_reporter(moment, case, stream, facts.get("reporter", ""), facts.get("phone", ""))
    if facts.get("external"):
        refer(case, facts["source"], facts["external"], facts.get("external_due"))
    batch.write()
    return case, event


def _stream(facts: dict[str, Any]) -> Stream:
    stream = stream_of(facts) or Stream.ORDINARY
    if stream is Stream.ORDINARY:
        facts.pop("stream", None)  # the rule needs no words
    else:
        facts["stream"] = stream.value
    return stream


def _opening(
    by: Actor,
    division: str,
    point: Point,
    moment: Moment,
    facts: dict[str, Any],
    stream: Stream,
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
        confidential=stream is Stream.DISCIPLINE,
        filer_unit_id=by.unit_id,
        filer_id=by.holder_id,
    )


def refer(case: Case, system: str, number: str, due: datetime | None) -> None:
    """Enter the number another system gave this matter (外部编号); Refused when it stands already.

    Inside the caller's transaction.
    """
    try:
        with transaction.atomic():
            ExternalRef.objects.create(
                case=case, system=system, number=number, division=case.division, due=due
            )
    except IntegrityError:
        words = f"外部编号 {number} 已登记过，请先查询。"
        raise Refused(words, why=Why.FACTS, fields={"external": words}) from None


def _may_self_handle(moment: Moment, category: Any, division: str) -> None:
    if not category:
        return  # the record asks for it by name
    try:
        rule = moment.book.category("grid", str(category), town_day(moment.now), division)
    except RuleMissing:
        return
    if rule.level == 2 and "S" not in rule.flags:
        words = f"“{rule.name}”不属于可自办的事项，请用“上报”交窗口办理。"
        raise Refused(words, why=Why.FACTS, fields={"category": words})


def _drawn(moment: Moment, division: str) -> bool:
    try:
        share = moment.book.figure("report.sample_share", division, town_day(moment.now)).value
    except RuleMissing:
        return True  # no share is known, so none is let through unchecked
    drawn = hmac.new(settings.KEYRING.blind, f"sample:{moment.ids[0]}".encode(), "sha256")
    return int.from_bytes(drawn.digest()[:4], "big") % 100 < share


def _phone(text: str) -> str:
    try:
        return check_phone(text)
    except IdentifierError as wrong:
        raise Refused(wrong.sentence, why=Why.FACTS, fields={"phone": wrong.sentence}) from wrong


def _remember_reporter(
    moment: Moment, case: Case, stream: Stream, name: str, phone: str
) -> None:
    told = [(IdentityKind.PHONE, phone), (IdentityKind.NAME, name)]
    given = [(kind, value) for kind, value in told if value]
    if not given:
        return
    known = remember_identities(given)
    key = open_key(case.wrapped_key, case.key_id)
    hidden = stream in HIDDEN or protects(case, moment.book)
    parties = [
        Party(
            case=case,
            role=REPORTER,
            identity=known.get(IdentityKind.PHONE),
            sealed=seal_facts(key, {"name": name, "phone": phone}) if key else b"",
            hidden=hidden,
        )
    ]
    if name:  # only so that the name finds the case again
        found = known[IdentityKind.NAME]
        parties.append(Party(case=case, role=REPORTER_NAME, identity=found, hidden=hidden))
    Party.objects.bulk_create(parties)
