"""Photographs of the demonstration month (示范照片): drawn, not taken, and always the same."""

import random
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

_SIZE: Final = (960, 720)
_SKIES: Final = ((176, 196, 214), (205, 208, 205), (150, 170, 190), (214, 200, 180))
_GROUNDS: Final = ((104, 104, 100), (122, 112, 96), (90, 104, 84), (128, 124, 118))


def photo(seed: str) -> bytes:
    """A JPEG that looks like a road under a sky; the same for the same seed."""
    chance = random.Random(seed)
    width, height = _SIZE
    horizon = chance.randint(230, 320)
    picture = Image.new("RGB", _SIZE, chance.choice(_SKIES))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, horizon, width, height), fill=chance.choice(_GROUNDS))
    middle = chance.randint(380, 580)
    road = [(middle - 40, horizon), (middle + 40, horizon), (width, height), (0, height)]
    pen.polygon(road, fill=(138, 138, 136))
    for _ in range(chance.randint(3, 6)):
        left, top = chance.randint(0, width - 120), chance.randint(120, horizon - 40)
        pen.rectangle((left, top, left + chance.randint(60, 150), horizon), fill=(168, 150, 138))
    for _ in range(chance.randint(1, 4)):
        x, y = chance.randint(200, 700), chance.randint(horizon + 90, height - 60)
        pen.ellipse((x - 90, y - 22, x + 90, y + 22), fill=(70, 82, 92))
    kept = BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.6)).save(kept, "JPEG", quality=80)
    return kept.getvalue()
