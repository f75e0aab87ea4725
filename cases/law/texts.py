"""Texts (文字): what a written text may hold, wherever it comes from.

Control characters and direction overrides can make a line read as what it is not; a lone surrogate
cannot be stored at all.
"""

import re
import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
_KEPT = "\n\t"
_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[a-z0-9]+")
_BREAK = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")


class _Visible(dict[int, int | None]):
    def __missing__(self, code: int) -> int | None:
        letter = chr(code)
        hidden = unicodedata.category(letter) in _HIDDEN and letter not in _KEPT
        self[code] = None if hidden else code
        return self[code]


_VISIBLE = _Visible()


def visible(text: str) -> str:
    """The text as it is read: composed (NFC), every line break the same, nothing unseen in it."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable():  # as most are: no break, no control, nothing unseen
        return composed.strip()
    broken = _BREAK.sub("\n", composed)
    return broken.translate(_VISIBLE).strip()


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a text; Latin words and numbers whole."""
    found: set[str] = set()
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0].isascii() or len(run) == 1:
            found.add(run)
        else:
            found.update(run[i : i + 2] for i in range(len(run) - 1))
    return frozenset(found)
