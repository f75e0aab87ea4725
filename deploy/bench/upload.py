"""How long a phone waits for its photo: an 8 MB JPEG sent through the whole service, over HTTP.

Run from the root: `.venv/bin/python -m deploy.bench upload [--times 5]`. Real processes, as the
benchmark `http` starts them. Photos of 24 and 48 megapixels with the grain of a phone at dusk are
sent one after another, then four at once; each is checked, cleaned, made smaller, sealed and kept
before it is answered. Prints one JSON object with the seconds of the answers, and what one cost the
processor (`cpu_s`), which holds on a busy machine too.
"""

import argparse
import json
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image

from deploy.bench.burden import burden
from deploy.bench.clients import Line
from deploy.bench.http import log_in, service

SIZES = {"24 MP": (6000, 4000), "48 MP": (8000, 6000)}
WANTED_MB = 8
AT_ONCE = 4


def main() -> None:
    """Start, send, stop, print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--times", type=int, default=5)
    options = asked.parse_args()
    photos = {name: _photo(*size) for name, size in SIZES.items()}
    with service(0) as run:
        token = log_in(run.port, run.state)["grid_worker"]["token"]
        _seconds(run.port, token, photos["24 MP"])
        told: dict[str, Any] = {"cores": os.cpu_count(), "load_before": os.getloadavg()}
        for size, photo in photos.items():
            before = burden(run.pids)
            alone = [_seconds(run.port, token, photo) for _ in range(options.times)]
            after = burden(run.pids)
            spent = sum(after[name] - before[name] for name in run.pids)
            with ThreadPoolExecutor(AT_ONCE) as pool:
                sent = [pool.submit(_seconds, run.port, token, photo) for _ in range(AT_ONCE)]
                together = [one.result() for one in sent]
            told[size] = {
                "mb": round(len(photo) / 2**20, 1),
                "cpu_s": round(spent / options.times, 3),
                "alone": _told(alone),
                f"{AT_ONCE} at once": _told(together),
            }
    print(json.dumps(told, ensure_ascii=False, indent=1))


def _seconds(port: int, token: str, photo: bytes) -> float:
    edge = uuid4().hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
    head += "Content-Type: image/jpeg\r\n\r\n"
    body = head.encode() + photo + f"\r\n--{edge}--\r\n".encode()
    line = Line(port)
    began = time.perf_counter()
    kind = f"multipart/form-data; boundary={edge}"
    answer = line.send_bytes("/api/v1/uploads/", token, body, kind)
    took = time.perf_counter() - began
    line.close()
    if answer.status != 201:
        raise SystemExit(f"upload: {answer.status} {answer.body[:300]!r}")
    return took


def _photo(width: int, height: int) -> bytes:
    """A photo of about 8 MB: soft shapes under grain, as hard to shrink as a real one."""
    grain = Image.effect_noise((width // 4, height // 4), 80).convert("RGB")
    shapes = Image.radial_gradient("L").resize(grain.size).convert("RGB")
    made = Image.blend(shapes, grain, 0.6).resize((width, height), Image.Resampling.BICUBIC)
    for quality in range(97, 20, -3):
        out = BytesIO()
        made.save(out, "JPEG", quality=quality)
        if len(out.getvalue()) <= WANTED_MB * 1.1 * 2**20:
            break
    return out.getvalue()


def _told(took: list[float]) -> dict[str, float]:
    return {
        "median_s": round(statistics.median(took), 3),
        "worst_s": round(max(took), 3),
    }
