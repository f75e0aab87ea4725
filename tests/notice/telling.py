"""Helpers of the tests of notices (通知): the mail switched on, addresses, what was told."""

from typing import Any

from cases.docket.models import Outbox
from cases.law.moves import Role
from cases.notice.models import Notice
from cases.people.models import Officer
from tests.town import Cast


def mail_on(settings: Any) -> None:
    """Mail as an installation has it that named a server; the letters stay in memory."""
    settings.MAIL_ON, settings.DEFAULT_FROM_EMAIL = True, "xiashu@example.cn"
    settings.SITE = "https://town.example.cn"


def addressed(town: Cast, *roles: Role) -> None:
    """Give the officers of some roles an address."""
    for role in roles:
        Officer.objects.filter(pk=town.officer(role).pk).update(email=f"{role}@example.cn")


def told(channel: str = "app", **narrowed: Any) -> list[tuple[str, str, str, str]]:
    """Who was told what: role, rule, what, verb; in the order of the events."""
    rows = Notice.objects.filter(channel=channel, **narrowed).order_by("event_id", "role", "id")
    return list(rows.values_list("role", "rule", "what", "verb"))


def waiting() -> int:
    """How many events still wait for their notices."""
    return Outbox.objects.filter(reader="notice", taken_at=None).count()


