"""Sending mail (发送邮件): what waits for one person goes as one mail.

A sender marks the notices of one person as tried, with the time until which they are its own, and
commits before it speaks to the mail server; afterwards it marks them as sent. Killed in between, it
leaves them to be tried again: a person may get one mail twice, never a notice twice, as the key of
a notice stands once. A mail server that is down costs nobody an attempt: nothing is claimed, and
all of it waits for the next minute. One that hangs up over a mail and answers when it is called
again has refused that mail; the next person's goes on.
"""

import logging
import smtplib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery

from cases.notice.models import Notice
from cases.notice.operations.making import GATHERS
from cases.notice.queries.mail import Letter, letter_of
from cases.notice.states import BACK_OFF, OPEN, Channel, State
from cases.people.models import Officer

A_MAIL: Final = 200  # notices one mail lists
LEASE: Final = timedelta(minutes=5)  # longer than any talk with a mail server takes
NO_ADDRESS: Final = "没有邮箱，请本人在“我的”里填写邮箱"
INACTIVE: Final = "账号已停用"
WITHHELD: Final = "已无权查看，未发送"
# A run ends by itself long before its leases do, however slow the server is.
LONGEST_RUN: Final = 40.0  # seconds
# Ours to put right, not the recipient's. (Every SMTPException is an OSError: it is asked first.)
_DOWN: Final = (
    smtplib.SMTPConnectError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPSenderRefused,
)
logger = logging.getLogger(__name__)


@dataclass
class Sent:
    """What a run did: mails sent, notices in them, notices that failed, why all of it stopped.

    `hung_up`: the server broke off over the mail before this one.
    """

    mails: int = 0
    notices: int = 0
    failed: int = 0
    down: str = ""
    hung_up: bool = False


def send(at: datetime) -> Sent:
    """Send the mail that is due (发送邮件), one mail a person; safe to run twice, and at once."""
    done = Sent()
    if not settings.MAIL_ON or not _due(at).exists():
        return done
    server = get_connection(fail_silently=False)
    try:
        server.open()
    except OSError as down:
        done.down = _why(down)
        logger.warning("mail server: %s", done.down)
        return done
    until = time.monotonic() + LONGEST_RUN
    try:
        while not done.down and time.monotonic() < until and (claimed := _claim(at)):
            _deliver(server, *claimed, at, done)
    finally:
        _close(server)
    return done


def _due(at: datetime) -> Any:
    return Notice.objects.filter(channel=Channel.MAIL, state__in=OPEN, next_try_at__lte=at)


def _claim(at: datetime) -> tuple[Officer, list[Notice]] | None:
    """The due mail of one person, marked as tried before anything is sent.

    Urgent mail goes first, then what has been due longest: who is put off stands behind the others.
    The person's row is held meanwhile: what waits for one goes as one mail, by one sender.
    """
    with transaction.atomic():
        own = _due(at).filter(recipient=OuterRef("pk"))
        people = Officer.objects.filter(Exists(own)).alias(urgent=Exists(own.filter(urgent=True)))
        longest = own.order_by("next_try_at").values("next_try_at")[:1]
        people = people.alias(since=Subquery(longest)).order_by("-urgent", "since", "pk")
        officer = people.select_for_update(skip_locked=True, no_key=True).first()
        if officer is None:
            return None
        fresh = Q(state=State.WAITING, attempts=0, next_try_at__lte=at + GATHERS)
        mine = Notice.objects.filter(channel=Channel.MAIL, state__in=OPEN, recipient=officer)
        mine = mine.filter(Q(next_try_at__lte=at) | fresh).order_by("id")
        rows = list(mine.select_for_update(of=("self",))[:A_MAIL])
        for row in rows:
            row.attempts += 1
            row.state, row.next_try_at = State.FAILED, at + LEASE
        Notice.objects.bulk_update(rows, ["attempts", "state", "next_try_at"])
    return officer, rows


def _deliver(
    server: Any, officer: Officer, claimed: list[Notice], at: datetime, done: Sent
) -> None:
    if not officer.is_active or not officer.email:
        _bury(claimed, INACTIVE if not officer.is_active else NO_ADDRESS, done)
        return
    rows = Notice.objects.select_related("case").defer("case__search", "case__words")
    rows = rows.filter(pk__in=[notice.pk for notice in claimed]).order_by("id")
    letter = letter_of(officer, list(rows), at)
    _bury(letter.withheld, WITHHELD, done)
    if letter.told:
        _hand_in(server, officer, letter, at, done)


def _hand_in(server: Any, officer: Officer, letter: Letter, at: datetime, done: Sent) -> None:
    message = EmailMessage(letter.subject, letter.text, to=[officer.email], connection=server)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refused:
        code = max((code for code, _ in refused.recipients.values()), default=450)
        _fail(letter.told, f"邮箱被对方服务器拒收（{code}）", at, done, for_good=code >= 500)
    except smtplib.SMTPServerDisconnected as gone:
        _hung_up(server, letter, gone, at, done)
    except _DOWN as down:
        _stop(letter, down, at, done)
    except smtplib.SMTPResponseException as refused:
        code = refused.smtp_code
        _fail(letter.told, f"邮件被服务器拒收（{code}）", at, done, for_good=code >= 500)
    except (smtplib.SMTPException, ValueError) as wrong:
        _fail(letter.told, f"邮件发不出去：{_why(wrong)}", at, done, for_good=False)
    except OSError as gone:
        _hung_up(server, letter, gone, at, done)
    else:
        done.hung_up = False
        done.mails += 1
        done.notices += _of(letter.told).update(
            state=State.SENT, sent_at=at, next_try_at=None, last_error=""
        )


def _of(notices: Iterable[Notice]) -> Any:
    """The notices a sender still has to itself; who came later has counted another attempt."""
    known = Q(pk__in=[])
    for notice in notices:
        known |= Q(pk=notice.pk, attempts=notice.attempts)
    return Notice.objects.filter(known, state=State.FAILED)


def _bury(notices: list[Notice], why: str, done: Sent) -> None:
    done.failed += _of(notices).update(state=State.DEAD, next_try_at=None, last_error=why)


def _hung_up(server: Any, letter: Letter, gone: OSError, at: datetime, done: Sent) -> None:
    """Whose fault it was shows when the server is called again: it answers, or it is down.

    Twice in a row is the server's own trouble: a sick one costs one person a try, not everybody.
    """
    _close(server)
    try:
        server.open()
    except OSError as down:
        _stop(letter, down, at, done)
        return
    if done.hung_up:
        _stop(letter, gone, at, done)
        return
    done.hung_up = True
    why = f"邮件发不出去：邮件服务器中断连接（{_why(gone)}）"
    _fail(letter.told, why, at, done, for_good=False)


def _stop(letter: Letter, down: Exception, at: datetime, done: Sent) -> None:
    """The server went away: all of it waits, and nobody's attempt is counted."""
    done.down = _why(down)
    logger.warning("mail server: %s", done.down)
    for notice in letter.told:
        _of([notice]).update(
            attempts=notice.attempts - 1, state=State.WAITING, next_try_at=at + timedelta(minutes=1)
        )


def _fail(
    notices: list[Notice], why: str, at: datetime, done: Sent, *, for_good: bool
) -> None:
    """Try again later, each notice by its own count; dead after the last try, or when refused."""
    for notice in notices:
        spent = for_good or notice.attempts > len(BACK_OFF)
        if spent:
            _bury([notice], why, done)
            continue
        wait = timedelta(seconds=BACK_OFF[notice.attempts - 1])
        done.failed += _of([notice]).update(next_try_at=at + wait, last_error=why[:200])


def _close(server: Any) -> None:
    try:
        server.close()
    except (smtplib.SMTPException, OSError):
        logger.info("mail server closed first")


def _why(error: Exception) -> str:
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()
