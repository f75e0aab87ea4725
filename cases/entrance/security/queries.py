"""What the security administrator looks after (安全管理), of the own division and below."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Sum

from cases.docket.models import Anchor
from cases.law.moves import Refused, Role, Why
from cases.people.models import Officer, Post, Token
from cases.people.queries import Actor

PAGE = 50
LONGEST = 100
# The anchor is taken every night: one older than a day and two hours was missed.
ANCHOR_LATE = timedelta(hours=26)


@dataclass(frozen=True)
class Locked:
    """A name that may not log in from one address for now."""

    username: str
    address: str
    failures: int
    last_at: datetime
    until: datetime


@dataclass(frozen=True)
class LogIn:
    """A log-in of the API that still holds."""

    id: int
    username: str
    person: str
    unit_name: str
    role_label: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class LogIns:
    """A page of log-ins, newest first; `next` goes into `after`, None at the end."""

    rows: list[LogIn]
    next: int | None


@dataclass(frozen=True)
class KeyId:
    """The id of a master key, never the key; `seals`: new cases are sealed under it."""

    id: str
    seals: bool


@dataclass(frozen=True)
class AnchorState:
    """The last anchor: when, how many cases, and whether its file is where it was written."""

    taken_at: datetime
    cases: int
    file: str
    digest: str
    present: bool
    late: bool


def must_guard(actor: Actor) -> None:
    """Refused for every seat but the security administrator's."""
    if actor.role is not Role.SECADMIN:
        words = "锁定、登录凭证和密钥由安全管理员管理，请切换到相应岗位。"
        raise Refused(words, why=Why.ROLE, whose=[Role.SECADMIN.label])


def officers_guarded(actor: Actor) -> QuerySet[Officer]:
    """The people with a seat, now or before, in the division."""
    here = Post.objects.filter(officer=OuterRef("pk"), unit__division__startswith=actor.division)
    return Officer.objects.filter(Exists(here))


def locked_names(actor: Actor, now: datetime) -> list[Locked]:
    """The pairs of name and address locked now; a name nobody has is shown too."""
    wait = timedelta(hours=float(settings.AXES_COOLOFF_TIME))
    elsewhere = Officer.objects.filter(username=OuterRef("username")).exclude(
        pk__in=officers_guarded(actor).values("pk")
    )
    rows = (
        AccessAttempt.objects.filter(~Q(Exists(elsewhere)), attempt_time__gt=now - wait)
        .values("username", "ip_address")
        .annotate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
        .order_by("-last")[:LONGEST]
    )
    return [
        Locked(
            username=row["username"] or "",
            address=row["ip_address"] or "",
            failures=row["failures"],
            last_at=row["last"],
            until=row["last"] + wait,
        )
        for row in rows
    ]


def log_ins(actor: Actor, now: datetime, after: int = 0, size: int = PAGE) -> LogIns:
    """The log-ins of the API that hold now, newest first."""
    size = min(max(size, 1), LONGEST)
    rows = Token.objects.select_related("officer", "post__unit").filter(
        revoked_at=None, expires_at__gt=now, post__unit__division__startswith=actor.division
    )
    rows = rows.filter(pk__lt=after) if after else rows
    found = list(rows.order_by("-id")[: size + 1])
    more = found[size - 1].pk if len(found) > size else None
    return LogIns([_log_in(row) for row in found[:size]], more)


def key_ids() -> list[KeyId]:
    """The ids of the master keys this installation holds."""
    ring = settings.KEYRING
    return [KeyId(key_id, key_id == ring.current) for key_id in sorted(ring.keys)]


def last_anchor(now: datetime) -> AnchorState | None:
    """The last anchor; None before the first."""
    row = Anchor.objects.order_by("-id").first()
    if row is None:
        return None
    file = Path(row.file)
    return AnchorState(
        taken_at=row.taken_at,
        cases=row.cases,
        file=file.name,
        digest=row.digest[:16],
        present=file.is_file(),
        late=now - row.taken_at > ANCHOR_LATE,
    )


def _log_in(row: Token) -> LogIn:
    return LogIn(
        id=row.pk,
        username=row.officer.username,
        person=row.officer.name,
        unit_name=row.post.unit.short_name or row.post.unit.name,
        role_label=Role(row.post.role).label,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
