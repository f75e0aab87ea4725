"""The database's data folder: made in one step, checked before every start."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from deploy.launch.places import private_text
from deploy.launch.postgres_home import Home, major
from deploy.launch.words import Stop, tail


def password_of(state: Path) -> str:
    """The generated password of the database, made at first use."""
    path = state / "keys" / "postgres"
    if not path.exists():
        private_text(path, secrets.token_hex(24))
    return path.read_text(encoding="ascii").strip()


def make_data(home: Home, log: Path, password: str) -> None:
    """Initialise the data folder in one step, so that a broken-off start leaves nothing."""
    mark = home.data / "PG_VERSION"
    if mark.exists():
        _same_version(mark, major(home.programs), log)
        return
    if home.data.exists() and any(home.data.iterdir()):
        raise broken(home.data, log, "")
    draft = home.folder / "data.new"
    secret = home.folder / "password.new"
    shutil.rmtree(draft, ignore_errors=True)
    private_text(secret, password)
    if home.account:
        os.chown(secret, home.account.uid, home.account.gid)
    argv: list[str | Path] = [home.programs / "initdb", "-D", draft]
    argv += ["-U", "postgres", "-E", "UTF8"]
    argv += ["--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256"]
    made = _as_account(home, [*argv, f"--pwfile={secret}"], log)
    secret.unlink()
    if made:
        raise Stop(
            f"数据库无法初始化，详见日志 {log}\n{tail(log)}",
            "initdb failed; see the log.",
        )
    if home.data.exists():
        home.data.rmdir()
    draft.replace(home.data)


def _same_version(mark: Path, ours: int, log: Path) -> None:
    text = mark.read_text(encoding="ascii", errors="replace").strip()
    if text == str(ours):
        return
    if not text.isdigit():
        raise broken(mark.parent, log, "")
    raise Stop(
        f"数据目录 {mark.parent} 是 PostgreSQL {text} 的，本程序带的是 {ours}："
        f"请用 {text} 版导出数据，移走该目录，重新启动后再导入。",
        f"The data folder belongs to PostgreSQL {text}, ours is {ours}; dump and restore it.",
    )


def broken(data: Path, log: Path, complaint: str) -> Stop:
    """The sentence for a database that cannot be started, with the server's own complaint."""
    return Stop(
        f"数据库没有启动，数据目录 {data} 可能已损坏：请从备份恢复，"
        f"或把它移走后重新启动（将是空库）；日志见 {log}\n{complaint}".rstrip(),
        "The database does not start; restore a backup or move the folder away. See the log.",
    )


def _as_account(home: Home, argv: list[str | Path], log: Path) -> int:
    with log.open("ab") as out:
        child = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environment(),
            cwd=home.folder,
            umask=0o077,
            user=home.account.uid if home.account else None,
            group=home.account.gid if home.account else None,
            extra_groups=[] if home.account else None,
            check=False,
        )
    return child.returncode


def environment() -> dict[str, str]:
    """What the database's programs are told: nothing of ours."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
