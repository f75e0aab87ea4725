"""Files kept and let go (附件留存): swept, erased with their case, and verified with the record."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from cases.docket import vault
from cases.docket.models import Attachment, Case, Upload
from cases.docket.operations import destroy_again, erase
from cases.docket.operations.uploads import receive_upload, sweep_uploads
from cases.docket.queries.files import files_of
from cases.docket.queries.verify import verify_record
from cases.law.moves import Role
from tests.docket.makers import PDF, jpeg
from tests.docket.sending import blobs, noted, sent
from tests.docket.tampering import tampered, where
from tests.town import NOW, Cast
from tests.walk import file, walk

LATER = NOW + timedelta(hours=1)


def test_what_nobody_took_is_gone_after_a_day(
    town: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    old = sent(town)
    young = receive_upload("b.jpg", jpeg(), by=town.actor(Role.DESK), at=LATER)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_uploads(NOW + timedelta(hours=24)) == 0
        assert sweep_uploads(NOW + timedelta(hours=24, seconds=1)) == 1
        assert sweep_uploads(NOW + timedelta(hours=24, seconds=1)) == 0
    assert not Upload.objects.filter(pk=old).exists()
    assert blobs() == {young.digest, young.thumb}


def test_files_in_no_row_are_gone_after_two_days(town: Cast) -> None:
    case = file(town)
    noted(town, case, sent(town))
    kept = blobs()
    stray = vault.keep(b"left by a move that failed", bytes(32))
    half = next(Path(settings.STATE).glob("files/??/??")) / ".half"
    half.write_bytes(b"x")
    written = max(path.stat().st_mtime for path in Path(settings.STATE).glob("files/??/??/*"))
    after = NOW.fromtimestamp(written, NOW.tzinfo)
    assert sweep_uploads(after + timedelta(hours=47)) == 0
    assert stray in blobs()
    gone = sweep_uploads(after + timedelta(hours=49))
    row = Attachment.objects.get()
    assert blobs() == {row.digest, row.thumb}
    assert gone == len(kept | {stray, ".half"}) - 2


def test_an_erased_case_leaves_no_file(
    town: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    case, other = file(town), file(town)
    with django_capture_on_commit_callbacks(execute=True):
        noted(town, case, sent(town), sent(town, name="b.pdf", content=PDF))
        noted(town, other, sent(town))
        walk(town, case)
    kept = {n for row in other.attachments.all() for n in (row.digest, row.thumb)}
    assert len(blobs()) == 5
    with django_capture_on_commit_callbacks(execute=True):
        erase(Case.objects.get(pk=case.pk), at=NOW, paper="清册")
    assert blobs() == kept
    assert {bytes(row.name) for row in case.attachments.all()} == {b""}
    assert files_of(town.actor(Role.DESK), Case.objects.get(pk=case.pk)) == []
    assert verify_record().broken == []


def test_files_of_a_restored_key_are_destroyed_again(
    town: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    case = file(town)
    noted(town, case, sent(town))
    walk(town, case)
    case.refresh_from_db()
    wrapped = bytes(case.wrapped_key or b"")
    saved = {name: vault._path(name).read_bytes() for name in blobs()}
    with django_capture_on_commit_callbacks(execute=True):
        erase(case, at=NOW, paper="清册")
    restore = [
        "DELETE FROM docket_destroyedkey",
        f"UPDATE docket_case SET wrapped_key = '\\x{wrapped.hex()}'::bytea WHERE id = {case.pk}",
    ]
    for name, content in saved.items():
        vault._write(vault._path(name), content)
    with tampered("ALTER TABLE docket_destroyedkey DISABLE TRIGGER USER", *restore):
        with django_capture_on_commit_callbacks(execute=True):
            assert destroy_again() == 1
        assert {row.digest for row in Attachment.objects.all()} & blobs() == set()


@pytest.fixture
def kept(town: Cast, django_capture_on_commit_callbacks: Any) -> Case:
    """A case with a photo in its second step, and one beside it."""
    case, other = file(town), file(town)
    with django_capture_on_commit_callbacks(execute=True):
        noted(town, case, sent(town))
        noted(town, other, sent(town))
    return case


ROWS = {
    "gone": "DELETE FROM docket_attachment WHERE case_id = {0}",
    "another step": "UPDATE docket_attachment SET seq = 1 WHERE case_id = {0}",
    "another file": "UPDATE docket_attachment SET digest = repeat('0', 64) WHERE case_id = {0}",
    "added": "INSERT INTO docket_attachment (case_id, seq, digest, thumb, name, kind, media_type,"
    " size, width, height, seconds, protected, added_at) SELECT case_id, 1, digest, thumb, name,"
    " kind, media_type, size, 0, 0, 0, false, added_at FROM docket_attachment WHERE case_id = {0}",
}


@pytest.mark.parametrize("sql", ROWS.values(), ids=ROWS)
def test_a_changed_row_of_a_file_is_found(kept: Case, sql: str) -> None:
    assert verify_record().broken == []
    with tampered(sql.format(kept.pk)):
        assert {number for number, _ in where(verify_record())} == {kept.number}


def test_a_changed_or_lost_file_is_found(kept: Case) -> None:
    row = kept.attachments.get()
    for name in (row.digest, row.thumb):
        path = vault._path(name)
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        (broken,) = verify_record().broken
        assert (broken["case"], broken["seq"]) == (kept.number, 2)
        assert "内容与摘要不符" in broken["why"]
        path.unlink()
        (broken,) = verify_record().broken
        assert "不见了" in broken["why"]
        path.write_bytes(content)
    assert verify_record().broken == []
