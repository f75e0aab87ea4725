"""Which way the law sends a report (办理渠道), and whom that protects.

检举控告 goes to 纪检监察 and is never seen by the accused or their unit (信访工作条例 22); whoever
informs may demand that their name is kept from the handler (30).
"""

from collections.abc import Mapping
from typing import Any

from cases.docket.models import Case, Party
from cases.intake.models import Report
from cases.intake.states.words import UNDECIDED, Stream
from cases.law.moves import Refused, Why
from cases.people.queries import town_day
from cases.rulebook.queries import Book, book
from cases.rulebook.queries.rules import DISCIPLINE, RuleMissing

# Classes the law sends another way by themselves (网格事件分类 99).
STREAM_OF = {DISCIPLINE: Stream.DISCIPLINE, "9905": Stream.PETITION}
HIDDEN = frozenset({Stream.INFORMER, Stream.DISCIPLINE})


def stream_of(facts: Mapping[str, Any]) -> Stream | None:
    """The stream that facts name or force; None where they say nothing of it.

    Who informs stays an informer, whatever the class; a complaint against officials is one.
    """
    forced = STREAM_OF.get(str(facts.get("category") or ""))
    asked = Stream(facts["stream"]) if facts.get("stream") else None
    if asked is Stream.INFORMER and forced is not Stream.DISCIPLINE:
        return asked
    return forced or asked


def onto_the_row(case: Case, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Make a case confidential, or no more, before a move is drafted; the fact to be recorded.

    Refused where somebody handles it already: who is accused may not be the one who holds it.
    """
    stream = stream_of(facts)
    if stream is None:
        return {}
    if stream is Stream.DISCIPLINE and case.state not in UNDECIDED:
        words = "已交办的事项不能改为检举控告；请先由承办单位退回改派，再更正并移送。"
        raise Refused(words, why=Why.FACTS, fields={"stream": words, "category": words})
    case.confidential = stream is Stream.DISCIPLINE
    return {"stream": stream.value}


def protect(case: Case, facts: Mapping[str, Any]) -> None:
    """After such a move: the report knows its stream, and whoever it protects is hidden."""
    stream = stream_of(facts)
    if stream is not None:
        Report.objects.filter(case=case).update(stream=stream)
    if stream in HIDDEN or (facts.get("category") and protects(case, book())):
        Party.objects.filter(case=case).update(hidden=True, disclosed_to=None)


def protects(case: Case, rules: Book) -> bool:
    """Whether the class of matter protects people (分类标记 P); so does one no rule knows."""
    try:
        day = town_day(case.opened_at)
        return "P" in rules.category("grid", case.category, day, case.division).flags
    except RuleMissing:
        return True
