"""Verifying the record (核验): every chain from its first event, and every anchor outside it.

A changed row no longer agrees with its text or hash; a cut tail no longer reaches the head, or the
anchor; a deleted case leaves a gap in its series, and stands in the anchor still. A file is named
in the event it came with, by the digest of its sealed bytes.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from cases.docket import chain, vault
from cases.docket.anchorage import AnchorBroken, Header, read_entries, read_header
from cases.docket.models import Anchor, Attachment, Case, Deadline, DestroyedKey, Event, Series
from cases.docket.queries.destroyed import destroyed_keys


@dataclass
class Verified:
    """What a verification found; `broken` is empty when everything holds."""

    cases: int = 0
    events: int = 0
    anchors: int = 0
    broken: list[dict[str, Any]] = field(default_factory=list)

    def wrong(self, case: str | None, seq: int | None, why: str) -> None:
        """Note one thing that does not hold."""
        self.broken.append({"case": case, "seq": seq, "why": why})


@dataclass
class _Anchored:
    number: str
    heads: dict[int, str] = field(default_factory=dict)


def verify_record(since: Path | None = None) -> Verified:
    """Check every chain against itself, its case, its series and the anchors (from `since` on)."""
    found = Verified()
    anchored = _anchors(found, since)
    destroyed = set(DestroyedKey.objects.values_list("case_id", flat=True))
    listed = destroyed_keys()
    tops: dict[str, int] = {}
    seen: set[int] = set()
    for case, events, rows in _chains():
        found.cases += 1
        seen.add(case.pk)
        _check_case(found, case, events, rows, anchored.get(case.pk), case.pk in destroyed)
        if case.wrapped_key is not None and chain.digest(bytes(case.wrapped_key)) in listed:
            found.wrong(str(case), None, "已销毁的密钥又出现了，请重新销毁")
        if case.number:
            prefix, _, place = case.number.rpartition("-")
            tops[prefix] = max(tops.get(prefix, 0), int(place))
    for pk, anchor in anchored.items():
        if pk not in seen:
            found.wrong(anchor.number, None, "存证中有这个案件，数据库里没有：案件被删除")
    _check_series(found, tops, {a.number for pk, a in anchored.items() if pk not in seen})
    return found


@dataclass(frozen=True)
class _Rows:
    """What hangs on a case beside its events: its deadlines by mark, its files."""

    clocks: dict[str, Any]
    files: list[Attachment]


def _chains() -> Iterator[tuple[Case, list[Event], _Rows]]:
    """Every case with its events and rows, all streamed in the order of the case's id."""
    events = _Stream(Event.objects.defer("answer").order_by("case_id", "seq"))
    clocks = _Stream(Deadline.objects.defer("snapshot").order_by("case_id", "id"))
    files = _Stream(Attachment.objects.defer("name").order_by("case_id", "id"))
    for case in Case.objects.defer("title", "words", "search").order_by("id").iterator(2000):
        running = {chain.mark_of(row): chain.clock_of(row) for row in clocks.of(case.pk)}
        yield case, events.of(case.pk), _Rows(running, files.of(case.pk))


class _Stream:
    """Rows of many cases, read once, handed out case by case in the order of their ids."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        self._groups = groupby(rows.iterator(chunk_size=2000), key=lambda row: row.case_id)
        self._next = next(self._groups, None)

    def of(self, case_id: int) -> list[Any]:
        # What belongs to no case is refused by the foreign key; it is passed over here.
        while self._next is not None and self._next[0] < case_id:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != case_id:
            return []
        rows = list(self._next[1])
        self._next = next(self._groups, None)
        return rows


def _check_case(
    found: Verified,
    case: Case,
    events: list[Event],
    rows: _Rows,
    anchor: _Anchored | None,
    destroyed: bool,
) -> None:
    number = str(case)
    if anchor and not anchor.number.startswith("#") and anchor.number != number:
        found.wrong(number, None, f"编号与存证不符：存证中为 {anchor.number}")
        return
    previous = chain.START
    text: dict[str, Any] = {}
    told: dict[str, Any] = {}
    named: set[tuple[int, str]] = set()
    for place, event in enumerate(events, start=1):
        found.events += 1
        if event.seq != place:
            found.wrong(number, place, f"第 {place} 步缺失")
            return
        why, text = _check_event(event, previous)
        if why:
            found.wrong(number, event.seq, why)
            return
        previous = bytes(event.hash)
        told |= text["deadlines"]
        named |= {(event.seq, digest) for digest in text.get("files", ())}
        head = anchor.heads.get(event.seq) if anchor else None
        if head is not None and head != previous.hex():
            found.wrong(number, event.seq, "与存证不符：这一步在存证之后被改写")
            return
    cut = len(events) + 1
    if len(events) != case.seq or bytes(case.head) != previous:
        found.wrong(number, cut, "末尾的步骤缺失或案件链头被改动")
    elif anchor and max(anchor.heads) > len(events):
        found.wrong(number, cut, "存证之后，末尾的步骤被删除")
    elif why := _check_rows(case, rows.clocks, text, told, destroyed):
        found.wrong(number, None, why)
    else:
        _check_files(found, case, rows.files, named)


def _check_files(
    found: Verified, case: Case, files: list[Attachment], named: set[tuple[int, str]]
) -> None:
    there = {(file.seq, file.digest) for file in files}
    for seq, digest in sorted(named ^ there):
        gone = (seq, digest) in named
        why = "的附件在数据库里不见了" if gone else "没有记载这个附件：附件被加入或改动"
        found.wrong(str(case), seq, f"第 {seq} 步{why}（{digest[:8]}）")
    if case.wrapped_key is None:
        return  # erased: its files are gone, as they should be
    for file in files:
        for name in filter(None, (file.digest, file.thumb)):
            if not vault.sound(name):
                why = "内容与摘要不符" if vault.exists(name) else "的文件不见了"
                found.wrong(str(case), file.seq, f"第 {file.seq} 步的附件{why}（{name[:8]}）")


def _check_rows(
    case: Case,
    clocks: dict[str, Any],
    text: dict[str, Any],
    told: dict[str, Any],
    destroyed: bool,
) -> str:
    """What the rows of a case say otherwise than its events; "" when they agree."""
    row = text.get("row", {})
    # An event written before a column was there says nothing of it.
    found = {name: value for name, value in chain.row_of(case).items() if name in row}
    if changed := [name for name in row if found.get(name) != row[name]]:
        return f"案件的“{'、'.join(changed)}”与最后一步不符"
    if changed := [mark for mark in told | clocks if told.get(mark) != clocks.get(mark)]:
        return f"期限“{'、'.join(changed)}”与记载不符"
    if (case.wrapped_key is None) != destroyed:
        return "案件密钥的存废与销毁记录不符"
    return ""


def _check_event(event: Event, previous: bytes) -> tuple[str, dict[str, Any]]:
    if bytes(event.previous) != previous:
        return "与前一步不相连", {}
    if chain.link(previous, event.text) != bytes(event.hash):
        return "正文与摘要不符", {}
    text: dict[str, Any] = json.loads(event.text)
    for name, value in chain.heads(event).items():
        if text.get(name) != value:
            return f"“{name}”与正文不符", {}
    return "", text


def _anchors(found: Verified, since: Path | None) -> dict[int, _Anchored]:
    """What the anchors say of each case, after checking that they hold together."""
    rows = {Path(row.file).name: row for row in Anchor.objects.order_by("id")}
    folder: Path = settings.ANCHORS  # by name: a restored installation may keep them elsewhere
    names = {*rows, *(path.name for path in folder.glob("anchor-*.gz"))}
    files = [folder / name for name in sorted(names)]
    if since is not None:
        files = [since, *(f for f in files if f.name > since.name)]
    anchored: dict[int, _Anchored] = {}
    last: Header | None = None
    for path in files:
        try:
            header = read_header(path, settings.KEYRING.anchor)
            if last is not None and header.previous != last.digest:
                found.wrong(None, None, f"存证 {path.name} 与前一份不相连")
            row = rows.get(path.name)
            if row is None:
                found.wrong(None, None, f"存证 {path.name} 没有登记")
            elif row.digest != header.digest:
                found.wrong(None, None, f"存证 {path.name} 与登记的摘要不符")
            for pk, number, seq, head in read_entries(path, header):
                held = anchored.setdefault(pk, _Anchored(number))
                held.number, held.heads[seq] = number, head
        except AnchorBroken as broken:
            found.wrong(None, None, f"{broken}:{path.name}")
            continue
        found.anchors += 1
        last = header
    return anchored


def _check_series(found: Verified, tops: dict[str, int], told: set[str]) -> None:
    """A series has no gaps, ends where its counter says, and has a counter at all."""
    for series in Series.objects.order_by("division", "series", "year"):
        prefix = f"{series.division}-{series.series}-{series.year}"
        top = tops.pop(prefix, 0)
        if top > series.last:
            found.wrong(None, None, f"{prefix} 的计数器被改小")
        numbers = Case.objects.filter(number__startswith=f"{prefix}-")
        if top == series.last == numbers.count():
            continue
        there = set(numbers.values_list("number", flat=True))
        for place in range(1, max(top, series.last) + 1):
            number = f"{prefix}-{place:06d}"
            if number not in there and number not in told:
                found.wrong(number, None, "编号缺号：案件被删除")
    for prefix in tops:
        found.wrong(None, None, f"{prefix} 的计数器被删除")
