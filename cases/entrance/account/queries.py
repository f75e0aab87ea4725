"""What the system keeps of a person (我的数据), what they read, and who sits where (通讯录)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, QuerySet, When

from cases.docket.models import AccessLog, SavedView
from cases.entrance.queries import place_name
from cases.law.moves import Role
from cases.people.models import Deputy, Officer, Post, Token, Unit
from cases.people.queries import Actor, in_force, units_seen_from
from cases.rulebook.models import Change

PAGE: Final = 50
# Who answers for a unit, as the directory names them.
HEADS: Final = (
    *(Role.HEAD_OF_ORGAN, Role.LEADER, Role.DEPT_LEAD, Role.CENTRE_DIRECTOR),
    *(Role.COUNTY_DESK, Role.DESK, Role.VILLAGE),
)
# Who sees units and their phones only, no person.
UNITS_ONLY: Final = frozenset({Role.ENTERPRISE})


@dataclass(frozen=True)
class Person:
    """A person as the directory shows them."""

    name: str
    role_label: str
    title: str
    unit_name: str
    phone: str


@dataclass(frozen=True)
class Listing:
    """A unit as the directory shows it."""

    id: int
    name: str
    kind_label: str
    division: str
    place: str
    phone: str
    heads: list[Person] = field(default_factory=list)


@dataclass(frozen=True)
class Directory:
    """A page of the directory; `people` are those whose name was searched for."""

    units: list[Listing]
    people: list[Person]
    next: str


def directory(actor: Actor, q: str, after: str, today: date) -> Directory:
    """The units an actor deals with, their phones and heads; with words also the people found."""
    q = q.replace("\0", "").strip()[:60]
    units = units_seen_from(actor.division, today)
    people: list[Person] = []
    if q:
        named = Q(name__icontains=q) | Q(short_name__icontains=q) | Q(pinyin__contains=q.lower())
        if actor.role not in UNITS_ONLY:
            people = _people(units, q, today)
        units = units.filter(named)
    # One's own town first, then those above it.
    own = Case(When(division__startswith=actor.division, then=0), default=1)
    units = units.annotate(far=own).order_by("far", "code")
    far, _, code = after.replace("\0", "")[:42].partition("|")
    if code:
        later = Q(far__gt=1 if far == "1" else 0) | Q(far=1 if far == "1" else 0, code__gt=code)
        units = units.filter(later)
    if actor.role not in UNITS_ONLY:
        heads = Post.objects.filter(in_force(today), role__in=[r.value for r in HEADS])
        heads = heads.filter(officer__is_active=True).select_related("officer").order_by("pk")
        units = units.prefetch_related(Prefetch("posts", heads, to_attr="heads"))
    found: list[Any] = list(units[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    more = f"{last.far}|{last.code}" if last else ""
    return Directory([_listing(unit) for unit in found[:PAGE]], people, more)


def people_of(actor: Actor, unit: int, today: date) -> tuple[Listing, list[Person]] | None:
    """Who sits in one unit; None for a unit the actor does not deal with, or for no persons."""
    rows = units_seen_from(actor.division, today)
    found = rows.filter(pk=unit).first() if unit < 2**63 else None
    if found is None or actor.role in UNITS_ONLY:
        return None
    posts = found.posts.filter(in_force(today), officer__is_active=True)
    seated = posts.select_related("officer", "unit").order_by("role", "officer__pinyin")
    return _listing(found), [_person(post) for post in seated[:300]]


def saved_of(officer: Officer) -> dict[str, Any]:
    """Everything the system keeps about a person's account, as plain data (个人信息保护法 45)."""
    posts = officer.posts.select_related("unit").order_by("pk")
    lent = officer.deputised.select_related("post__unit", "post__officer").order_by("pk")
    duties = officer.grid_duties.select_related("grid").defer("grid__boundary").order_by("pk")
    views = SavedView.objects.filter(officer=officer).order_by("pk")
    changes = Change.objects.filter(table="people_officer", key=officer.username).order_by("pk")
    account: dict[str, Any] = {"用户名": officer.username, "姓名": officer.name}
    account |= {"拼音": officer.pinyin, "电话": officer.phone, "邮箱": officer.email}
    account["启用"] = officer.is_active
    return {
        "账号": account,
        "岗位": [
            {"单位": p.unit.name, "角色": Role(p.role).label, "职务": p.title} | _days(p)
            for p in posts
        ],
        "代理他人": [
            {"岗位": f"{d.post.unit.name} {Role(d.post.role).label}", "代": d.post.officer.name}
            | _days(d)
            for d in lent
        ],
        "被代理": [{"代理人": d.officer.name} | _days(d) for d in deputies_of(officer)],
        "证件": [
            {"种类": c.get_kind_display(), "证号": c.number} | _days(c)
            for c in officer.certificates.order_by("pk")
        ],
        "包干网格": [
            {"网格": d.grid.code, "身份": d.get_kind_display()} | _days(d) for d in duties
        ],
        "令牌": [
            {"签发": _at(t.created_at), "失效": _at(t.expires_at), "收回": _at(t.revoked_at)}
            for t in officer.tokens.order_by("pk")
        ],
        "常用筛选": [{"名称": v.name, "筛选": v.query} for v in views],
        "账号修改记录": [
            {"时间": _at(c.at), "动作": c.what, "经办": c.actor_code, "依据": c.paper}
            for c in changes
        ],
        "查阅记录条数": AccessLog.objects.filter(officer=officer).count(),
    }


def deputies_of(officer: Officer) -> QuerySet[Deputy]:
    """Who deputises or deputised for a person."""
    rows = Deputy.objects.filter(post__officer=officer)
    return rows.select_related("officer", "post__unit").order_by("-pk")


def tokens_of(officer: Officer, now: datetime) -> list[Token]:
    """The log-ins by interface that still hold."""
    rows = officer.tokens.filter(revoked_at=None, expires_at__gt=now)
    return list(rows.select_related("post__unit").order_by("-pk")[:100])


def readings_of(officer: Officer, after: int | None) -> tuple[list[AccessLog], int | None]:
    """What a person's own readings left as traces, the newest first."""
    rows = AccessLog.objects.filter(officer=officer).select_related("case", "unit")
    rows = rows.defer("case__search", "case__words", "case__title").order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def _people(units: QuerySet[Unit], q: str, today: date) -> list[Person]:
    named = Q(officer__name__icontains=q) | Q(officer__pinyin__startswith=q.lower())
    posts = Post.objects.filter(in_force(today), named, officer__is_active=True)
    posts = posts.filter(Exists(units.filter(pk=OuterRef("unit"))))
    seated = posts.select_related("officer", "unit").order_by("officer__pinyin", "pk")
    return [_person(post) for post in seated[:PAGE]]


def _listing(unit: Unit) -> Listing:
    heads: Iterable[Post] = getattr(unit, "heads", ())
    return Listing(
        id=unit.pk,
        name=unit.name,
        kind_label=unit.get_kind_display(),
        division=unit.division,
        place=place_name(unit.division),
        phone=unit.phone,
        heads=[_person(post, unit) for post in heads],
    )


def _person(post: Post, unit: Unit | None = None) -> Person:
    place = unit or post.unit
    return Person(
        name=post.officer.name,
        role_label=Role(post.role).label,
        title=post.title,
        unit_name=place.short_name or place.name,
        phone=post.officer.phone,
    )


def _days(row: Any) -> dict[str, str]:
    return {"自": str(row.valid_from), "至": str(row.valid_to or "")}


def _at(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
