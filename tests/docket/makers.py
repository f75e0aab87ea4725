"""Files for tests (样张): small ones of every kind that is taken, and of some that are not."""

import base64
import struct
import zlib
from io import BytesIO

from PIL import Image, PngImagePlugin

GPS_WORDS = b"GPS-IN-XMP 32.165"
# A 64×48 picture as an iPhone writes it, blue left and red right, turned by its EXIF, with GPS.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAchtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA"
    "AAAAAAAAAAAAADRpbG9jAAAAAERAAAIAAQAAAAAB7AABAAAAAAAAACQAAgAAAAACEAABAAAAAAAAAKgAAAA4aWlu"
    "ZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAB"
    "B2lwcnAAAADmaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkA"
    "AAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAA"
    "AAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAAAlpcm90AwAAABlpcG1hAAAAAAAAAAEAAQaBAgMFhIYAAAAa"
    "aXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAANRtZGF0AAAAICgBrxmA70mlv//iAsR6Dbv8NsheFRgf8A2+fLbA21vA"
    "AAAABkV4aWYAAE1NACoAAAAIAAMBDwACAAAABgAAADIBEgADAAAAAQAGAACIJQAEAAAAAQAAADgAAAAAUGhvbmUA"
    "AAQAAQACAAAAAk4AAAAAAgAFAAAAAwAAAG4AAwACAAAAAkUAAAAABAAFAAAAAwAAAIYAAAAAAAAAIAAAAAEAAAAJ"
    "AAAAAQAAADYAAAABAAAAdwAAAAEAAAAKAAAAAQAAAB4AAAAB"
)


def picture(width: int = 40, height: int = 30) -> Image.Image:
    """Blue on the left, red on the right."""
    found = Image.new("RGB", (width, height), (200, 30, 30))
    found.paste((20, 90, 160), (0, 0, width // 2, height))
    return found


def exif(orientation: int = 1) -> Image.Exif:
    """What a phone writes into a photo: its maker, which way is up, where it was."""
    told = Image.Exif()
    told[0x0112] = orientation
    told[0x010F] = "PhoneMaker"
    place = told.get_ifd(0x8825)
    place[1], place[2] = "N", (32.0, 9.0, 54.0)
    place[3], place[4] = "E", (119.0, 10.0, 30.0)
    return told


def jpeg(width: int = 40, height: int = 30, orientation: int = 1) -> bytes:
    """A JPEG with EXIF, GPS, XMP and a comment."""
    out = BytesIO()
    picture(width, height).save(
        out,
        "JPEG",
        quality=95,
        exif=exif(orientation),
        xmp=b"<x:xmpmeta>" + GPS_WORDS + b"</x:xmpmeta>",
        comment=b"COMMENT-OF-MAKER",
    )
    return out.getvalue()


def png() -> bytes:
    """A PNG with text, EXIF and XMP in it."""
    out, texts = BytesIO(), PngImagePlugin.PngInfo()
    texts.add_text("Comment", "COMMENT-OF-MAKER")
    texts.add_itxt("XML:com.adobe.xmp", GPS_WORDS.decode())
    picture().save(out, "PNG", pnginfo=texts, exif=exif(6))
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is of a size, with a few bytes of pixels: a bomb when it is large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(10_000))
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def webp(frames: int = 1) -> bytes:
    """A WebP; with several frames, animated."""
    out, first = BytesIO(), picture()
    more = [Image.new("RGB", first.size, (0, 255, 0))] * (frames - 1)
    first.save(out, "WEBP", lossless=True, save_all=True, append_images=more)
    return out.getvalue()


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of an MP4."""
    data = b"".join(parts)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def film(handler: bytes = b"vide", brand: bytes = b"isom", seconds: int = 7) -> bytes:
    """An MP4 with one track of a few frames, and the place it was taken at."""
    length = struct.pack(">IIIII", 0, 0, 0, 600, seconds * 600)
    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12))))
    place = box(b"udta", box(b"\xa9xyz", b"+32.165+119.175/"))
    keys = box(b"meta", box(b"keys", b"com.apple.quicktime.location.ISO6709"))
    index = box(b"moov", box(b"mvhd", length, bytes(80)), track, place, keys)
    return box(b"ftyp", brand, bytes(4), brand) + index + box(b"mdat", b"FRAMES" * 50)


def ogg(seconds: int = 3) -> bytes:
    """An Ogg Opus recording of a length."""
    first = b"OggS\x00\x02" + bytes(20) + b"\x01\x13OpusHead" + bytes(11)
    last = b"OggS\x00\x04" + struct.pack("<q", seconds * 48_000) + bytes(14)
    return first + b"sound" * 20 + last


def webm(codec: bytes = b"A_OPUS") -> bytes:
    """What a browser records."""
    return b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(20) + codec + bytes(200)


def wav(seconds: int = 2) -> bytes:
    """A WAV of 8,000 bytes a second."""
    shape = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)
    sound = struct.pack("<I", 8000 * seconds) + bytes(8000 * seconds)
    parts = b"fmt " + struct.pack("<I", 16) + shape + b"data" + sound
    return b"RIFF" + struct.pack("<I", 4 + len(parts)) + b"WAVE" + parts


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"\n<!doctype html><script>fetch('/')</script>"
