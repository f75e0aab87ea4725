"""Keys of an installation (密钥): the newest seals, every other one still opens."""

from pathlib import Path

import pytest

from xiashu.environment import keyring_from, secret_from

OLD, NEW = "11" * 32, "22" * 32


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("MASTER_K1", "MASTER_KEY_ID", "BLIND_KEY", "ANCHOR_KEY"):
        monkeypatch.delenv(f"XIASHU_{name}", raising=False)
    (tmp_path / "keys").mkdir()
    return tmp_path


def put(state: Path, name: str, text: str) -> None:
    (state / "keys" / name).write_text(f"{text}\n", "ascii")


def test_a_first_start_makes_every_key_once_and_for_its_owner_only(state: Path) -> None:
    first = keyring_from(state)

    assert keyring_from(state) == first
    assert (first.current, list(first.keys)) == ("k1", ["k1"])
    names = sorted(path.name for path in (state / "keys").iterdir())
    assert names == ["anchor_key", "blind_key", "master_k1"]
    assert {path.stat().st_mode & 0o777 for path in (state / "keys").iterdir()} == {0o600}


def test_the_tenth_key_is_newer_than_the_second(state: Path) -> None:
    put(state, "master_k2", OLD)
    put(state, "master_k10", NEW)

    found = keyring_from(state)

    assert (found.current, set(found.keys)) == ("k10", {"k1", "k2", "k10"})
    assert found.key("k10") == bytes.fromhex(NEW)


def test_an_older_key_seals_when_the_environment_says_so(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(state, "master_k2", NEW)
    monkeypatch.setenv("XIASHU_MASTER_KEY_ID", "k1")

    assert keyring_from(state).current == "k1"


def test_a_half_written_key_is_no_key(state: Path) -> None:
    for name in ("master_k1.4711", ".master_k2.4711", "master_k2.bak", "master_old", "master_k"):
        put(state, name, "half")

    assert list(keyring_from(state).keys) == ["k1"]


def test_of_two_starters_one_makes_the_secret(state: Path) -> None:
    put(state, "secret_key", "there already")

    assert secret_from(state, "secret_key") == "there already"
    assert [path.name for path in (state / "keys").iterdir()] == ["secret_key"]
