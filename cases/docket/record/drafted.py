"""What one move will write (拟稿内容), gathered before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cases.docket.models import Attachment, Case, Deadline, Event, Part, Stake, WorkItem

# Why a seat has a stake in a case.
OWNER = "owner"  # it holds the case
ASKED = "asked"  # it owes an answer while another one holds the case
FILER = "filer"
MERGED = "merged"  # what it filed was merged into this case


@dataclass
class Draft:
    """What one move will write: `deadlines` it opened or closed, `moved` those with a new date,
    `climbed` those of which only the rung is another.
    """

    case: Case
    part: Part | None
    event: Event
    deadlines: list[Deadline] = field(default_factory=list)
    moved: list[Deadline] = field(default_factory=list)
    climbed: list[Deadline] = field(default_factory=list)
    parts: Sequence[Part] = ()  # of the case, the moved one among them
    files: list[Attachment] = field(default_factory=list)
    stakes: list[Stake] = field(default_factory=list)
    trouble: list[WorkItem] = field(default_factory=list)
    quiet: bool = False
    reworded: bool = False

    @property
    def still(self) -> bool:
        """Whether nobody owes anything else than before: a rung was climbed, and that is all."""
        return bool(self.climbed)
