"""The API's door to work items (要人处理的事): what waits for a person, and that it was done."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import KEY, PROBLEMS, READ_PROBLEMS, Door, key_of
from cases.docket.api.shapes import StrictSerializer, form_of
from cases.docket.models import WorkItem
from cases.docket.operations.workitems import settle
from cases.docket.queries.workitems import LONGEST, SHOWN, open_items


class WorkItemsQuery(serializers.Serializer[Any]):
    """Where a page of work items begins."""

    after = serializers.IntegerField(required=False, min_value=0, max_value=2**53, default=0)
    size = serializers.IntegerField(
        required=False, min_value=1, max_value=LONGEST, default=SHOWN
    )


class WorkItemOut(serializers.Serializer[Any]):
    """A work item; `number` is empty where the case is not for these eyes."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    words = serializers.CharField()
    since = serializers.DateTimeField()
    number = serializers.CharField()
    url = serializers.CharField()
    asks_result = serializers.BooleanField(help_text="处理时须写明结果（打电话）")


class WorkItemsOut(serializers.Serializer[Any]):
    """A page of work items, oldest first; `next` goes into `after`, null at the end."""

    results = WorkItemOut(many=True)
    next = serializers.IntegerField(allow_null=True)


class NothingIn(StrictSerializer):
    """A body with nothing in it."""


class SettleIn(StrictSerializer):
    """What came of it; of a call it must be said who was reached, and when."""

    result = serializers.CharField(required=False, allow_blank=True, max_length=400, default="")


class SettledOut(serializers.Serializer[WorkItem]):
    """A work item that was settled, by whom and when."""

    id = serializers.IntegerField()
    done_at = serializers.DateTimeField()
    done_by = serializers.CharField(source="done_by.name")
    result = serializers.CharField()


class WorkItemsView(Door):
    """What waits for a person."""

    @extend_schema(
        operation_id="work_items",
        summary="要人处理的事",
        parameters=[WorkItemsQuery],
        responses={200: WorkItemsOut, **READ_PROBLEMS},
        tags=["work-items"],
    )
    def get(self, request: Request) -> Response:
        """A page of the open work items of the acting post; none for most posts."""
        asked = WorkItemsQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        page = open_items(self.actor, **asked.validated_data)
        return Response(WorkItemsOut({"results": page.rows, "next": page.next}).data)


class SettleView(Door):
    """That a person looked at it."""

    @extend_schema(
        operation_id="work_item_settle",
        summary="已处理",
        parameters=[KEY],
        request=SettleIn,
        responses={200: SettledOut, **PROBLEMS},
        tags=["work-items"],
    )
    def post(self, request: Request, item: int) -> Response:
        """Settle it; sent again, under whatever key, it answers what stands."""
        key_of(request)
        result = form_of(SettleIn).run_validation(request.data)["result"]
        now = timezone.now()
        settled = settle(item, by=self.actor, at=now, result=result)
        replayed = {} if settled.done_at == now else {"Idempotent-Replayed": "true"}
        return Response(SettledOut(settled).data, headers=replayed)
