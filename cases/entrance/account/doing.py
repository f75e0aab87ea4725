"""What a person does with their own account (我的): phone, password, deputy, log-ins."""

from datetime import date, datetime, timedelta
from typing import Final

from django.contrib.auth import authenticate
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from cases.grid.operations import Trail
from cases.law.moves import Refused, Why
from cases.people import operations as people
from cases.people.dated import wrong
from cases.people.models import Deputy, Officer, Post
from cases.people.operations.tokens import revoke_own
from cases.people.queries import in_force, town_day

LONGEST_DEPUTY: Final = timedelta(days=90)
_GONE: Final = "没有这一条，或它不是您的。"


def trail_of(officer: Officer, at: datetime, stamp: str = "") -> Trail:
    """What a person's change of their own account says of itself."""
    return Trail(actor_code=stamp or f"o{officer.pk}", at=at, paper="")


def change_contact(
    officer: Officer, at: datetime, *, phone: str | None = None, email: str | None = None
) -> Officer:
    """Change one's own phone or address."""
    told = {"phone": phone, "email": email}
    values = {name: value for name, value in told.items() if value is not None}
    return people.change_officer(officer, values, town_day(at), **trail_of(officer, at))


def change_password(
    request: HttpRequest, officer: Officer, at: datetime, *, old: str, new: str, again: str
) -> None:
    """Change one's own password; a wrong old one counts as a wrong log-in."""
    if new != again:
        raise wrong("again", "两次输入的新密码不一致，请重新输入。")
    found = authenticate(request, username=officer.username, password=old)
    if found is None or found.pk != officer.pk:
        raise wrong("old", "原密码不正确，请核对；连续输错 5 次将锁定 15 分钟。")
    people.change_password(officer, new, **trail_of(officer, at))


def colleagues_of(post: Post, today: date) -> list[Officer]:
    """Who sits in a post's unit today besides its holder."""
    sits = Post.objects.filter(in_force(today), unit_id=post.unit_id).values("officer")
    rows = Officer.objects.filter(pk__in=sits, is_active=True).exclude(pk=post.officer_id)
    return list(rows.order_by("pinyin", "pk")[:200])


def appoint_deputy(
    officer: Officer,
    at: datetime,
    *,
    held_post: int | str,
    deputy: str,
    valid_from: date,
    valid_to: date,
) -> Deputy:
    """Name a colleague of one's unit as deputy for some days, 90 at most (本人指定AB岗)."""
    today = town_day(at)
    post = own_posts(officer, today).filter(pk=held_post).first()
    if post is None:
        raise wrong("held_post", "请选择您本人的在任岗位。")
    if valid_from < today:
        raise wrong("valid_from", "代理不能从过去的日期开始。")
    if valid_to - valid_from > LONGEST_DEPUTY:
        raise wrong("valid_to", "本人指定的代理最长 90 天；更长的请系统管理员办理。")
    chosen = next((c for c in colleagues_of(post, today) if c.username == deputy), None)
    if chosen is None:
        raise wrong("deputy", "代理人须是同一单位的在岗人员，请重新选择。")
    return people.appoint_deputy(post, chosen, valid_from, valid_to, **trail_of(officer, at))


def end_deputy(officer: Officer, deputy: int, at: datetime, on: date | None = None) -> Deputy:
    """End a deputyship of one's own post, today unless a later day is named."""
    rows = Deputy.objects.filter(post__officer=officer)
    found = rows.filter(pk=deputy).first() if deputy < 2**63 else None
    if found is None:
        raise Refused(_GONE, why=Why.HIDDEN)
    day = max(on or town_day(at), found.valid_from)
    return people.end_deputy(found, day, **trail_of(officer, at))


def revoke(officer: Officer, token: int, at: datetime) -> None:
    """Take one of one's own tokens back; Refused where there is none left to take."""
    if token >= 2**63 or not revoke_own(officer, token, at):
        raise Refused("没有这个令牌，或它已失效。", why=Why.HIDDEN)


def own_posts(officer: Officer, today: date) -> QuerySet[Post]:
    """The posts a person holds today, in units that stand."""
    stands = Q(unit__closed_on=None) | Q(unit__closed_on__gt=today)
    rows = Post.objects.filter(in_force(today), stands, officer=officer)
    return rows.select_related("unit").order_by("pk")
