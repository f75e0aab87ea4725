"""Writing drafts (落库): the same few statements for one move and for two hundred."""

from collections.abc import Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.db import connection

from cases.docket import kinds
from cases.docket.models import (
    FAR,
    Attachment,
    Case,
    Deadline,
    Outbox,
    Stake,
    WorkItem,
)
from cases.docket.record.drafted import ASKED, OWNER, Draft
from cases.docket.record.rows import amend, enter, pour
from cases.people.queries import TOWN_TIME

_MOVED = [
    "state",
    "unit_id",
    "officer_id",
    "category",
    "urgent",
    "confidential",
    "veiled",
    "variant",
    "grid_id",
    "village_id",
    "lng",
    "lat",
    "datum",
    "outside",
    "closed_at",
    "next_due",
    "version",
    "seq",
    "head",
]
_CHAINED = ["seq", "head"]
_WORDED = ["title", "words", "search"]
_PART = ["kind", "state", "unit_id", "officer_id", "closed_at", "next_due", "version"]
RUNG = ["rung", "colour", "next_rung", "next_rung_at"]
_CLOCK = ["state", "met_at", "met_by", *RUNG, "unit", "officer"]
_DATES = ["generation", "last_day", "due_at", "provisional", "calendar_version", "snapshot"]

# Who holds the case now gets or keeps a stake; whoever held it before keeps seeing it, but owes
# nothing more.
_STAKES = """
WITH given AS (
    SELECT * FROM unnest(%(cases)s::bigint[], %(parts)s::bigint[], %(units)s::bigint[],
        %(officers)s::bigint[], %(whys)s::text[], %(since)s::timestamptz[], %(due)s::timestamptz[],
        %(opened)s::timestamptz[])
        AS g(case_id, part_id, unit_id, officer_id, why, since, next_due, opened_at)
), kept AS (
    INSERT INTO docket_stake
        (case_id, part_id, unit_id, officer_id, why, since, next_due, opened_at)
    SELECT * FROM given
    ON CONFLICT (case_id, part_id, unit_id, officer_id, why)
    DO UPDATE SET until = NULL, next_due = excluded.next_due
    RETURNING id
)
UPDATE docket_stake s SET until = t.at, next_due = %(far)s
FROM unnest(%(touched)s::bigint[], %(touched_parts)s::bigint[], %(ats)s::timestamptz[])
    AS t(case_id, part_id, at)
WHERE s.case_id = t.case_id AND s.part_id IS NOT DISTINCT FROM t.part_id
  AND s.why = ANY(%(owing)s) AND s.until IS NULL AND s.id NOT IN (SELECT id FROM kept)
"""

_NUMBERS = """
INSERT INTO docket_series (division, series, year, last) VALUES (%s, %s, %s, %s)
ON CONFLICT (division, series, year)
DO UPDATE SET last = docket_series.last + excluded.last
RETURNING last
"""


def write(drafts: Sequence[Draft], new: Sequence[Case] = ()) -> None:
    """Write what was drafted: cases, events, deadlines, stakes, outbox, files, work items.

    New cases follow by `enter_cases`, as the last of a transaction (their keys are checked at its
    end).
    """
    opened = {case.pk for case in new}
    _update_cases({d.case.pk: d.case for d in drafts if d.case.pk not in opened}, drafts)
    parts = {d.part.pk: d.part for d in drafts if d.part is not None and not d.still}
    amend(parts.values(), _PART)
    enter([d.event for d in drafts])
    _write_deadlines(drafts)
    _write_stakes([d for d in drafts if not d.still])
    _write_outbox(drafts)
    files = [file for d in drafts for file in d.files]
    if files:
        Attachment.objects.bulk_create(files)
    trouble = [item for d in drafts for item in d.trouble]
    if trouble:
        WorkItem.objects.bulk_create(trouble, ignore_conflicts=True)


def enter_cases(cases: Sequence[Case], now: datetime) -> None:
    """Give the new cases their numbers, gapless in each series, and write them; drafts get none.

    The counter is the last lock of a transaction. A case is written once, with its number: to add
    it afterwards would write the row and its search index twice.
    """
    _number([case for case in cases if case.state not in kinds.kind(case.kind).drafts], now)
    enter(cases)


def give_numbers(cases: Sequence[Case], now: datetime) -> None:
    """Give drafts that were submitted their numbers; the last lock of a transaction."""
    _number(cases, now)
    for case in cases:
        Case.objects.filter(pk=case.pk).update(number=case.number)


def _number(cases: Sequence[Case], now: datetime) -> None:
    year = now.astimezone(TOWN_TIME).year
    series: dict[tuple[str, str], list[Case]] = {}
    for case in cases:
        series.setdefault((case.division, kinds.kind(case.kind).series), []).append(case)
    for (division, letter), members in sorted(series.items()):
        with connection.cursor() as cursor:
            cursor.execute(_NUMBERS, [division, letter, year, len(members)])
            first = cursor.fetchone()[0] - len(members) + 1
        for number, case in enumerate(members, start=first):
            case.number = f"{division}-{letter}-{year}-{number:06}"


def _update_cases(cases: dict[int, Case], drafts: Sequence[Draft]) -> None:
    reworded = {d.case.pk for d in drafts if d.reworded}
    moved = {d.case.pk for d in drafts if not d.still} - reworded
    amend([case for pk, case in cases.items() if pk in reworded], [*_MOVED, *_WORDED])
    amend([case for pk, case in cases.items() if pk in moved], _MOVED)
    amend([case for pk, case in cases.items() if pk not in reworded | moved], _CHAINED)


def _write_deadlines(drafts: Sequence[Draft]) -> None:
    moved = {d.pk: d for draft in drafts for d in draft.moved}
    amend(moved.values(), [*_DATES, *_CLOCK])
    climbed = {d.pk: d for draft in drafts for d in draft.climbed if d.pk not in moved}
    amend(climbed.values(), RUNG)
    last: dict[tuple[Any, ...], Deadline] = {}
    for draft in drafts:
        for d in draft.deadlines:
            last[d.case_id, d.part_id, d.term, d.occurrence, d.generation] = d
    rows = []
    for deadline in (d for d in last.values() if d.pk not in moved):
        row = copy(deadline)
        row.pk = None  # the natural key finds the row that stands already
        rows.append(row)
    if rows:
        Deadline.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["case", "part", "term", "occurrence", "generation"],
            update_fields=_CLOCK,
        )


def _write_stakes(drafts: Sequence[Draft]) -> None:
    if not drafts:
        return
    last: dict[tuple[Any, ...], Stake] = {}
    touched: dict[tuple[int, int | None], datetime] = {}
    for draft in drafts:
        where = (draft.case.pk, draft.part.pk if draft.part else None)
        touched[where] = draft.event.happened_at
        if draft.case.closed_at is not None:  # nobody owes anything in it any more
            touched |= {(draft.case.pk, p.pk): draft.event.happened_at for p in draft.parts}
        # A later move of the same batch decides who holds the case in the end.
        last = {k: s for k, s in last.items() if k[:2] != where or s.why not in {OWNER, ASKED}}
        for s in draft.stakes:
            last[s.case_id, s.part_id, s.unit_id, s.officer_id, s.why] = s
    given = list(last.values())
    opened = {draft.case.pk: draft.case.opened_at for draft in drafts}
    with connection.cursor() as cursor:
        cursor.execute(
            _STAKES,
            {
                "cases": [s.case_id for s in given],
                "parts": [s.part_id for s in given],
                "units": [s.unit_id for s in given],
                "officers": [s.officer_id for s in given],
                "whys": [s.why for s in given],
                "since": [s.since for s in given],
                "due": [s.next_due for s in given],
                "opened": [opened[s.case_id] for s in given],
                "far": FAR,
                "owing": [OWNER, ASKED],
                "touched": [case for case, _ in touched],
                "touched_parts": [part for _, part in touched],
                "ats": list(touched.values()),
            },
        )


def _write_outbox(drafts: Sequence[Draft]) -> None:
    rows = [
        (reader, d.event.case_id, d.event.seq)
        for d in drafts
        for reader in kinds.readers(quiet=d.quiet)
    ]
    if rows:
        pour(Outbox, ["reader", "case_id", "seq"], rows)
