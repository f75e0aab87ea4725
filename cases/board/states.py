"""What a day is counted by (日统计口径): measures derived from one event alone and the tables of
moves, so that counting as things happen and counting everything again give the same.

A day is the town's calendar day on which a thing **happened** (发生时间), not on which it was
written down: what was recorded late counts on its own day. The unit is whoever acted; where the
system acted, whoever owes what it chased, or with whom the part or the case lay afterwards. A move
of a draft is not counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cases.docket import kinds
from cases.law.moves import Move, Table

# Reopened within so many days of its end, a case was not really done (虚假办结; 镇默认).
SOON_DAYS: Final = 7
SHELVED: Final = "SHELVED"
MERGED: Final = "MERGED"
SHEET, ISSUED = "sheet", "ISSUED"  # 督办单 that waits for its reply

MEASURES: Final = {
    "opened": "新增",
    "closed": "办结",
    "declined": "不予受理、不同意",
    "withdrawn": "撤回",
    "merged": "并单",
    "reopened": "重新办理",
    "false_closure": "虚假办结",
    "returned": "退回改派",
    "objected": "派单异议",
    "reworked": "退回重办",
    "blown": "吹哨",
    "called": "派给部门",
    "shelved": "挂账",
    "resumed": "恢复办理",
    "extended": "延期",
    "escalated": "提级办理",
    "chased_none": "预警",
    "chased_blue": "催办（蓝）",
    "chased_yellow": "催办（黄）",
    "chased_red": "催办（红）",
    "urged": "人工催办",
    "instructed": "领导批示",
    "unsolved": "回访未解决",
}
# How often a matter came up, by village and category: for what is rising (苗头), never shown alone.
# A report and its whistle are one matter, a sheet is none.
MATTER: Final = "matter"
FALSE: Final = "false_closure"
BY_VERB: Final = {
    "hand_back": "returned",
    "raise_objection": "objected",
    "object_sheet": "objected",
    "rework": "reworked",
    "rework_whistled": "reworked",
    "return_for_rework": "reworked",
    "call": "called",
    "grant_extension": "extended",
    "escalate": "escalated",
    "urge": "urged",
    "instruct": "instructed",
}
CALL_BACK, REWORK, SAMPLED, UNMERGE = "call_back", "rework", "self_handle_sampled", "unmerge"
COLOURS: Final = ("none", "blue", "yellow", "red")


@dataclass(frozen=True, slots=True)
class Told:
    """What the measures of an event follow from: its heads, two open facts, and what came before.

    `of_part`: its states are those of a part. `first`: the verb that opened the case, asked for a
    failed check only. `soon`: it follows the case's end within `SOON_DAYS`. `grown`: it opens the
    whistle of a report.
    """

    kind: str
    of_part: bool
    verb: str
    source: str
    target: str
    colour: str = ""
    outcome: str = ""
    first: str = ""
    soon: bool = False
    grown: bool = False


def measures(told: Told) -> Iterator[str]:
    """The measures an event counts for, each once."""
    if told.kind not in {known.code for known in kinds.kinds()}:
        return
    kind = kinds.kind(told.kind)
    if told.target in kind.drafts:
        return
    if told.verb in BY_VERB:
        yield BY_VERB[told.verb]
    if told.verb == "chase" and told.colour in COLOURS:
        yield f"chased_{told.colour}"
    if told.verb == CALL_BACK and told.outcome == "unsolved":
        yield "unsolved"
    if told.verb == REWORK and told.first == SAMPLED:
        yield FALSE
    if not told.of_part:
        yield from _of_case(told, kind)


def drafts() -> list[str]:
    """Every state in which a case of some kind has no number yet."""
    return sorted({state for kind in kinds.kinds() for state in kind.drafts})


def verbs_of(measure: str) -> list[str]:
    """The verbs whose events may count for a measure: where its rows are looked for."""
    found = {verb for verb, name in BY_VERB.items() if name == measure}
    if measure.startswith("chased_"):
        found.add("chase")
    if measure == "unsolved":
        found.add(CALL_BACK)
    if measure == FALSE:
        found.add(REWORK)
    for kind in kinds.kinds():
        for move in kind.table.moves.values():
            if any(measure in _of_case(told, kind) for told in _likely(kind, move)):
                found.add(move.verb)
    return sorted(found)


def _of_case(told: Told, kind: kinds.Kind) -> Iterator[str]:
    source, target = told.source, told.target
    if source in {"", *kind.drafts}:
        yield "opened"
        if not told.grown and told.kind != SHEET:
            yield MATTER
    if target == SHELVED != source:
        yield "shelved"
    if source == SHELVED != target:
        yield "resumed"
    if target == "BLOWN" and source not in {"BLOWN", *_ended(kind.table)} and _forward(told):
        yield "blown"
    move = kind.table.moves.get(told.verb)
    if move is not None and move.ends:
        yield _end(target, kind)
    elif source in _ended(kind.table) and target not in {source, *_ended(kind.table)}:
        if told.verb != UNMERGE:
            yield "reopened"
        if told.soon and told.verb != UNMERGE:
            yield FALSE


def _forward(told: Told) -> bool:
    """A whistle that goes back to the desk is not blown again (回到窗口重新派哨)."""
    return told.verb in {"blow", "approve"}


def _end(target: str, kind: kinds.Kind) -> str:
    if target == MERGED:
        return "merged"
    if target == "WITHDRAWN":
        return "withdrawn"
    return "declined" if target in {"NOT_ACCEPTED", *kind.undone} else "closed"


def _ended(table: Table) -> frozenset[str]:
    return frozenset(m.target for m in table.moves.values() if m.ends and m.target)


def _likely(kind: kinds.Kind, move: Move) -> Iterator[Told]:
    """A move as it may be made, once from each state of its table."""
    sources = kind.table.states if "*" in move.sources else move.sources
    for source in sources:
        target = move.target or source
        if target not in kind.drafts:
            yield Told(kind.code, False, move.verb, source, target, soon=True)
