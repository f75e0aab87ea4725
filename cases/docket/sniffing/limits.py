"""Limits of what is taken in (收件上限): technical ones, so that a phone on a hill gets through and
no file exhausts the service. They are no rules of law and nobody's rights depend on them.
"""

from typing import Final

MB: Final = 2**20
# Bytes of one file as it arrives, by what it is.
LARGEST: Final = {
    "photo": 20 * MB,
    "video": 50 * MB,
    "voice": 3 * MB,
    "document": 20 * MB,
    "sheet": 20 * MB,
}
LARGEST_OF_ALL: Final = max(LARGEST.values())
VOICE_SECONDS: Final = 60
# A recorder stopped by its own clock runs a little over.
VOICE_GRACE: Final = 5
A_MOVE: Final = 9  # files with one move
WAITING: Final = 60  # files of one officer sent ahead and not yet taken by a move
NAME: Final = 120  # characters of a file's name that are kept
