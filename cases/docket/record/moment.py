"""The moment of recording (记载时刻): the database's clock, and the rules and units as of now."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from cases.people.directory import Directory, directory
from cases.people.queries import town_day
from cases.rulebook.queries import Book, book

_SQL = """
SELECT clock_timestamp(),
       (SELECT max(id) FROM rulebook_change WHERE slice = 'rulebook'),
       (SELECT max(id) FROM rulebook_change WHERE slice = 'people'),
       (SELECT max(id) FROM rulebook_change WHERE slice = 'grid'),
       ARRAY(SELECT nextval(pg_get_serial_sequence('docket_case', 'id'))
             FROM generate_series(1, %s))
"""


@dataclass(frozen=True)
class Moment:
    """Now, by the database; the book and the directory that hold now; ids for the cases to open."""

    now: datetime
    book: Book
    directory: Directory
    grids: int
    ids: tuple[int, ...]


def begin(cases: int = 0) -> Moment:
    """Read the clock, the newest changes and fresh case ids, in one query.

    Taken after the case is locked, so that what is recorded later carries a later time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [cases])
        now, rules, people, grids, ids = cursor.fetchone()
    return Moment(
        now=now,
        book=book(rules or 0),
        directory=directory(people or 0, town_day(now)),
        grids=grids or 0,
        ids=tuple(ids),
    )
