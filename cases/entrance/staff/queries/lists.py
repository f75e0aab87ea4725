"""Lists of the house (名单): units as a tree, officers, posts, deputies, grids and their people."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Generic, TypeVar

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from cases.entrance.staff import scope
from cases.grid.models import Grid
from cases.law.moves import Role
from cases.people.models import Certificate, Deputy, GridDuty, Officer, Post, Unit
from cases.people.queries import Actor, in_force

PAGE: Final = 30
LONGEST: Final = 100
Row = TypeVar("Row")
WHEN: Final = {"now": "在任", "coming": "未到任", "ended": "已结束"}


@dataclass(frozen=True)
class Asked:
    """How a list is narrowed; every name is one of the address."""

    q: str = ""
    kind: str = ""
    unit: int | None = None
    role: str = ""
    when: str = ""
    state: str = ""
    after: str = ""
    size: int = PAGE


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """A page of a list; `next` goes on after it, "" at the end."""

    rows: list[Row] = field(default_factory=list)
    next: str = ""


def asked_of(given: Any) -> Asked:
    """What an address asks for; what cannot be read is left out, so no address breaks a list."""
    told = {name: str(given.get(name, "")).replace("\0", "")[:100] for name in given}
    return Asked(
        q=told.get("q", "").strip(),
        kind=told.get("kind", ""),
        unit=number_of(told.get("unit", "")),
        role=told.get("role", ""),
        when=told.get("when", ""),
        state=told.get("state", ""),
        after=told.get("after", ""),
        size=min(max(number_of(told.get("size", "")) or PAGE, 1), LONGEST),
    )


def number_of(text: str) -> int | None:
    """A key as an address carries it; None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def units(actor: Actor, asked: Asked, today: date) -> Listed[Unit]:
    """The tree of the units an administrator keeps, in the order of their codes; those above too
    where asked (state above) or looked for by name.

    Each row knows how deep it lies, whether it is kept here, how many sit in it, and its heads.
    """
    rows = scope.units_seen(actor).select_related("parent").order_by("code")
    if asked.q:
        words = Q(name__icontains=asked.q) | Q(short_name__icontains=asked.q)
        rows = rows.filter(words | Q(pinyin__contains=asked.q.lower()) | Q(code=asked.q))
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.state != "above" and not asked.q:
        rows = rows.filter(division__startswith=actor.division)
    over = Q(closed_on__lte=today)
    rows = rows.filter(over) if asked.state == "closed" else rows.exclude(over)
    if asked.after:
        rows = rows.filter(code__gt=asked.after)
    sitting = Count("posts", filter=in_force(today, "posts__"))
    found = list(rows.annotate(sitting=sitting)[: asked.size + 1])
    for unit in found:
        vars(unit)["depth"] = min(unit.path.count("/") - 2, 6)
        vars(unit)["kept"] = unit.division.startswith(actor.division)
    return _page(found, asked, "code")


def officers(actor: Actor, asked: Asked, today: date) -> Listed[Officer]:
    """The people of a division by the sound of their names, each with the posts held today."""
    rows = scope.officers_seen(actor).order_by("pinyin", "id")
    if asked.q:
        words = Q(name__icontains=asked.q) | Q(pinyin__startswith=asked.q.lower())
        rows = rows.filter(words | Q(username__icontains=asked.q) | Q(phone=asked.q))
    posts = Post.objects.filter(in_force(today), officer=OuterRef("pk"))
    if asked.unit is not None:
        rows = rows.filter(Exists(posts.filter(unit=asked.unit)))
    if asked.role:
        rows = rows.filter(Exists(posts.filter(role=asked.role)))
    match asked.state:
        case "active":
            rows = rows.filter(is_active=True)
        case "stopped":
            rows = rows.filter(is_active=False)
        case "no_post":
            rows = rows.filter(~Exists(posts))
        case "must_change":
            rows = rows.filter(must_change_password=True)
    if asked.after:
        pinyin, _, key = asked.after.rpartition("|")
        later = Q(pinyin__gt=pinyin) | Q(pinyin=pinyin, pk__gt=number_of(key) or 0)
        rows = rows.filter(later, pinyin__gte=pinyin)
    held = Post.objects.filter(in_force(today)).select_related("unit").order_by("id")
    rows = rows.prefetch_related(Prefetch("posts", held, to_attr="held"))
    found: list[Any] = list(rows[: asked.size + 1])
    last = found[asked.size - 1] if len(found) > asked.size else None
    return Listed(found[: asked.size], f"{last.pinyin}|{last.pk}" if last else "")


def posts(actor: Actor, asked: Asked, today: date) -> Listed[Post]:
    """The posts of a division, the newest first."""
    rows = scope.posts_kept(actor).select_related("officer", "unit", "successor").order_by("-pk")
    rows = _when(rows, asked.when, today)
    if asked.unit is not None:
        rows = rows.filter(unit=asked.unit)
    if asked.role:
        rows = rows.filter(role=asked.role)
    if asked.q:
        rows = rows.filter(_person(asked.q, "officer__") | Q(title__icontains=asked.q))
    return _newest(rows, asked)


def deputies(actor: Actor, asked: Asked, today: date) -> Listed[Deputy]:
    """Who deputises for whom, the newest first."""
    rows = scope.deputies_kept(actor).select_related("officer", "post__officer", "post__unit")
    rows = _when(rows.order_by("-pk"), asked.when, today)
    if asked.unit is not None:
        rows = rows.filter(post__unit=asked.unit)
    if asked.q:
        rows = rows.filter(_person(asked.q, "officer__") | _person(asked.q, "post__officer__"))
    return _newest(rows, asked)


def certificates(actor: Actor, asked: Asked, today: date) -> Listed[Certificate]:
    """The certificates of the people an administrator keeps, the newest first."""
    rows = scope.certificates_kept(actor, today).select_related("officer").order_by("-pk")
    rows = _when(rows, asked.when, today)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.q:
        rows = rows.filter(_person(asked.q, "officer__") | Q(number=asked.q))
    return _newest(rows, asked)


def grids(actor: Actor, asked: Asked, today: date) -> Listed[Grid]:
    """The grids of a division by their codes, each with who looks after it; `uncovered` ones
    alone where asked.
    """
    running = GridDuty.objects.filter(in_force(today), officer__is_active=True)
    running = running.select_related("officer").order_by("kind", "officer_id")
    rows = scope.grids_kept(actor, today).select_related("village").defer("village__boundary")
    if asked.q:
        words = Q(name__icontains=asked.q) | Q(code__startswith=asked.q)
        named = Exists(running.filter(_person(asked.q, "officer__"), grid=OuterRef("pk")))
        rows = rows.filter(words | Q(village__name__icontains=asked.q) | named)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.state == "uncovered":
        rows = rows.filter(~Exists(running.filter(grid=OuterRef("pk"))))
    if asked.after:
        rows = rows.filter(code__gt=asked.after)
    rows = rows.prefetch_related(Prefetch("duties", running, to_attr="running"))
    return _page(list(rows.order_by("code")[: asked.size + 1]), asked, "code")


@dataclass(frozen=True)
class Overview:
    """What an administrator should look at this morning; numbers and a few rows."""

    units: int
    officers: int
    uncovered: int
    no_post: int
    ending: list[Post]
    coming: list[Post]


def overview(actor: Actor, today: date, soon: date) -> Overview:
    """How many there are, which posts end soon, which grids nobody looks after."""
    kept = scope.units_kept(actor).filter(Q(closed_on=None) | Q(closed_on__gt=today))
    held = Post.objects.filter(in_force(today), officer=OuterRef("pk"))
    people = scope.officers_seen(actor).filter(is_active=True)
    running = GridDuty.objects.filter(
        in_force(today), grid=OuterRef("pk"), officer__is_active=True
    )
    rows = scope.posts_kept(actor).select_related("officer", "unit")
    ending = rows.filter(valid_to__gt=today, valid_to__lte=soon).order_by("valid_to", "pk")
    coming = rows.filter(valid_from__gt=today, valid_from__lte=soon).order_by("valid_from", "pk")
    return Overview(
        units=kept.count(),
        officers=people.count(),
        uncovered=scope.grids_kept(actor, today).filter(~Exists(running)).count(),
        no_post=people.filter(~Exists(held)).count(),
        ending=list(ending[:10]),
        coming=list(coming[:10]),
    )


def candidates(post: Post, today: date) -> list[tuple[str, str]]:
    """Who may take over a post's open work: the others who sit in its unit today."""
    rows = Post.objects.filter(in_force(today), unit_id=post.unit_id, officer__is_active=True)
    rows = rows.exclude(officer_id=post.officer_id).select_related("officer").order_by("pk")
    told: dict[str, str] = {}
    for row in rows:
        label = f"{row.officer.name}（{Role(row.role).label}，{row.officer.username}）"
        told.setdefault(row.officer.username, label)
    return list(told.items())


def workers_at(grid: str, today: date) -> list[tuple[str, str]]:
    """Who works on the grids of a grid's village today."""
    roles = [Role.GRID_WORKER.value, Role.LIAISON.value]
    unit = Grid.objects.filter(code=grid).values("village__code")[:1]
    rows = Post.objects.filter(in_force(today), unit__code__in=unit, role__in=roles)
    rows = rows.filter(officer__is_active=True).select_related("officer").order_by("pk")
    return [(r.officer.username, f"{r.officer.name}（{Role(r.role).label}）") for r in rows[:100]]


def _when(rows: QuerySet[Any], when: str, today: date) -> QuerySet[Any]:
    match when:
        case "now":
            return rows.filter(in_force(today))
        case "coming":
            return rows.filter(valid_from__gt=today)
        case "ended":
            return rows.filter(valid_to__lte=today)
    return rows


def _person(q: str, prefix: str) -> Q:
    named = {f"{prefix}name__icontains": q}
    by_sound = {f"{prefix}pinyin__startswith": q.lower()}
    return Q(**named) | Q(**by_sound) | Q(**{f"{prefix}username": q})


def _newest(rows: QuerySet[Any], asked: Asked) -> Listed[Any]:
    after = number_of(asked.after)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return _page(list(rows[: asked.size + 1]), asked, "pk")


def _page(found: list[Any], asked: Asked, key: str) -> Listed[Any]:
    last = found[asked.size - 1] if len(found) > asked.size else None
    return Listed(found[: asked.size], str(getattr(last, key)) if last else "")


def depth_first(unit: Unit, today: date) -> QuerySet[Unit]:
    """The units right under one, those still standing first."""
    rows = unit.children.order_by(F("closed_on").desc(nulls_first=True), "code")
    return rows.annotate(sitting=Count("posts", filter=in_force(today, "posts__")))
