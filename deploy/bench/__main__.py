"""The benchmarks by name: `.venv/bin/python -m deploy.bench NAME [OPTIONS]`, from the root.

law_due: due dates a second. load_million: a database of a million cases. worklist: a first page of
the worklist in that database. export: a hundred thousand of its rows as a sheet. http: reports,
moves and worklists a second through the service. notices: notices a second to the app, in
process, rolled back. upload: seconds for a photo of 8 MB through it.
chasing: a sweep of the chase beside the bare SQL of the same rows, at three sizes.
board: the supervisor's board in that database. Each prints one JSON object; they are reported,
never asserted.
"""

import os
import sys
from importlib import import_module

import django

ON_DJANGO = ("load_million", "worklist", "export", "notices", "chasing", "board")
NAMES = ("law_due", *ON_DJANGO, "http", "upload")


def main() -> None:
    """Run the benchmark named first, with the options after it."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in NAMES:
        raise SystemExit(f"{__doc__}\n{' '.join(NAMES)}")
    sys.argv = sys.argv[1:]
    if name in ON_DJANGO:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiashu.settings")
        django.setup()
    import_module(f"deploy.bench.{name}").main()


if __name__ == "__main__":
    main()
