"""Before the dispatch (派哨前): the desk's form filled in from the draft's proposal, and beside it
who would be called and why.
"""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from cases.docket.pages import actor_of
from cases.docket.queries import find
from cases.whistle.queries.drafts import named_of, proposal_of, village_of
from cases.whistle.queries.routing import preview_of
from cases.whistle.states import WHISTLE
from cases.whistle.states.way import DISPATCH


def beside(request: HttpRequest, number: str) -> dict[str, Any]:
    """For whoever dispatches a whistle that is blown: `preview`, and what its form starts with.

    `given` goes to the case page, `more` into its context.
    """
    actor = actor_of(request)
    found = find(actor, number, WHISTLE.code) if actor.role in DISPATCH.by else None
    if found is None or not DISPATCH.goes_from(found.state) or found.wrapped_key is None:
        return {}
    proposal = proposal_of(found)
    told = preview_of(
        actor,
        found.division,
        found.category,
        timezone.now(),
        village=village_of(found),
        named=named_of(proposal),
        but=found.pk,
    )
    facts = {name: value for name, value in proposal.items() if name in DISPATCH.asked}
    if "lead" not in facts and told.lead is not None:
        facts |= {"lead": told.lead, "assisting": told.assisting}
    grounds = "；".join(f"{p.name}：{p.why}（{p.paper}）" for p in told.proposed if p.paper)
    filled = facts | ({"grounds": grounds[:1000]} if grounds else {})
    return {"given": {DISPATCH.verb: filled}, "more": {"preview": told}}
