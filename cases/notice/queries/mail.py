"""What stands in a mail (邮件内容): number, kind, what is asked, the last day, and the link.

A mail leaves the house: no title, no name, no place. Whoever lost sight of a case since learns its
number and kind, and of a confidential one nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string

from cases.docket import access, kinds
from cases.docket.models import Case
from cases.docket.queries.rows import shown
from cases.notice.models import Notice
from cases.notice.queries.links import link_of
from cases.notice.states import words_of
from cases.people.models import Officer, Unit
from cases.people.queries import NoPost, actor_for, town_day

SUBJECT: Final = "{town}基层治理：{many} 件事项需要您看"
SUBJECT_URGENT: Final = "【紧急】{town}基层治理：{many} 件事项需要马上办"


@dataclass(frozen=True)
class Line:
    """One notice as a mail says it; only number and kind where the recipient sees no more."""

    number: str
    kind: str
    words: str
    due_at: datetime | None
    link: str


@dataclass(frozen=True)
class Letter:
    """One mail: its subject, its text, which notices it carries and which nobody may read now."""

    subject: str
    text: str
    told: list[Notice]
    withheld: list[Notice]


def letter_of(officer: Officer, notices: Sequence[Notice], now: datetime) -> Letter:
    """One mail for what waits for a person, in the order it came."""
    seen = sights(officer, notices, now)
    withheld = [n for n in notices if n.case.confidential and n.pk not in seen]
    told = [n for n in notices if n not in withheld]
    town = Unit.objects.filter(division=settings.HOME_DIVISION, kind="town").first()
    name = (town.short_name or town.name) if town else ""
    urgent = any(n.urgent for n in told)
    lines = [_line(n, full=n.pk in seen) for n in told]
    context = {"lines": lines, "site": settings.SITE, "town": name, "urgent": urgent}
    subject = (SUBJECT_URGENT if urgent else SUBJECT).format(town=name, many=len(told))
    return Letter(subject, render_to_string("notice/mail.txt", context), told, withheld)


def sights(officer: Officer, notices: Iterable[Notice], now: datetime) -> set[int]:
    """The notices whose case the person may still see, in the post they were told in."""
    by_post: dict[int, list[Notice]] = {}
    for notice in notices:
        by_post.setdefault(notice.post_id or 0, []).append(notice)
    seen: set[int] = set()
    for post, told in by_post.items():
        try:
            actor = actor_for(officer, post, town_day(now))
        except NoPost:
            continue
        cases = Case.objects.filter(pk__in={notice.case_id for notice in told})
        known = set(access.visible(actor, cases).values_list("pk", flat=True))
        seen |= {notice.pk for notice in told if notice.case_id in known}
    return seen


def _line(notice: Notice, *, full: bool) -> Line:
    case = notice.case
    return Line(
        number=shown(case),
        kind=kinds.kind(case.kind).label,
        words=words_of(notice.rule, notice.what, notice.paper) if full else "",
        due_at=notice.due_at if full else None,
        link=settings.SITE + link_of(notice, case) if full else "",
    )
