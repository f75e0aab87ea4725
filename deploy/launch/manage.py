"""`./deploy/manage COMMAND`: a management command with the service's own servers.

Standard output carries only what the command prints; its exit code is passed on.
"""

import os
import sys

from deploy.launch.farewell import Farewell, call, listen
from deploy.launch.lock import opened, wait_alone_or_running
from deploy.launch.places import Places, places
from deploy.launch.prepare import prepare
from deploy.launch.processes import end_orphans
from deploy.launch.servers import environment, servers
from deploy.launch.words import Stop, refuse

# Commands about the code: they neither need nor touch a prepared database.
_ABOUT_CODE = {"check", "makemigrations", "migrate", "showmigrations", "spectacular", "sqlmigrate"}
_NO_SERVERS = {"help", "--help", "-h", "--version", "--example"}


def main(argv: list[str]) -> int:
    """The command's own exit code; 1 when it could not be started, 130 when interrupted."""
    os.umask(0o077)
    where = places()
    listen()
    try:
        if not argv or _NO_SERVERS & set(argv):
            env = dict(os.environ, XIASHU_STATE=str(where.state))
            return call([where.python, where.root / "manage.py", *argv], env)
        return _with_servers(where, argv)
    except Stop as problem:
        refuse(problem)
        return 1
    except Farewell:
        return 130


def _with_servers(where: Places, argv: list[str]) -> int:
    with opened(where) as lock:
        found = wait_alone_or_running(where, lock, "manage")
        if found is not None:
            return _prepared(where, found.database_url, found.redis_url, argv)
        end_orphans(where)
        with servers(where) as ours:
            return _prepared(where, ours.database_url, ours.redis_url, argv)


def _prepared(where: Places, database_url: str, redis_url: str, argv: list[str]) -> int:
    env = environment(where, database_url, redis_url)
    if argv[0] not in _ABOUT_CODE:
        prepare(where, env, demo=False)
    return call([where.python, where.root / "manage.py", *argv], env)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
