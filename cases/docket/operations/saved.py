"""Keeping a list under a name (常用筛选), and the trace that looking for a reporter leaves.

What is kept is the address alone; a reporter's name or phone number is never kept in one.
"""

from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl

from django.db import transaction
from django.db.models import Q

from cases.docket import access
from cases.docket.models import Access, SavedView
from cases.docket.operations.reading import note_reading
from cases.docket.queries.filters import VIEWS, Filters, filters_of
from cases.law.moves import Refused, Why
from cases.law.texts import visible
from cases.people.models import Officer
from cases.people.queries import Actor

MOST: Final = 20  # lists a person keeps
LONGEST: Final = 20  # characters of a name


@transaction.atomic
def keep_view(name: str, query: str, *, by: Actor, at: datetime) -> SavedView:
    """Keep a list under a name; a name that stands is given the new filters."""
    if by.officer_id is None or by.role in access.NO_CASES:
        raise Refused(f"{by.role.label}岗位不查看具体事项，没有可保存的筛选。", why=Why.ROLE)
    name, kept = _named(name), _query(query)
    # One at a time for one person, so that two windows do not pass the bound together.
    Officer.objects.select_for_update().only("id").get(pk=by.officer_id)
    mine = SavedView.objects.filter(officer_id=by.officer_id)
    known = mine.filter(name=name).first()
    if known is not None:
        if known.query != kept:
            known.query, known.saved_at = kept, at
            known.save(update_fields=["query", "saved_at"])
        return known
    if mine.count() >= MOST:
        raise Refused(f"常用筛选最多保存 {MOST} 个，请先删去不用的。")
    return SavedView.objects.create(officer_id=by.officer_id, name=name, query=kept, saved_at=at)


def drop_view(view: int, *, by: Actor) -> None:
    """Drop a kept list of one's own; Refused as not there for anybody else's."""
    gone, _ = SavedView.objects.filter(Q(officer_id=by.officer_id), pk=view).delete()
    if not gone:
        raise Refused("没有这个常用筛选，或已经删除。", why=Why.HIDDEN)


def note_search(filters: Filters, rows: int, *, by: Actor, at: datetime) -> None:
    """Leave a trace where a reporter was looked for: by what, never the name or number itself."""
    if not filters.by_reporter:
        return
    how = {"name": "按反映人姓名", "phone": "按电话"}[filters.by_reporter]
    note_reading(by, Access.SEARCH, at=at, rows=rows, words=how)


def _named(name: str) -> str:
    clean = " ".join(visible(name).split())
    if not clean:
        raise _wrong("name", "请给这个筛选起个名称。")
    if len(clean) > LONGEST:
        raise _wrong("name", f"名称最多 {LONGEST} 个字，请缩短。")
    return clean


def _query(query: str) -> str:
    try:
        asked = dict(parse_qsl(query[:2000].removeprefix("?"), max_num_fields=50))
    except ValueError as error:
        raise _wrong("query", "筛选条件太多，请减少后再保存。") from error
    filters = filters_of(asked)
    if filters.view not in VIEWS:
        raise _wrong("query", "没有这个视图，请从办件页面保存。")
    if filters.by_reporter:
        raise _wrong("query", "按反映人姓名、电话查找的条件不能保存，请去掉后再保存。")
    if len(filters.query) > 400:
        raise _wrong("query", "筛选条件太长，请减少后再保存。")
    return filters.query


def _wrong(name: str, words: str) -> Refused:
    return Refused(words, why=Why.FACTS, fields={name: words})
