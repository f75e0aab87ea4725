"""Every notice of an event (逐条成文): in the app, by mail, for whoever reported, by telephone."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from django.conf import settings

from cases.docket.models import Event, Party, WorkItem
from cases.notice.models import Notice, Preference
from cases.notice.queries.audience import Hearing, Told
from cases.notice.queries.hours import digest_at, free_at
from cases.notice.queries.said import Owed, Said, pressing, said_of
from cases.notice.states import DO, FOR_REPORTER, RULES, RUNG, Channel, State
from cases.people.directory import directory
from cases.people.queries import TOWN_TIME, town_day
from cases.rulebook.queries import Book, book, stamp

# What happens close together goes as one mail (批量办理、成批催办).
GATHERS: Final = timedelta(minutes=2)
PHONE: Final = "打电话"  # how the paper of a rung begins that makes a telephone item of its own


@dataclass
class Made:
    """What a batch of events comes to, before it is written."""

    notices: list[Notice] = field(default_factory=list)
    items: list[WorkItem] = field(default_factory=list)


def make(events: Iterable[Event], at: datetime) -> Made:
    """Every notice of some events, nothing written yet."""
    every = [said for said in map(said_of, events) if said is not None]
    if not every:
        return Made()
    rules, people = book(), stamp("people")
    hearings: dict[date, Hearing] = {}
    made = Made()
    reported = _with_reporter(every)
    for said in every:
        day = town_day(said.event.recorded_at)
        hearing = hearings.setdefault(day, Hearing(rules, people, day))
        _for_staff(hearing, said, made, at)
    made.notices += _mails(made.notices, rules, at)
    theirs = [said for said in every if said.event.case_id in reported and _told(said)]
    made.notices += [_for_reporter(said, at) for said in theirs]
    return made


def _for_staff(hearing: Hearing, said: Said, made: Made, at: datetime) -> None:
    urgent = pressing(hearing.rules, said)
    rings = urgent and PHONE not in str(said.open.get("notice", ""))
    rings = rings and free_at(hearing.rules, said.division, at) > at
    seen: set[int] = set()
    for told in hearing.told(said):
        what = hearing.what(said, told)
        for officer in hearing.officers(told, said):
            if officer not in seen:
                seen.add(officer)
                made.notices.append(_in_app(said, told, what, officer, urgent=urgent, at=at))
        if rings and told.owed is not None and told.rule in (DO, RUNG):
            name = directory(hearing.people, hearing.day).name(told.owed.unit_id)
            made.items.append(_phone(said, told.owed, name, what, at))


def _in_app(
    said: Said, told: Told, what: str, officer: int, *, urgent: bool, at: datetime
) -> Notice:
    owed = told.owed
    return Notice(
        key=f"{said.event.pk}:{officer}:{Channel.APP}",
        event=said.event,
        case_id=said.event.case_id,
        seq=said.event.seq,
        part=owed.part if owed else said.event.part_id,
        verb=said.event.verb,
        asked=said.asked(owed.term) if owed else "",
        rule=told.rule.code,
        what=what[:80],
        paper=str(said.open.get("notice", ""))[:40],
        due_at=owed.due_at if owed else None,
        channel=Channel.APP,
        state=State.SENT,
        recipient_id=officer,
        post_id=told.post.pk,
        unit_id=told.post.unit_id,
        role=told.post.role,
        division=said.division,
        urgent=urgent and told.rule.mail,
        created_at=at,
        sent_at=at,
    )


def _mails(shown: Sequence[Notice], rules: Book, at: datetime) -> list[Notice]:
    """The mails that go with what stands in the app; none while no mail server is named."""
    if not settings.MAIL_ON:
        return []
    able = [notice for notice in shown if RULES[notice.rule].mail]
    wants = Preference.objects.in_bulk({notice.recipient_id for notice in able})
    usual = Preference()
    mails = []
    for notice in able:
        wish = wants.get(notice.recipient_id, usual)
        if wish.mail or notice.urgent:
            mails.append(_mail(notice, rules, at, digest=wish.digest))
    return mails


def _mail(notice: Notice, rules: Book, at: datetime, *, digest: bool) -> Notice:
    mail = copy(notice)
    mail.key = f"{notice.event_id}:{notice.recipient_id}:{Channel.MAIL}"
    mail.channel, mail.state, mail.sent_at = Channel.MAIL, State.WAITING, None
    mail.next_try_at = at
    if not notice.urgent:
        gathered = at + GATHERS
        when = digest_at if digest else free_at
        mail.next_try_at = when(rules, notice.division, gathered)
        if mail.next_try_at > gathered:
            mail.state, mail.hold_until = State.HELD, mail.next_try_at
    return mail


def _told(said: Said) -> bool:
    return (said.kind, said.event.verb) in FOR_REPORTER


def _with_reporter(every: Sequence[Said]) -> set[int]:
    """The cases of those events whose reporter is to be told something."""
    cases = {said.event.case_id for said in every if _told(said)}
    if not cases:
        return set()
    named = Party.objects.filter(case__in=cases, role="reporter")
    return set(named.values_list("case_id", flat=True))


def _for_reporter(said: Said, at: datetime) -> Notice:
    until = FOR_REPORTER[said.kind, said.event.verb].until
    return Notice(
        key=f"{said.event.pk}:reporter:{Channel.PAGE}",
        event=said.event,
        case_id=said.event.case_id,
        seq=said.event.seq,
        verb=said.event.verb,
        rule=Channel.PAGE,
        due_at=_promised(said, until),
        channel=Channel.PAGE,
        state=State.SENT,
        division=said.division,
        created_at=at,
        sent_at=at,
    )


def _promised(said: Said, until: str) -> datetime | None:
    """The date a reporter is given: of an open fact, a day, or of a term the event moved."""
    if until in said.open:
        day = date.fromisoformat(str(said.open[until])[:10])
        return datetime.combine(day + timedelta(days=1), time(), TOWN_TIME)
    return said.due_of(until) if until else None


def _phone(said: Said, owed: Owed, unit: str, what: str, at: datetime) -> WorkItem:
    """At night and on days off a mail is not enough: whoever is on duty rings (值班打电话)."""
    number = said.event.case.number or f"草稿 {said.event.case_id}"
    return WorkItem(
        kind="phone_now",
        case_id=said.event.case_id,
        division=said.division,
        unit_id=owed.unit_id,
        words=f"{number}：现在不是上班时间，请打电话给 {unit}，请其办理“{what}”，并记下结果。",
        key=f"phone_now:{said.event.case_id}:{owed.mark}:{owed.unit_id}"[:120],
        since=at,
    )
