"""The keys that belong to a backup (密钥): looked for, never made, never copied.

They lie in `$XIASHU_STATE/keys` or in the environment. A backup carries only a sample sealed with
each, so that a restore knows beforehand whether the right ones are there.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cases.people.seal import SealBroken, open_, seal
from deploy.launch.answers import Refusal

_NAME: Final = re.compile(r"master_k[0-9]+|blind_key|anchor_key")
_FROM_ENVIRONMENT: Final = ("master_k1", "blind_key", "anchor_key")
_SAMPLE: Final = b"xiashu"
_PLACE: Final = b"backup sample"
_CASE_KEY: Final = b"case key"  # the place cases.docket.seal wraps a case's key for


def kept_keys(state: Path) -> dict[str, bytes]:
    """Every key that is there, by name."""
    folder = state / "keys"
    texts: dict[str, str] = {}
    try:
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if _NAME.fullmatch(path.name):
                texts[path.name] = path.read_text("ascii")
        for name in _FROM_ENVIRONMENT:
            texts[name] = os.environ.get(f"XIASHU_{name.upper()}") or texts.get(name, "")
        return {name: _key(text) for name, text in texts.items() if text.strip()}
    except (OSError, ValueError) as error:
        raise Refusal("keys", f"{folder} 里的密钥读不出来，请核对文件和权限。") from error


def samples(keys: Mapping[str, bytes]) -> dict[str, str]:
    """Something sealed with each key; it says nothing of the key."""
    return {name: seal(_SAMPLE, key, _PLACE).hex() for name, key in keys.items()}


def refuse_other_keys(state: Path, wanted: Mapping[str, str]) -> None:
    """Refuse unless every key that a backup's samples were sealed with is there."""
    keys = kept_keys(state)
    if missing := sorted(set(wanted) - set(keys)):
        raise Refusal(
            "keys",
            f"缺少密钥 {'、'.join(missing)}：请把与备份分开保管的 keys 文件夹放回 {state}，再恢复。"
            "没有密钥，恢复出来的内容谁也读不了。",
        )
    for name, sample in wanted.items():
        if not _opens(bytes.fromhex(sample), keys[name], _PLACE):
            raise Refusal(
                "keys",
                f"{state}/keys 里的 {name} 不是这份备份用的那一把：请放回做备份时的那套密钥。",
            )


def refuse_strange_cases(state: Path, wrapped: Mapping[str, bytes]) -> dict[str, bytes]:
    """The keys there; Refusal unless they open what the database holds (a sample by key id)."""
    keys = kept_keys(state)
    wanted = {"blind_key", "anchor_key", *(f"master_{key_id}" for key_id in wrapped)}
    if missing := sorted(wanted - set(keys)):
        raise Refusal(
            "keys",
            f"{state}/keys 里没有密钥 {'、'.join(missing)}：没有密钥的备份恢复了也读不了，"
            "请核对 XIASHU_STATE 是不是这套系统的状态目录。",
        )
    for key_id, sample in wrapped.items():
        if not _opens(sample, keys[f"master_{key_id}"], _CASE_KEY):
            raise Refusal(
                "keys",
                f"{state}/keys 打不开数据库里的案件：数据库和状态目录不是同一套系统的，"
                "请核对 XIASHU_STATE 和 DATABASE_URL。",
            )
    return keys


def _key(text: str) -> bytes:
    key = bytes.fromhex(text.strip())
    if len(key) != 32:
        raise ValueError("not a key of 32 bytes")
    return key


def _opens(sealed: bytes, key: bytes, place: bytes) -> bool:
    try:
        open_(sealed, key, place)
    except SealBroken:
        return False
    return True
