"""First stage: `.venv` and front-end files, then the command itself inside `.venv`."""

import json
import os
import sys

from deploy.launch.frontend import fetch, npm
from deploy.launch.packages import install
from deploy.launch.places import Places, make_state, places
from deploy.launch.words import Stop, refuse

ANSWERING = ("backup", "restore")  # their refusals are printed in JSON
COMMANDS = ("run", "manage", "test", *ANSWERING)


def main(argv: list[str]) -> int:
    """Prepare, then become the command; 1 when that is impossible, 130 when interrupted."""
    if argv[:1] not in [[name] for name in COMMANDS]:
        print(f"start {'|'.join(COMMANDS)} [arguments]", file=sys.stderr)
        return 2
    where = places()
    try:
        make_state(where, growing=argv[0] != "backup")
        groups = ["service", *(["embedded"] if _embedded(where) else [])]
        install(where, [*groups, *(["dev"] if argv[0] == "test" else [])])
        fetch(where)
    except Stop as problem:
        refuse(problem)
        if argv[0] in ANSWERING:
            told = {"error": problem.sentence, "field": "XIASHU_STATE"}
            print(json.dumps(told, ensure_ascii=False))
            return 2
        return 1
    except KeyboardInterrupt:
        refuse(Stop("已中止；再次运行会接着做。", "Interrupted; start again to go on."))
        return 130
    become = [str(where.python), "-P", "-m", f"deploy.launch.{argv[0]}", *argv[1:]]
    return os.execv(where.python, become)


def _embedded(where: Places) -> bool:
    """Whether the embedded servers, or the node that fetches front-end files, are needed."""
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        return True
    fetched = any(where.venv.glob("frontend/*"))
    return not fetched and npm(where) is None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
