"""Access (权限): the only permission rule, as four questions.

may: this move, by this seat, on this case. visible: which rows. countable: which rows as numbers
only. who: to whom an event is told. Lists, search, export, files and maps start from `visible`;
boards from `countable`. Administrators (系统、安全、审计管理员) see no case at all. A confidential
case (检举控告) is seen by the very unit or officer it lies with, by nobody above or beside them.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from cases.docket.kinds import Kind, kinds
from cases.docket.kinds import kind as kind_of
from cases.docket.models import Access, AccessLog, Case, Part, Stake
from cases.law.moves import NEW, Audience, Move, Role
from cases.people.directory import path_of
from cases.people.models import Post, Unit
from cases.people.queries import Actor, in_force

# Seats that answer for a whole town or county: they see its open matters, not its protected files.
TOWN_WIDE = frozenset(
    {
        Role.DESK,
        Role.DUTY,
        Role.LEADER,
        Role.HEAD_OF_ORGAN,
        Role.SUPERVISOR,
        Role.COUNTY_DESK,
    }
)
# Seats that answer for what was given to them in person.
OWN_ONLY = frozenset({Role.GRID_WORKER, Role.LIAISON, Role.MEDIATOR, Role.ENTERPRISE})
# Seats that answer what is asked of them in cases others hold (职责界定).
ANSWERING = frozenset({Role.ARBITER})
# Seats that keep the house and see no case (三员分立).
NO_CASES = frozenset({Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN})
# Every other seat answers for its unit and what lies under it.

# Seats that need no stake: they see a whole territory, or nothing.
EVERYWHERE = TOWN_WIDE | NO_CASES | {Role.SYSTEM}

# Who may open a protected file that they only count, once they have said why, and for how long.
ASKERS = frozenset({Role.SUPERVISOR})
OPEN_FOR: Final = timedelta(minutes=30)


class RowByRow(Exists):
    """Asked of each row in the order of the list, never turned into a join over all of them.

    The planner cannot know that nearly every case of a unit has a stake of that unit; `OFFSET 0`
    keeps it from joining and sorting thousands of rows for a page of thirty.
    """

    template = "EXISTS(%(subquery)s OFFSET 0)"


def may(actor: Actor, move: Move, case: Case, part: Part | None = None) -> bool:
    """Whether a seat may take a move on a case or part, the state apart."""
    if actor.role not in kind_of(case.kind).made_by(move, case.variant):
        return False
    if actor.role is Role.SYSTEM:
        return True
    if actor.role in NO_CASES:
        return False
    if move.holders:
        held = part or case
        return held.unit_id is not None and _within(held, actor)
    if actor.role in TOWN_WIDE or (move.answers and actor.role in ANSWERING):
        return case.division.startswith(actor.division)
    if not move.counts:
        return True  # a note: whoever sees the case may add one
    owner = part or case
    if actor.role in OWN_ONLY:
        own = {owner.officer_id, case.filer_id if move.filers else None}
        return actor.holder_id is not None and actor.holder_id in own
    return owner.unit_id is not None and _within(owner, actor)


def may_open(role: Role, kind: Kind) -> bool:
    """Whether a seat could open a case of a kind at all: what draws the button."""
    return any(NEW in move.sources and role in move.by for move in kind.table.moves.values())


def may_file(actor: Actor, move: Move, division: str) -> bool:
    """Whether a seat may open a case of a town by this move."""
    if actor.role is Role.SYSTEM:
        return actor.role in move.by
    return actor.role in move.by and division.startswith(actor.division)


def visible(
    actor: Actor,
    cases: QuerySet[Case] | None = None,
    *,
    units: Iterable[int] | None = None,
    asked: type[Exists] = Exists,
) -> QuerySet[Case]:
    """The cases a seat may open; where every list, search and page begins.

    `units` is `under(actor)` where the caller has read it; `asked` how the stakes are looked up:
    neither changes which rows come out.
    """
    rows = Case.objects.all() if cases is None else cases
    if actor.role is Role.SYSTEM:
        return rows
    if actor.role in NO_CASES:
        return rows.none()
    if actor.role in TOWN_WIDE:
        rows = rows.filter(_drafts(actor), _not_confidential(actor))
        return _of_town(actor, rows).filter(_not_protected(actor))
    stakes = stakes_of(actor, units).filter(case=OuterRef("pk"))
    return rows.filter(_drafts(actor), _not_confidential(actor), asked(stakes))


def newest(actor: Actor, units: Iterable[int]) -> tuple[QuerySet[Case], str]:
    """What `visible` gives, the newest first, and the name to bound by when it was opened.

    Who sees by stakes reads off their index, which has the order: a unit's thirty newest of a
    million cases cost thirty rows.
    """
    if actor.role in EVERYWHERE:
        return visible(actor).order_by("-opened_at", "-id"), "opened_at"
    held = FilteredRelation("stakes", condition=_stakes(actor, units, "stakes__"))
    rows = Case.objects.annotate(held=held).filter(_drafts(actor), _not_confidential(actor))
    rows = rows.filter(held__isnull=False)
    # Named once, so that what is asked of it later is asked of the same stake.
    rows = rows.alias(held_since=F("held__opened_at"))
    rows = rows.order_by("-held__opened_at", "-held__case_id")
    return rows.distinct("held__opened_at", "held__case_id"), "held_since"


def countable(actor: Actor, cases: QuerySet[Case] | None = None) -> QuerySet[Case]:
    """The cases a seat may count, protected ones among them, without opening a row."""
    rows = Case.objects.all() if cases is None else cases
    if actor.role in TOWN_WIDE:
        return _of_town(actor, rows.filter(_drafts(actor)))
    return visible(actor, rows)


def askable(actor: Actor) -> QuerySet[Case]:
    """The protected files a seat counts without seeing them, and may open once it says why.

    A confidential case is never among them: a reason opens no 检举控告.
    """
    codes = _protected()
    if actor.role not in ASKERS or not codes:
        return Case.objects.none()
    counted = countable(actor).filter(kind__in=codes, confidential=False)
    return counted.filter(~Q(RowByRow(_of_own_unit(actor))))


def readable(actor: Actor) -> QuerySet[Case]:
    """What `visible` gives and, for half an hour each, the files a seat opened with a reason.

    One case's page and its dates start here; lists, search, files and moves start from `visible`.
    """
    if actor.role not in ASKERS or not _protected():
        return visible(actor)
    seat = Q(officer_id=actor.officer_id, unit_id=actor.unit_id, role=actor.role)
    lately = Q(what=Access.OPENED, at__gt=Now() - OPEN_FOR)
    said = AccessLog.objects.filter(seat, lately, case=OuterRef("pk"))
    rows = Case.objects.filter(_drafts(actor), _not_confidential(actor))
    return _of_town(actor, rows).filter(_not_protected(actor) | Q(RowByRow(said)))


def only_reads(actor: Actor, case: Case) -> bool:
    """Whether a seat has a case before it only because it said why: it makes no move there."""
    return actor.role in ASKERS and case.kind in _protected() and _has_no_stake(actor, case)


def who(audience: Audience, case: Case, on: date) -> QuerySet[Post]:
    """The posts of a day to which an event is told; empty where nobody holds such a post.

    Of a confidential case nobody hears who could not open it; of a unit's cases not those who
    answer only for what they were given in person.
    """
    posts = Post.objects.filter(in_force(on), officer__is_active=True).exclude(role__in=NO_CASES)
    if case.confidential:
        hands = Q(officer_id=None) | Q(officer_id=OuterRef("officer_id"))
        given = Stake.objects.filter(hands, Q(unit_id=OuterRef("unit_id")), case=case)
        posts = posts.filter(Exists(given))
    match audience:
        case Audience.FILER:
            return posts.filter(Q(officer_id=case.filer_id), Q(unit_id=case.filer_unit_id))
        case Audience.OWNER:
            held = posts.filter(Q(unit_id=case.unit_id))
            if case.officer_id:
                return held.filter(officer_id=case.officer_id)
            return held.exclude(role__in=OWN_ONLY)
        case Audience.DESK:
            return posts.filter(role=Role.DESK, unit__division=case.division)
        case Audience.LEADER:
            return posts.filter(role=Role.LEADER, unit__division=case.division)
        case Audience.SUPERVISOR:
            return posts.filter(role=Role.SUPERVISOR, unit__division=case.division)
        case Audience.PARTY:
            return posts.none()  # a resident has no post; letters to parties are notice's matter


def under(actor: Actor) -> list[int]:
    """The ids of a seat's unit and of what lies under it, in one query; none without a unit."""
    with connection.cursor() as cursor:
        orders = "SELECT id FROM people_unit WHERE path LIKE %s ORDER BY id"
        cursor.execute(orders, [(actor.unit_path or "-") + "%"])
        return [row[0] for row in cursor.fetchall()]


def stakes_of(actor: Actor, units: Iterable[int] | None = None) -> QuerySet[Stake]:
    """The stakes through which a seat sees cases; `units` is `under(actor)` where it was read."""
    return Stake.objects.filter(_stakes(actor, units))


def _stakes(actor: Actor, units: Iterable[int] | None, prefix: str = "") -> Q:
    """Its own, or its unit's and those under it."""
    if actor.role in OWN_ONLY:
        own = {f"{prefix}officer_id": actor.holder_id, f"{prefix}unit_id": actor.unit_id}
        return Q(**own)
    those: Any = units
    if units is None:
        those = Unit.objects.filter(path__startswith=actor.unit_path or "-").values("id")
    return Q(**{f"{prefix}unit_id__in": those})


def _of_town(actor: Actor, rows: QuerySet[Case]) -> QuerySet[Case]:
    if len(actor.division) >= 9:  # a town's own code: the equality lets the index give the order
        return rows.filter(division=actor.division)
    return rows.filter(division__startswith=actor.division) if actor.division else rows


def _drafts(actor: Actor) -> Q:
    return Q(number__isnull=False) | Q(filer_id=actor.holder_id)


def _not_protected(actor: Actor) -> Q:
    """A protected file is for its handlers: a stake of the seat's very unit, not of one below.

    A leader stands above every unit of the town; that does not open the mediation centre's files.
    """
    codes = _protected()
    if not codes:
        return Q()
    return ~Q(kind__in=codes) | Q(Exists(_of_own_unit(actor)))


def _not_confidential(actor: Actor) -> Q:
    """A confidential case needs a stake of the seat's very unit, given to no other officer.

    A unit that handed it back, or saw another one merged into it, sees it no more; the town's desk
    does, which passes it on. Asked row by row, and of a confidential row only: the rest costs one
    look at a flag.
    """
    hands = Q(officer_id=None) | Q(officer_id=actor.holder_id)
    stakes = _of_own_unit(actor).filter(hands).exclude(why="merged")
    if actor.role is not Role.DESK:
        stakes = stakes.filter(until=None)
    return Q(confidential=False) | Q(RowByRow(stakes))


def _protected() -> list[str]:
    return [kind.code for kind in kinds() if kind.protected]


def _of_own_unit(actor: Actor) -> QuerySet[Stake]:
    return Stake.objects.filter(Q(unit_id=actor.unit_id), case=OuterRef("pk"))


def _has_no_stake(actor: Actor, case: Case) -> bool:
    return not Stake.objects.filter(Q(unit_id=actor.unit_id), case=case).exists()


def _within(owner: Case | Part, actor: Actor) -> bool:
    return owner.unit_id == actor.unit_id or path_of(owner.unit_id or 0).startswith(actor.unit_path)
