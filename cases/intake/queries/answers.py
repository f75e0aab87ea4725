"""Answers owed to the hotline (12345 办理结果): what was closed between two days, in the columns of
its sheet, with what became of it.

A sheet merged into another is answered by that one. Nothing is marked here: that the answer went
out is for the other system to say. Telephones are masked, the caller of a 举报 is not named.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from cases.docket import access
from cases.docket.models import Case, Event, ExternalRef, Link, Party
from cases.docket.queries.timeline import masked
from cases.docket.seal import open_key, unseal_facts
from cases.intake.models import Report
from cases.intake.states import REPORT
from cases.intake.states.words import (
    CLOSINGS,
    MERGED,
    REFUSALS,
    SATISFACTIONS,
    Source,
    Stream,
)
from cases.law.moves import Refused, Why
from cases.people.queries import TOWN_TIME, Actor
from cases.rulebook.queries import Book, book

HEADS = (
    *("工单编号", "来电人", "联系电话", "诉求标题", "诉求内容", "诉求地址", "派单时间"),
    *("办结时限", "诉求分类", "紧急程度", "本系统编号", "办理结果", "答复内容", "办结方式"),
    *("办结时间", "是否联系", "满意情况"),
)
LONGEST = timedelta(days=366)
_A_TIME = 200
_LABELS = dict(CLOSINGS), dict(REFUSALS), dict(SATISFACTIONS)
_HIDDEN = (Stream.INFORMER.value, Stream.DISCIPLINE.value)
_ENDING = ("close", "answer_directly", "not_accept", "transfer", "sheet_taken_back")
_TELLING = (*_ENDING, "handle", "contact", "call_back")


@dataclass(frozen=True)
class _Told:
    """What the story of a case says for its answer."""

    result: str = ""
    reply: str = ""
    closing: str = ""
    reached: str = ""
    satisfied: str = ""


def between(since: date | None, until: date | None) -> tuple[datetime, datetime]:
    """The two days as instants, the last one whole; Refused where they make no span of a year."""
    if since is None or until is None:
        raise _wrong("请填写起止日期。")
    if until < since:
        raise _wrong("结束日期早于开始日期，请核对。")
    if until - since > LONGEST or until >= date.max - timedelta(days=1):
        raise _wrong("一次最多导出一年，请缩短起止日期。")
    start = datetime.combine(since, time(), TOWN_TIME)
    return start, datetime.combine(until + timedelta(days=1), time(), TOWN_TIME)


def answers(actor: Actor, start: datetime, end: datetime) -> Iterator[tuple[str, ...]]:
    """One row a sheet that ended in the span, in the order of its end; texts only."""
    refs, rules = _refs(actor, start, end), book()
    ids = list(refs.values_list("pk", flat=True))
    for at in range(0, len(ids), _A_TIME):
        yield from _rows(ids[at : at + _A_TIME], rules)


def how_many(actor: Actor, start: datetime, end: datetime) -> int:
    """How many sheets ended in the span."""
    return _refs(actor, start, end).count()


def _refs(actor: Actor, start: datetime, end: datetime) -> QuerySet[ExternalRef]:
    seen = access.visible(actor, Case.objects.filter(kind=REPORT.code))
    ended = {"closed_at__gte": start, "closed_at__lt": end}
    main = Link.objects.filter(
        why="merged",
        ended_at=None,
        parent__in=seen.exclude(state=MERGED),
        **{f"parent__{name}": at for name, at in ended.items()},
    )
    own = Q(case__in=seen.filter(**ended).exclude(state=MERGED))
    merged = Q(case__in=main.values("child"), case__state=MERGED)
    refs = ExternalRef.objects.filter(Q(division=actor.division), system=Source.HOTLINE.value)
    return refs.filter(own | merged).order_by("pk")


def _rows(ids: Sequence[int], rules: Book) -> Iterator[tuple[str, ...]]:
    refs = list(ExternalRef.objects.filter(pk__in=ids).select_related("case").order_by("pk"))
    cases = {ref.case_id: ref.case for ref in refs}
    mains = _mains(cases)
    every = cases | {main.pk: main for main in mains.values()}
    told, callers = _stories(every), _callers(cases)
    hidden = set(
        Report.objects.filter(case__in=cases, stream__in=_HIDDEN).values_list("case_id", flat=True)
    )
    hidden |= set(
        Party.objects.filter(case__in=cases, hidden=True).values_list("case_id", flat=True)
    )
    for ref in refs:
        main = mains.get(ref.case_id, ref.case)
        caller = callers.get(ref.case_id, ("", ""))
        if ref.case_id in hidden:
            caller = ("（保密）", "")
        yield _row(ref, main, caller, told[main.pk], rules)


def _row(
    ref: ExternalRef, main: Case, caller: tuple[str, str], told: _Told, rules: Book
) -> tuple[str, ...]:
    case = ref.case
    words = unseal_facts(open_key(case.wrapped_key, case.key_id), case.words)
    classes = rules.classes.get(("grid", case.category))
    own = str(case.number) if main.pk == case.pk else f"{case.number}（并入 {main.number}）"
    return (
        ref.number,
        *caller,
        str(words.get("title", "（已依法销毁）" if case.wrapped_key is None else "")),
        str(words.get("description", "")),
        str(words.get("address", "")),
        _local(case.opened_at),
        _local(ref.due),
        classes[-1].name if classes else case.category,
        "紧急" if case.urgent else "一般",
        own,
        told.result,
        told.reply,
        told.closing,
        _local(main.closed_at),
        told.reached,
        told.satisfied,
    )


def _mains(cases: dict[int, Case]) -> dict[int, Case]:
    links = Link.objects.filter(child__in=cases, why="merged", ended_at=None)
    return {link.child_id: link.parent for link in links.select_related("parent")}


def _callers(cases: dict[int, Case]) -> dict[int, tuple[str, str]]:
    found = {}
    for party in Party.objects.filter(case__in=cases, role="reporter"):
        case = cases[party.case_id]
        who = unseal_facts(open_key(case.wrapped_key, case.key_id), party.sealed)
        found[case.pk] = (str(who.get("name", "")), masked(str(who.get("phone", ""))))
    return found


def _stories(cases: dict[int, Case]) -> dict[int, _Told]:
    known: dict[int, dict[str, Any]] = {pk: {} for pk in cases}
    rows = Event.objects.filter(case__in=cases, verb__in=_TELLING).order_by("case_id", "seq")
    for event in rows:
        case, facts = cases[event.case_id], known[event.case_id]
        key = open_key(case.wrapped_key, case.key_id)
        told = json.loads(event.text)["open"] | unseal_facts(key, event.sealed)
        if event.verb in _ENDING:  # the last end is the one that counts
            facts.pop("refusal", None)
            facts.pop("closing", None)
        facts |= told | {event.verb: True}
        if told.get("reached") == "yes":
            facts["talked"] = True
    return {pk: _story(facts) for pk, facts in known.items()}


def _story(facts: dict[str, Any]) -> _Told:
    closings, refusals, satisfactions = _LABELS
    refused = "refusal" in facts
    reached = "是" if "talked" in facts or "call_back" in facts else "否"
    return _Told(
        result=str(facts.get("result", "")),
        reply=str(facts.get("told" if refused else "reply", "")),
        closing=f"不予受理：{refusals.get(str(facts['refusal']), '')}"
        if refused
        else closings.get(str(facts.get("closing", "")), ""),
        reached=reached if "contact" in facts or "call_back" in facts else "未登记",
        satisfied=satisfactions.get(str(facts.get("satisfaction", "")), "未评价"),
    )


def _local(at: datetime | None) -> str:
    return f"{at.astimezone(TOWN_TIME):%Y-%m-%d %H:%M:%S}" if at else ""


def _wrong(words: str) -> Refused:
    return Refused(words, why=Why.FACTS, fields={"since": words})
