"""Readings that leave a trace (查阅留痕): who looked at what, from which seat, and why.

档案法 28, 个人信息保护法 51: what is protected is opened for a reason, and the reading is kept. A
trace is not an event: it locks no case, and the database refuses to change or delete it.
"""

import re
from datetime import datetime
from typing import Final

from cases.docket import access
from cases.docket.models import Access, AccessLog, Case
from cases.law.moves import Refused, Why
from cases.law.texts import visible
from cases.people.queries import Actor

SHORTEST_REASON: Final = 8
LONGEST_REASON: Final = 300
_LONGEST: Final = 400
_DIGITS = re.compile(r"(?<![0-9A-Za-z-])[0-9]{7,18}[0-9Xx]?(?![0-9A-Za-z-])")  # not a case number


def note_reading(
    actor: Actor,
    what: Access | str,
    *,
    at: datetime,
    case: Case | None = None,
    rows: int = 0,
    words: str = "",
) -> AccessLog | None:
    """Write down one reading; the system's own leaves none.

    Telephone and identity numbers within `words` are masked: whoever reads the log learns that
    somebody was looked for, not whom.
    """
    if actor.officer_id is None or actor.unit_id is None:
        return None
    return AccessLog.objects.create(
        at=at,
        officer_id=actor.officer_id,
        unit_id=actor.unit_id,
        role=actor.role.value,
        what=Access(what).value,
        case=case,
        rows=rows,
        words=_DIGITS.sub(_masked, visible(words))[:_LONGEST],
    )


def open_with_reason(actor: Actor, number: str, reason: str, at: datetime) -> Case:
    """Open a protected file for half an hour, the reason written down first (说明理由后查阅).

    Refused (hidden) where this seat may not even count it, and for 检举控告; refused for its facts
    where the reason says too little.
    """
    case = None if "\0" in number else access.askable(actor).filter(number=number).first()
    if case is None:
        raise Refused("没有这件事，或您的岗位不能说明理由查阅它。", why=Why.HIDDEN)
    note_reading(actor, Access.OPENED, case=case, words=_checked(reason), at=at)
    return case


def _checked(reason: str) -> str:
    text = " ".join(visible(reason).split())
    letters = sum(letter.isalnum() for letter in text)
    if letters < SHORTEST_REASON:
        raise _wrong(f"请写明查阅理由，至少 {SHORTEST_REASON} 个字，如核查事由和依据的文件。")
    if len(text) > LONGEST_REASON:
        raise _wrong(f"查阅理由最多 {LONGEST_REASON} 字，现有 {len(text)} 字，请精简。")
    return text


def _wrong(words: str) -> Refused:
    return Refused(words, why=Why.FACTS, fields={"reason": words})


def _masked(found: re.Match[str]) -> str:
    text = found[0]
    return f"{text[:3]}{'*' * (len(text) - 7) if len(text) > 7 else '*'}{text[-4:]}"
