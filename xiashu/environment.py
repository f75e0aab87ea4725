"""What the environment and the state folder say: database address, secrets, keys.

A secret is read from the environment first, then from `$XIASHU_STATE/keys/`, where it is made once
with mode 0600. Keys live outside the database, so a stolen dump reads nothing.
"""

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_MASTER = re.compile(r"master_(k[0-9]+)")


@dataclass(frozen=True)
class Keyring:
    """The master keys by id; `current` seals, the others only open."""

    current: str
    keys: dict[str, bytes]
    blind: bytes
    anchor: bytes

    def key(self, key_id: str) -> bytes:
        """The master key of an id; KeyError when this installation never had it."""
        return self.keys[key_id]


def number_from(name: str, usual: int) -> int:
    """A whole number from the environment, the usual one where none is given.

    ValueError in a person's words for anything else: a limit misread is no limit.
    """
    given = os.environ.get(name, "").strip()
    if not given:
        return usual
    if not given.isascii() or not given.isdigit() or len(given) > 7:
        raise ValueError(f"{name} 应为整数，现在是“{given}”。")
    return int(given)


def state_folder(base: Path) -> Path:
    """The one folder that holds state, made when missing (mode 0700)."""
    folder = Path(os.environ.get("XIASHU_STATE") or base / ".state").absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret_from(state: Path, name: str) -> str:
    """A secret text from `XIASHU_<NAME>` or the state folder, made at first use."""
    given = os.environ.get(f"XIASHU_{name.upper()}")
    if given:
        return given
    path = state / "keys" / name
    if not path.exists():
        _make_once(path, secrets.token_hex(32))
    return path.read_text(encoding="ascii").strip()


def keyring_from(state: Path) -> Keyring:
    """The installation's keys; a retired master key stays as `master_k<n>` and opens only.

    The one with the highest number seals, unless `XIASHU_MASTER_KEY_ID` names another.
    """
    keys = {"k1": bytes.fromhex(secret_from(state, "master_k1"))}
    for path in (state / "keys").glob("master_*"):
        if found := _MASTER.fullmatch(path.name):
            keys[found[1]] = bytes.fromhex(path.read_text("ascii").strip())
    newest = max(keys, key=lambda key_id: int(key_id[1:]))
    current = os.environ.get("XIASHU_MASTER_KEY_ID", newest)
    return Keyring(
        current=current,
        keys=keys,
        blind=bytes.fromhex(secret_from(state, "blind_key")),
        anchor=bytes.fromhex(secret_from(state, "anchor_key")),
    )


def database_from(state: Path) -> dict[str, Any]:
    """Django's database entry from `DATABASE_URL`, else the embedded server's socket."""
    url = os.environ.get("DATABASE_URL") or f"postgresql://xiashu@/xiashu?host={state}/pg"
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    size = int(os.environ.get("XIASHU_POOL", "8"))
    if size:
        options["pool"] = {"min_size": 1, "max_size": size, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,  # a restarted database costs nobody a failed page
        "OPTIONS": options,
        "TEST": {"NAME": "test_" + parts.path.lstrip("/")},
    }


def tile_source(address: str) -> list[str]:
    """Whom a map's background may be fetched from, as a source of the page's policy.

    `{s}` stands for the servers of one provider: https://t{s}.example.cn is https://*.example.cn.
    Empty for no address; ValueError for one that is not https.
    """
    if not address:
        return []
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.netloc:
        raise ValueError(f"XIASHU_TILES 应以 https:// 开头，现在是“{address}”。")
    return ["https://" + re.sub(r"^[^.]*\{s\}[^.]*", "*", parts.netloc)]


_PORTS = {"smtp": 25, "smtps": 465, "starttls": 587}


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over: `secure` is "", "smtps" (TLS at once) or "starttls"."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    secure: str = ""


def mail_server_from(url: str) -> MailServer:
    """`smtp://`, `smtps://` or `starttls://`, user and password, host and port; no host for none.

    ValueError in a person's words for anything else; the password is not repeated in it.
    """
    if not url:
        return MailServer()
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS[parts.scheme]
    except (KeyError, ValueError):
        port = 0
    if not port or not parts.hostname:
        raise ValueError(
            "XIASHU_SMTP_URL 应如 smtps://主机:端口（或 smtp、starttls），"
            "用户和密码写在主机之前，以 @ 隔开。"
        )
    return MailServer(
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        secure="" if parts.scheme == "smtp" else parts.scheme,
    )


def _make_once(path: Path, text: str) -> None:
    """Write a secret so that of two starters exactly one makes it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
