"""What another system's words mean here (分类、村社区对照): its class of matter, and the village it
names.

Only what can mean one thing is taken over; all else is for the desk to say.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from cases.rulebook.queries.rules import RuleCategory

OTHER = "9909"  # 其他: what the window has still to class
_STROKES = re.compile(r"\s*(?:[/\\|>＞、，,;；]|->|→|—+|-+)\s*")


class Classes:
    """The grid classes of a town, found by what the hotline calls a matter (分类对照)."""

    def __init__(self, rules: Iterable[RuleCategory]) -> None:
        self._named: dict[str, RuleCategory] = {}
        self._mapped: defaultdict[str, list[RuleCategory]] = defaultdict(list)
        for rule in rules:
            if rule.level != 2:
                continue
            self._named[rule.code] = self._named[_plain(rule.name)] = rule
            if rule.maps_to:
                self._mapped[_plain(rule.maps_to)].append(rule)
        for path, found in list(self._mapped.items()):
            self._mapped[path.rpartition("/")[2]] += found

    def of(self, words: str) -> RuleCategory | None:
        """The one class these words can mean: our code or name, or the petition class mapped to
        it; None where there is none or more than one.
        """
        path = _plain(words)
        steps = [step for step in path.split("/") if step]
        if not steps:
            return None
        for name in (path, steps[-1]):
            if name in self._named:
                return self._named[name]
        for tried in ("/".join(steps[:2]), "/".join(steps[-2:]), steps[-1]):
            found = {rule.code: rule for rule in self._mapped.get(tried, [])}
            if found:
                return next(iter(found.values())) if len(found) == 1 else None
        return None


def village_named(villages: Mapping[str, str], *texts: str) -> str:
    """The code of the one village the texts name, the first text that names any; else ""."""
    for text in texts:
        named = {code: name for code, name in villages.items() if name and name in text}
        longest = [
            code
            for code, name in named.items()
            if not any(name != other and name in other for other in named.values())
        ]
        if longest:
            return longest[0] if len(longest) == 1 else ""
    return ""


def _plain(words: str) -> str:
    return _STROKES.sub("/", unicodedata.normalize("NFKC", words).strip()).lower().strip("/")
