"""The class's own handler as a unit that can be called (分类默认承办): only where its words fit one
unit and no other.
"""

import re
from collections.abc import Iterable

from cases.people.directory import Entry
from cases.people.models import UnitKind

_STROKES = re.compile(r"[/、→,，;；\s（）()]+")
_SHORTEST = 2  # 村, and a number to call, name no department


def handler_of(words: str, able: Iterable[Entry], division: str) -> Entry | None:
    """The one unit the words name, the first that is clear; None rather than a guess."""
    entries = list(able)
    for word in _STROKES.split(words):
        of_town = word.startswith("镇")
        named = word.removeprefix("镇")
        if len(named) < _SHORTEST or named.isdigit():
            continue
        fits = [e for e in entries if named in e.name and _level(e, division) == of_town]
        if len(fits) == 1:
            return fits[0]
    return None


def _level(entry: Entry, division: str) -> bool:
    return entry.kind == UnitKind.BODY and entry.division == division
