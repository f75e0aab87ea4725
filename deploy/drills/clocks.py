"""The clock an hour back and a day forward, a holiday notice, a new ladder (时钟、放假、换阶梯).

`.venv/bin/python -m deploy.drills clocks [--due 2000]`. `chase --at` fires what is due at that
instant and never takes anything back; a notice entered while a sweep runs moves the deadlines still
running, each by an event; a ladder replaced while rungs are pending stands for later starts only.
"""

import json
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils import timezone

from cases.docket.counted import due_of, hours_of
from cases.docket.models import Deadline, DeadlineState, Event
from cases.law.ladders import next_rung
from cases.notice.operations.deriving import derive
from cases.oversight.models import Chase
from cases.oversight.operations.chasing import chase
from cases.people.queries import town_day
from cases.rulebook.models import Ladder
from cases.rulebook.operations import succeed
from cases.rulebook.queries import book
from deploy.bench.armed import TOWN, Ground, ground, load
from deploy.drills.agreement import agreed, due_at, numbers
from deploy.drills.site import Site

OPTIONS = {"due": 2_000}
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
NEW_PAPER = "提醒（新阶梯）"


def drill(site: Site, *, due: int) -> dict[str, Any]:
    """The three, one after the other, on the same town."""
    began = time.monotonic()
    now = timezone.now().replace(microsecond=0)
    found = ground(now, 4)
    load(found, 1, due * 5, 5)
    told, checks = _back_and_forth(site, found)
    for part in (_holiday(site, found), _replaced(now, found)):
        told, checks = told | part[0], checks | part[1]
    derive(timezone.now())  # no worker runs here
    checks |= agreed()
    return told | {"seconds": round(time.monotonic() - began, 1)} | numbers() | {"checks": checks}


def _back_and_forth(site: Site, found: Ground) -> tuple[dict[str, Any], dict[str, bool]]:
    at = found.at[1]
    then = due_at(at - AN_HOUR)
    counted = _chase(site, at - AN_HOUR, "--dry-run")
    first, again = _chase(site, at - AN_HOUR), _chase(site, at - AN_HOUR)
    forward = _chase(site, at + A_DAY)
    before = Chase.objects.count()
    late = _chase(site, at - AN_HOUR)
    checks = {
        "a dry run counts and fires nothing": (counted["due"], counted["fired"])
        == (then, 0),
        "an hour back: what was due then": (first["due"], first["fired"], first["skipped"])
        == (then, then, 0),
        "asked again: nothing": (again["due"], again["fired"]) == (0, 0),
        "a day forward: what came since": forward["fired"] == forward["due"] > 0,
        "back once more: nothing is taken back": (late["due"], Chase.objects.count())
        == (0, before),
    }
    return {"an_hour_back": first, "a_day_forward": forward}, checks


def _holiday(site: Site, found: Ground) -> tuple[dict[str, Any], dict[str, bool]]:
    """Three days off more, entered while a sweep is under way."""
    at, running = found.at[2], Deadline.objects.filter(state=DeadlineState.RUNNING)
    stood = dict(running.values_list("pk", "due_at"))
    file = _notice(site.where.state / "notice.yaml", town_day(found.at[3]) + A_DAY)
    with ThreadPoolExecutor(2) as pool:
        swept = pool.submit(_chase, site, at)
        entered = pool.submit(_told, site, "enter_notice", str(file))
        done = {"swept": swept.result(), "entered": entered.result()}
    while (again := _told(site, "enter_notice", str(file)))["recounted"]["skipped"]:
        pass
    version = book().calendar.version
    moved = {d.pk for d in running if d.due_at != stood[d.pk]}
    recounts = Event.objects.filter(verb="recount").count()
    checks = {
        "a sweep under way and the notice both ended well": done["swept"]["fired"] > 0
        and done["entered"]["days_changed"] == 3,
        "every running deadline is counted by the new notice": not running.exclude(
            calendar_version=version
        ).exists(),
        "dates moved, each by one event": 0 < len(moved) == recounts,
        "a moved date is a new generation": set(
            Deadline.objects.filter(generation=2).values_list("pk", flat=True)
        )
        == moved,
        "the next rung follows the new date": all(_armed_anew(running.filter(pk__in=moved))),
    }
    return {"moved": len(moved), "notice": again["revision"]} | done, checks


def _replaced(now: datetime, found: Ground) -> tuple[dict[str, Any], dict[str, bool]]:
    """A ladder whose first rung has another paper, for what starts from the day after tomorrow."""
    held, since = Ladder.objects.get(code="L3", valid_to=None), town_day(now) + 2 * A_DAY
    rungs = [held.rungs[0] | {"paper": NEW_PAPER}, *held.rungs[1:]]
    pending = Deadline.objects.filter(rung=0).exclude(next_rung_at=None).count()
    succeed(held, since, rungs=rungs, at=now, actor_code="drill", paper="演练")
    before = Chase.objects.order_by("-pk").values_list("pk", flat=True)[0]
    done = [chase(found.at[3] + n * A_DAY) for n in range(1, 20)]
    fired = Chase.objects.filter(pk__gt=before).values_list("rung", "paper", "deadline__start_at")
    firsts = [(paper, town_day(start) < since) for rung, paper, start in fired if rung == 1]
    checks = {
        "rungs were pending": pending > 0,
        "what began before climbs the ladder of its start day": {p for p, old in firsts if old}
        == {held.rungs[0]["paper"]},
        "what began later climbs the new one": {p for p, old in firsts if not old} == {NEW_PAPER},
        "all pending rungs fired": sum(d.fired for d in done) == sum(d.due for d in done) > 0,
    }
    old = sum(is_old for _, is_old in firsts)
    told = {"pending_at_the_new_ladder": pending, "first_rungs_of_the_old": old}
    return told | {"first_rungs_of_the_new": len(firsts) - old}, checks


def _notice(file: Path, first: date) -> Path:
    """The notice of that year with three working days more off, from the first on."""
    seeded = settings.SEEDS / "calendar" / f"{first.year}.yaml"
    told: dict[str, Any] = {"year": first.year, "days": [], "quality": "town_default"}
    if seeded.exists():
        told = yaml.safe_load(seeded.read_text(encoding="utf-8"))
    off = [first + n * A_DAY for n in range(9)]
    calendar = book().calendar
    more = [day for day in off if calendar.is_working(day)][:3]
    told["days"] = [row for row in told["days"] if row["date"] not in more]
    told["days"] += [{"date": day, "rest": True, "name": "演练"} for day in more]
    told["citation"] = "演练用放假安排"
    file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return file


def _armed_anew(moved: Iterable[Deadline]) -> Iterator[bool]:
    rules = book()
    for d in moved:
        ladder = rules.ladder(d.ladder, town_day(d.start_at), TOWN)
        wanted = next_rung(ladder, d.rung, d.start_at, due_of(d), rules.calendar, hours_of(d))
        yield (wanted or (None, None)) == (d.next_rung, d.next_rung_at)


def _chase(site: Site, at: datetime, *more: str) -> dict[str, Any]:
    return _told(site, "chase", "--at", at.isoformat(), *more)


def _told(site: Site, *words: str) -> dict[str, Any]:
    done = site.manage(*words)
    if done.returncode:
        raise SystemExit(f"{words}: {done.returncode} {done.stdout} {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told
