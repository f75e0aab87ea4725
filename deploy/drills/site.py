"""A database and a queue of a drill's own (演练场地), which it may stop and start again."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg

from deploy.launch.places import Places, make_state, places
from deploy.launch.postgres import start_postgres
from deploy.launch.processes import Child
from deploy.launch.servers import environment, stop
from deploy.launch.valkey import start_valkey

_PREPARED = (["migrate", "--noinput"], ["load_seeds"], ["demo_town"])
# Everybody else's connections are cut, as a restart would.
_CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass
class Site:
    """A state folder with the servers of a drill; the database may be somebody else's."""

    where: Places
    database_url: str = ""
    redis_url: str = ""
    database: list[Child] = field(default_factory=list)
    queue: list[Child] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        """What every program at the site is told."""
        told = {"XIASHU_DEMO": "1", "CELERY_SKIP_CHECKS": "1", "PYPINYIN_NO_PHRASES": "true"}
        return environment(self.where, self.database_url, self.redis_url) | told

    def queue_up(self) -> None:
        """Start the queue, with what it had on disk."""
        self.redis_url = start_valkey(self.where, self.queue)

    def queue_down(self) -> None:
        """Stop the queue."""
        stop(self.queue, silent=True)

    def restart_database(self) -> None:
        """Stop the database and start it again; of one that is not ours, cut the connections."""
        if self.database:
            stop(self.database, silent=True)
            start_postgres(self.where, self.database)
            return
        with psycopg.connect(self.database_url, autocommit=True) as link:
            link.execute(_CUT)

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A management command at the site, with what it said."""
        orders: list[str | Path] = [self.where.python, self.where.root / "manage.py", *words]
        return subprocess.run(
            orders, env=self.env, cwd=self.where.root, capture_output=True, text=True, check=False
        )


@contextmanager
def own_site() -> Iterator[Site]:
    """A site with a database and a queue of its own and the demonstration town; thrown away."""
    folder = Path(tempfile.mkdtemp(prefix="xiashu-drill-"))
    folder.chmod(0o711)
    site = Site(replace(places(), state=folder / "state"))
    make_state(site.where)
    try:
        site.database_url = start_postgres(site.where, site.database)
        site.queue_up()
        for words in _PREPARED:
            done = site.manage(*words)
            if done.returncode:
                raise SystemExit(f"{words}: {done.stderr[-2000:]}")
        yield site
    finally:
        site.queue_down()
        stop(site.database, silent=True)
        data = site.where.state / "pg"
        if data.is_symlink():
            shutil.rmtree(data.resolve().parent, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def borrowed_site(folder: Path, database_url: str, keys: Path) -> Iterator[Site]:
    """A site with a queue of its own on a database that stands, whose keys lie in `keys`."""
    site = Site(replace(places(), state=folder), database_url=database_url)
    make_state(site.where)
    shutil.copytree(keys, folder / "keys", dirs_exist_ok=True)
    try:
        site.queue_up()
        yield site
    finally:
        site.queue_down()


def enter(site: Site) -> None:
    """Make this program one of the site's, before Django is set up."""
    os.environ.update(site.env)
