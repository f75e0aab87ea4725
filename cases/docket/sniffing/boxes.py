"""Boxes (封装): what an MP4 or QuickTime file says of itself, and the same file without its place.

A phone writes where it was into its films (`©xyz`, `com.apple.quicktime.location`). Those boxes are
renamed to `free`, which players pass over: no byte moves, so no index in the file goes wrong.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_INSIDE: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"moof", b"traf"})
# What a maker adds: names, places, serial numbers. `uuid` holds XMP.
_SAID: Final = frozenset({b"udta", b"meta", b"uuid"})
_DEEPEST: Final = 8
_MOST: Final = 20_000  # boxes of a film of a phone: some dozens, fragmented ones some hundreds


class BadBoxes(ValueError):
    """A file whose boxes do not add up."""


@dataclass(frozen=True)
class Movie:
    """What a film or recording holds: its tracks' handlers, and its length, 0 when not said."""

    handlers: frozenset[bytes]
    seconds: int
    whole: bool  # an index and something indexed are there


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


def movie(data: bytes) -> Movie:
    """Look through a film; BadBoxes when it is cut off or not well-formed."""
    handlers: set[bytes] = set()
    seconds, kinds = 0, set()
    for box in _walk(data, 0, len(data)):
        kinds.add(box.kind)
        if box.kind == b"hdlr":
            handlers.add(bytes(data[box.body + 8 : box.body + 12]))
        elif box.kind == b"mvhd":
            seconds = _seconds(data[box.body : box.end])
    return Movie(frozenset(handlers), seconds, whole={b"moov", b"mdat"} <= kinds)


def without_place(data: bytes) -> bytes:
    """The same film with what its maker added blanked out."""
    clean = bytearray(data)
    for box in _walk(data, 0, len(data)):
        if box.kind in _SAID:
            clean[box.start + 4 : box.start + 8] = b"free"
            clean[box.body : box.end] = bytes(box.end - box.body)
    return bytes(clean)


def _walk(data: bytes, start: int, end: int) -> Iterator[_Box]:
    waiting, seen = [(start, end, 0)], 0
    while waiting:
        at, stop, depth = waiting.pop()
        while at < stop:
            box = _box(data, at, stop)
            seen += 1
            if seen > _MOST or depth > _DEEPEST:
                raise BadBoxes("more boxes than any film has")
            yield box
            if box.kind in _INSIDE:
                waiting.append((box.body, box.end, depth + 1))
            at = box.end


def _box(data: bytes, at: int, stop: int) -> _Box:
    if stop - at < 8:
        raise BadBoxes("cut off")
    size, kind = struct.unpack_from(">I4s", data, at)
    body = at + 8
    if size == 1:
        if stop - at < 16:
            raise BadBoxes("cut off")
        (size,) = struct.unpack_from(">Q", data, body)
        body += 8
    end = stop if size == 0 else at + size
    if end < body or end > stop:
        raise BadBoxes("cut off")
    return _Box(kind, at, body, end)


def _seconds(head: bytes) -> int:
    """Length by `mvhd`: version 1 has 64-bit times."""
    try:
        where, shape = (20, ">IQ") if head[:1] == b"\x01" else (12, ">II")
        scale, length = struct.unpack_from(shape, head, where)
    except struct.error as short:
        raise BadBoxes("cut off") from short
    unknown = length in {2**32 - 1, 2**64 - 1}
    return 0 if unknown or not scale else int(-(-length // scale))
