"""Told by its bytes (识别文件): what is taken, what is not, and what is not what it says it is."""

import zipfile
from io import BytesIO
from typing import Any

import pytest

from cases.docket.sniffing import SHEET_TYPE, sniff
from cases.docket.sniffing.boxes import without_place
from cases.docket.sniffing.limits import LARGEST, LARGEST_OF_ALL, MB
from cases.law.moves import Refused, Why
from tests.docket.makers import HEIC, HTML, PDF, SVG, box, film, jpeg, ogg, png, wav, webm, webp

AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 100  # mode 7: 32 bytes a frame, 20 ms each
TAKEN: dict[str, tuple[bytes, str, str, int]] = {
    "a.jpg": (jpeg(), "photo", "image/jpeg", 0),
    "a.JPEG": (jpeg(), "photo", "image/jpeg", 0),
    "a.png": (png(), "photo", "image/png", 0),
    "a.webp": (webp(), "photo", "image/webp", 0),
    "a.heic": (HEIC, "photo", "image/heic", 0),
    "image": (jpeg(), "photo", "image/jpeg", 0),
    "saved by chat.jpg": (webp(), "photo", "image/webp", 0),
    "a.mp4": (film(), "video", "video/mp4", 7),
    "a.mov": (film(brand=b"qt  "), "video", "video/quicktime", 7),
    "a.m4a": (film(b"soun", b"M4A "), "voice", "audio/mp4", 7),
    "voice.mp4": (film(b"soun", b"iso5"), "voice", "audio/mp4", 7),
    "a.ogg": (ogg(3), "voice", "audio/ogg", 3),
    "a.webm": (webm(), "voice", "audio/webm", 0),
    "a.wav": (wav(2), "voice", "audio/wav", 2),
    "a.amr": (AMR, "voice", "audio/amr", 2),
    "a.mp3": (b"ID3\x04" + bytes(50), "voice", "audio/mpeg", 0),
    "b.mp3": (b"\xff\xfb\x90\x00" + bytes(50), "voice", "audio/mpeg", 0),
    "a.pdf": (PDF, "document", "application/pdf", 0),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_taken_is_known_by_its_bytes(name: str) -> None:
    content, *wanted = TAKEN[name]
    found = sniff(content, name)
    assert [found.kind, found.media_type, found.seconds] == wanted


def packed(*names: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, b"x")
    return out.getvalue()


SHEET = packed("[Content_Types].xml", "xl/workbook.xml")
REFUSED: dict[str, tuple[bytes, str, str, str]] = {
    "0 bytes": (b"", "a.jpg", "", "空文件"),
    "a PDF named .jpg": (PDF, "a.jpg", "", "内容是PDF 文档"),
    "a PDF called a photo": (PDF, "a", "image/jpeg", "内容是PDF 文档"),
    "a photo named .pdf": (jpeg(), "a.pdf", "", "内容是照片"),
    "a photo named .exe": (jpeg(), "a.exe", "", "内容是照片"),
    "a photo named .html": (jpeg(), "a.html", "", "内容是照片"),
    "a photo called a page": (jpeg(), "a.jpg", "text/html", "内容是照片"),
    "a film named .mp3": (film(), "a.mp3", "", "内容是视频"),
    "SVG with a script": (SVG, "a.svg", "image/svg+xml", "SVG"),
    "SVG named .png": (SVG, "a.png", "image/png", "SVG"),
    "HTML": (HTML, "a.html", "text/html", "网页"),
    "HTML named .jpg": (HTML, "a.jpg", "image/jpeg", "网页"),
    "HTML behind a mark": (b"\xef\xbb\xbf" + HTML, "a.jpg", "", "网页"),
    "zip": (packed("a.txt"), "a.zip", "", "压缩包"),
    "zip named .jpg": (packed("a.txt"), "a.jpg", "", "压缩包"),
    "docx": (packed("[Content_Types].xml", "word/document.xml"), "a.docx", "", "压缩包"),
    "Windows program": (b"MZ" + bytes(100), "a.jpg", "", "程序"),
    "Linux program": (b"\x7fELF" + bytes(100), "a", "", "程序"),
    "script": (b"#!/bin/sh\nrm -rf /", "a.pdf", "", "程序"),
    "GIF": (b"GIF89a" + bytes(100), "a.gif", "", "认不出"),
    "text": (b"=cmd()", "a.txt", "text/plain", "认不出"),
    "webm film": (webm(b"V_VP8 A_OPUS"), "a.webm", "", "认不出"),
    "AVIF": (box(b"ftyp", b"avif", bytes(4)), "a.avif", "", "认不出"),
    "PDF cut off": (PDF[:-8], "a.pdf", "", "不完整"),
    "film cut off": (film()[:-60], "a.mp4", "", "不完整"),
    "film without pictures": (box(b"ftyp", b"isom", bytes(4)), "a.mp4", "", "不完整"),
    "film of boxes only": (
        box(b"ftyp", b"isom", bytes(4)) + bytes((0, 0, 0, 8)) * 2,
        "a.mp4",
        "",
        "不完整",
    ),
    "recording of 66 seconds, AMR": (AMR * 34, "a.amr", "", "最长 60 秒"),
    "recording of 66 seconds, WAV": (wav(66), "a.wav", "", "最长 60 秒"),
    "recording of 66 seconds": (ogg(66), "a.ogg", "", "最长 60 秒"),
    "sheet": (SHEET, "a.xlsx", SHEET_TYPE, "不收表格"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_taken_is_refused_in_a_sentence(case: str) -> None:
    content, name, declared, words = REFUSED[case]
    with pytest.raises(Refused) as refusal:
        sniff(content, name, declared)
    assert refusal.value.why is Why.FACTS
    assert words in refusal.value.fields["files"]
    assert refusal.value.fields["files"] == refusal.value.sentence


def test_a_sheet_is_taken_only_where_a_sheet_is_asked_for() -> None:
    assert sniff(SHEET, "a.xlsx", purpose="sheet").kind == "sheet"
    for content, name in ((jpeg(), "a.jpg"), (packed("a"), "a.xlsx"), (PDF, "a.xlsx")):
        with pytest.raises(Refused, match="xlsx"):
            sniff(content, name, purpose="sheet")


def test_each_kind_has_its_largest_size() -> None:
    heads: dict[str, tuple[str, bytes]] = {
        "photo": ("a.jpg", jpeg()),
        "voice": ("a.webm", webm()),
        "video": ("a.mp4", film() + b"\0\0\0\0mdat"),
    }
    for kind, (name, content) in heads.items():
        exactly = content + bytes(LARGEST[kind] - len(content))
        assert sniff(exactly, name).kind == kind
        with pytest.raises(Refused, match=f"{LARGEST[kind] // MB} MB"):
            sniff(exactly + b"\0", name)
    with pytest.raises(Refused, match="50 MB"):
        sniff(bytes(LARGEST_OF_ALL + 1), "a.jpg")


def test_a_film_says_nothing_of_its_place_and_moves_no_byte() -> None:
    before = film()
    after = without_place(before)
    assert len(after) == len(before)
    assert b"119.175" in before
    for words in (b"119.175", b"\xa9xyz", b"udta", b"location"):
        assert words not in after
    assert after.index(b"FRAMES") == before.index(b"FRAMES")
    found: Any = sniff(after, "a.mp4")
    assert (found.kind, found.seconds) == ("video", 7)


def test_boxes_without_end_end() -> None:
    many = box(b"ftyp", b"isom", bytes(4)) + box(b"free") * 30_000
    deep = b""
    for _ in range(30):
        deep = box(b"moov", deep)
    for hostile in (many, box(b"ftyp", b"isom", bytes(4)) + deep):
        with pytest.raises(Refused, match="不完整"):
            sniff(hostile, "a.mp4")
