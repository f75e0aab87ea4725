"""Kinds (事项种类): which table drives which kind of case. Pure; filled by `cases.apps`."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cases.law.moves import Fact, Move, Role, Table, table


@dataclass(frozen=True)
class Kind:
    """A kind of matter: its name, its address, its number series, its table.

    `protected`: a file seen by its handlers only. `words` are the sealed facts that stay current on
    the case; the first of them is its title. `whole` says the case's state after a part moved, from
    its state and the (kind, state) of each part. States in `drafts` have no number yet.
    `needs_sheet`: verb → the outside system whose number a case must carry for it. `parts` is the
    word of its parts in addresses, `of_parts` the verbs that move a part and never the case,
    `capacities` what a kind of part is called. `undone` are the ends that did not do what the case
    was opened for; `resting` the states of a case in which nobody moves its parts;
    `unoffered` verbs that another one becomes by itself. `makers`: variant → verb → the seats that
    make it there, where not everybody of its row does.
    """

    code: str
    label: str
    path: str
    series: str
    table: Table
    words: tuple[str, ...] = ("title",)
    protected: bool = False
    drafts: frozenset[str] = frozenset()
    needs_sheet: Mapping[str, str] = field(default_factory=dict)
    whole: Callable[[str, Sequence[tuple[str, str]]], str] | None = None
    parts: str = ""
    of_parts: frozenset[str] = frozenset()
    capacities: Mapping[str, str] = field(default_factory=dict)
    undone: frozenset[str] = frozenset()
    resting: frozenset[str] = frozenset()
    unoffered: frozenset[str] = frozenset()
    makers: Mapping[str, Mapping[str, frozenset[Role]]] = field(default_factory=dict)

    def made_by(self, move: Move, variant: str) -> frozenset[Role]:
        """The seats that may make a move of a case of a variant, by the table."""
        return move.by & self.makers.get(variant, {}).get(move.verb, move.by)


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Enter a kind; called by `cases.apps` only."""
    _KINDS[kind.code] = kind


def extend(
    moves: Iterable[Move],
    states: Mapping[str, str],
    facts: Mapping[str, Fact],
    *,
    while_open: Collection[str] = (),
) -> None:
    """Let every kind entered so far know further moves; called by `cases.apps` only.

    Those of `while_open` are made only until a case has ended.
    """
    for code, known in _KINDS.items():
        ends = {m.target for m in known.table.moves.values() if m.ends}
        going = tuple(state for state in known.table.states if state not in ends)
        more = (replace(m, sources=going) if m.verb in while_open else m for m in moves)
        rows = [*known.table.moves.values(), *more]
        told = table({**known.table.states, **states}, {**facts, **known.table.facts}, *rows)
        _KINDS[code] = replace(known, table=told)


def kind(code: str) -> Kind:
    """The kind of a code; KeyError when no slice registered it."""
    return _KINDS[code]


def kinds() -> Iterator[Kind]:
    """Every kind, in the order of the chapter list."""
    return iter(_KINDS.values())


def move_of(code: str, verb: str) -> Move:
    """One row of a kind's table."""
    return _KINDS[code].table.moves[verb]


# Who reads the record as it grows (读者): each gets an outbox row per event. `quiet`: also the
# events of an import, which tell nobody.
_READERS: dict[str, bool] = {}


def register_reader(name: str, *, quiet: bool) -> None:
    """Enter a reader of the outbox; called by `cases.apps` only."""
    _READERS[name] = quiet


def readers(*, quiet: bool) -> list[str]:
    """The readers that get an event; a quiet one only goes to those who asked for it."""
    return [name for name, wants_quiet in _READERS.items() if wants_quiet or not quiet]
