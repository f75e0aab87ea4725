"""Posts and deputies (岗位与AB岗): given and ended on a day, one head to a unit.

三员分立: who keeps the system, its security or its audit keeps none of the others.
"""

from datetime import date
from typing import Final, Unpack

from django.db import transaction
from django.db.models import Q

from cases.grid.operations import Trail, plain
from cases.law.moves import Refused, Role
from cases.people.dated import end, in_order, line, not_twice, noted, overlapping, wrong
from cases.people.models import Deputy, Officer, Post, Unit
from cases.rulebook.operations import one_writer

# A unit has one of these at a time.
HEADS: Final = frozenset({Role.HEAD_OF_ORGAN, Role.DEPT_LEAD})
APART: Final = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})
_APART: Final = "系统、安全、审计管理员须由不同的人担任（三员分立），请另选人员。"


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
    one_writer()
    role = Role(role)
    if role is Role.SYSTEM:
        raise wrong("role", "“系统”不是可任职的岗位，请选择其他角色。")
    in_order(valid_from, valid_to)
    Officer.objects.select_for_update().get(pk=officer.pk)
    _unit_stands(unit, valid_from)
    same = Post.objects.filter(officer=officer, role=role, unit=unit)
    not_twice(same, valid_from, valid_to, "该人员在这些日期已有同一岗位，不必重复任岗。")
    if role in HEADS:
        _only_head(role, unit, valid_from, valid_to)
    kept_apart(officer, role, valid_from, valid_to)
    post = Post.objects.create(
        officer=officer,
        role=role,
        unit=unit,
        title=line("title", "职务", 60, title) or role.label,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    noted(post, str(post.pk), "give", None, **trail)
    return post


@transaction.atomic
def end_post(
    post: Post, on: date, successor: Officer | None = None, **trail: Unpack[Trail]
) -> Post:
    """End a post (免岗): on `on` itself it is already over, as are its deputies'.

    `successor` takes over the open work on that day; without one it falls to the unit.
    """
    return end(post, on, {"successor": successor}, **trail)


@transaction.atomic
def retitle_post(post: Post, title: str, on: date, **trail: Unpack[Trail]) -> Post:
    """Change the title a post goes by (职务名称)."""
    one_writer()
    post = Post.objects.select_for_update().get(pk=post.pk)
    before = plain(post)
    told = line("title", "职务", 60, title, must=True)
    if told == post.title:
        raise Refused("没有任何改动，未作记录。")
    post.title = told
    post.save(update_fields=["title"])
    noted(post, str(post.pk), "change", before, on=on, **trail)
    return post


@transaction.atomic
def appoint_deputy(
    post: Post,
    officer: Officer,
    valid_from: date,
    valid_to: date | None = None,
    **trail: Unpack[Trail],
) -> Deputy:
    """Name who acts under a post in its holder's place (AB岗) between two days."""
    one_writer()
    if post.officer_id == officer.pk:
        raise wrong("officer", "不能指定本人为自己的代理（AB岗），请选择其他人员。")
    in_order(valid_from, valid_to)
    Post.objects.select_for_update().get(pk=post.pk)
    same = Deputy.objects.filter(post=post, officer=officer)
    not_twice(same, valid_from, valid_to, "该人员在这些日期已是此岗位的代理（AB岗）。")
    kept_apart(officer, Role(post.role), valid_from, valid_to)
    if Role(post.role) not in APART:
        keeps = Post.objects.filter(officer=officer, role__in=[role.value for role in APART])
        if overlapping(keeps, valid_from, valid_to).exists():
            words = "系统、安全、审计管理员不查看事项，不能代理办件岗位，请另选人员。"
            raise wrong("officer", words)
    deputy = Deputy.objects.create(
        post=post, officer=officer, valid_from=valid_from, valid_to=valid_to
    )
    noted(deputy, str(deputy.pk), "appoint", None, **trail)
    return deputy


def end_deputy(deputy: Deputy, on: date, **trail: Unpack[Trail]) -> Deputy:
    """End a deputyship (AB岗到期)."""
    return end(deputy, on, **trail)


def kept_apart(officer: Officer, role: Role, valid_from: date, valid_to: date | None) -> None:
    """Refused when somebody would keep two of the system, its security and its audit at once."""
    if role not in APART:
        return
    others = [other.value for other in APART - {role}]
    own = overlapping(Post.objects.filter(officer=officer, role__in=others), valid_from, valid_to)
    lent = Deputy.objects.filter(officer=officer, post__role__in=others)
    if own.exists() or overlapping(lent, valid_from, valid_to).exists():
        raise Refused(_APART)


def _only_head(role: Role, unit: Unit, valid_from: date, valid_to: date | None) -> None:
    heads = overlapping(Post.objects.filter(role=role, unit=unit), valid_from, valid_to)
    head = heads.select_related("officer").first()
    if head is not None:
        raise Refused(
            f"{unit.name} 在这些日期已有{role.label}（{head.officer.name}），一个单位只能有一名，"
            "请先结束其岗位，再任新人。"
        )


def _unit_stands(unit: Unit, on: date) -> None:
    stands = Unit.objects.filter(Q(closed_on=None) | Q(closed_on__gt=on), pk=unit.pk)
    if not stands.exists():
        raise wrong("unit", f"{unit.name} 届时已撤销，请选择其他单位。")
