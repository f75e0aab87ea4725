"""The boards read as a test reads them."""

import re
from collections import Counter
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from cases.board.models import DayFact
from cases.board.operations.gathering import gather
from cases.board.operations.rating import rate_days
from cases.board.operations.rebuilding import check
from cases.board.queries.board import Board, board
from cases.board.queries.rows import rows
from cases.board.queries.wanted import ground_of, wanted_of
from cases.law.moves import Role
from tests.town import NOW, Cast

LATER = NOW + timedelta(days=30)
ALL = {"period": "days", "from": "2026-01-01", "to": "2026-12-31"}


def gathered(at: datetime = NOW) -> int:
    """Everything counted that waits, days and rates."""
    done = gather(at)
    while rate_days(at):
        pass
    return done


def facts(**narrowed: Any) -> dict[str, int]:
    """How often each measure was counted."""
    found: Counter[str] = Counter()
    for name, many in DayFact.objects.filter(**narrowed).values_list("measure", "count"):
        found[name] += many
    return dict(found)


def sound() -> bool:
    """Whether a recount gives the same; what differs is said."""
    found = check().differences
    assert found == []
    return True


def seen(
    town: Cast, /, role: Role = Role.SUPERVISOR, at: datetime = NOW, by: str = "week", **asked: str
) -> Board:
    """The board of a seat."""
    ground = ground_of(town.actor(role), at)
    return board(ground, wanted_of(ALL | asked, ground), by)


def links(page: Any) -> list[tuple[int, str]]:
    """Every number of a page that opens rows, with its address."""
    text = page.content.decode()
    found = re.findall(r'<a [^>]*href="([^"]+/rows/[^"]*)"[^>]*>(?:<[^>]*>)*(?:[^<\d]*)(\d+)', text)
    return [(int(many), unescape(url)) for url, many in found]


__all__ = ["ALL", "LATER", "facts", "gathered", "links", "rows", "seen", "sound"]
