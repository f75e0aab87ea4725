"""The drills by name: `.venv/bin/python -m deploy.drills NAME [--OPTION NUMBER]`, from the root.

backup: a backup under load, restored elsewhere. chase_twice: two beats and four workers on the
same rungs. chase_killed: workers killed, queue and database gone in mid-sweep. clocks: the clock
back and forward, a holiday notice, a new ladder. Real processes in a folder that is thrown away;
each prints one JSON object with its checks; exit 1 when one fails.
"""

import argparse
import json
import os
import sys
from importlib import import_module
from typing import Any

import django

from deploy.drills import backup
from deploy.drills.site import enter, own_site

NAMES = ("backup", "chase_twice", "chase_killed", "clocks")


def main() -> int:
    """Run the drill named first, with the options after it."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in NAMES:
        raise SystemExit(f"{__doc__}\n{' '.join(NAMES)}")
    sys.argv = sys.argv[1:]
    if name == "backup":
        return backup.main()
    with own_site() as site:
        enter(site)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiashu.settings")
        django.setup()
        module = import_module(f"deploy.drills.{name}")
        told = {"drill": name} | module.drill(site, **_options(module))
    told["passed"] = all(told["checks"].values())
    print(json.dumps(told, ensure_ascii=False, indent=1, default=str))
    return 0 if told["passed"] else 1


def _options(module: Any) -> dict[str, int]:
    asked = argparse.ArgumentParser(description=module.__doc__)
    for option, usual in module.OPTIONS.items():
        asked.add_argument(f"--{option}", type=int, default=usual)
    return vars(asked.parse_args())


if __name__ == "__main__":
    sys.exit(main())
