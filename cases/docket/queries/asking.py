"""What is counted but not seen (只计数、不看内容): number, kind and state of a protected file."""

from dataclasses import dataclass

from cases.docket import access, kinds
from cases.people.queries import Actor


@dataclass(frozen=True)
class Counted:
    """All that a seat learns of a protected file before it says why it must open it."""

    number: str
    kind_label: str
    state_label: str


def counted_only(actor: Actor, number: str) -> Counted | None:
    """A protected file that this seat counts and may open with a reason; None otherwise."""
    if "\0" in number:
        return None
    case = access.askable(actor).only("number", "kind", "state").filter(number=number).first()
    if case is None:
        return None
    kind = kinds.kind(case.kind)
    return Counted(str(case), kind.label, kind.table.states.get(case.state, case.state))
