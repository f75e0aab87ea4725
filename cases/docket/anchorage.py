"""Anchor files (存证文件): how one is written and read; the same text signs and verifies.

Three parts, in lines: a header (JSON), its Ed25519 signature, then one line a case: id, number,
events, head. The header carries the digest of those lines and the digest of the header before it.
"""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Entry = tuple[int, str, int, str]  # case id, number, events, head in hex


@dataclass(frozen=True)
class Header:
    """What an anchor says of itself; `previous` is the digest of the header before it."""

    v: int
    taken_at: str
    cases: int
    body: str
    previous: str

    @property
    def text(self) -> str:
        """The line that is signed."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """What the next anchor points back to."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class AnchorBroken(ValueError):
    """An anchor file that cannot be read, is not signed by this installation, or was changed."""


class AnchorUnreadable(AnchorBroken):
    """A file that is no anchor, or cannot be opened."""


def write_anchor(
    path: Path, entries: Iterable[Entry], taken_at: str, previous: str, key: bytes
) -> tuple[Header, str]:
    """Write an anchor whole or not at all, with its header and signature (hex)."""
    body = path.with_suffix(".body")
    hashed, count = hashlib.sha256(), 0
    with body.open("w", encoding="ascii") as out:
        for entry in entries:
            line = "\t".join(str(part) for part in entry) + "\n"
            hashed.update(line.encode())
            out.write(line)
            count += 1
    header = Header(1, taken_at, count, hashed.hexdigest(), previous)
    signature = Ed25519PrivateKey.from_private_bytes(key).sign(header.text.encode()).hex()
    draft = path.with_suffix(".draft")
    with gzip.open(draft, "wt", encoding="ascii") as out, body.open(encoding="ascii") as lines:
        out.write(f"{header.text}\n{signature}\n")
        out.writelines(lines)
    body.unlink()
    with draft.open("rb") as done:
        os.fsync(done.fileno())
    draft.rename(path)
    return header, signature


def read_header(path: Path, key: bytes) -> Header:
    """The header of an anchor, once its signature was found good; AnchorBroken otherwise."""
    try:
        with gzip.open(path, "rt", encoding="ascii") as lines:
            text, signature = next(lines).rstrip("\n"), next(lines).strip()
        header = Header(**json.loads(text))
        public = Ed25519PrivateKey.from_private_bytes(key).public_key()
        public.verify(bytes.fromhex(signature), text.encode())
    except InvalidSignature as wrong:
        raise AnchorBroken("存证签名不符") from wrong
    except (OSError, EOFError, ValueError, TypeError, StopIteration, zlib.error) as wrong:
        raise AnchorUnreadable("存证文件无法读取") from wrong
    return header


def read_entries(path: Path, header: Header) -> Iterator[Entry]:
    """The cases an anchor covers; AnchorBroken at the end when a line was changed."""
    hashed = hashlib.sha256()
    try:
        with gzip.open(path, "rt", encoding="ascii") as lines:
            next(lines), next(lines)
            for line in lines:
                hashed.update(line.encode())
                case, number, seq, head = line.rstrip("\n").split("\t")
                yield int(case), number, int(seq), head
    except (OSError, EOFError, ValueError, StopIteration, zlib.error) as wrong:
        raise AnchorUnreadable("存证文件无法读取") from wrong
    if hashed.hexdigest() != header.body:
        raise AnchorBroken("存证内容被改动")
