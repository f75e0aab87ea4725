"""Settling what a person had to look at (处理待办): who looked, and when."""

from datetime import datetime
from typing import Final

from cases.docket.models import WorkItem
from cases.docket.queries.workitems import WITH_RESULT, theirs
from cases.law.moves import Refused, Why
from cases.law.texts import visible
from cases.people.queries import Actor

LONGEST: Final = 400


def settle(item_id: int, *, by: Actor, at: datetime, result: str = "") -> WorkItem:
    """Mark a work item as done, with what came of it; Refused where it is not theirs.

    A call is done when it is written down who was reached, or that nobody was. Whoever was first
    stays: settling it again changes nothing.
    """
    mine = theirs(by).filter(pk=item_id)
    item = mine.select_related("done_by").first()
    if item is None:
        raise Refused("没有这件要处理的事，或它不归您的岗位处理。", why=Why.HIDDEN)
    if item.done_at is not None:
        return item
    said = " ".join(visible(result).split())
    if len(said) > LONGEST:
        words = f"“通话结果”最多 {LONGEST} 字，现有 {len(said)} 字，请精简。"
        raise Refused(words, why=Why.FACTS, fields={"result": words})
    if item.kind in WITH_RESULT and not said:
        words = "请写明几点、打给谁、对方怎么说；没打通也请写明。"
        raise Refused(words, why=Why.FACTS, fields={"result": words})
    done = {"done_at": at, "done_by_id": by.officer_id, "result": said}
    mine.filter(done_at=None).update(**done)
    return mine.select_related("done_by").get()
