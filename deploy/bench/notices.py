"""Notices a second (通知生成速度): `.venv/bin/python -m deploy.bench notices [EVENTS]`, in process.

Uses the installation's database, its rulebook and its people: files as many reports as asked for
(2,000 events unless said), accepts and assigns them, and then times the sweep that turns what waits
into notices. All of it is rolled back. Prints one JSON object.
"""

import json
import sys
import time
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.docket.models import Case, Outbox
from cases.docket.slip import Slip
from cases.intake import operations as report
from cases.law.moves import Role
from cases.notice.models import Notice
from cases.notice.operations.deriving import derive
from cases.people.models import Post
from cases.people.queries import Actor, actor_for, town_day

PLAIN: dict[str, Any] = {"category": "0602", "title": "路灯不亮", "description": "第三盏不亮"}


def main() -> None:
    """Measure, print, and leave nothing behind."""
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with transaction.atomic():
        Outbox.objects.filter(reader="notice", taken_at=None).update(taken_at=timezone.now())
        events = _events(asked)
        before = Notice.objects.count()
        began = time.perf_counter()
        done = derive(timezone.now())
        seconds = time.perf_counter() - began
        made = Notice.objects.count() - before
        transaction.set_rollback(True)
    told: dict[str, Any] = {"events": events, "taken": done.events, "notices": made}
    told |= {"by_channel": dict(done.by_channel), "seconds": round(seconds, 3)}
    told |= {"notices_a_second": round(done.by_channel["app"] / seconds)}
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")


def _events(asked: int) -> int:
    desk, worker = _seat(Role.DESK), _seat(Role.GRID_WORKER)
    village = Post.objects.filter(role=Role.VILLAGE, unit__division=desk.division).first()
    now, written, slip = timezone.now(), 0, Slip(by_event=True)
    while written < asked:
        case: Case = report.file_report(by=worker, at=now, slip=slip, **PLAIN)[0]
        report.VERBS["accept"](case, by=desk, at=now, slip=slip)
        unit = village.unit_id if village else desk.unit_id
        report.VERBS["assign"](case, by=desk, at=now, slip=slip, unit=unit)
        written += 3
    return written


def _seat(role: Role) -> Actor:
    post = Post.objects.select_related("officer").filter(role=role, valid_to=None).first()
    if post is None:
        raise SystemExit(f"nobody sits as {role}: run demo_town first")
    return actor_for(post.officer, post.pk, town_day(timezone.now()))


if __name__ == "__main__":
    main()
