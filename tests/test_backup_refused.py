"""What backup and restore refuse (备份与恢复): the input to blame and why, nothing touched."""

import json
import os
import signal
import tarfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest

from deploy.launch import backup, restore
from deploy.launch.answers import Refusal
from deploy.launch.archive import DUMP
from deploy.launch.destroyed_list import destroyed_before, join_destroyed
from deploy.launch.dumping import tools
from deploy.launch.lock import alone
from deploy.launch.places import places
from tests.ashore import HANDLED, KEYS, put_keys, url_of, written

NOWHERE = "postgresql://nobody:secret@127.0.0.1:1/none"


@pytest.fixture(autouse=True)
def _as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The commands listen to signals and set the mask of the process they are alone in."""
    handlers, mask = [signal.getsignal(one) for one in HANDLED], os.umask(0o077)
    (tmp_path / "state").mkdir()
    (tmp_path / "media").mkdir()
    for name in KEYS:
        monkeypatch.delenv(f"XIASHU_{name.upper()}", raising=False)
    monkeypatch.setenv("XIASHU_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("DATABASE_URL", NOWHERE)
    yield
    os.umask(mask)
    for one, handler in zip(HANDLED, handlers, strict=True):
        signal.signal(one, handler)


def refused(
    main: Callable[[list[str]], int], capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[str, str]:
    """The input that is to blame, and why."""
    assert main(list(words)) == 2
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"error", "field"}
    assert told["error"].endswith("。")
    assert "secret" not in told["error"]
    return told["field"], told["error"]


# The file, and how its folder is made first → the input to blame, and words of the sentence.
BACKUPS: dict[str, tuple[list[str], str, str]] = {
    "no file": ([], "file", "请给出备份文件"),
    "two files": (["{media}/a.tar", "b.tar"], "arguments", "b.tar"),
    "an option": (["--all"], "arguments", "没有这样的参数：--all"),
    "text that is none": (["{media}/\udcff.tar"], "file", "不是 UTF-8"),
    "there already": (["{media}/there.tar"], "file", "已经存在，不会覆盖"),
    "a folder": (["{media}"], "file", "已经存在"),
    "a broken link": (["{media}/link.tar"], "file", "已经存在"),
    "no such folder": (["{media}/none/a.tar"], "file", "没有"),
    "a file as folder": (["{media}/there.tar/a.tar"], "file", "没有"),
    "a folder nobody writes to": (["/proc/a.tar"], "file", ""),
    "a name too long": (["{media}/" + "a" * 250], "file", "请换一个"),
    "no database": (["{media}/a.tar"], "database", "连不上"),
}


@pytest.mark.parametrize("name", BACKUPS)
def test_a_backup_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], db: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words, field, sentence = BACKUPS[name]
    media = tmp_path / "media"
    (media / "there.tar").write_text("kept")
    (media / "link.tar").symlink_to("nowhere")
    if field == "file":
        monkeypatch.setenv("DATABASE_URL", url_of())

    told = refused(backup.main, capsys, *(word.format(media=media) for word in words))

    assert told[0] == field
    assert sentence in told[1]
    assert sorted(path.name for path in media.iterdir()) == ["link.tar", "there.tar"]
    assert (media / "there.tar").read_text() == "kept"


def test_a_state_that_never_ran_has_nothing_to_back_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    told = refused(backup.main, capsys, str(tmp_path / "media" / "a.tar"))
    assert (told[0], "还没有数据库" in told[1]) == ("database", True)
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["launcher.lock"]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _without_its_manifest(path: Path) -> None:
    with tarfile.open(path) as tar:
        members = {m.name: tar.extractfile(m).read() for m in tar}  # type: ignore[union-attr]
    members.pop("manifest.json")
    _rewritten(path, members)


def _one_byte(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"sealed", b"sEaled", 1))


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _longer(path: Path) -> None:
    with tarfile.open(path) as tar:
        members = {m.name: tar.extractfile(m).read() for m in tar}  # type: ignore[union-attr]
    _rewritten(path, members | {"../evil": b"x"})


def _linked(path: Path) -> None:
    with tarfile.open(path, "a:") as tar:
        link = tarfile.TarInfo("files/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)


def _rewritten(path: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, BytesIO(content))


# How a whole file is spoiled → words of the sentence.
BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut": (_cut, "损坏或不完整"),
    "empty": (lambda path: path.write_bytes(b""), "损坏"),
    "text": (lambda path: path.write_text("备份" * 500), "不是备份文件"),
    "no manifest": (_without_its_manifest, "没有清单"),
    "one byte": (_one_byte, "校验值不符"),
    "a member more": (_longer, "内容与清单不一致"),
    "a link": (_linked, "有不该有的内容"),
    "gone": (lambda path: path.unlink(), "找不到备份文件"),
    "a folder": (_folder, "不是文件"),
}
# What its manifest says otherwise → the input to blame, words of the sentence.
STRANGE: dict[str, tuple[dict[str, object], str, str]] = {
    "newer format": ({"format": 2}, "file", "更新的版本"),
    "no format": ({"format": "x"}, "file", "清单读不懂"),
    "another project": ({"project": "other"}, "file", "不是本系统的备份"),
    "keys that are no text": ({"keys": {"master_k1": "zz"}}, "file", "清单读不懂"),
    "a list for a number": ({"counts": []}, "file", "清单读不懂"),
    "unknown migration": ({"migrations": [["cases", "9999_later"]]}, "file", "比本程序新"),
    "unknown app": ({"migrations": [["later", "0001_initial"]]}, "file", "later.0001_initial"),
    "no database in it": ({"parts": {f"files/{'ab' * 32}": b"x"}}, "file", "没有数据库"),
    "a way out": ({"parts": {DUMP: b"x", "files/../../evil": b"x"}}, "file", "不该有"),
    "key missing": ({"keys": {"master_k2": "00"}}, "keys", "缺少密钥 master_k2"),
    "another key": ({"keys": {"blind_key": "01" * 40}}, "keys", "不是这份备份用的"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil, sentence = BROKEN[name]
    path = written(tmp_path / "media" / "one.tar")
    put_keys(tmp_path / "state", KEYS)
    spoil(path)

    told = refused(restore.main, capsys, str(path))

    assert (told[0], sentence in told[1]) == ("file", True), told
    assert [one.name for one in (tmp_path / "state").iterdir()] == ["keys"]


@pytest.mark.parametrize("name", STRANGE)
def test_a_backup_that_does_not_fit_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other, field, sentence = STRANGE[name]
    path = written(tmp_path / "media" / "one.tar", **other)
    put_keys(tmp_path / "state", KEYS)

    told = refused(restore.main, capsys, str(path))

    assert (told[0], sentence in told[1]) == (field, True), told
    assert [one.name for one in (tmp_path / "state").iterdir()] == ["keys"]


def test_without_keys_nothing_is_restored_and_none_are_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "media" / "one.tar")
    told = refused(restore.main, capsys, str(path))
    assert (told[0], "anchor_key、blind_key、master_k1" in told[1]) == ("keys", True)
    put_keys(tmp_path / "state", KEYS | {"anchor_key": b"short"})
    assert refused(restore.main, capsys, str(path))[0] == "keys"
    assert [one.name for one in (tmp_path / "state").iterdir()] == ["keys"]


@pytest.mark.parametrize(
    "used", ["files/ab/ab/x", "anchors/anchor-20260101T000000000000Z.gz", f"files/{'ab' * 32}"]
)
def test_a_used_folder_is_refused(
    used: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "media" / "one.tar")
    put_keys(tmp_path / "state", KEYS)
    kept = tmp_path / "state" / used
    kept.parent.mkdir(parents=True)
    kept.write_text("kept")
    told = refused(restore.main, capsys, str(path))
    assert (told[0], "只能恢复到空的状态目录" in told[1]) == ("XIASHU_STATE", True)
    assert kept.read_text() == "kept"


def test_what_a_killed_restore_left_does_not_stand_in_the_way_of_the_same_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, name = written(tmp_path / "media" / "one.tar"), "ab" * 32
    put_keys(tmp_path / "state", KEYS)
    left = tmp_path / "state" / "files" / name[:2] / name[2:4] / name
    left.parent.mkdir(parents=True)
    left.write_text("half way")
    (tmp_path / "state" / "restoring.json").write_text("{}")
    assert refused(restore.main, capsys, str(path))[0] == "database"
    (left.parent / "stranger").touch()
    assert refused(restore.main, capsys, str(path))[0] == "XIASHU_STATE"


def test_a_used_database_is_refused(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "media" / "one.tar")
    put_keys(tmp_path / "state", KEYS)
    monkeypatch.setenv("DATABASE_URL", url_of())
    told = refused(restore.main, capsys, str(path))
    assert (told[0], "张表" in told[1]) == ("XIASHU_STATE", True)
    assert not (tmp_path / "state" / "files").exists()


def test_a_state_on_which_a_service_runs_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "media" / "one.tar")
    put_keys(tmp_path / "state", KEYS)
    with alone(places(), "run"):
        told = refused(restore.main, capsys, str(path))
    assert (told[0], "服务已经在运行" in told[1]) == ("XIASHU_STATE", True)


def test_a_list_of_destroyed_keys_that_cannot_be_read_stops_the_restore(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path / "media" / "one.tar")
    put_keys(tmp_path / "state", KEYS)
    (tmp_path / "state" / "destroyed_keys.jsonl").write_text('{"key": "a"}\n{"key')
    assert refused(restore.main, capsys, str(path))[0] == "destroyed_keys"


def test_the_lists_of_destroyed_keys_are_joined(tmp_path: Path) -> None:
    path = tmp_path / "destroyed_keys.jsonl"
    assert not destroyed_before(tmp_path)
    join_destroyed(tmp_path, "")
    assert not path.exists()
    join_destroyed(tmp_path, '{"key": "a"}\n')
    path.write_text('{"key": "a"}\n{"key": "c"}')
    join_destroyed(tmp_path, '{"key": "a"}\n{"key": "b"}\n')
    assert destroyed_before(tmp_path)
    keys = [json.loads(line)["key"] for line in path.read_text().splitlines()]
    assert keys == ["a", "c", "b"]


def test_a_server_no_program_fits_is_refused() -> None:
    with pytest.raises(Refusal) as refusal:
        tools(places(), 99)
    assert "postgresql-client-99" in refusal.value.sentence
