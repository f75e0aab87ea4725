"""Several moves of one case, written together (连带办理): what was asked for, and what follows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from cases.docket.models import Case, Event, Part
from cases.docket.record.draft import Derive
from cases.docket.record.family import locked
from cases.docket.record.moment import begin
from cases.docket.record.take import Batch
from cases.docket.slip import Slip
from cases.law.moves import Move, Refused, Why
from cases.people.queries import Actor


@dataclass(frozen=True)
class Several:
    """A locked case with the batch of its moves; `parents` waited for it, where they are asked for.

    What follows carries the clocks of the slip, and neither its key nor its files.
    """

    batch: Batch
    case: Case
    parents: list[Case]
    named: Part | None = None

    @property
    def part(self) -> Part:
        """The part that is moved; Refused (hidden) where none was named."""
        if self.named is None:
            raise Refused("没有这一项，请刷新后再办。", why=Why.HIDDEN)
        return self.named

    def take(
        self,
        move: Move,
        *,
        by: Actor,
        at: datetime,
        slip: Slip,
        derive: Derive | None = None,
        **facts: Any,
    ) -> Event:
        """The move that was asked for: of the part where one was named, else of the case."""
        return self.batch.take(
            move, self.case, part=self.named, by=by, at=at, slip=slip, derive=derive, **facts
        )


@contextmanager
def several(
    subject: Case | Part, *, by: Actor, slip: Slip, again: bool = False
) -> Iterator[Several]:
    """Lock a case, gather the moves made inside, write them all or none; a draft that was submitted
    gets its number last. The subject given is brought up to what was written. `again` as in
    `locked`.
    """
    named = subject if isinstance(subject, Case) else Case(pk=subject.case_id)
    with transaction.atomic():
        case, parents = locked(named, by, again=again)
        batch = Batch(begin(), slip.quietly())
        part = batch.part(case, subject.pk) if isinstance(subject, Part) else None
        yield Several(batch, case, parents, part)
        batch.write()
        batch.number([case])
    vars(subject).update(vars(part or case))
