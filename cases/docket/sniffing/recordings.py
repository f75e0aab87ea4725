"""How long a recording is (录音时长), where its own bytes say it cheaply; 0 where they do not.

What a browser records on the way (webm) does not know its length; the phone says it then.
"""

import struct
from typing import Final

# Ogg Opus counts granules of 1/48 s whatever it was recorded at (RFC 7845).
_OPUS_RATE: Final = 48_000
# Bytes of an AMR frame by the mode in its head; a frame is 20 ms (RFC 4867).
_AMR: Final = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)
_ENOUGH: Final = 50 * 600  # frames are counted no further than ten minutes
_AMR_WB: Final = (18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 1, 1, 1, 1, 1, 1)


def seconds_of(data: bytes, media_type: str) -> int:
    """The whole seconds a recording lasts, rounded up; 0 when it does not say."""
    match media_type:
        case "audio/ogg":
            return _ogg(data)
        case "audio/wav":
            return _wav(data)
        case "audio/amr":
            return _amr(data)
    return 0


def _ogg(data: bytes) -> int:
    last = data.rfind(b"OggS")
    if last < 0 or last + 14 > len(data) or b"OpusHead" not in data[:128]:
        return 0
    granules = int.from_bytes(data[last + 6 : last + 14], "little", signed=True)
    return max(-(-granules // _OPUS_RATE), 0)


def _wav(data: bytes) -> int:
    at, rate = 12, 0
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"fmt " and at + 20 <= len(data):
            (rate,) = struct.unpack_from("<I", data, at + 16)
        if name == b"data":
            there = min(size, len(data) - at - 8)
            return -(-there // rate) if rate else 0
        at += 8 + size + size % 2
    return 0


def _amr(data: bytes) -> int:
    wide = data.startswith(b"#!AMR-WB\n")
    sizes, at, frames = (_AMR_WB, 9, 0) if wide else (_AMR, 6, 0)
    while at < len(data) and frames < _ENOUGH:
        at += sizes[data[at] >> 3 & 15]
        frames += 1
    return -(-frames // 50)
