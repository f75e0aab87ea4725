"""Where a page of a list ended (翻页位置): an instant and an id, as text for the address."""

import base64
import json
from datetime import datetime

from cases.docket.queries.filters import wrong


def cursor_of(at: datetime, pk: int, rank: int = 0) -> str:
    """The place of a row, by when and which; `rank` where the list is grouped before that."""
    told = json.dumps([at.isoformat(), pk, rank])
    return base64.urlsafe_b64encode(told.encode()).decode()


def place_in(cursor: str) -> tuple[datetime, int, int]:
    """The instant, id and rank of a cursor; Refused for one that this house never gave."""
    try:
        stamp, pk, rank = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        at, pk, rank = datetime.fromisoformat(stamp), int(pk), int(rank)
        if at.tzinfo is None or not 0 <= pk < 2**63:
            raise ValueError(stamp)
    except (ValueError, TypeError, OverflowError, RecursionError) as broken:
        raise wrong("after", "翻页位置无效，请回到第一页。") from broken
    return at, pk, rank
