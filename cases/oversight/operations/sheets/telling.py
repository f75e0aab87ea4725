"""What the supervised case hears of its sheet (督办留痕): asked for, issued, ended.

The parent never waits for a sheet; both lie under their locks, the parent first.
"""

from datetime import datetime

from django.db.models import Q

from cases.docket import access
from cases.docket.models import Case, Link, Stake
from cases.docket.record import Batch, Slip, begin
from cases.law.moves import Refused, Why
from cases.oversight.models import Sheet
from cases.oversight.states.chasing import SUPERVISE
from cases.oversight.states.sheets import ISSUED, ISSUERS, SHEET
from cases.people.queries import SYSTEM, Actor

SUPERVISED = "supervised"  # why of the tie between a case and its sheet
ISSUER = "issuer"  # why of the stake of whoever issued a sheet


def held(subject: Case, by: Actor) -> tuple[Case, Case, Sheet]:
    """A sheet's case, the case it is for and its row, both locked, the parent first.

    Refused (hidden) where this seat cannot see the sheet; what it is for need not be seen.
    """
    hidden = Refused("没有这张督办单，或您的岗位看不到它。", why=Why.HIDDEN)
    if "\0" in str(subject.number):
        raise hidden
    named = {"pk": subject.pk} if subject.pk else {"number": subject.number}
    seen = access.visible(by).filter(kind=SHEET.code, **named)
    pk = seen.values_list("pk", flat=True).first()
    if pk is None:
        raise hidden
    parents = Link.objects.filter(child=pk, why=SUPERVISED).values("parent")
    rows = Case.objects.filter(Q(pk=pk) | Q(pk__in=parents)).defer("search").order_by("id")
    cases = list(rows.select_for_update(of=("self",)))
    child = next(case for case in cases if case.pk == pk)
    parent = next(case for case in cases if case.pk != pk)
    return child, parent, Sheet.objects.select_related("deadline").get(case=child)


def tell(parent: Case, sheet: Case, term: str, *, at: datetime, slip: Slip) -> None:
    """Write what became of a sheet into the case it is for; after the sheet has its number."""
    batch = Batch(begin(), Slip(by_event=slip.by_event, quiet=slip.quiet))
    batch.take(
        SUPERVISE,
        parent,
        by=SYSTEM,
        at=at,
        sheet=str(sheet),
        now_is=SHEET.table.states[sheet.state],
        term=term,
        issuer=ISSUERS[sheet.variant],
    )
    batch.write()


def issuer_stake(batch: Batch, case: Case, unit: int, at: datetime) -> None:
    """Whoever issued a sheet goes on seeing it while another one answers it."""
    if case.state == ISSUED:
        stake = Stake(case_id=case.pk, unit_id=unit, why=ISSUER, since=at)
        batch.drafts[-1].stakes.append(stake)
