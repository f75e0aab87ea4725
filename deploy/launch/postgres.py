"""The embedded database (内嵌 PostgreSQL): made once, started, stopped.

It listens on a private socket in a folder only its account and root can enter. When that path is
too long for a socket it listens on 127.0.0.1 with a generated password.
"""

import os
import signal
import socket
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from deploy.launch.places import Places
from deploy.launch.postgres_data import broken, environment, make_data, password_of
from deploy.launch.postgres_home import Home, find_home
from deploy.launch.processes import Child, Program, start
from deploy.launch.words import say, tail

# A socket's path has at most 107 bytes and a closing zero (unix(7)).
LONGEST_SOCKET = 107

# In seconds.
LONGEST_RECOVERY = 600.0

# What a server says that is on its way.
_NOT_YET = ("starting up", "not yet accepting", "recovery", "shutting down")

NAME = "xiashu"

# One small server beside its users: 2 cores, a pool of 8 connections in each process.
_SETTINGS = {
    "shared_buffers": "256MB",
    "jit": "off",
    "max_connections": "100",
    "log_line_prefix": "%m [%p] ",
    "unix_socket_permissions": "0700",
}
# Only for data that is thrown away.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def start_postgres(where: Places, into: list[Child], *, fast: bool = False) -> str:
    """Make the database when it is new and start it; the address of `xiashu` in it."""
    home = find_home(where)
    log = where.logs / "postgres.log"
    password = password_of(where.state)
    make_data(home, log, password)
    short = len(os.fsencode(home.folder / ".s.PGSQL.5432")) <= LONGEST_SOCKET
    port = 5432 if short else free_port()
    child = start(where, _program(home, port, short=short, fast=fast), environment(), into)
    host = str(home.folder) if short else "127.0.0.1"
    _open(child, home, host, port, password, fast=fast)
    if short:
        return f"postgresql://{NAME}@/{NAME}?host={quote(host)}"
    say("目录路径过长，数据库改在 127.0.0.1 上以随机口令提供（一切照常）")
    return f"postgresql://{NAME}:{password}@127.0.0.1:{port}/{NAME}"


def free_port() -> int:
    """A port of 127.0.0.1 nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _program(home: Home, port: int, *, short: bool, fast: bool) -> Program:
    settings = dict(_SETTINGS, **(_FAST if fast else {}))
    settings["listen_addresses"] = "" if short else "127.0.0.1"
    settings["unix_socket_directories"] = _listed(home.folder) if short else ""
    argv: list[str | Path] = [home.programs / "postgres", "-D", home.data, "-p", str(port)]
    for name, value in settings.items():
        argv += ["-c", f"{name}={value}"]
    return Program(
        "postgres",
        "数据库",
        argv,
        home.folder,
        account=home.account,
        farewell=signal.SIGINT,
        patience=60.0,
    )


def _listed(folder: Path) -> str:
    """The folder as one entry of a list of folders."""
    doubled = str(folder).replace('"', '""')
    return f'"{doubled}"'


def _open(child: Child, home: Home, host: str, port: int, password: str, *, fast: bool) -> None:
    """Wait until the server answers and see that role, database and extension are there."""
    try:
        with _first_connection(child, host, port, password) as connection:
            _furnish(connection, password, fast=fast)
        with _connect(host, port, password, NAME) as again:
            again.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    except psycopg.Error as error:
        complaint = tail(child.log, 3) if not child.alive else f"    {error}"
        raise broken(home.data, child.log, complaint) from None


def _first_connection(child: Child, host: str, port: int, password: str) -> psycopg.Connection:
    """Keep knocking while the server starts.

    After a crash it first repeats what was not yet in place, which may take minutes.
    """
    deadline = time.monotonic() + LONGEST_RECOVERY
    while True:
        try:
            return _connect(host, port, password, "postgres")
        except psycopg.OperationalError as error:
            refused = "FATAL" in str(error) and not any(word in str(error) for word in _NOT_YET)
            if refused or not child.alive or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _connect(host: str, port: int, password: str, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=host,
        port=port,
        user="postgres",
        password=password,
        dbname=database,
        autocommit=True,
        connect_timeout=5,
    )


def _furnish(connection: psycopg.Connection, password: str, *, fast: bool) -> None:
    name = sql.Identifier(NAME)
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]).fetchone():
        create = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(password))
        connection.execute(create)
    if fast:
        connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(name))
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
