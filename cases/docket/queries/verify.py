"""Verifying the record (核验): every chain from its first event, and every anchor outside it.

A changed row no longer agrees with its text or hash; a cut tail no longer reaches the head, or the
anchor; a deleted case leaves a gap in its series, and stands in the anchor still.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings

from cases.docket import chain
from cases.docket.anchorage import AnchorBroken, Header, read_entries, read_header
from cases.docket.models import Anchor, Case, DestroyedKey, Event, Series


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
    seen: set[int] = set()
    for case, events in _chains():
        found.cases += 1
        seen.add(case.pk)
        _check_case(found, case, events, anchored.get(case.pk), case.pk in destroyed)
    for pk, anchor in anchored.items():
        if pk not in seen:
            found.wrong(anchor.number, None, "存证中有这个案件，数据库里没有：案件被删除")
    _check_series(found, {a.number for pk, a in anchored.items() if pk not in seen})
    return found


def _chains() -> Iterator[tuple[Case, list[Event]]]:
    """Every case with its events, both streamed in the order of the case's id."""
    events = Event.objects.defer("answer").order_by("case_id", "seq").iterator(chunk_size=2000)
    groups = groupby(events, key=lambda event: event.case_id)
    current = next(groups, None)
    only = ("number", "state", "seq", "head", "wrapped_key")
    for case in Case.objects.only(*only).order_by("id").iterator(chunk_size=2000):
        # Events come out by case id too; what belongs to no case is caught by the foreign key.
        while current is not None and current[0] < case.pk:
            current = next(groups, None)
        if current is not None and current[0] == case.pk:
            yield case, list(current[1])
            current = next(groups, None)
        else:
            yield case, []


def _check_case(
    found: Verified, case: Case, events: list[Event], anchor: _Anchored | None, destroyed: bool
) -> None:
    number = str(case)
    if anchor and not anchor.number.startswith("#") and anchor.number != number:
        found.wrong(number, None, f"编号与存证不符：存证中为 {anchor.number}")
        return
    previous = chain.START
    text: dict[str, Any] = {}
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
        head = anchor.heads.get(event.seq) if anchor else None
        if head is not None and head != previous.hex():
            found.wrong(number, event.seq, "与存证不符：这一步在存证之后被改写")
            return
    if len(events) != case.seq or bytes(case.head) != previous:
        found.wrong(number, len(events) + 1, "末尾的步骤缺失或案件链头被改动")
    elif anchor and max(anchor.heads) > len(events):
        found.wrong(number, len(events) + 1, "存证之后，末尾的步骤被删除")
    elif text.get("case_state") != case.state:
        found.wrong(number, None, "案件状态与最后一步不符")
    elif case.wrapped_key is None and not destroyed:
        found.wrong(number, None, "案件密钥缺失，却没有销毁记录")


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


def _check_series(found: Verified, told: set[str]) -> None:
    """A series without gaps has as many cases as its counter says."""
    for series in Series.objects.order_by("division", "series", "year"):
        prefix = f"{series.division}-{series.series}-{series.year}-"
        there = set(
            Case.objects.filter(number__startswith=prefix).values_list("number", flat=True)
        )
        top = max((int(str(number).removeprefix(prefix)) for number in there), default=0)
        if top > series.last:
            found.wrong(None, None, f"{prefix} 的计数器被改小")
        for place in range(1, max(top, series.last) + 1):
            number = f"{prefix}{place:06d}"
            if number not in there and number not in told:
                found.wrong(number, None, "编号缺号：案件被删除")
