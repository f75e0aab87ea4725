"""Photos written anew (照片清理): only what is seen is kept, and no photo is a bomb."""

import random
import time
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image

from cases.docket.images import LONGEST, SMALL, cleaned
from cases.law.moves import Refused
from tests.docket.makers import GPS_WORDS, HEIC, exif, jpeg, picture, png, png_of, webp

KINDS = ["jpeg", "png", "webp", "heic"]
BLUE, RED = (20, 90, 160), (200, 30, 30)


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def near(found: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(a - b) < 25 for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("content", [jpeg(), png(), webp(), HEIC], ids=KINDS)
def test_nothing_but_pixels_is_left(content: bytes) -> None:
    photo = cleaned(content)
    for kept in (photo.content, photo.thumb):
        found = opened(kept)
        assert found.format == "JPEG"
        assert dict(found.getexif()) == {}
        assert set(found.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        for words in (b"Exif", GPS_WORDS, b"http", b"PhoneMaker", b"COMMENT", b"ICC_PROFILE"):
            assert words not in kept


def test_what_a_phone_wrote_was_there_before() -> None:
    for content in (jpeg(), png()):
        assert GPS_WORDS in content
        assert opened(content).getexif().get_ifd(0x8825)[2] == (32.0, 9.0, 54.0)


# Where the blue half of the picture lies once it is turned upright.
UPRIGHT = {
    **{1: "left", 2: "right", 3: "right", 4: "left"},
    **{5: "top", 6: "top", 7: "bottom", 8: "bottom"},
}


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_a_photo_stands_as_it_was_taken(orientation: int) -> None:
    photo = cleaned(jpeg(80, 60, orientation))
    found = opened(photo.content)
    assert found.size == (photo.width, photo.height)
    assert found.size == ((60, 80) if orientation > 4 else (80, 60))
    wide, high = found.size
    places = {
        "left": (5, high // 2),
        "right": (wide - 5, high // 2),
        "top": (wide // 2, 5),
        "bottom": (wide // 2, high - 5),
    }
    assert near(found.getpixel(places[UPRIGHT[orientation]]), BLUE)


def test_a_heic_photo_is_read_and_turned() -> None:
    found = opened(cleaned(HEIC).content)
    assert found.size == (48, 64)
    assert near(found.getpixel((24, 5)), BLUE)
    assert near(found.getpixel((24, 58)), RED)


def test_large_photos_become_smaller_and_small_ones_stay() -> None:
    photo = cleaned(jpeg(4000, 3000))
    assert (photo.width, photo.height) == (LONGEST, 1920)
    assert max(opened(photo.thumb).size) == SMALL
    tiny = cleaned(jpeg(1, 1))
    assert (tiny.width, tiny.height) == (1, 1)
    thin = cleaned(jpeg(9000, 2))
    assert (thin.width, thin.height) == (LONGEST, 1)


def test_of_an_animation_the_first_frame_is_kept() -> None:
    found = opened(cleaned(webp(frames=3)).content)
    assert near(found.getpixel((5, 15)), BLUE)


MODES = ["1", "L", "LA", "P", "PA", "RGBA", "I;16", "CMYK"]


@pytest.mark.parametrize("mode", MODES)
def test_every_way_of_colour_is_read(mode: str) -> None:
    out = BytesIO()
    shape = "JPEG" if mode == "CMYK" else "PNG"
    made = picture().convert("L").convert("I;16") if mode == "I;16" else picture().convert(mode)
    (made.convert("P") if mode == "PA" else made).save(out, shape)
    assert cleaned(out.getvalue()).width == 40


def test_a_photo_with_a_second_picture_behind_it_is_read() -> None:
    out = BytesIO()
    picture().save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 30))])
    assert opened(out.getvalue()).format == "MPO"
    found = opened(cleaned(out.getvalue()).content)
    assert (found.format, near(found.getpixel((5, 15)), BLUE)) == ("JPEG", True)


def test_what_is_clear_becomes_white_paper() -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(cleaned(out.getvalue()).content).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("size", [(50_000, 50_000), (10_000, 10_000), (2, 40_000), (2**31 - 1, 1)])
def test_a_bomb_is_refused_before_a_pixel_is_unpacked(size: tuple[int, int]) -> None:
    content = png_of(*size)
    assert len(content) < 200
    began = time.process_time()
    with pytest.raises(Refused, match=r"尺寸过大|打不开|不完整"):
        cleaned(content)
    assert time.process_time() - began < 0.5


def test_a_progressive_photo_of_endless_scans_is_refused() -> None:
    out = BytesIO()
    picture().save(out, "JPEG", progressive=True)
    content = out.getvalue()
    assert cleaned(content).width == 40
    last = content.rindex(b"\xff\xda")
    endless = content[:-2] + content[last:-2] * 100 + content[-2:]
    with pytest.raises(Refused, match="编码方式异常"):
        cleaned(endless)


@pytest.mark.parametrize("content", [jpeg(400, 300), png(), webp(), HEIC], ids=KINDS)
def test_a_photo_cut_off_anywhere_is_refused_in_a_sentence(content: bytes) -> None:
    for part in (0.3, 0.6, 0.9):
        with pytest.raises(Refused) as refusal:
            cleaned(content[: int(len(content) * part)])
        assert "照片" in refusal.value.fields["files"]


def test_damaged_photos_are_refused_or_read_but_never_break() -> None:
    lots = random.Random(7)
    for content in (jpeg(200, 150), png(), webp(), HEIC):
        for _ in range(40):
            damaged = bytearray(content)
            for _ in range(8):
                damaged[lots.randrange(12, len(damaged))] = lots.randrange(256)
            with suppress(Refused):
                assert opened(cleaned(bytes(damaged)).content).format == "JPEG"


def test_nonsense_in_the_exif_costs_no_photo() -> None:
    out = BytesIO()
    picture().save(out, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(200))
    assert cleaned(out.getvalue()).width == 40
    told = exif()
    told[0x0112] = 99
    out = BytesIO()
    picture().save(out, "JPEG", exif=told)
    assert cleaned(out.getvalue()).width == 40
