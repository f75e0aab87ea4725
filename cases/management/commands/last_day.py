"""`./deploy/manage last_day CHAIN --event NAME=ISO …`: what may be done until when (期限链)."""

from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.conf import settings

from cases.law.calendar import SHANGHAI
from cases.law.explanation import Explanation
from cases.law.mediation import CHAINS, EVENTS, LastDay, Step, chain_of, check_events, last_day
from cases.law.rule import LawError
from cases.law.terms import Term, in_beijing
from cases.management.commands._json_answers import JsonCommand
from cases.rulebook.queries import Book, book
from cases.rulebook.queries.rules import RuleMissing


class Command(JsonCommand):
    """Prints `{steps: [{step, last_day, due_at, trace, citation}]}`, and what is still needed."""

    help = (
        "纠纷各步的最后一日和逐日说明；--event 名称=日期，可写多次；--list 列出各链的步骤和事件。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the chain and its events."""
        parser.add_argument("chain", nargs="?", default="", help="、".join(CHAINS))
        parser.add_argument(
            "--event", action="append", default=[], help="如 received=2026-09-10，可写多次"
        )
        parser.add_argument("--list", action="store_true", help="列出各链的步骤和事件")

    def answer(self, **options: Any) -> dict[str, Any]:
        """Count every step of the chain."""
        if options["list"]:
            return {"chains": [_listed(name) for name in CHAINS]}
        if not options["chain"]:
            raise LawError("chain", f"请给出链的名称：{'、'.join(CHAINS)}。")
        chain = chain_of(options["chain"])
        events = _events(options["event"])
        check_events(chain, events)
        rules = book()
        return {"steps": [_told(_counted(rules, step, events)) for step in chain]}


def _listed(name: str) -> dict[str, Any]:
    chain = CHAINS[name]
    used = dict.fromkeys(event for step in chain for event in (step.event, *step.anew))
    return {
        "chain": name,
        "steps": [{"step": s.code, "label": s.label, "event": s.event} for s in chain],
        "events": {event: EVENTS[event] for event in used},
    }


def _events(told: list[str]) -> dict[str, datetime]:
    events: dict[str, datetime] = {}
    for one in told:
        name, equals, when = one.partition("=")
        if not equals or not name.strip():
            raise LawError("event", f"看不懂事件“{one[:40]}”，应如 received=2026-09-10。")
        if name.strip() in events:
            raise LawError("event", f"事件“{name.strip()[:30]}”写了两次，请只留一个。")
        events[name.strip()] = _moment(name.strip(), when.strip())
    return events


def _moment(name: str, when: str) -> datetime:
    try:
        at = datetime.fromisoformat(when)
    except ValueError:
        words = f"看不懂“{name[:30]}”的日期“{when[:30]}”，应如 2026-09-10。"
        raise LawError("event", words) from None
    return at if at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _counted(rules: Book, step: Step, events: dict[str, datetime]) -> LastDay:
    starts = [events[name] for name in (step.event, *step.anew) if name in events]
    if step.event not in events:
        return LastDay(step, None, step.event)
    try:
        term = _term(rules, step, in_beijing(max(starts)).date())
        return last_day(step, term, events, rules.calendar)
    except LawError as wrong:
        raise LawError("event", wrong.sentence) from wrong


def _term(rules: Book, step: Step, on: date) -> Term:
    try:
        return rules.term(step.term, settings.HOME_DIVISION, on).term
    except RuleMissing as missing:
        raise LawError("event", missing.sentence) from missing


def _told(one: LastDay) -> dict[str, Any]:
    told: dict[str, Any] = {"step": one.step.code, "label": one.step.label}
    if one.found is None:
        return told | {"last_day": None, "due_at": None, "trace": [], "needs": one.needs}
    return told | _shown(one.found)


def _shown(found: Explanation) -> dict[str, Any]:
    return {
        "last_day": found.due.last_day.isoformat(),
        "due_at": found.due.due_at.astimezone(SHANGHAI).isoformat(timespec="minutes"),
        "provisional": found.due.provisional,
        "trace": [
            {"date": day.date.isoformat(), "counted": day.counted, "why": day.why}
            for day in found.trace
        ],
        "citation": found.citation,
    }
