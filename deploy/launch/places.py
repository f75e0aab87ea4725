"""Where everything lives: the project, its `.venv`, and the one folder that holds state."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from deploy.launch.words import Stop

# Packages 0.6 GB, database, logs: below this the first start would break half-way.
NEEDED_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Places:
    """The folders of one installation."""

    root: Path
    state: Path

    @property
    def venv(self) -> Path:
        """The Python packages, built from the hashed locks."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The Python the service runs on."""
        return self.venv / "bin" / "python"

    @property
    def locks(self) -> Path:
        """The hashed locks."""
        return self.root / "deploy" / "lock"

    @property
    def logs(self) -> Path:
        """One log per program."""
        return self.state / "log"

    @property
    def packages(self) -> Path:
        """Where the installed packages lie."""
        return next((self.venv / "lib").glob("python3*")) / "site-packages"


def places() -> Places:
    """The places the environment names: `XIASHU_STATE`, default `.state` in the project."""
    root = Path(__file__).resolve().parent.parent.parent
    given = os.environ.get("XIASHU_STATE")
    return Places(root=root, state=Path(given or root / ".state").absolute())


def make_state(where: Places, *, growing: bool = True) -> None:
    """Make the state folder, private to this account; Stop when it cannot be used.

    `growing` asks for room in it: a backup to another disk is made when there is none.
    As root it may be passed through (0711) but not read: the database runs as another account.
    """
    root = os.geteuid() == 0
    try:
        _make_parents(where.state.parent)
        where.state.mkdir(mode=0o700, exist_ok=True)
        where.logs.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Stop(
            f"状态目录 {where.state} 无法写入（{error.strerror}），请换用当前账号可写的目录："
            "XIASHU_STATE=/路径 ./deploy/run",
            "The state folder is not writable; set XIASHU_STATE to a folder you own.",
        ) from error
    if not os.access(where.state, os.W_OK | os.X_OK) or not os.access(where.logs, os.W_OK):
        raise Stop(
            f"状态目录 {where.state} 不属于当前账号，请用建立它的账号运行，或另设 XIASHU_STATE。",
            "The state folder belongs to another account; use that account or another folder.",
        )
    if where.state.stat().st_uid == os.geteuid():
        where.state.chmod(0o711 if root else 0o700)
    if growing:
        _need_room(where.state)
        _need_room(where.root)


def private_text(path: Path, text: str) -> None:
    """Write a file only this account can read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def _make_parents(folder: Path) -> None:
    """Parents are ordinary folders: the database's account must pass through them."""
    before = os.umask(0o022)
    folder.mkdir(parents=True, exist_ok=True)
    os.umask(before)


def _need_room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise Stop(
            f"磁盘空间不足：{folder} 所在磁盘只剩 {free // 1_000_000} MB，"
            "至少需要 1 GB，请清理后再运行。",
            "Less than 1 GB of disk space is left; free some and start again.",
        )
