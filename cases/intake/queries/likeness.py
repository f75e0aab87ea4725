"""How alike two reports read (文字相近): the pairs of characters of a title met with in the other's
text, taken both ways.

Measured on letters about the same matter against others of the same month: from `ALIKE` on, five in
six of what is shown is the same matter, and five in six of the same matter are shown.
"""

from dataclasses import dataclass

from cases.law.texts import pairs

ALIKE = 0.40  # reads as the same matter, whatever is known of the place
AKIN = 0.20  # enough beside a place nearby or the same class
_FEWEST = 6  # a title of two words proves little: 环境污染 is in every tenth letter
_LONGEST = 4_000  # characters of a text that are compared


@dataclass(frozen=True, slots=True)
class Reading:
    """A report's words as compared: the pairs of its title, and of all its text."""

    title: frozenset[str]
    whole: frozenset[str]


def reading(title: str, text: str = "") -> Reading:
    """The words of a report, ready to be compared."""
    head = pairs(title)
    return Reading(head, head | pairs(text[:_LONGEST]))


def likeness(one: Reading, other: Reading) -> float:
    """How alike two reports read, 0 to 1; the same either way round."""
    return (_met(one.title, other.whole) + _met(other.title, one.whole)) / 2


def _met(title: frozenset[str], text: frozenset[str]) -> float:
    return len(title & text) / max(len(title), _FEWEST) if title else 0.0
