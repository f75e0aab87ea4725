"""Cases that grew out of others (子案与来件): the parent hears of its child's end at once.

Both are locked in the order of their ids, the parent first, so two children ending at the same
moment wait for each other and exactly one of them is the last.
"""

from collections.abc import Iterable
from datetime import datetime

from cases.docket import access, kinds
from cases.docket.models import Case, Deadline, Link
from cases.docket.record.draft import draft
from cases.docket.record.drafted import MERGED, Draft
from cases.docket.record.moment import Moment
from cases.docket.slip import Slip
from cases.docket.states import CHILD_ENDED
from cases.law.moves import Refused, Why
from cases.people.queries import SYSTEM, Actor


def locked(
    subject: Case, by: Actor, *, with_parents: bool = False, again: bool = False
) -> tuple[Case, list[Case]]:
    """The case under its lock, and with it the parents waiting for it; inside a transaction.

    `again`: with those that waited for it, and are to do so once more. It may be given by its
    number and kind alone; Refused (hidden) where this seat cannot see it.
    """
    named = {"pk": subject.pk} if subject.pk else {"number": subject.number, "kind": subject.kind}
    hidden = Refused("没有这件事，或您的岗位看不到它。", why=Why.HIDDEN)
    if "\0" in str(subject.number):
        raise hidden
    seen = access.visible(by).filter(**named)
    rows = seen
    if with_parents or again:
        child = {f"child__{name}": value for name, value in named.items()}
        tied = Link.objects.filter(**child).exclude(why=MERGED)
        tied = tied.exclude(takes_again="") if again else tied.filter(ended_at=None)
        waiting = tied.values("parent")
        # A union is looked up by id; "in the one or in the other" would read every case there is.
        rows = Case.objects.filter(pk__in=seen.values("pk").union(waiting))
    held = list(rows.defer("search").order_by("id").select_for_update(of=("self",)))
    own = [c for c in held if all(getattr(c, name) == value for name, value in named.items())]
    if not own:
        raise hidden
    return own[0], [c for c in held if c.pk != own[0].pk]


def held(numbers: Iterable[str], kind: str, by: Actor) -> dict[str, Case]:
    """Several cases of a kind under their locks, by number, locked in the order of their ids.

    Refused (hidden) for the first that this seat cannot see; inside a transaction.
    """
    wanted = set(numbers)
    if any("\0" in number for number in wanted):
        raise Refused("没有这件事，或您的岗位看不到它。", why=Why.HIDDEN)
    seen = access.visible(by).filter(number__in=wanted, kind=kind)
    rows = Case.objects.filter(pk__in=seen.values("pk")).defer("search").order_by("id")
    found = {str(case.number): case for case in rows.select_for_update(of=("self",))}
    if missing := sorted(wanted - set(found)):
        words = f"没有编号为 {missing[0]} 的事项，或您的岗位看不到它，请核对编号。"
        raise Refused(words, why=Why.HIDDEN)
    return found


def tie(
    parent: Case,
    child: Case,
    *,
    why: str,
    at: datetime,
    returns: str = "",
    falls_back: str = "",
    takes_again: str = "",
    waits: bool = True,
) -> Link:
    """Tie a child to its parent; `returns` is the parent's verb when the last child has ended,
    `falls_back` the one where it ended undone, `takes_again` the one where it is taken up again. A
    parent that does not wait is only told apart.
    """
    for verb in filter(None, (returns, falls_back, takes_again)):
        kinds.move_of(parent.kind, verb)
    # What was parted and is tied again is one row, running once more.
    link, _ = Link.objects.update_or_create(
        parent=parent,
        child=child,
        why=why,
        defaults={
            "returns": returns,
            "falls_back": falls_back,
            "takes_again": takes_again,
            "since": at,
            "ended_at": None if waits else at,
        },
    )
    return link


def returned(
    moment: Moment, child: Case, parents: list[Case], *, at: datetime, slip: Slip
) -> list[Draft]:
    """What the end of a child writes in its parents: the event, and the move it returns by."""
    drafts: list[Draft] = []
    for parent in parents:
        links = Link.objects.filter(parent=parent, ended_at=None).exclude(why=MERGED)
        ended = list(links.filter(child=child))
        Link.objects.filter(pk__in=[link.pk for link in ended]).update(ended_at=at)
        others = links.exclude(child=child).exists()
        deadlines = list(Deadline.objects.filter(case=parent))
        quietly = slip.quietly()
        moves = [(CHILD_ENDED, {"child": str(child)})]
        for link in ended:
            undone = child.state in kinds.kind(child.kind).undone and link.falls_back
            verb = link.falls_back if undone else link.returns
            back = kinds.kind(parent.kind).table.moves.get(verb)
            if back is not None and not others and back.goes_from(parent.state):
                moves.append((back, {}))
        drafts += [
            draft(
                moment,
                move,
                parent,
                None,
                deadlines,
                by=SYSTEM,
                at=at,
                slip=quietly,
                facts=facts,
            )
            for move, facts in moves
        ]
    return drafts
