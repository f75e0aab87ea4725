"""Units, officers, posts, deputies, certificates, identities, tokens (组织与人员).

Whatever changes who may do what is a dated row with its recorded change beside it. Nobody's seat is
deleted: a post ends, and who held it on a day stays answerable.
"""

import secrets
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final, Unpack

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from cases.grid.operations import Trail, pinyin_of, plain
from cases.law.identifiers import check_id_card, check_phone, check_uscc
from cases.law.moves import Refused, Role, Why
from cases.people.dated import end, in_order, not_twice, noted, wrong
from cases.people.models import (
    Certificate,
    Deputy,
    Identity,
    IdentityKind,
    Officer,
    Post,
    Token,
    Unit,
    UnitKind,
)
from cases.people.queries import digest_of, place_of, posts_open_to, town_day
from cases.people.seal import blind, seal

# As long as a working day with its evening duty; a phone in the field logs in again each day.
TOKEN_LIFETIME: Final = timedelta(hours=12)


@transaction.atomic
def open_unit(
    code: str,
    name: str,
    kind: UnitKind,
    parent: Unit | None,
    division: str,
    opened_on: date,
    *,
    short_name: str = "",
    vertical: bool = False,
    phone: str = "",
    demonstration: bool = False,
    note: str = "",
    **trail: Unpack[Trail],
) -> Unit:
    """Open a unit (设立单位) under another; a village unit takes its village's code."""
    if Unit.objects.filter(code=code).exists():
        raise wrong("code", f"单位代码 {code} 已被使用，请换一个代码。")
    unit = Unit.objects.create(
        code=code,
        name=name,
        short_name=short_name or name,
        pinyin=pinyin_of(name),
        kind=kind,
        parent=parent,
        division=division,
        vertical=vertical,
        phone=phone,
        opened_on=opened_on,
        demonstration=demonstration,
        note=note,
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    noted(unit, unit.code, "open", None, **trail)
    return unit


@transaction.atomic
def close_unit(unit: Unit, on: date, **trail: Unpack[Trail]) -> Unit:
    """Close a unit (撤销单位) whose posts and lower units have ended by then."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.closed_on is not None:
        raise Refused(f"{unit.name} 已于 {unit.closed_on} 撤销，不能重复撤销。")
    if Post.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), unit=unit).exists():
        raise Refused(f"{unit.name} 还有在岗人员，请先结束或调整他们的岗位，再撤销单位。")
    if Unit.objects.filter(Q(closed_on=None) | Q(closed_on__gt=on), parent=unit).exists():
        raise Refused(f"{unit.name} 还有下级单位，请先撤销或划转下级单位。")
    before = plain(unit)
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])
    noted(unit, unit.code, "close", before, **trail)
    return unit


@transaction.atomic
def enter_officer(
    username: str,
    name: str,
    *,
    phone: str = "",
    email: str = "",
    demonstration: bool = False,
    **trail: Unpack[Trail],
) -> Officer:
    """Enter a person (录入人员) with an account that cannot log in until a password is given."""
    if Officer.objects.filter(username=username).exists():
        raise wrong("username", f"用户名 {username} 已被使用，请换一个。")
    officer = Officer(
        username=username,
        name=name,
        pinyin=pinyin_of(name),
        phone=phone,
        email=email,
        demonstration=demonstration,
    )
    officer.set_unusable_password()
    officer.save()
    noted(officer, username, "enter", None, **trail)
    return officer


@transaction.atomic
def change_officer(
    officer: Officer, values: Mapping[str, str | bool], **trail: Unpack[Trail]
) -> Officer:
    """Change name, pinyin, phone, email or `is_active` (停用/启用) of a person."""
    for field in set(values) - {"name", "pinyin", "phone", "email", "is_active"}:
        raise wrong(field, f"“{field}”不能在这里修改。")
    officer = Officer.objects.select_for_update().get(pk=officer.pk)
    before = plain(officer, "password")
    for field, value in values.items():
        setattr(officer, field, value)
    officer.save(update_fields=list(values))
    noted(officer, officer.username, "change", before, **trail)
    return officer


@transaction.atomic
def give_password(
    officer: Officer, password: str, *, must_change: bool = True, **trail: Unpack[Trail]
) -> None:
    """Set a password (设置密码); the change is recorded, the password is not."""
    before = plain(officer, "password")
    officer.set_password(password)
    officer.must_change_password = must_change
    officer.save(update_fields=["password", "must_change_password"])
    noted(officer, officer.username, "password", before, **trail)


@transaction.atomic
def give_post(
    officer: Officer,
    role: Role,
    unit: Unit,
    valid_from: date,
    valid_to: date | None = None,
    *,
    title: str = "",
    **trail: Unpack[Trail],
) -> Post:
    """Give an officer a post (任岗) from a day, up to and without `valid_to`."""
    role = Role(role)
    if role is Role.SYSTEM:
        raise wrong("role", "“系统”不是可任职的岗位，请选择其他角色。")
    in_order(valid_from, valid_to)
    Officer.objects.select_for_update().get(pk=officer.pk)
    same = Post.objects.filter(officer=officer, role=role, unit=unit)
    not_twice(same, valid_from, valid_to, "该人员在这些日期已有同一岗位，不必重复任岗。")
    post = Post.objects.create(
        officer=officer,
        role=role,
        unit=unit,
        title=title or role.label,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    noted(post, str(post.pk), "give", None, **trail)
    return post


def end_post(post: Post, on: date, **trail: Unpack[Trail]) -> Post:
    """End a post (免岗): on `on` itself it is already over, as are its deputies'."""
    return end(post, on, **trail)


@transaction.atomic
def appoint_deputy(
    post: Post,
    officer: Officer,
    valid_from: date,
    valid_to: date | None = None,
    **trail: Unpack[Trail],
) -> Deputy:
    """Name who acts under a post in its holder's place (AB岗) between two days."""
    if post.officer_id == officer.pk:
        raise wrong("officer", "不能指定本人为自己的代理（AB岗），请选择其他人员。")
    in_order(valid_from, valid_to)
    Post.objects.select_for_update().get(pk=post.pk)
    same = Deputy.objects.filter(post=post, officer=officer)
    not_twice(same, valid_from, valid_to, "该人员在这些日期已是此岗位的代理（AB岗）。")
    deputy = Deputy.objects.create(
        post=post, officer=officer, valid_from=valid_from, valid_to=valid_to
    )
    noted(deputy, str(deputy.pk), "appoint", None, **trail)
    return deputy


def end_deputy(deputy: Deputy, on: date, **trail: Unpack[Trail]) -> Deputy:
    """End a deputyship (AB岗到期)."""
    return end(deputy, on, **trail)


@transaction.atomic
def enter_certificate(
    officer: Officer,
    kind: str,
    number: str,
    valid_from: date,
    valid_to: date | None = None,
    **trail: Unpack[Trail],
) -> Certificate:
    """Enter a certificate (证件) with its number and the days it is valid."""
    in_order(valid_from, valid_to)
    same = Certificate.objects.filter(kind=kind, number=number)
    not_twice(same, valid_from, valid_to, f"证号 {number} 在这些日期已登记，请核对。")
    certificate = Certificate.objects.create(
        officer=officer, kind=kind, number=number, valid_from=valid_from, valid_to=valid_to
    )
    noted(certificate, number, "enter", None, **trail)
    return certificate


def normalised(kind: IdentityKind, value: str) -> str:
    """A value as it is compared; IdentifierError when the number cannot be right."""
    if kind == IdentityKind.ID_CARD:
        return check_id_card(value)
    if kind == IdentityKind.USCC:
        return check_uscc(value)
    if kind == IdentityKind.PHONE:
        return check_phone(value)
    text = " ".join(unicodedata.normalize("NFKC", value).split())
    return text.replace(" ", "").upper() if kind == IdentityKind.PASSPORT else text


def remember_identity(kind: IdentityKind, value: str) -> Identity:
    """The one sealed row of a party's identity (当事人身份), made when first seen.

    IdentifierError when the number fails its check.
    """
    ring = settings.KEYRING
    clean = normalised(kind, value)
    index = blind(kind, clean, ring.blind)
    sealed = seal(clean.encode(), ring.key(ring.current), place_of(kind, index))
    # One statement; a row that stands keeps its own seal and key.
    (identity,) = Identity.objects.bulk_create(
        [Identity(kind=kind, blind=index, sealed=sealed, key_id=ring.current)],
        update_conflicts=True,
        unique_fields=["kind", "blind"],
        update_fields=["blind"],
    )
    return identity


def issue_token(
    officer: Officer, post: Post, at: datetime, lifetime: timedelta = TOKEN_LIFETIME
) -> tuple[str, Token]:
    """A log-in for the API under one post: its text, shown once, and its stored row."""
    if not posts_open_to(officer, town_day(at)).filter(pk=post.pk).exists():
        raise Refused("该岗位已到期或不是您的岗位，请改选其他岗位登录。", why=Why.ROLE)
    text = secrets.token_urlsafe(32)
    token = Token.objects.create(
        digest=digest_of(text),
        officer=officer,
        post=post,
        created_at=at,
        expires_at=at + lifetime,
    )
    return text, token


def revoke_token(digest: str, at: datetime) -> bool:
    """Take a log-in back (退出登录); False when there was none left to take."""
    running = Token.objects.filter(digest=digest, revoked_at=None)
    return running.update(revoked_at=at) > 0
