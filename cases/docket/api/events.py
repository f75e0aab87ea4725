"""The API's feed of events (事件流), for systems that follow the town's cases."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import READ_PROBLEMS, Door
from cases.docket.api.shapes import EventOut
from cases.docket.queries.outbox import LONGEST, PAGE, feed


class FeedQuery(serializers.Serializer[Any]):
    """From where the feed goes on."""

    after = serializers.IntegerField(required=False, min_value=0, max_value=2**53, default=0)
    size = serializers.IntegerField(required=False, min_value=1, max_value=LONGEST, default=PAGE)


class FedOut(EventOut):
    """An event with its case: open facts only."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    kind = serializers.CharField()
    division = serializers.CharField()


class FeedOut(serializers.Serializer[Any]):
    """A page of events, oldest first.

    Go on with `next` in `after`, at once while `more` is true, after a while otherwise. A page may
    be empty while there is more. Events of the last few seconds come with a later call.
    """

    results = FedOut(many=True)
    next = serializers.IntegerField()
    more = serializers.BooleanField()


class EventsView(Door):
    """The events of the cases a token's seat may see."""

    @extend_schema(
        operation_id="events",
        summary="事件流",
        parameters=[FeedQuery],
        responses={200: FeedOut, **READ_PROBLEMS},
        tags=["events"],
    )
    def get(self, request: Request) -> Response:
        """The events after an id, oldest first."""
        asked = FeedQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        page = feed(self.actor, **asked.validated_data)
        return Response({"results": page.rows, "next": page.next, "more": page.more})
