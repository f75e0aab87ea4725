"""The roster (人员岗位表): officers and posts from a sheet, looked at first, then entered at once.

A sheet never renames a person, never reopens what ended, and never takes two heads for one unit:
such rows are named with what to do, and the good ones are entered in one transaction.
"""

from collections.abc import Sequence
from typing import Final, Unpack

from django.db import transaction

from cases.grid.operations import Trail
from cases.law.moves import Refused
from cases.people.models import Officer, Post
from cases.people.operations.officers import change_officer, enter_officer
from cases.people.operations.posts import end_post, give_post, retitle_post
from cases.people.operations.roster.judging import Judged, Scope, judge
from cases.people.operations.roster.reading import COLUMNS, Line, read_roster
from cases.people.queries import town_day
from cases.rulebook.operations import one_writer

__all__ = ["COLUMNS", "WHAT", "Judged", "Line", "Scope", "enter_roster", "judge", "read_roster"]

WHAT: Final = {"new": "新增", "changed": "更改", "same": "不变", "wrong": "有误"}


@transaction.atomic
def enter_roster(
    lines: Sequence[Line], scope: Scope, **trail: Unpack[Trail]
) -> list[Judged]:
    """Enter the good rows of a roster, all in one transaction; every row as it was judged."""
    one_writer()
    rows = judge(lines, scope, town_day(trail["at"]))
    entered: dict[str, Officer] = {}
    for row in rows:
        if row.what not in {"new", "changed"}:
            continue
        try:
            with transaction.atomic():
                _enter(row, entered, **trail)
        except Refused as refused:
            row.fail(refused.sentence)
    return rows


def _enter(row: Judged, entered: dict[str, Officer], **trail: Unpack[Trail]) -> None:
    line = row.line
    officer = row.officer or entered.get(line.username.lower())
    if officer is None:
        officer = enter_officer(
            line.username, line.name, phone=line.phone, email=line.email, **trail
        )
        entered[line.username.lower()] = officer
    elif row.lines:
        change_officer(officer, row.lines, town_day(trail["at"]), **trail)
    if row.post is None:
        give_post(
            officer,
            line.held,
            line.place,
            line.begins,
            line.valid_to,
            title=line.title,
            **trail,
        )
        return
    _change(row.post, row, **trail)


def _change(post: Post, row: Judged, **trail: Unpack[Trail]) -> None:
    if row.retitled:
        retitle_post(post, row.line.title, town_day(trail["at"]), **trail)
    if row.ends and row.line.valid_to is not None:
        end_post(post, row.line.valid_to, **trail)
