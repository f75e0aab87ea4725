"""What a file is (识别文件): told by its own first bytes, never by its name alone.

A name or a declared type that promises another kind of file than it is, is refused: that is how
somebody is made to open what he did not mean to. What is not on the list is not taken at all.
"""

import zipfile
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Final

from cases.docket.sniffing.boxes import BadBoxes, movie
from cases.docket.sniffing.limits import LARGEST, LARGEST_OF_ALL, MB, VOICE_GRACE, VOICE_SECONDS
from cases.docket.sniffing.recordings import seconds_of
from cases.law.moves import Refused, Why

TAKEN: Final = "照片（JPEG、PNG、WebP、HEIC）、视频（MP4、MOV）、录音和 PDF"
LABELS: Final = {
    "photo": "照片",
    "video": "视频",
    "voice": "录音",
    "document": "PDF 文档",
    "sheet": "表格",
}
SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# What a name's ending and a declared type promise; both kinds where a container holds either.
_PHOTO, _VOICE, _EITHER = frozenset({"photo"}), frozenset({"voice"}), frozenset({"video", "voice"})
_DOCUMENT, _SHEET, _NOTHING = frozenset({"document"}), frozenset({"sheet"}), frozenset[str]()
_ENDINGS: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(("jpg", "jpeg", "jfif", "png", "webp", "heic", "heif", "hif"), _PHOTO),
    **dict.fromkeys(("mp4", "m4v", "mov", "qt"), _EITHER),
    **dict.fromkeys(("webm", "ogg", "oga", "opus", "m4a", "mp3", "amr", "wav"), _VOICE),
    "pdf": _DOCUMENT,
    "xlsx": _SHEET,
}
_TYPES: Final[dict[str, frozenset[str]]] = {
    "image": _PHOTO,
    "video": _EITHER,
    "audio": _VOICE,
    "application/pdf": _DOCUMENT,
    "application/ogg": _VOICE,
    SHEET_TYPE: _SHEET,
}
_UNTOLD: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_HEIC: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx"})
_FILMS: Final = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"iso8", b"mp41", b"mp42", b"avc1", b"dash"}
    | {b"M4V ", b"M4VH", b"M4VP", b"MSNV", b"qt  ", b"M4A ", b"M4B ", b"mmp4", b"3gp4", b"3gp5"}
)


@dataclass(frozen=True)
class Sniffed:
    """What a file turned out to be."""

    kind: str
    media_type: str
    seconds: int = 0


def sniff(content: bytes, name: str, declared: str = "", purpose: str = "file") -> Sniffed:
    """What a file is; Refused with a sentence for what is not taken, or not what it says it is.

    `purpose` "sheet" takes a spreadsheet and nothing else.
    """
    if not content:
        raise refused("这是空文件（0 字节），请重新选择。")
    if len(content) > LARGEST_OF_ALL:
        raise refused(f"文件超过 {LARGEST_OF_ALL // MB} MB，请压缩或分段后再传。")
    found = _by_content(content)
    wanted = "sheet" if purpose == "sheet" else ""
    if found is None or (found.kind == "sheet") != bool(wanted):
        raise refused(_not_taken(content, found, wanted))
    if found.kind not in _promised(name, declared):
        label = LABELS[found.kind]
        raise refused(f"文件名或类型与内容不符：内容是{label}，名称却不是，请核对后重新选择。")
    if len(content) > LARGEST[found.kind]:
        most = LARGEST[found.kind] // MB
        raise refused(f"{LABELS[found.kind]}最大 {most} MB，请压缩或分段后再传。")
    if found.kind == "voice" and not found.seconds:
        found = replace(found, seconds=seconds_of(content, found.media_type))
    if found.kind == "voice" and found.seconds > VOICE_SECONDS + VOICE_GRACE:
        raise refused(f"录音最长 {VOICE_SECONDS} 秒，请分段录。")
    return found


def refused(words: str) -> Refused:
    """The refusal of a file, at the field it came in."""
    return Refused(words, why=Why.FACTS, fields={"files": words})


def _by_content(content: bytes) -> Sniffed | None:
    head = content[:64]
    if head.startswith(b"\xff\xd8\xff"):
        return Sniffed("photo", "image/jpeg")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Sniffed("photo", "image/png")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Sniffed("photo", "image/webp")
    if head.startswith(b"%PDF-"):
        return _pdf(content)
    if head[4:8] == b"ftyp":
        return _boxed(content, head)
    if head.startswith(b"PK\x03\x04"):
        return _sheet(content)
    sound = _audio_type(content[:4096], head)
    return Sniffed("voice", sound) if sound else None


def _pdf(content: bytes) -> Sniffed:
    if b"%%EOF" not in content[-4096:]:
        raise refused("PDF 不完整，可能没有传完，请重新选择。")
    return Sniffed("document", "application/pdf")


def _boxed(content: bytes, head: bytes) -> Sniffed | None:
    brand = head[8:12]
    if brand in _HEIC:
        return Sniffed("photo", "image/heic")
    if brand not in _FILMS:
        return None
    try:
        found = movie(content)
    except BadBoxes as broken:
        raise refused("视频或录音不完整，可能没有传完，请重新选择。") from broken
    if not found.whole:
        raise refused("视频或录音不完整，可能没有传完，请重新选择。")
    if b"vide" in found.handlers:
        return Sniffed(
            "video", "video/quicktime" if brand == b"qt  " else "video/mp4", found.seconds
        )
    return Sniffed("voice", "audio/mp4", found.seconds) if b"soun" in found.handlers else None


def _audio_type(start: bytes, head: bytes) -> str:
    if head.startswith(b"\x1aE\xdf\xa3"):  # EBML: webm with sound alone
        return "audio/webm" if b"webm" in head and b"A_" in start and b"V_" not in start else ""
    if head.startswith(b"OggS"):
        sound = any(mark in start[:128] for mark in (b"OpusHead", b"\x01vorbis", b"Speex   "))
        return "audio/ogg" if sound else ""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith((b"#!AMR\n", b"#!AMR-WB\n")):
        return "audio/amr"
    # MPEG audio, layer III, with a rate that exists.
    frame = len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] >> 4 < 15
    return "audio/mpeg" if frame or head.startswith(b"ID3") else ""


def _sheet(content: bytes) -> Sniffed | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    whole = {"[Content_Types].xml", "xl/workbook.xml"} <= names
    return Sniffed("sheet", SHEET_TYPE) if whole else None


def _promised(name: str, declared: str) -> frozenset[str]:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    said = declared.partition(";")[0].strip().lower()
    by_name = _ENDINGS.get(ending, _NOTHING) if ending else frozenset(LABELS)
    if said in _UNTOLD:
        return by_name
    return by_name & _TYPES.get(said, _TYPES.get(said.partition("/")[0], _NOTHING))


def _not_taken(content: bytes, found: Sniffed | None, wanted: str) -> str:
    if wanted:
        return "这里只收 xlsx 表格，请用 xlsx 格式另存后再传。"
    if found is not None:
        return f"这里不收表格，只收{TAKEN}。"
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<"):
        return f"不收网页和 SVG 图（其中可能带有脚本），只收{TAKEN}。请截图或另存为照片后再传。"
    if start.startswith(b"pk"):
        return f"不收压缩包和 Office 文件，只收{TAKEN}。请解开，或另存为 PDF 后再传。"
    if start.startswith((b"mz", b"\x7felf", b"#!")):
        return f"不收程序和脚本，只收{TAKEN}。"
    return f"认不出这是什么文件，只收{TAKEN}。请另存为其中一种后再传。"
