"""`./deploy/run`: the whole service, from servers to web, until somebody stops it."""

import json
import os
import sys
import time

from deploy.launch.farewell import Farewell, ignore, listen
from deploy.launch.lock import Running, alone, forget, tell
from deploy.launch.places import Places, places, private_text
from deploy.launch.prepare import collect, prepare
from deploy.launch.processes import Child, born, end_orphans
from deploy.launch.servers import Servers, environment, servers, stop
from deploy.launch.web import Door, door, start_beat, start_web, start_workers, wait_ready
from deploy.launch.words import Stop, refuse, say, step, tail


def main() -> int:
    """Run until asked to stop: 0; 1 when it could not start or a part of it died."""
    os.umask(0o077)
    where = places()
    listen()
    try:
        with alone(where, "run"):
            _serve(where)
    except Farewell:
        say("已全部停止，数据都在。")
    except Stop as problem:
        refuse(problem)
        return 1
    return 0


def _serve(where: Places) -> None:
    end_orphans(where)
    at = door()
    with servers(where) as below:
        ours: list[Child] = []
        try:
            _start(where, below, at, ours)
            _watch([*below.children, *ours])
        except Farewell:
            say("正在停止 …")
            raise
        finally:
            ignore()
            # Nobody may take servers that are about to go: from here on a command waits its turn.
            forget(where)
            stop(ours)


def _start(where: Places, below: Servers, at: Door, ours: list[Child]) -> None:
    demo = os.environ.get("XIASHU_DEMO", "1") == "1"
    env = environment(where, below.database_url, below.redis_url)
    env |= {"XIASHU_DEMO": "1" if demo else "0", "XIASHU_ADDRESS": at.address}
    env.setdefault("XIASHU_HOSTS", at.hosts)
    prepare(where, env, demo=demo)
    collect(where, env)
    with step("启动后台任务、定时和网站"):
        start_workers(where, env, ours)
        start_beat(where, env, ours)
        web = start_web(where, env, at, ours)
        degraded = wait_ready(web, at)
    _note(where, below, at, [*below.children, *ours])
    # The workers leave their first sign of life half a minute after the start.
    waking = ("worker", "chores")
    if lacking := [str(item) for item in degraded if not str(item).startswith(waking)]:
        say("暂缺：" + "、".join(lacking))
    _welcome(where, at, demo=demo)


def _note(where: Places, below: Servers, at: Door, children: list[Child]) -> None:
    pids = {child.name: child.process.pid for child in children}
    mine = os.getpid()
    tell(
        where,
        Running(mine, born(mine), below.database_url, below.redis_url, at.address, pids),
    )


def _welcome(where: Places, at: Door, *, demo: bool) -> None:
    """Print the address and the demo log-ins."""
    print(f"\n  地址  {at.address}\n", flush=True)
    path = where.state / "demo.json"
    if demo and path.exists():
        shown = json.loads(path.read_text(encoding="utf-8"))
        shown["address"] = at.address
        private_text(path, json.dumps(shown, ensure_ascii=False, indent=1))
        print("  演示账号（角色  用户名  口令）")
        for role, login in shown["roles"].items():
            print(f"    {role:<16}{login['username']:<24}{login['password']}")
        print(flush=True)
    say(f"已就绪。日志在 {where.logs}；按 Ctrl-C 停止。")


def _watch(children: list[Child]) -> None:
    """Stay until a request to stop; Stop when one of the programs ends by itself."""
    while True:
        for child in children:
            if not child.alive:
                code = child.process.returncode
                raise Stop(
                    f"{child.name}意外退出（退出码 {code}），其余部分随之停止；"
                    f"日志见 {child.log}\n{tail(child.log)}",
                    "A part of the service died; the rest was stopped. See the log.",
                )
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
