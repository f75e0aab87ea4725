"""Texts (文字): what a written text may hold, wherever it comes from.

Control characters and direction overrides can make a line read as what it is not; a lone surrogate
cannot be stored at all.
"""

import re
import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
_KEPT = "\n\t"
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
    broken = _BREAK.sub("\n", unicodedata.normalize("NFC", text))
    return broken.translate(_VISIBLE).strip()
