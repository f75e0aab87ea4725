"""The API's doors (接口): who acts, what a POST carries and how it is answered.

Every POST carries an `Idempotency-Key`; a move carries the version it was looked at in `If-Match`.
A replay of a taken move gives the same answer; refusals are judged anew.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cases.docket.api.shapes import form_of
from cases.docket.models import Case, Event
from cases.docket.problems import ProblemOut, Unversioned
from cases.docket.seal import request_digest
from cases.docket.slip import Slip
from cases.law.moves import Refused, Why
from cases.people.queries import Actor

Operation = Callable[..., Any]
# A phone's clock may run ahead by this much before "in the future" is said.
AHEAD = timedelta(minutes=5)

KEY = OpenApiParameter(
    "Idempotency-Key", UUID, OpenApiParameter.HEADER, required=True, description="UUID,每次新办一个"
)
VERSION = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description='看到的版本，如 "3"'
)
PROBLEMS = {
    (code, "application/problem+json"): ProblemOut for code in (400, 401, 403, 404, 409, 429)
}
READ_PROBLEMS = {
    (code, "application/problem+json"): ProblemOut for code in (400, 401, 403, 404, 429)
}


class Door(APIView):
    """A view that knows who acts: `request.auth` is the actor under the acting post."""

    @property
    def actor(self) -> Actor:
        """Whoever is at the door."""
        actor: Actor = self.request.auth  # type: ignore[assignment]
        return actor


class PostDoor(Door):
    """What every POST of the API does: read the key, replay or act, answer with the event."""

    status = 200
    serializer: Any

    def act(self, request: Request, act: Callable[[Slip, dict[str, Any]], Any]) -> Response:
        """Run `act` once per key: a replay answers from the record, another body is 409.

        The record itself takes a key once only; what it took is looked up after it refused.
        """
        key, digest = key_of(request), digest_of(request)
        try:
            case, event = self._act(request, act)
        except (IntegrityError, Refused, APIException):
            earlier = self._earlier(key, digest)
            if earlier is None:
                raise
            return earlier
        return self._answer(case, event)

    def _act(
        self, request: Request, act: Callable[[Slip, dict[str, Any]], Any]
    ) -> tuple[Case, Event]:
        facts = dict(form_of(self.serializer).run_validation(request.data))
        files = tuple(facts.pop("files", ()))
        slip = replace(slip_of(request, facts), version=self.version(request), files=files)
        facts["at"] = happened(facts.pop("happened_at", None))
        case, event = act(slip, facts)
        return case, event

    def version(self, request: Request) -> int | None:
        """The version this request was made against, None where none is asked."""
        return None

    def _earlier(self, key: UUID, digest: str) -> Response | None:
        rows = Event.objects.select_related("case").only(
            "seq", "digest", "answer", "case__number", "case__kind"
        )
        event = rows.filter(Q(officer_id=self.actor.officer_id), key=key).first()
        if event is None:
            return None
        if event.digest != digest:
            raise Refused("这个 Idempotency-Key 已用于另一件事，请换一个新的。")
        response = self._answer(event.case, event)
        response["Idempotent-Replayed"] = "true"
        return response

    def _answer(self, case: Case, event: Event) -> Response:
        told = {"number": case.number or "", **json.loads(event.answer)}
        if not case.number:  # a draft goes by its id
            told["draft"] = event.case_id
        return Response(told, self.status, headers={"ETag": f'"{told["version"]}"'})


class OpenView(PostDoor):
    """`POST …/`: open a case; 201 with its number."""

    operation: Operation
    status = 201

    def open(self, request: Request) -> Response:
        """Open the case."""
        return self.act(
            request,
            lambda slip, facts: type(self).operation(by=self.actor, slip=slip, **facts),
        )


def slip_of(request: Request, facts: dict[str, Any]) -> Slip:
    """The slip of a request; what it says of when and for whom is taken out of the facts."""
    return Slip(
        key=key_of(request),
        digest=digest_of(request),
        claimed_at=facts.pop("claimed_at", None),
        channel=facts.pop("recorded_for", ""),
        proof=facts.pop("proof", ""),
    )


def key_of(request: Request) -> UUID:
    """The idempotency key of a request; 400 without one."""
    try:
        return UUID(request.headers.get("Idempotency-Key", ""))
    except ValueError:
        words = "请在 Idempotency-Key 中带一个 UUID,每件事一个新的。"
        raise ValidationError({"Idempotency-Key": words}) from None


def digest_of(request: Request) -> str:
    """What this request asks for, as a digest: the same key must come with the same one."""
    body = json.dumps(request.data, sort_keys=True)
    return request_digest({"method": request.method, "path": request.path, "body": body})


def version_of(request: Request) -> int:
    """The version in `If-Match`, as `"3"` or `3`; 428 without it, 400 when it is no number."""
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise Unversioned
    text = given.removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValidationError({"If-Match": '版本号应为数字，如 "3"。'})
    return int(text)


def happened(at: Any) -> Any:
    """When it happened: now when not said; Refused when it lies in the future."""
    now = timezone.now()
    if at is None:
        return now
    if at > now + AHEAD:
        words = "发生时间不能晚于现在，请核对。"
        raise Refused(words, why=Why.FACTS, fields={"happened_at": words})
    return min(at, now)
