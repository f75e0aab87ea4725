"""Backup and restore (备份与恢复): one instant of the record, whole, with what is destroyed
destroyed again.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

import psycopg
import pytest
from django.conf import settings

from cases.docket import vault
from cases.docket.models import Attachment, Case, Upload
from cases.docket.operations import anchors, erase, take_anchor
from cases.docket.operations.uploads import forget_lost
from cases.law.moves import Role
from cases.rulebook.operations.seeds import load_seeds
from deploy.launch import backup
from deploy.launch.answers import Refusal
from deploy.launch.archive import drafted
from deploy.launch.dumping import dumping as dump
from deploy.launch.restore import bring_back, refuse_unfit
from deploy.launch.snapshot import ANCHORING
from deploy.launch.unpacking import opened_backup
from tests.ashore import backed_up, empty_database, state, url_of
from tests.docket.sending import noted, sent
from tests.town import NOW, Cast, settle
from tests.walk import file, walk

# A trigger's comment tells whether it is the one the migrations made.
SCHEMA = """
    SELECT c.relname, t.tgname, t.tgenabled, obj_description(t.oid, 'pg_trigger')
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
    UNION ALL SELECT c.relname, k.conname, k.contype, pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE c.relname LIKE 'docket%'
    UNION ALL SELECT tablename, indexname, '', indexdef FROM pg_indexes
    WHERE schemaname = 'public'
"""


@pytest.fixture
def town(transactional_db: None) -> Cast:
    """The cast in a database other programs can see."""
    load_seeds(settings.SEEDS, NOW)
    return settle()


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Acts that happen after the instant of the backup, before anything is copied."""
    acts: list[Any] = []

    @contextmanager
    def dumping(*told: Any) -> Iterator[IO[bytes]]:
        for act in acts:
            act()
        with dump(*told) as source:
            yield source

    monkeypatch.setattr(backup, "dumping", dumping)
    return acts


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def test_the_record_comes_back_as_it_was_at_one_instant(
    town: Cast, tmp_path: Path, meanwhile: list[Any]
) -> None:
    where = state(settings.STATE)
    kept, erased, later = walk(town, file(town)), file(town), file(town)
    noted(town, erased, sent(town))
    walk(town, erased)
    noted(town, later, sent(town))
    take_anchor(NOW)
    waiting = sent(town)
    meanwhile += [
        partial(erase, Case.objects.get(pk=erased.pk), at=NOW, paper="清册"),
        partial(noted, town, later, waiting),
        partial(file, town),
        partial(take_anchor, NOW),
    ]

    told = backed_up(where, tmp_path / "one.tar")

    assert (told["cases"], told["anchors"], told["broken"]) == (3, 1, [])
    erase(Case.objects.get(pk=kept.pk), at=NOW, paper="清册")
    there = state(tmp_path / "there")
    lines = (where.state / "destroyed_keys.jsonl").read_bytes()
    (there.state / "destroyed_keys.jsonl").write_bytes(lines)
    with empty_database() as url, opened_backup(tmp_path / "one.tar") as found:
        refuse_unfit(there, found.manifest)
        found.check()
        back = bring_back(there, url, found)
        verified = {"cases": 3, "events": told["events"], "anchors": 1, "broken": []}
        assert back["verified"] == verified
        assert (back["destroyed_again"], back["uploads_lost"]) == (2, 1)
        gone = rows(url, "SELECT number FROM docket_case WHERE wrapped_key IS NULL ORDER BY id")
        assert gone == [(kept.number,), (erased.number,)]
        assert rows(url, "SELECT count(*) FROM django_session") == [(0,)]
        assert sorted(rows(url, SCHEMA), key=str) == sorted(rows(url_of(), SCHEMA), key=str)
    # The note of meanwhile brought a file that is in no row now: it is swept after two days.
    left = {path.name for path in there.state.glob("files/??/??/*")}
    assert left == {name for row in later.attachments.all() for name in (row.digest, row.thumb)}
    assert not list(there.state.glob("*restoring*"))


def test_what_the_record_lacks_is_told_and_the_rest_is_kept(town: Cast, tmp_path: Path) -> None:
    where, case = state(settings.STATE), file(town)
    noted(town, case, sent(town), sent(town))
    lost, changed = Attachment.objects.order_by("id")
    vault.delete(lost.digest)
    vault._path(changed.digest).write_bytes(b"something else")
    Path(take_anchor(NOW).file).unlink()

    told = backed_up(where, tmp_path / "one.tar")

    assert [words.split()[0] for words in told["broken"]] == ["存证", "附件", "附件"]
    assert f"附件 {changed.digest[:8]} 内容与摘要不符" in told["broken"]
    assert f"附件 {lost.digest[:8]} 的文件不见了" in told["broken"]
    assert (told["files"], (tmp_path / "one.tar").stat().st_mode & 0o777) == (3, 0o600)


def test_a_database_of_another_installation_is_not_backed_up_with_these_keys(
    town: Cast, tmp_path: Path
) -> None:
    file(town)
    where = state(settings.STATE)
    (where.state / "keys" / "master_k1").write_text("11" * 32, "ascii")
    with pytest.raises(Refusal) as refusal:
        backed_up(where, tmp_path / "one.tar")
    assert (refusal.value.field, "不是同一套系统" in refusal.value.sentence) == ("keys", True)
    (where.state / "keys" / "master_k1").unlink()
    with pytest.raises(Refusal) as refusal:
        backed_up(where, tmp_path / "one.tar")
    assert (refusal.value.field, "master_k1" in refusal.value.sentence) == ("keys", True)
    assert not list((where.state / "keys").glob("master_*"))
    assert not list(tmp_path.glob("*.tar*")) + list(tmp_path.glob(".*"))


def test_a_full_disk_leaves_nothing_half_written(town: Cast, tmp_path: Path) -> None:
    where, folder = state(settings.STATE), tmp_path / "media"
    folder.mkdir()
    env = os.environ | {"XIASHU_STATE": str(where.state), "DATABASE_URL": url_of()}
    orders = [sys.executable, "-P", "-m", "deploy.launch.backup", str(folder / "one.tar")]
    done = subprocess.run(
        orders,
        env=env | {"PYTHONPATH": str(where.root)},
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        check=False,
    )
    told = json.loads(done.stdout)
    assert (done.returncode, told["field"]) == (2, "file")
    assert "磁盘空间不足" in told["error"]
    assert list(folder.iterdir()) == []
    assert not (where.state / "backup.json").exists()


def test_what_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "one.tar"
    with drafted(target) as draft:
        target.write_text("somebody else's")
        with pytest.raises(Refusal):
            draft.finish({}, target)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["somebody else's"]


def test_what_a_killed_backup_left_is_swept_and_one_at_work_is_not(tmp_path: Path) -> None:
    left = tmp_path / ".one.tar.4711.half"
    left.write_bytes(b"half")
    with drafted(tmp_path / "one.tar") as first:
        assert not left.exists()
        with pytest.raises(FileExistsError), first.path.open("x"):
            pass
        other = tmp_path / ".one.tar.1.half"
        os.link(first.path, other)  # held by the same lock, as another backup at work would be
        with pytest.raises(Refusal), drafted(tmp_path / "one.tar"):
            pass
        assert other.exists()


def test_an_upload_whose_file_did_not_come_back_is_forgotten(town: Cast) -> None:
    here, gone = sent(town, Role.DESK), sent(town, Role.DESK)
    vault.delete(Upload.objects.get(pk=gone).digest)
    assert forget_lost() == 1
    assert [row.pk for row in Upload.objects.all()] == [here]


def test_the_backup_waits_for_an_anchor_that_is_being_taken() -> None:
    assert ANCHORING == anchors._ONE_AT_A_TIME
