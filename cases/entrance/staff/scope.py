"""What an administrator keeps (管理范围): the units of their own division and below, the people in
them, and never their own account.

A town's administrator may look at the county's units but changes nothing there; somebody who also
sits outside the division is kept by the administrator above.
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse

from cases.grid.models import Grid
from cases.grid.operations import Trail
from cases.law.moves import Refused, Role, Why
from cases.people.models import Certificate, Deputy, GridDuty, Officer, Post, Unit
from cases.people.queries import Actor

KEEPERS = frozenset({Role.SYSADMIN})
NOT_YOURS = "只有系统管理员岗位可以管理单位、人员和岗位，请切换到相应岗位。"
_GONE = "没有这一条，或它不在您的管理范围内。"
_OWN = "不能在这里变更您本人的账号和岗位，请由其他系统管理员办理；密码和电话在“我的”中修改。"
M = TypeVar("M", bound=Model)
Page = Callable[..., HttpResponse]


def keeper(view: Page) -> Page:
    """Open a page to the system administrator only."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        must_keep(actor_of(request))
        return view(request, *args, **kwargs)

    return guarded


def must_keep(actor: Actor) -> None:
    """403 for every seat but the system administrator's."""
    if actor.role not in KEEPERS:
        raise PermissionDenied(NOT_YOURS)


def actor_of(request: HttpRequest) -> Actor:
    """Who is at the page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def trail_of(actor: Actor, at: Any, paper: str = "") -> Trail:
    """What a change says of itself."""
    return Trail(actor_code=actor.stamp, at=at, paper=paper)


def units_kept(actor: Actor) -> QuerySet[Unit]:
    """The units an administrator may change."""
    return Unit.objects.filter(division__startswith=actor.division)


def units_seen(actor: Actor) -> QuerySet[Unit]:
    """The units an administrator may look at: also those above."""
    above = [actor.division[:n] for n in range(2, len(actor.division))]
    return Unit.objects.filter(Q(division__startswith=actor.division) | Q(division__in=above))


def posts_kept(actor: Actor) -> QuerySet[Post]:
    """The posts an administrator may change."""
    return Post.objects.filter(unit__division__startswith=actor.division)


def officers_seen(actor: Actor) -> QuerySet[Officer]:
    """The people of an administrator's division, and those who have no post anywhere."""
    posts = Post.objects.filter(officer=OuterRef("pk"))
    here = posts.filter(unit__division__startswith=actor.division)
    return Officer.objects.filter(Exists(here) | ~Exists(posts))


def officers_kept(actor: Actor, today: date) -> QuerySet[Officer]:
    """The people whose account an administrator may change: who sits nowhere outside."""
    lasting = Q(valid_to=None) | Q(valid_to__gt=today)
    outside = ~Q(unit__division__startswith=actor.division)
    posts = Post.objects.filter(lasting, outside, officer=OuterRef("pk"))
    lent = Deputy.objects.filter(
        lasting, ~Q(post__unit__division__startswith=actor.division), officer=OuterRef("pk")
    )
    return officers_seen(actor).filter(~Exists(posts), ~Exists(lent))


def deputies_kept(actor: Actor) -> QuerySet[Deputy]:
    """The deputies of the posts an administrator keeps."""
    return Deputy.objects.filter(post__unit__division__startswith=actor.division)


def certificates_kept(actor: Actor, today: date) -> QuerySet[Certificate]:
    """The certificates of the people an administrator keeps."""
    return Certificate.objects.filter(officer__in=officers_kept(actor, today))


def grids_kept(actor: Actor, today: date) -> QuerySet[Grid]:
    """The grids of an administrator's division that count on a day."""
    lasting = Q(valid_to=None) | Q(valid_to__gt=today)
    return Grid.objects.filter(
        lasting, valid_from__lte=today, division__startswith=actor.division
    ).defer("boundary")


def duties_kept(actor: Actor) -> QuerySet[GridDuty]:
    """The grid duties of an administrator's division."""
    return GridDuty.objects.filter(grid__division__startswith=actor.division)


def one(rows: QuerySet[M], **named: Any) -> M:
    """One row of those an administrator keeps; Refused (hidden) where it is none of them."""
    key = str(named.get("pk", ""))
    found = rows.filter(**named).first() if len(key) < 19 else None
    if found is None:
        raise Refused(_GONE, why=Why.HIDDEN)
    return found


def not_oneself(actor: Actor, officer: Officer) -> None:
    """Refused when an administrator would change their own account or give themselves a post."""
    if officer.pk == actor.officer_id:
        raise Refused(_OWN, why=Why.ROLE)
