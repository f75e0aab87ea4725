"""`./deploy/test`: everything the tests need, then every check; pytest's own last line ends it.

With arguments only pytest runs, with those arguments. All state is in a folder thrown away after.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from deploy.launch.chromium import chromium, fonts
from deploy.launch.farewell import Farewell, call, listen
from deploy.launch.frontend import fetch
from deploy.launch.lock import Running, alone, tell
from deploy.launch.places import Places, make_state, places
from deploy.launch.processes import born
from deploy.launch.servers import environment, servers
from deploy.launch.words import Stop, refuse, run_quietly, say

# What ruff and mypy read.
CODE = ("cases", "xiashu", "tests", "deploy", "manage.py")

# Called this way because its script starts with the path of `.venv`, which may be too long.
_IMPORT_LINTER = "import sys, importlinter.cli as c; sys.exit(c.lint_imports_command())"

# Some tests write with sixteen threads at once, each on a connection of its own.
POOL = "24"

# How many tests run side by side.
SIDE_BY_SIDE = "2"


def main(argv: list[str]) -> int:
    """0 only when every check and every test passed."""
    os.umask(0o077)
    where = places()
    listen()
    folder = Path(tempfile.mkdtemp(prefix="xiashu-test-"))
    try:
        return _in(replace(where, state=folder / "state"), argv)
    except Stop as problem:
        refuse(problem)
        return 1
    except Farewell:
        say("已中止")
        return 130
    finally:
        _throw_away(folder)


def _in(where: Places, argv: list[str]) -> int:
    where.state.parent.chmod(0o711)
    make_state(where)
    fetch(where)
    (where.state / "static").mkdir(mode=0o700)
    browser = chromium(where)
    with alone(where, "test"), servers(where, fast=True) as below:
        env = environment(where, below.database_url, below.redis_url)
        env |= {"XIASHU_CHROMIUM": str(browser), "FONTCONFIG_FILE": str(fonts(where))}
        env["XIASHU_POOL"] = POOL
        mine = os.getpid()
        urls = (below.database_url, below.redis_url)
        tell(where, Running(mine, born(mine), *urls, address="", children={}))
        failed = [] if argv else _checks(where, env)
        if failed:
            say("✗ 没有通过的检查：" + "、".join(failed))
        options = argv or ["-n", SIDE_BY_SIDE]
        code = call([where.python, "-m", "pytest", *options], env, where.root)
    return code or (1 if failed else 0)


def _checks(where: Places, env: Mapping[str, str]) -> list[str]:
    """Run every check; the names of those that failed, their output shown."""
    schema = where.state / "openapi.yaml"
    manage = ["manage.py"]
    checks: dict[str, list[str]] = {
        "ruff": ["-m", "ruff", "check", *CODE],
        "mypy": ["-m", "mypy", *CODE],
        "import-linter": ["-c", _IMPORT_LINTER],
        "迁移齐全": [*manage, "makemigrations", "--check", "--dry-run"],
        "Django 自检": [*manage, "check", "--fail-level", "WARNING"],
        "接口文档": [*manage, "spectacular", "--validate", "--fail-on-warn", "--file", str(schema)],
        "OpenAPI 规范": ["-m", "openapi_spec_validator", str(schema)],
    }
    return [name for name, orders in checks.items() if not _passes(where, env, name, orders)]


def _passes(where: Places, env: Mapping[str, str], name: str, orders: list[str]) -> bool:
    log = where.logs / "check.log"
    log.unlink(missing_ok=True)
    code = run_quietly([where.python, *orders], log, env=env, cwd=where.root)
    say(f"检查 {name} {'✗' if code else '✓'}")
    if code:
        print(log.read_text(encoding="utf-8", errors="replace"), file=sys.stderr, flush=True)
    return code == 0


def _throw_away(folder: Path) -> None:
    """Remove the test's state, and its database when that had to lie elsewhere."""
    data = folder / "state" / "pg"
    if data.is_symlink():
        shutil.rmtree(data.resolve().parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
