"""Why this date (为什么是这一天): each day counted or skipped, the rule, the calendar, what it was
before.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cases.docket import access, kinds
from cases.docket.chain import mark_of
from cases.docket.counted import (
    EXTENDED,
    SET,
    count,
    extensions_of,
    hours_of,
    runs_on_from,
    suspensions_of,
    term_of,
)
from cases.docket.models import Deadline, Event
from cases.docket.queries.countdown import DueView, due_view
from cases.law.explanation import TraceDay, explain
from cases.people.queries import Actor
from cases.rulebook.models import Quality
from cases.rulebook.queries import book


@dataclass(frozen=True)
class Why:
    """The whole reason for a deadline's date.

    `agrees` is false when today's calendar would give another day than the one that stands (the
    notice changed after the deadline had ended): then the trace is today's, and `calendar_version`
    says which calendar the date was counted by.
    """

    number: str
    url: str
    term: str
    term_label: str
    term_words: str
    start_at: datetime
    due: DueView
    agrees: bool
    trace: tuple[TraceDay, ...]
    citation: str
    quality_label: str
    rule_version: str
    calendar_version: str
    inputs: list[tuple[str, str]]


def why_this_date(actor: Actor, deadline_id: int, now: datetime) -> Why | None:
    """Explain a deadline of a case the seat may see; None when there is no such one for it."""
    rows = Deadline.objects.select_related("case").filter(case__in=access.readable(actor))
    deadline = rows.filter(pk=deadline_id).first()
    if deadline is None:
        return None
    calendar = book().calendar
    kept: dict[str, Any] = deadline.snapshot
    stood = suspensions_of(deadline)
    told = explain(term_of(deadline), deadline.start_at, calendar, hours_of(deadline), stood)
    trace, notices = told.trace, told.notices
    date_then = told.due
    for more in extensions_of(deadline):
        added = explain(more, runs_on_from(date_then), calendar, hours_of(deadline))
        trace, date_then = trace + added.trace, added.due
        notices += tuple(n for n in added.notices if n not in notices)
    is_set = bool(kept.get(SET))
    case = deadline.case
    return Why(
        number=str(case),
        url=f"/{kinds.kind(case.kind).path}/{case.number}/",
        term=deadline.term,
        term_label=kept["name"],
        term_words="由来件单位或批准人指定" if is_set else _words(deadline),
        start_at=deadline.start_at,
        due=due_view(deadline, now, calendar),
        agrees=count(deadline, calendar).due_at == deadline.due_at,
        trace=() if is_set else trace,
        citation=kept["citation"],
        quality_label=Quality(kept["quality"]).label,
        rule_version=deadline.rule_version,
        calendar_version=deadline.calendar_version,
        inputs=_inputs(deadline, "" if is_set else told.citation, () if is_set else notices),
    )


def earlier_dates(deadline: Deadline, events: Iterable[Event]) -> list[tuple[date, datetime, str]]:
    """The last days this deadline had before, each with when it was changed and why."""
    mark = mark_of(deadline)
    found = []
    for event in events:
        facts = json.loads(event.text)["open"]
        if "was" not in facts or facts.get("deadline") != mark:
            continue
        why = "按新公布的放假安排重算" if event.verb == "recount" else "批准延期"
        found.append((date.fromisoformat(facts["was"]), event.happened_at, why))
    return found


def _words(deadline: Deadline) -> str:
    granted = "".join(f"，延期 {more.words}" for more in extensions_of(deadline))
    return term_of(deadline).words + granted


def _inputs(deadline: Deadline, law: str, notices: tuple[str, ...]) -> list[tuple[str, str]]:
    kept = deadline.snapshot
    found = [("要求", kept["what"]), ("计算规则", law)]
    if kept["unit"] == "working_hour":
        found.append(("工作时间", "、".join(f"{a}–{b}" for a, b in kept["hours"])))
    found += [("延期依据", str(more["citation"])) for more in kept.get(EXTENDED, [])]
    found += [("放假安排", notice) for notice in notices]
    return [(label, value) for label, value in found if value]
