"""The rulebook's interface (规则接口): everybody with a log-in reads, its administrator keeps.

A row is entered, succeeded, ended or voided, never edited. A key sent again gives the answer it
gave; once that is forgotten, the row itself refuses a second one (409).
"""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.core.cache import cache
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import Door, digest_of, key_of
from cases.entrance.rules import serializers as shapes
from cases.entrance.rules import showing
from cases.entrance.rules.keepers import keeper_of, touched_by
from cases.law.moves import Refused
from cases.people.queries import town_day
from cases.rulebook.operations.planning import Plan
from cases.rulebook.queries.tables import Table

ANSWERS_KEPT: Final = 24 * 3600  # seconds a key's answer is remembered
REPLAYED: Final = "Idempotent-Replayed"
TAG: Final[Any] = {"tags": ["rules"]}


class RulesDoor(Door):
    """A door to the rulebook."""

    def today(self) -> date:
        """The day in the town."""
        return town_day(timezone.now())

    def once(self, request: Request, act: Callable[[], tuple[int, Any]]) -> Response:
        """Act once per key; the same key with another body is 409."""
        keeper_of(self.actor)
        name = f"rules-key:{self.actor.officer_id}:{key_of(request)}"
        digest = digest_of(request)
        kept = cache.get(name)
        if kept is not None:
            if kept[0] != digest:
                raise Refused("这个 Idempotency-Key 已用于另一件事，请换一个新的。")
            return Response(kept[2], kept[1], headers={REPLAYED: "true"})
        status, body = act()
        cache.set(name, (digest, status, body), ANSWERS_KEPT)
        return Response(body, status)

    def row_out(self, table: Table, pk: int) -> Any:
        """A row as it is answered."""
        found = showing.history(self.actor, table, pk, self.today())
        return shapes.RuleOut(found.rule, context={"table": table}).data

    def plan_out(self, found: Plan) -> Any:
        """A plan as it is answered."""
        warnings = showing.warnings(found, self.today())
        return shapes.RulePlanOut(shapes.plan_out(found, warnings, touched_by(found))).data


def asked_of(shape: Any, request: Request) -> dict[str, Any]:
    """What the address asks; 400 by field."""
    query = shape(data=request.query_params)
    query.is_valid(raise_exception=True)
    found: dict[str, Any] = query.validated_data
    return found


def body_of(shape: Any, request: Request) -> dict[str, Any]:
    """What the body holds; 400 by field."""
    body = shape(data=request.data)
    body.is_valid(raise_exception=True)
    found: dict[str, Any] = body.validated_data
    return found
