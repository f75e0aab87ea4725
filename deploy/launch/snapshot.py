"""The database at one instant (快照): the dump, the list of files and the anchors all tell of it.

People go on working meanwhile; whatever they do later belongs to the next backup.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, LiteralString

import psycopg

from deploy.launch.answers import Refusal

# The lock anchors are taken under (cases.docket.operations.anchors): while it is held, every
# anchor's file has its row, and every row its file.
ANCHORING: Final = 0x616E6368
# A migration may hold a table for a while; the anchor of a million cases takes some seconds.
_PATIENCE: Final = (
    "-c idle_in_transaction_session_timeout=0 -c statement_timeout=0 -c lock_timeout=120s"
)

# Files of cases that were not erased; files sent ahead and not yet taken.
_KEPT: Final[LiteralString] = """
    SELECT a.digest, a.thumb FROM docket_attachment a JOIN docket_case c ON c.id = a.case_id
    WHERE c.wrapped_key IS NOT NULL
"""
_SENT: Final[LiteralString] = "SELECT digest, thumb FROM docket_upload"
_KEYS: Final[LiteralString] = """
    SELECT DISTINCT ON (key_id) key_id, wrapped_key FROM docket_case
    WHERE wrapped_key IS NOT NULL ORDER BY key_id
"""


@dataclass(frozen=True)
class Snapshot:
    """One instant of the database: its name for pg_dump, and what was there."""

    name: str
    server: int
    migrations: list[tuple[str, str]]
    counts: dict[str, int]
    wrapped: dict[str, bytes]
    files: set[str]
    anchors: list[Path]
    unanchored: list[str]


@contextmanager
def snapshot(url: str, anchors: Path) -> Iterator[Snapshot]:
    """Hold an instant of the database for as long as it is read."""
    try:
        with _connect(url) as view:
            with _connect(url) as gate:
                gate.execute("SELECT pg_advisory_lock(%s)", [ANCHORING])
                name = str(_one(view, "SELECT pg_export_snapshot()"))
                files = sorted(anchors.glob("anchor-*.gz"))
            yield _seen(view, name, files)
    except psycopg.Error as error:
        raise unreachable(error) from error


def still_kept(url: str, names: set[str]) -> set[str]:
    """Those of the files that rows need now."""
    try:
        with _connect(url) as connection:
            return names & _files(connection)
    except psycopg.Error as error:
        raise unreachable(error) from error


def unreachable(error: psycopg.Error) -> Refusal:
    """Why the database could not be read, in a sentence."""
    reason = (str(error).strip().splitlines() or ["没有说明原因"])[0]
    return Refusal("database", f"数据库连不上或中途断开（{reason}）：请检查数据库，再试一次。")


def _connect(url: str) -> psycopg.Connection[Any]:
    connection = psycopg.connect(url, connect_timeout=10, options=_PATIENCE)
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection


def _seen(view: psycopg.Connection[Any], name: str, anchors: list[Path]) -> Snapshot:
    if not _there(view, "django_migrations") or not _there(view, "docket_case"):
        raise Refusal("database", "这个数据库里没有本系统的数据，没有可以备份的内容。")
    rows = view.execute("SELECT app, name FROM django_migrations ORDER BY id").fetchall()
    names = {path.name for path in anchors}
    told = view.execute("SELECT file FROM docket_anchor ORDER BY id").fetchall()
    return Snapshot(
        name=name,
        server=view.info.server_version // 10000,
        migrations=[(app, migration) for app, migration in rows],
        counts={
            "cases": int(_one(view, "SELECT count(*) FROM docket_case")),
            "events": int(_one(view, "SELECT count(*) FROM docket_event")),
        },
        wrapped={key_id: bytes(key) for key_id, key in view.execute(_KEYS)},
        files=_files(view),
        anchors=anchors,
        unanchored=[Path(file).name for (file,) in told if Path(file).name not in names],
    )


def _files(connection: psycopg.Connection[Any]) -> set[str]:
    found: set[str] = set()
    for query, table in ((_KEPT, "docket_attachment"), (_SENT, "docket_upload")):
        if _there(connection, table):  # a database from before files were kept has none
            found |= {name for row in connection.execute(query) for name in row if name}
    return found


def _there(connection: psycopg.Connection[Any], table: LiteralString) -> bool:
    row = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
    return bool(row and row[0])


def _one(connection: psycopg.Connection[Any], query: LiteralString) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None
