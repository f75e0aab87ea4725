"""Photos (照片): decoded with care and written anew, so that only what is seen is kept.

Where and with what a photo was taken (EXIF, GPS, XMP, comments) stays with whoever took it
(个人信息保护法 6: no more than needed). What is written anew carries no hidden file along.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from pi_heif import register_heif_opener  # type: ignore[import-untyped]
from PIL import Image, UnidentifiedImageError

from cases.docket.sniffing import refused

LONGEST: Final = 2560  # of a kept photo: a house number across the street can be read
SMALL: Final = 360  # of a thumbnail
QUALITY, SMALL_QUALITY = 85, 75
# Technical limits, looked up in the head before a pixel is decoded. A plain JPEG is decoded at a
# fraction of its size, so a 108-megapixel phone gets through; what must be unpacked whole may not.
MOST_PIXELS, MOST_UNPACKED = 120_000_000, 52_000_000
LONGEST_SIDE: Final = 32_000
MOST_SCANS: Final = 60  # of a progressive JPEG; hundreds of empty ones keep a processor busy

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "HEIF")
_TURNS: Final = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
_ORIENTATION: Final = 0x0112

register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None  # the limits above stand in its place, and refuse instead of warning


@dataclass(frozen=True)
class Photo:
    """A photo as it is kept: a JPEG without anything but its pixels, and its thumbnail."""

    content: bytes
    thumb: bytes
    width: int
    height: int


def cleaned(content: bytes) -> Photo:
    """A photo written anew; Refused, in a sentence, for one too large or not whole."""
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as opened:
            _weigh(opened, content)
            picture = _drawn(opened)
    except (UnidentifiedImageError, Image.DecompressionBombError) as unknown:
        raise refused("照片打不开，文件可能已损坏，请重新拍摄或选择。") from unknown
    except (OSError, EOFError, SyntaxError, ValueError, ArithmeticError, LookupError) as broken:
        raise refused("照片不完整，可能没有传完或已损坏，请重新选择。") from broken
    small = picture.copy()
    small.thumbnail((SMALL, SMALL), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return Photo(
        content=_jpeg(picture, QUALITY),
        thumb=_jpeg(small, SMALL_QUALITY),
        width=picture.width,
        height=picture.height,
    )


def _weigh(opened: Image.Image, content: bytes) -> None:
    pixels, scans = opened.width * opened.height, content.count(b"\xff\xda")
    plain = opened.format in {"JPEG", "MPO"}  # a phone's JPEG may hold a second picture: MPO
    simple = plain and not opened.info.get("progressive")
    most = MOST_PIXELS if simple else MOST_UNPACKED
    if pixels > most or max(opened.size) > LONGEST_SIDE:
        size = f"{opened.width}×{opened.height}"
        raise refused(f"照片尺寸过大（{size}），最多 {most // 10**6 * 100} 万像素，请缩小后再传。")
    if plain and scans > MOST_SCANS:
        raise refused("照片的编码方式异常，请重新拍摄，或截图后再传。")


def _drawn(opened: Image.Image) -> Image.Image:
    """The first frame as upright RGB of its final size."""
    ratio = min(LONGEST / max(opened.size), 1)
    wanted = (max(round(opened.width * ratio), 1), max(round(opened.height * ratio), 1))
    opened.draft("RGB", wanted)
    opened.load()
    turns = _TURNS.get(_orientation(opened), ())
    picture = _opaque(opened)
    if picture.size != wanted:
        picture = picture.resize(wanted, Image.Resampling.BICUBIC, reducing_gap=2.0)
    for turn in turns:
        picture = picture.transpose(turn)
    picture.info = {}  # a comment would be written again
    return picture


def _orientation(opened: Image.Image) -> int:
    try:
        return int(opened.getexif().get(_ORIENTATION, 1))
    except Exception:  # whatever a maker wrote there: it is not worth a photo
        return 1


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    paper = Image.new("RGB", picture.size, "white")
    clear = picture.convert("RGBA")
    paper.paste(clear, mask=clear.getchannel("A"))
    return paper


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
