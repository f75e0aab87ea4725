"""Anchors (存证): signed outside the database, they find what was rewritten together with it."""

import gzip
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from cases.docket.operations import take_anchor
from cases.docket.queries.verify import verify_record
from tests.docket.tampering import cut, tampered, where
from tests.town import NOW, Cast
from tests.walk import file, walk


def test_anchors_hang_on_one_another_and_hold_what_grew_since(town: Cast) -> None:
    case = file(town)
    first = take_anchor(NOW)
    walk(town, case)
    file(town)
    second = take_anchor(NOW + timedelta(days=1))
    assert (first.cases, second.cases) == (1, 2)
    assert second.previous == first.digest
    assert settings.ANCHORS.stat().st_mode & 0o077 == 0
    found = verify_record()
    assert (found.cases, found.events, found.anchors, found.broken) == (2, 8, 2, [])


def test_an_anchor_file_changed_removed_or_signed_by_another_is_found(town: Cast) -> None:
    file(town)
    anchors = [take_anchor(NOW + timedelta(days=n)) for n in range(3)]
    path = Path(anchors[1].file)
    kept = path.read_bytes()
    lines = gzip.decompress(kept).decode().splitlines(keepends=True)
    header = json.loads(lines[0])
    wrongs = {
        "a line changed": [*lines[:2], lines[2].replace("\t1\t", "\t2\t")],
        "a line added": [*lines, lines[2]],
        "a line gone": lines[:2],
        "the header changed": [json.dumps(header | {"cases": 9}) + "\n", *lines[1:]],
        "the signature changed": [lines[0], "00" * 64 + "\n", *lines[2:]],
        "no signature": [lines[0]],
        "empty": [],
    }
    for name, told in wrongs.items():
        path.write_bytes(gzip.compress("".join(told).encode()))
        assert [b for b in verify_record().broken if path.name in b["why"]], name
    for name, data in {"not packed": b"x", "cut short": kept[:-9]}.items():
        path.write_bytes(data)
        assert [b for b in verify_record().broken if path.name in b["why"]], name
    path.unlink()
    assert [b for b in verify_record().broken if path.name in b["why"]]
    path.write_bytes(kept)
    assert verify_record().broken == []


def test_an_anchor_signed_by_another_key_is_found(town: Cast, settings: Any) -> None:
    file(town)
    own = settings.KEYRING
    settings.KEYRING = replace(own, anchor=b"\x07" * 32)
    anchor = take_anchor(NOW)
    settings.KEYRING = own
    (broken,) = verify_record().broken
    assert Path(anchor.file).name in broken["why"]


def test_an_anchor_whose_row_was_changed_or_deleted_is_found(town: Cast) -> None:
    file(town)
    anchor = take_anchor(NOW)
    for sql in ("UPDATE docket_anchor SET digest='x'", "DELETE FROM docket_anchor"):
        with tampered(sql):
            (broken,) = verify_record().broken
            assert Path(anchor.file).name in broken["why"]


def test_an_anchor_kept_outside_finds_what_was_rewritten_with_all_anchors_here(
    town: Cast, tmp_path: Path
) -> None:
    case = walk(town, file(town))
    anchor = take_anchor(NOW)
    outside = tmp_path / "usb" / Path(anchor.file).name
    outside.parent.mkdir()
    outside.write_bytes(Path(anchor.file).read_bytes())
    Path(anchor.file).unlink()
    gone = "DELETE FROM docket_anchor"
    with tampered(*cut(case, fix=True), gone):
        assert verify_record().broken == []
        assert (case.number, 7) in where(verify_record(outside))


def test_from_an_anchor_on_the_ones_before_it_are_left_alone(town: Cast) -> None:
    case = file(town)
    first = take_anchor(NOW)
    walk(town, case)
    second = take_anchor(NOW + timedelta(days=1))
    Path(first.file).write_bytes(b"lost")
    assert verify_record().broken
    found = verify_record(Path(second.file))
    assert (found.anchors, found.broken) == (1, [])


def test_anchors_moved_with_the_installation_still_hold(town: Cast, tmp_path: Path) -> None:
    file(town)
    take_anchor(NOW)
    settings.ANCHORS.rename(tmp_path / "elsewhere")
    settings.ANCHORS = tmp_path / "elsewhere"
    found = verify_record()
    assert (found.anchors, found.broken) == (1, [])
