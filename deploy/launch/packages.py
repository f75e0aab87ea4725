"""Building `.venv` from the hashed locks (standard library only: this runs before `.venv` exists).

Nothing is installed whose digest is not in a lock; a lock that did not change is not read again.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.launch.places import Places
from deploy.launch.words import Stop, run_quietly, step, tail

FLOOR = (3, 11)

# Lock files by group of pyproject.toml.
LOCKS = {
    "service": "requirements.txt",
    "embedded": "requirements-embedded.txt",
    "dev": "requirements-dev.txt",
}


def install(where: Places, groups: Sequence[str]) -> None:
    """See that `.venv` holds the groups exactly as locked."""
    digests = {group: _digest(where.locks / LOCKS[group]) for group in groups}
    with _one_at_a_time(where):
        if _missing(where, digests):
            _build(where, digests)


def _build(where: Places, digests: Mapping[str, str]) -> None:
    _can_build(where)
    log = where.logs / "packages.log"
    if not _usable(where):
        with step("建立 .venv"):
            shutil.rmtree(where.venv, ignore_errors=True)
            if run_quietly([sys.executable, "-m", "venv", where.venv], log):
                raise _no_venv()
    argv: list[str | Path] = [where.python, "-m", "pip", "install", "--require-hashes"]
    argv += ["--only-binary", ":all:", "--disable-pip-version-check", "--no-input"]
    for group in digests:
        argv += ["-r", where.locks / LOCKS[group]]
    with step("安装程序包（首次约一分钟，按校验值核对）"):
        if run_quietly(argv, log):
            raise Stop(
                f"程序包没有装好：请检查网络或软件源后再运行，详见日志 {log}\n{tail(log)}",
                "Installing the packages failed; check the network and the log.",
            )
    kept = _stamp(where) | {"python": sys.version.split()[0]} | dict(digests)
    _stamp_path(where).write_text(json.dumps(kept, indent=1), encoding="utf-8")


def _can_build(where: Places) -> None:
    if sys.version_info[:2] < FLOOR:
        raise Stop(
            f"需要 Python 3.11 或更高版本，现在是 {sys.version.split()[0]}：请安装 python3.11。",
            "Python 3.11 or later is needed.",
        )
    if not (_carried("venv") and _carried("ensurepip")):
        raise _no_venv()
    target = where.venv if where.venv.exists() else where.root
    if not os.access(target, os.W_OK):
        raise Stop(
            f"{target} 不可写，无法安装程序包：请先用拥有它的账号运行一次 ./deploy/run。",
            "The project folder is not writable; let its owner run this once.",
        )


def _carried(module: str) -> bool:
    """Whether this Python has it; Debian takes `ensurepip` out, an empty folder may remain."""
    spec = importlib.util.find_spec(module)
    return spec is not None and spec.origin is not None


def _no_venv() -> Stop:
    return Stop(
        "这个 Python 缺少 venv 模块：请先运行 apt install python3-venv，再重新启动。",
        "The venv module is missing: apt install python3-venv.",
    )


def _missing(where: Places, digests: Mapping[str, str]) -> bool:
    stamp = _stamp(where)
    return any(stamp.get(group) != digest for group, digest in digests.items())


def _stamp(where: Places) -> dict[str, str]:
    """What is installed; nothing when `.venv` does not run any more."""
    if not where.python.exists():
        return {}
    try:
        found: dict[str, str] = json.loads(_stamp_path(where).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _usable(where: Places) -> bool:
    """Whether `.venv` starts and carries pip (the system's Python may have been replaced)."""
    if not where.python.exists():
        return False
    log = where.logs / "packages.log"
    return run_quietly([where.python, "-c", "import pip"], log) == 0


def _stamp_path(where: Places) -> Path:
    return where.venv / "xiashu-locks.json"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def _one_at_a_time(where: Places) -> Iterator[None]:
    """Two starters of one checkout build `.venv` one after the other."""
    descriptor = os.open(where.locks, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
