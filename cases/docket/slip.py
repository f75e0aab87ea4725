"""What comes with a move from its door (办理单), and what a new case is opened with (立案单)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cases.law.moves import Owner

# How a report of what happened reached the one who records it for another (代录渠道).
CHANNELS = (("phone", "电话"), ("paper", "书面"), ("visit", "当面"), ("chat", "聊天截图"))


@dataclass(frozen=True)
class Slip:
    """How a move came: the version the person saw, the idempotency key, on whose behalf.

    `channel` names how it reached the desk that records for somebody else (代录: phone, paper,
    visit); `proof` what proves `at`. `by_event` counts deadlines from when it happened, not from
    when it was recorded: statutory terms, imports, and what the other side confirmed. `quiet`
    tells nobody. `files` are uploads that come with the move; `skips` terms it opens not; `asks`
    whom it asks, where the rules of the day name another than the table.
    """

    version: int | None = None
    key: UUID | None = None
    digest: str = ""
    claimed_at: datetime | None = None
    channel: str = ""
    proof: str = ""
    by_event: bool = False
    quiet: bool = False
    files: tuple[UUID, ...] = ()
    skips: frozenset[str] = frozenset()
    asks: Owner | None = None

    def quietly(self) -> "Slip":
        """The slip of what follows from a move: its clocks, but neither its key nor its files."""
        return Slip(by_event=self.by_event, quiet=self.quiet)

    def counted_at(self, at: datetime, now: datetime) -> datetime:
        """The instant that is held against a date: recorded late is late, unless counted by when it
        happened.
        """
        return at if self.by_event else max(at, now)


NO_SLIP = Slip()


@dataclass(frozen=True)
class Opening:
    """Where a new case belongs before anything has happened in it."""

    kind: str
    division: str
    category: str = ""
    grid_id: int | None = None
    village_id: int | None = None
    lng: float | None = None
    lat: float | None = None
    datum: str = ""
    outside: bool = False
    urgent: bool = False
    confidential: bool = False
    variant: str = ""
    veiled: bool = False
    filer_unit_id: int | None = None
    filer_id: int | None = None
