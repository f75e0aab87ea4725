"""An invented town's cases, as rows ready for COPY: what `load_million` fills a database with.

Everything is made up: places, troubles, words. The chains hold and the titles are really sealed, so
the database verifies and its pages open; of each case only the first and the last step stand.
"""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

from cases.docket import chain
from cases.docket.bigrams import words_of
from cases.docket.models import FAR
from cases.docket.seal import make_key, seal_facts
from deploy.bench.phrases import complaint

YEARS = 6
OPEN_OF_NEWEST, OPEN_OF_REST = 0.55, 0.05  # with a fifth being "newest": 15 in 100 are open
# Where an open case stands: state, verb of its last step, how many in a hundred.
STANDS = (
    ("RECEIVED", "", 10),
    ("ACCEPTED", "accept", 15),
    ("ASSIGNED", "assign", 60),
    ("HANDLED", "handle", 10),
    ("CHECKED", "check", 5),
)


class Seat(NamedTuple):
    """Who files: an officer in a unit."""

    officer: int
    unit: int
    role: str


@dataclass(frozen=True)
class Place:
    """One town: its desk, and who handles and files there; the first are the busiest."""

    division: str
    desk: int
    handlers: tuple[int, ...]
    filers: tuple[Seat, ...]
    grids: tuple[tuple[int, int], ...]  # each with its village
    names: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What is to be invented: seven in ten cases lie in the first town, three in the second."""

    cases: int
    now: datetime
    towns: tuple[Place, Place]
    categories: tuple[str, ...]
    deadline: tuple[str, str, str, str]  # term, rule version, calendar version, snapshot as JSON

    def day(self, case: int) -> datetime:
        """When a case came in: evenly over the years, by its id."""
        return self.now - timedelta(days=365 * YEARS) * ((self.cases - case) / self.cases)

    def number(self, case: int) -> tuple[str, str, int, int]:
        """Number, division, year and place in its series of a case."""
        town, year = _town(case), self.day(case).year
        first = _first(self, year)
        place = _rank(case, town) - _rank(first - 1, town)
        division = self.towns[town].division
        return f"{division}-R-{year}-{place:06d}", division, year, place


TABLES = {
    "docket_case": "id number kind state division unit_id officer_id filer_unit_id filer_id"
    " category grid_id village_id datum outside urgent confidential veiled variant title words"
    " search key_id wrapped_key opened_at closed_at next_due version seq head",
    "docket_event": "case_id seq verb from_state to_state officer_id unit_id role happened_at"
    " recorded_at text previous hash digest answer",
    "docket_deadline": "case_id term occurrence generation unit_id state start_at last_day due_at"
    " provisional by_record met_at rule_version calendar_version snapshot ladder rung colour",
    "docket_stake": "case_id unit_id officer_id why since until next_due opened_at",
    "intake_report": "case_id source stream anonymous received_at",
}


def block(plan: Plan, first: int, last: int) -> dict[str, bytes]:
    """The cases `first` to `last` (inclusive) with all that hangs on them, as COPY text by table.

    They share one case key, which is what a block is for: a thousand is a good size.
    """
    chance = random.Random(first)
    key = make_key()
    rows: dict[str, list[str]] = {table: [] for table in TABLES}
    for case in range(first, last + 1):
        _case(plan, case, chance, key, rows)
    return {table: "".join(lines).encode() for table, lines in rows.items()}


def _case(
    plan: Plan,
    case: int,
    chance: random.Random,
    key: tuple[bytes, bytes, str],
    rows: dict[str, list[str]],
) -> None:
    number, division, _, _ = plan.number(case)
    town = plan.towns[_town(case)]
    filer, handler = _busy(chance, town.filers), _busy(chance, town.handlers)
    at = plan.day(case)
    share = OPEN_OF_NEWEST if case > plan.cases * 0.8 else OPEN_OF_REST
    is_open = chance.random() < share
    state, verb, _ = _standing(chance) if is_open else ("CLOSED", "close", 0)
    moved = at + timedelta(hours=chance.randint(1, 200))
    due = plan.now + timedelta(minutes=chance.randint(-86_400, 43_200))
    owner = _owner(state, town, filer, handler)
    next_due = due if is_open and chance.random() < 0.9 else FAR
    title, told = complaint(chance, town.names)
    grid, village = chance.choice(town.grids)
    found = " ".join(f"'{word}'" for word in words_of(f"{title}\n{told}"))
    row = SimpleNamespace(
        kind="report",
        division=division,
        state=state,
        category=chance.choice(plan.categories),
        unit_id=owner[0],
        officer_id=owner[1],
        filer_id=filer.officer,
        filer_unit_id=filer.unit,
        village_id=village,
        grid_id=grid,
        urgent=chance.random() < 0.02,
        confidential=False,
        opened_at=at,
        closed_at=None if is_open else moved,
    )
    clocks = _deadline(rows, plan, case, owner[0], (at, row.closed_at, due))
    stands = {"row": chain.row_of(row), "deadlines": clocks}
    head, seq = _events(rows, case, filer, town.desk, (state, verb), (at, moved), stands)
    rows["docket_case"].append(
        _line(
            [
                *(case, number, row.kind, state, division, *owner, filer.unit, filer.officer),
                *(row.category, row.grid_id, row.village_id, "", False, row.urgent),
                *(row.confidential, False, ""),
                *(seal_facts(key[0], {"title": title}), b"", found, key[2], key[1]),
                *(at, row.closed_at, next_due, seq, seq, head),
            ]
        )
    )
    rows["intake_report"].append(_line((case, "patrol", "ordinary", False, at)))
    _stakes(rows, case, state, (filer, town.desk, handler), (at, moved, next_due))


def _events(
    rows: dict[str, list[str]],
    case: int,
    filer: Seat,
    desk: int,
    stands: tuple[str, str],
    at: tuple[datetime, datetime],
    stands_so: dict[str, Any],
) -> tuple[bytes, int]:
    state, verb = stands
    steps = [("file", "", "RECEIVED", filer.officer, filer.unit, filer.role, at[0])]
    if verb:
        steps.append((verb, "RECEIVED", state, filer.officer, desk, "desk", at[1]))
    head = chain.START
    for seq, (name, source, target, officer, unit, role, when) in enumerate(steps, start=1):
        event = SimpleNamespace(
            case_id=case,
            part_id=None,
            seq=seq,
            verb=name,
            from_state=source,
            to_state=target,
            officer_id=officer,
            unit_id=unit,
            role=role,
            happened_at=when,
            recorded_at=when,
            claimed_at=None,
            sealed=None,
            key=None,
            digest="",
        )
        more: dict[str, Any] = {"by": "bench", "open": {}, "quiet": True, "rules": {}}
        more |= {"basis": "性能测试虚构数据", "recorded_for": ""}
        text = chain.canonical(chain.heads(event) | more | stands_so)
        before, head = head, chain.link(head, text)
        told = (case, seq, name, source, target, officer, unit, role, when, when)
        rows["docket_event"].append(_line((*told, text, before, head, "", "")))
    return head, len(steps)


def _deadline(
    rows: dict[str, list[str]],
    plan: Plan,
    case: int,
    unit: int | None,
    at: tuple[datetime, datetime | None, datetime],
) -> dict[str, list[Any]]:
    start, met, due = at
    due = due if met is None else start + timedelta(days=5)
    state = "running" if met is None else "met" if met < due else "met_late"
    term, rule, calendar, snapshot = plan.deadline
    counted = (case, term, 1, 1, unit, state, start, due.date(), due, False, True, met)
    rows["docket_deadline"].append(_line((*counted, rule, calendar, snapshot, "", 0, "")))
    clock = SimpleNamespace(part_id=None, term=term, occurrence=1, due_at=due, state=state)
    return {chain.mark_of(clock): chain.clock_of(clock)}


def _stakes(
    rows: dict[str, list[str]],
    case: int,
    state: str,
    who: tuple[Seat, int, int],
    at: tuple[datetime, datetime, datetime],
) -> None:
    (filer, desk, handler), (since, moved, due) = who, at
    past = {"RECEIVED": 0, "ACCEPTED": 0, "ASSIGNED": 1, "HANDLED": 2, "CHECKED": 3, "CLOSED": 4}
    gone = past[state]
    held: list[tuple[int, int | None]] = [(desk, None), (handler, None)]
    held.append((filer.unit, filer.officer))
    lines = [_line((case, filer.unit, filer.officer, "filer", since, None, FAR, since))]
    for place, (unit, officer) in enumerate(held[: gone + 1]):
        holds = place == gone or (state == "CHECKED" and place == 0)
        ends = None if holds else moved
        until = due if holds else FAR
        lines.append(_line((case, unit, officer, "owner", since, ends, until, since)))
    rows["docket_stake"].extend(lines)


def _owner(state: str, town: Place, filer: Seat, handler: int) -> tuple[int | None, int | None]:
    if state == "CLOSED":
        return None, None
    if state == "ASSIGNED":
        return handler, None
    return (filer.unit, filer.officer) if state == "HANDLED" else (town.desk, None)


def _standing(chance: random.Random) -> tuple[str, str, int]:
    return chance.choices(STANDS, weights=[row[2] for row in STANDS])[0]


def _busy(chance: random.Random, those: Sequence[Any]) -> Any:
    """One of a row whose first is by far the busiest."""
    return those[int(len(those) * chance.random() ** 2)]


def _town(case: int) -> int:
    return 0 if case % 10 < 7 else 1


def _rank(case: int, town: int) -> int:
    """How many cases of a town there are up to a case, itself included."""
    tens, rest = divmod(case + 1, 10)
    first = 7 * tens + min(rest, 7)
    return first - 1 if town == 0 else case + 1 - first  # case 0 is none, and lies in the first


def _first(plan: Plan, year: int) -> int:
    """The first case of a year."""
    low, high = 1, plan.cases
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if plan.day(middle).year >= year else (middle + 1, high)
    return low


def _line(cells: Iterable[Any]) -> str:
    return "\t".join(_cell(cell) for cell in cells) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bytes):
        return r"\\x" + value.hex()
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).replace("\\", r"\\")


def snapshot_text(snapshot: dict[str, Any]) -> str:
    """A deadline's inputs as the column holds them."""
    return json.dumps(snapshot, ensure_ascii=False)
