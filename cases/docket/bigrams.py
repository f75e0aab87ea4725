"""Chinese search (中文检索): every two neighbouring characters are a word.

Words of two characters are the commonest in Chinese, so a text is indexed by its bigrams; Latin
words and numbers stay whole. A query asks for all its bigrams. What is stored is not the words but
their keyed digests, so that the index of a stolen dump spells nothing.
"""

import re
import unicodedata
from hashlib import blake2b
from typing import Any

from django.conf import settings

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[a-z0-9]+")
LONGEST = 60  # characters of a query that count


def words_of(text: str) -> list[str]:
    """The index words of a text: bigrams and characters of Chinese, other words whole."""
    found: dict[str, None] = {}
    for run in _runs(text):
        if run[0].isascii():
            found[run[:40]] = None
            continue
        for piece in _pairs(run):
            found[piece] = None
        for letter in run:
            found[letter] = None
    return _hidden(found)


def query_words(text: str) -> list[str]:
    """The words a query asks for, all of them; empty when nothing in it can be searched for."""
    wanted: dict[str, None] = {}
    for run in _runs(text[:LONGEST]):
        for piece in [run[:40]] if run[0].isascii() else _pairs(run):
            wanted[piece] = None
    return _hidden(wanted)


def vector(*texts: str) -> str:
    """The stored index of some texts, as the database reads one: its words, side by side.

    A digest holds letters and digits only, so none needs quoting.
    """
    return " ".join(words_of("\n".join(texts)))


def _hidden(words: dict[str, None]) -> list[str]:
    key: bytes = settings.KEYRING.blind
    return [blake2b(word.encode(), digest_size=5, key=key).hexdigest() for word in words]


def _runs(text: str) -> list[str]:
    found: list[Any] = _RUN.findall(unicodedata.normalize("NFKC", text).lower())
    return found


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]
