"""My notices (我的通知): the list, its words, and how many are unread.

Told is told, but shown is judged anew: whoever lost sight of a case since reads its number and kind
and nothing else; of a confidential one not even those.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet

from cases.docket import kinds
from cases.docket.models import Case
from cases.docket.queries.rows import shown, title_of
from cases.law.moves import Refused, Role, Why
from cases.notice.models import Notice, Preference
from cases.notice.queries.links import link_of
from cases.notice.queries.mail import sights
from cases.notice.states import RULES, Channel, State, words_of
from cases.people.models import Officer

PAGE: Final = 30
MOST: Final = 99  # the bell counts no further
_NO_CASE: Final = "有一件事项告知过您，您的岗位现在不能查看。"
_SHOWN: Final = ("kind", "number", "title", "wrapped_key", "key_id", "confidential", "state")


@dataclass(frozen=True)
class Row:
    """One notice as its recipient reads it; `link` is empty where the case is out of sight."""

    id: int
    rule_label: str
    words: str
    number: str
    kind: str
    kind_label: str
    title: str
    due_at: datetime | None
    at: datetime
    unread: bool
    urgent: bool
    post_id: int
    post_label: str
    link: str


@dataclass(frozen=True)
class Inbox:
    """A page of notices, the newest first; `next` goes into `after`, 0 at the end."""

    rows: list[Row]
    next: int


def unread(officer: int) -> int:
    """How many notices of an officer wait to be read, up to `MOST`; one query, off its index."""
    rows = Notice.objects.filter(channel=Channel.APP, recipient=officer, state=State.SENT)
    return len(rows.order_by("-id").values_list("pk")[:MOST])


def inbox(
    officer: Officer, now: datetime, *, only_unread: bool = False, kind: str = "", after: int = 0
) -> Inbox:
    """A page of one's notices in all of one's posts."""
    rows = _own(officer).select_related("case", "unit")
    own = [field.name for field in Notice._meta.concrete_fields]
    rows = rows.only(*own, *_of_case(), "unit__name", "unit__short_name")
    if only_unread:
        rows = rows.filter(state=State.SENT)
    if kind:
        rows = rows.filter(case__kind=kind)
    if after:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-id")[: PAGE + 1])
    page = found[:PAGE]
    seen = sights(officer, page, now)
    more = page[-1].pk if len(found) > PAGE else 0
    return Inbox([_row(notice, full=notice.pk in seen) for notice in page], more)


def notice_of(officer: Officer, pk: int) -> Notice:
    """One of one's own notices; Refused (hidden) where there is none such."""
    found = _own(officer).select_related("case").filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Refused("没有这条通知，或它不是给您的。", why=Why.HIDDEN)
    return found


def wish_of(officer: Officer) -> Preference:
    """How a person wants to be told; mail at once where nothing was said."""
    return Preference.objects.filter(officer=officer).first() or Preference(officer=officer)


def wanted_kind(code: str) -> str:
    """The kind a list is narrowed to; Refused for one that does not exist."""
    if code and code not in {known.code for known in kinds.kinds()}:
        words = "没有这类事项，请从页面上选择。"
        raise Refused(words, why=Why.FACTS, fields={"kind": words})
    return code


def _own(officer: Officer) -> QuerySet[Notice]:
    return Notice.objects.filter(channel=Channel.APP, recipient=officer)


def _of_case() -> Sequence[str]:
    return [f"case__{name}" for name in _SHOWN]


def _row(notice: Notice, *, full: bool) -> Row:
    case: Case = notice.case
    role = Role(notice.role)
    unit: Any = notice.unit
    secret = not full and (case.confidential or notice.role in _NAMELESS)
    return Row(
        id=notice.pk,
        rule_label=RULES[notice.rule].label if notice.rule in RULES else "",
        words=_words(notice, full=full, secret=secret),
        number="" if secret else shown(case),
        kind="" if secret else case.kind,
        kind_label="" if secret else kinds.kind(case.kind).label,
        title=title_of(case) if full else "",
        due_at=notice.due_at if full else None,
        at=notice.created_at,
        unread=notice.state == State.SENT,
        urgent=notice.urgent,
        post_id=notice.post_id or 0,
        post_label=_post(unit.short_name or unit.name if unit else "", role),
        link=link_of(notice, case) if full else "",
    )


def _post(unit: str, role: Role) -> str:
    """A post as people call it; a room that is named after its role is named once."""
    return unit if unit.endswith(role.label) else f"{unit} {role.label}".strip()


def _words(notice: Notice, *, full: bool, secret: bool) -> str:
    if full:
        return words_of(notice.rule, notice.what, notice.paper)
    return _NO_CASE if secret else "这件事现在不归您的岗位，只能看到编号和类别。"


_NAMELESS: Final = frozenset({Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN})
