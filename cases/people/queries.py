"""Who acts, under which post, and who sits where (身份与岗位).

The acting post decides what may be done, on the day it is done: a post that ends today is over this
morning. A deputy (AB岗) acts under the post of the one deputised for, and every event says so.
"""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.db.models.functions import Length

from cases.law.moves import Refused, Role, Why
from cases.people.models import (
    Certificate,
    Deputy,
    GridDuty,
    Identity,
    Officer,
    Post,
    Unit,
)
from cases.people.seal import SealBroken, blind, open_

TOWN_TIME = ZoneInfo("Asia/Shanghai")
OWN_PASSWORD_FIRST = "您的密码由管理员设置，请先用网页登录，改成自己的密码后再办。"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever takes a move: a person under a post in force, or the system itself."""

    officer_id: int | None
    officer_name: str
    post_id: int | None
    role: Role
    unit_id: int | None
    unit_name: str
    unit_path: str
    division: str
    deputy_for: int | None = None

    @property
    def holder_id(self) -> int | None:
        """Whose seat this is: the officer's own, or of the one deputised for (AB岗)."""
        return self.deputy_for or self.officer_id

    @property
    def stamp(self) -> str:
        """Who acted, as ids only: "o12.p34", a deputy "o12.p34.d56", the system "system"."""
        if self.officer_id is None:
            return str(self.role)
        deputising = f".d{self.deputy_for}" if self.deputy_for else ""
        return f"o{self.officer_id}.p{self.post_id}{deputising}"


SYSTEM = Actor(
    officer_id=None,
    officer_name="系统",
    post_id=None,
    role=Role.SYSTEM,
    unit_id=None,
    unit_name="系统",
    unit_path="",
    division="",
)


_OFFICER = ("id", "username", "name", "is_active", "must_change_password")
_POST = ("id", "officer_id", "role", "unit_id", "valid_from", "valid_to")
_UNIT = ("id", "name", "short_name", "path", "division", "closed_on")
_HOLDER = """
SELECT t.expires_at, t.revoked_at,
       EXISTS (SELECT FROM people_deputy d WHERE d.post_id = p.id AND d.officer_id = o.id
               AND d.valid_from <= %(on)s AND (d.valid_to IS NULL OR d.valid_to > %(on)s)),
       o.id, o.username, o.name, o.is_active, o.must_change_password,
       p.id, p.officer_id, p.role, p.unit_id, p.valid_from, p.valid_to,
       u.id, u.name, u.short_name, u.path, u.division, u.closed_on
FROM people_token t JOIN people_officer o ON o.id = t.officer_id
JOIN people_post p ON p.id = t.post_id JOIN people_unit u ON u.id = p.unit_id
WHERE t.digest = %(digest)s
"""


class NoPost(Refused):
    """This person has no post to act under now; the sentence says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, why=Why.ROLE)


class NoToken(NoPost):
    """This log-in no longer holds; the sentence says what to do."""


def in_force(on: date, prefix: str = "") -> Q:
    """Dated rows that hold on a day; `valid_to` is the first day they no longer do."""
    ends = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": on})
    return ends & Q(**{f"{prefix}valid_from__lte": on})


def town_day(at: datetime) -> date:
    """The day in the town's time zone."""
    return at.astimezone(TOWN_TIME).date()


def digest_of(token: str) -> str:
    """What is stored of a token: the SHA-256 of its text, in hex."""
    return sha256(token.encode()).hexdigest()


def posts_open_to(officer: Officer, on: date) -> QuerySet[Post]:
    """The posts an officer may act under on a day: own ones first, then those deputised for."""
    own = Q(officer=officer)
    lent = Exists(Deputy.objects.filter(in_force(on), post=OuterRef("pk"), officer=officer))
    rows = Post.objects.select_related("unit", "officer").filter(own | lent, in_force(on))
    own_first = Case(When(own, then=0), default=1)
    return rows.filter(_open(on, "unit__")).order_by(own_first, "id")


def actor_for(officer: Officer, post_id: int | None, on: date) -> Actor:
    """The actor an officer is under a post on a day (None: the first own one); NoPost otherwise."""
    if not officer.is_active:
        raise NoPost("该账号已停用，请联系系统管理员。")
    posts = posts_open_to(officer, on)
    post = posts.first() if post_id is None else posts.filter(pk=post_id).first()
    if post is not None:
        return _actor(officer, post)
    if post_id is not None and posts.exists():
        raise NoPost("该岗位已到期或不是您的岗位，请在右上角改选其他岗位后再办。")
    raise NoPost("您目前没有有效岗位，不能办理，请联系系统管理员安排岗位。")


def actor_of_token(digest: str, at: datetime) -> Actor:
    """The actor behind a token, in one query; NoToken or NoPost says why there is none."""
    return holder_of_token(digest, at)[1]


def holder_of_token(digest: str, at: datetime) -> tuple[Officer, Actor]:
    """The officer and actor behind a token, in one query; `digest` is `digest_of` its text."""
    on = town_day(at)
    # Written out: building this statement anew cost a third of every request.
    with connection.cursor() as cursor:
        cursor.execute(_HOLDER, {"digest": digest, "on": on})
        row = cursor.fetchone()
    if row is None or row[1] is not None:
        raise NoToken("登录凭证无效，请重新登录。")
    if row[0] <= at:
        raise NoToken("登录已过期，请重新登录。")
    officer = Officer.from_db(None, _OFFICER, row[3:8])
    post = Post.from_db(None, _POST, row[8:14])
    post.unit = Unit.from_db(None, _UNIT, row[14:])
    if not officer.is_active:
        raise NoToken("该账号已停用，请联系系统管理员。")
    if post.officer_id != officer.pk and not row[2]:
        raise NoPost("代理（AB岗）已到期，请用自己的岗位重新登录。")
    if not _holds(post, on):
        raise NoPost("该岗位已到期，请重新登录并选择其他岗位；没有其他岗位的，请联系系统管理员。")
    return officer, _actor(officer, post)


def seats(role: Role, division: str, on: date) -> QuerySet[Post]:
    """Who sits in a role within a division on a day (在岗人员)."""
    rows = Post.objects.select_related("unit", "officer").filter(
        in_force(on), role=role, unit__division__startswith=division, officer__is_active=True
    )
    return rows.filter(_open(on, "unit__")).order_by("id")


def unit_with(role: Role, division: str, on: date) -> Unit | None:
    """The unit of exactly this division in which a role sits, as a town's desk; None: nobody."""
    post = seats(role, division, on).filter(unit__division=division).first()
    return post.unit if post else None


def units_seen_from(division: str, on: date) -> QuerySet[Unit]:
    """The units a division may deal with: its own, and those of the county and city above it.

    A town never sees another town's bodies; the county sees all of its towns'.
    """
    below = Q(division__startswith=division)
    above = [division[:n] for n in range(2, len(division))]
    return Unit.objects.filter(below | Q(division__in=above), _open(on)).order_by("code")


def unit_named(name: str, division: str, on: date) -> Unit | None:
    """The unit a name or short name means from a division: its own before those above."""
    rows = units_seen_from(division, on).filter(Q(name=name) | Q(short_name=name))
    return rows.order_by(Length("division").desc(), "code").first()


def subtree(unit: Unit, on: date) -> QuerySet[Unit]:
    """A unit and everything below it on a day."""
    return Unit.objects.filter(_open(on), path__startswith=unit.path).order_by("path")


def duties_of(grid_id: int, on: date) -> QuerySet[GridDuty]:
    """Who looks after a grid on a day (包干人员)."""
    rows = GridDuty.objects.select_related("officer").filter(in_force(on), grid_id=grid_id)
    return rows.order_by("kind", "officer_id")


def grids_of(officer: Officer, on: date) -> QuerySet[GridDuty]:
    """Which grids an officer looks after on a day."""
    rows = GridDuty.objects.select_related("grid").filter(in_force(on), officer=officer)
    return rows.order_by("grid__code")


def certificate_of(officer_id: int, kind: str, on: date) -> Certificate | None:
    """The officer's certificate of a kind that is valid on a day; None: they hold none."""
    rows = Certificate.objects.filter(in_force(on), officer_id=officer_id, kind=kind)
    return rows.order_by("-valid_from").first()


def find_identity(kind: str, value: str) -> Identity | None:
    """The identity of a normalised value, found by its blind index without opening any."""
    return Identity.objects.filter(
        kind=kind, blind=blind(kind, value, settings.KEYRING.blind)
    ).first()


def reveal(identity: Identity) -> str:
    """The value of a sealed identity; whoever asks must have been let in by access before.

    SealBroken when this installation has not the key, or the row was tampered with.
    """
    key = settings.KEYRING.keys.get(identity.key_id)
    if key is None:
        raise SealBroken("unknown key")
    place = place_of(identity.kind, bytes(identity.blind))
    return open_(bytes(identity.sealed), key, place).decode()


def place_of(kind: str, index: bytes) -> bytes:
    """What binds a sealed identity to its row: its kind and blind index."""
    return b"identity:" + kind.encode() + b":" + index


def _holds(post: Post, on: date) -> bool:
    begun = post.valid_from <= on
    ended = post.valid_to is not None and post.valid_to <= on
    unit_closed = post.unit.closed_on is not None and post.unit.closed_on <= on
    return begun and not ended and not unit_closed


def _open(on: date, prefix: str = "") -> Q:
    still = Q(**{f"{prefix}closed_on__isnull": True}) | Q(**{f"{prefix}closed_on__gt": on})
    return still & Q(**{f"{prefix}opened_on__lte": on})


def _actor(officer: Officer, post: Post) -> Actor:
    return Actor(
        officer_id=officer.pk,
        officer_name=officer.name,
        post_id=post.pk,
        role=Role(post.role),
        unit_id=post.unit_id,
        unit_name=post.unit.short_name or post.unit.name,
        unit_path=post.unit.path,
        division=post.unit.division,
        deputy_for=None if post.officer_id == officer.pk else post.officer_id,
    )
