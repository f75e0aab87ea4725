"""Moves (办理动作): the one table a matter is driven by, and the refusal of what is not in it.

A matter's `states.py` holds rows of `move(...)`. The same row guards the API, draws the button,
starts the clock and prints its basis, so a clerk can hold the table against the town's plan.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cases.law.labelled import Labelled


class Role(Labelled):
    """The seats a move can be made from (岗位角色); the value is the code used everywhere."""

    GRID_WORKER = "grid_worker", "网格员"
    LIAISON = "liaison", "微网格联络员"
    VILLAGE = "village", "村（社区）受理"
    DESK = "desk", "综合受理窗口"
    DUTY = "duty", "值班"
    LEADER = "leader", "镇领导"
    HEAD_OF_ORGAN = "head_of_organ", "行政机关负责人"
    DEPT_OFFICER = "dept_officer", "部门经办"
    DEPT_LEAD = "dept_lead", "部门负责人"
    ARBITER = "arbiter", "职责界定"
    COUNTY_DESK = "county_desk", "县专班"
    MEDIATOR = "mediator", "调解员"
    CENTRE_CLERK = "centre_clerk", "中心受理员"
    CENTRE_DIRECTOR = "centre_director", "中心主任"
    ENFORCEMENT = "enforcement", "执法人员"
    REVIEWER = "reviewer", "法制审核人员"
    COUNSEL = "counsel", "法律顾问"
    AGENT = "agent", "帮办代办员"
    ENTERPRISE = "enterprise", "企业联络人"
    SUPERVISOR = "supervisor", "督查"
    AUDITOR = "auditor", "审计管理员"
    SYSADMIN = "sysadmin", "系统管理员"
    SECADMIN = "secadmin", "安全管理员"
    SYSTEM = "system", "系统"


class Why(StrEnum):
    """Why a move was refused; each maps to one answer of the HTTP contract."""

    STATE = "state"  # 409: not from here
    STALE = "stale"  # 409: the form was older than the case
    ROLE = "role"  # 403: not by this seat
    FACTS = "facts"  # 400: something is missing or wrong
    HIDDEN = "hidden"  # 404: no such case, or not for this seat to see
    CONFLICT = "conflict"  # 409: the rules or other rows stand against it


class Refused(Exception):
    """A move that may not be made: what was tried, from where it would be lawful, whose it is.

    `sentence` is for the person in front of the screen and says what to do next. Nothing was
    written.
    """

    def __init__(
        self,
        sentence: str,
        *,
        why: Why = Why.CONFLICT,
        verb: str = "",
        lawful_from: Iterable[str] = (),
        whose: Iterable[str] = (),
        citation: str = "",
        fields: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.why = why
        self.verb = verb
        self.lawful_from = tuple(lawful_from)
        self.whose = tuple(whose)
        self.citation = citation
        self.fields = dict(fields or {})


class Shape(StrEnum):
    """What a fact looks like, in the API and in a form alike."""

    LINE = "line"  # one line of text
    TEXT = "text"  # free text
    INTEGER = "integer"
    FLAG = "flag"
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"
    UNIT = "unit"  # a unit's id
    UNITS = "units"  # the ids of several units
    OFFICER = "officer"  # an officer's id
    CATEGORY = "category"  # a category code of the grid scheme


@dataclass(frozen=True)
class Fact:
    """One thing a move asks for (事实要素): its shape, its label, its bounds."""

    label: str
    shape: Shape = Shape.LINE
    choices: tuple[tuple[str, str], ...] = ()
    longest: int = 200
    help: str = ""


class Owner(StrEnum):
    """Who owes the next step after a move (下一步责任人)."""

    KEEPS = "keeps"
    DESK = "desk"  # the desk of the case's town
    UNIT = "unit"  # the unit named among the facts
    FILER = "filer"  # whoever filed it, else the desk
    LEADER = "leader"  # the leader of the case's town
    ARBITER = "arbiter"  # who rules on duties for the case's county
    COUNTY = "county"  # the desk of the case's county
    HOLDER = "holder"  # whoever holds the case; an enterprise for what it asked for itself
    NOBODY = "nobody"


class Audience(StrEnum):
    """Who is told (知会对象); notices are derived from events by these."""

    FILER = "filer"
    OWNER = "owner"
    DESK = "desk"
    PARTY = "party"
    LEADER = "leader"
    SUPERVISOR = "supervisor"


NEW = ""  # the source of a move that opens a case
ANY = "*"  # a source that stands for every state


@dataclass(frozen=True)
class Move:
    """One row of a matter's table of moves."""

    verb: str
    label: str
    sources: tuple[str, ...]
    target: str  # "" = the state stays
    by: frozenset[Role]
    open: tuple[str, ...]
    sealed: tuple[str, ...]
    optional: frozenset[str]
    closes: tuple[str, ...]
    opens: tuple[str, ...]
    owner: Owner
    tells: tuple[Audience, ...]
    basis: str
    ends: bool
    tone: str
    derived: frozenset[str]  # open facts the rules add themselves; no door asks for them
    counts: bool  # a note is an event too, but moves no version and no clock
    cancels: tuple[str, ...]  # terms it stops without their being met
    dates: tuple[tuple[str, str], ...]  # term → the fact that sets its date
    asks: Owner | None  # who owes the terms it opens, where that is not who holds the case
    answers: str  # the term it answers: made only while that runs
    carries: bool  # what is still owed goes along to whoever takes over
    filers: bool  # also made by whoever opened the case, though it lies with another
    holders: bool  # by the unit that holds the case alone, also in seats of the whole town

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact the move asks for, open ones first."""
        return self.open + self.sealed

    @property
    def asked(self) -> tuple[str, ...]:
        """The facts a door asks for: all but those the rules derive."""
        return tuple(name for name in self.facts if name not in self.derived)

    def goes_from(self, state: str) -> bool:
        """Whether the table lets this move start in a state."""
        return state in self.sources or ANY in self.sources

    def needs(self, name: str) -> bool:
        """Whether a fact of the move must be given."""
        return name not in self.optional


def move(
    verb: str,
    sources: Iterable[str],
    target: str = "",
    *,
    label: str,
    by: Iterable[Role],
    basis: str,
    open: Iterable[str] = (),  # the word of the house rules
    sealed: Iterable[str] = (),
    derives: Iterable[str] = (),
    closes: Iterable[str] = (),
    opens: Iterable[str] = (),
    owner: Owner = Owner.KEEPS,
    tells: Iterable[Audience] = (),
    ends: bool = False,
    tone: str = "secondary",
    counts: bool = True,
    cancels: Iterable[str] = (),
    dates: Mapping[str, str] | None = None,
    asks: Owner | None = None,
    answers: str = "",
    carries: bool = False,
    filers: bool = False,
    holders: bool = False,
) -> Move:
    """A row of the table; a fact written `name?` may be left out.

    `open` facts are ids, codes, dates, integers; `sealed` ones are names, free text and addresses,
    kept under the case's own key; `derives` names open facts the rules add themselves. `closes` and
    `opens` name terms of the rulebook. `ends` stops every clock. `cancels` stops terms without
    calling them met; `dates` names terms whose date a fact sets (they open only where it is given,
    unless `opens` names them too). A move that `asks` opens its terms for another seat, and the one
    that `answers` closes them. A move that `carries` passes on what is still owed with the case;
    one of `filers` may also be made by whoever opened the case, in a seat that answers for its own;
    one of `holders` by the unit that holds it alone, even where a seat answers for the whole town.
    """
    asked = [*open, *sealed]
    derived = frozenset(derives)
    return Move(
        verb=verb,
        label=label,
        sources=tuple(sources),
        target=target,
        by=frozenset(by),
        open=(*(name.rstrip("?") for name in open), *derived),
        sealed=tuple(name.rstrip("?") for name in sealed),
        optional=frozenset(n.rstrip("?") for n in asked if n.endswith("?")) | derived,
        derived=derived,
        closes=(*closes, *((answers,) if answers else ())),
        opens=tuple(opens),
        owner=owner,
        tells=tuple(tells),
        basis=basis,
        ends=ends,
        tone=tone,
        counts=counts,
        cancels=tuple(cancels),
        dates=tuple((dates or {}).items()),
        asks=asks,
        answers=answers,
        carries=carries,
        filers=filers,
        holders=holders,
    )


@dataclass(frozen=True)
class Table:
    """A matter's whole table: its states with their labels, its facts, its moves by verb."""

    states: Mapping[str, str]
    facts: Mapping[str, Fact]
    moves: Mapping[str, Move]

    def open_in(self, state: str, role: Role) -> tuple[Move, ...]:
        """The moves a seat could make from a state, in the table's order."""
        return tuple(m for m in self.moves.values() if m.goes_from(state) and role in m.by)


def table(states: Mapping[str, str], facts: Mapping[str, Fact], *rows: Move) -> Table:
    """Gather a matter's rows; a row that names an unknown state or fact is a programming error."""
    moves = {row.verb: row for row in rows}
    if len(moves) != len(rows):
        raise ValueError("two moves share a verb")
    for row in rows:
        unknown = {s for s in (*row.sources, row.target) if s and s != ANY} - set(states)
        unknown |= set(row.facts) - set(facts)
        if unknown:
            raise ValueError(f"{row.verb}: unknown {sorted(unknown)}")
    return Table(states=dict(states), facts=dict(facts), moves=moves)
