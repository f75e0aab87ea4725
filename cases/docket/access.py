"""Access (权限): the only permission rule, as four questions.

may: this move, by this seat, on this case. visible: which rows. countable: which rows as numbers
only. who: to whom an event is told. Lists, search, export, files and maps start from `visible`;
boards from `countable`. Administrators (系统、安全、审计管理员) see no case at all.
"""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.docket.kinds import kinds
from cases.docket.models import Case, Part, Stake
from cases.law.moves import Audience, Move, Role
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
# Seats that keep the house and see no case (三员分立).
NO_CASES = frozenset({Role.AUDITOR, Role.SYSADMIN, Role.SECADMIN})
# Every other seat answers for its unit and what lies under it.


def may(actor: Actor, move: Move, case: Case, part: Part | None = None) -> bool:
    """Whether a seat may take a move on a case or part, the state apart."""
    if actor.role not in move.by:
        return False
    if actor.role is Role.SYSTEM:
        return True
    if actor.role in NO_CASES:
        return False
    if actor.role in TOWN_WIDE:
        return case.division.startswith(actor.division)
    if not move.counts:
        return True  # a note: whoever sees the case may add one
    owner = part or case
    if actor.role in OWN_ONLY:
        return actor.holder_id is not None and owner.officer_id == actor.holder_id
    return owner.unit_id is not None and _within(owner, actor)


def may_file(actor: Actor, move: Move, division: str) -> bool:
    """Whether a seat may open a case of a town by this move."""
    if actor.role is Role.SYSTEM:
        return actor.role in move.by
    return actor.role in move.by and division.startswith(actor.division)


def visible(actor: Actor, cases: QuerySet[Case] | None = None) -> QuerySet[Case]:
    """The cases a seat may open; where every list, search and page begins."""
    rows = Case.objects.all() if cases is None else cases
    if actor.role is Role.SYSTEM:
        return rows
    if actor.role in NO_CASES:
        return rows.none()
    if actor.role in TOWN_WIDE:
        return _of_town(actor, rows.filter(_drafts(actor))).filter(_not_protected(actor))
    return rows.filter(_drafts(actor), Exists(stakes_of(actor).filter(case=OuterRef("pk"))))


def countable(actor: Actor, cases: QuerySet[Case] | None = None) -> QuerySet[Case]:
    """The cases a seat may count, protected ones among them, without opening a row."""
    rows = Case.objects.all() if cases is None else cases
    if actor.role in TOWN_WIDE:
        return _of_town(actor, rows.filter(_drafts(actor)))
    return visible(actor, rows)


def who(audience: Audience, case: Case, on: date) -> QuerySet[Post]:
    """The posts of a day to which an event is told; empty where nobody holds such a post."""
    posts = Post.objects.filter(in_force(on), officer__is_active=True)
    match audience:
        case Audience.FILER:
            return posts.filter(Q(officer_id=case.filer_id), Q(unit_id=case.filer_unit_id))
        case Audience.OWNER:
            held = posts.filter(Q(unit_id=case.unit_id))
            return held.filter(officer_id=case.officer_id) if case.officer_id else held
        case Audience.DESK:
            return posts.filter(role=Role.DESK, unit__division=case.division)
        case Audience.LEADER:
            return posts.filter(role=Role.LEADER, unit__division=case.division)
        case Audience.SUPERVISOR:
            return posts.filter(role=Role.SUPERVISOR, unit__division=case.division)
        case Audience.PARTY:
            return posts.none()  # a resident has no post; letters to parties are notice's matter


def stakes_of(actor: Actor) -> QuerySet[Stake]:
    """The stakes through which a seat sees cases: its own, or its unit's and those under it."""
    if actor.role in OWN_ONLY:
        return Stake.objects.filter(Q(officer_id=actor.holder_id), Q(unit_id=actor.unit_id))
    under = Unit.objects.filter(path__startswith=actor.unit_path).values("id")
    return Stake.objects.filter(unit_id__in=under)


def _of_town(actor: Actor, rows: QuerySet[Case]) -> QuerySet[Case]:
    if len(actor.division) >= 9:  # a town's own code: the equality lets the index give the order
        return rows.filter(division=actor.division)
    return rows.filter(division__startswith=actor.division) if actor.division else rows


def _drafts(actor: Actor) -> Q:
    return Q(number__isnull=False) | Q(filer_id=actor.holder_id)


def _not_protected(actor: Actor) -> Q:
    """A protected file is for its handlers, whoever they are: by stake, not by seat."""
    codes = [kind.code for kind in kinds() if kind.protected]
    if not codes:
        return Q()
    return ~Q(kind__in=codes) | Exists(stakes_of(actor).filter(case=OuterRef("pk")))


def _within(owner: Case | Part, actor: Actor) -> bool:
    return owner.unit_id == actor.unit_id or path_of(owner.unit_id or 0).startswith(actor.unit_path)
