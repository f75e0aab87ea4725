"""What waits for an answer (待我答复): a seat owes a yes or a no while another holds the case.

It asked for more time, or to shelve a matter; whoever asked goes on until the answer comes.
"""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from cases.docket import access
from cases.docket.models import FAR, Case, Stake
from cases.people.queries import Actor

WHY = "asked"  # why of the stakes that owe an answer


def asked(actor: Actor, rows: QuerySet[Case]) -> QuerySet[Case]:
    """Of some rows those in which an answer of the seat's unit waits, what is due next first.

    A unit has few of them, and an index of nothing else, so they are sorted rather than sought.
    """
    owed = _owed(actor)
    first = owed.filter(case=OuterRef("pk")).order_by("next_due").values("next_due")[:1]
    rows = rows.filter(pk__in=owed.values("case")).alias(asked_due=Subquery(first))
    return rows.order_by("asked_due", "id")


def _owed(actor: Actor) -> QuerySet[Stake]:
    mine = Q(officer_id=actor.holder_id)
    if actor.role not in access.OWN_ONLY:
        mine |= Q(officer_id=None)
    waiting = Stake.objects.filter(why=WHY, until=None, next_due__lt=FAR)
    return waiting.filter(mine, Q(unit_id=actor.unit_id))
