"""The API's door to the worklist (工作台接口): filters, rows, pages by key."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket.api import READ_PROBLEMS, Door
from cases.docket.operations.saved import note_search
from cases.docket.queries import Filters, Row, worklist
from cases.docket.queries.filters import BY, DUES, VIEWS
from cases.people.queries import TOWN_TIME


class FiltersIn(serializers.Serializer[Any]):
    """How a list is narrowed."""

    view = serializers.ChoiceField(list(VIEWS.items()), required=False)
    q = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=100,
        help_text="编号、其他系统的编号、词语，或反映人电话",
    )
    by = serializers.ChoiceField(
        list(BY.items()), required=False, allow_blank=True, help_text="name：q 是反映人姓名"
    )
    kind = serializers.CharField(required=False, allow_blank=True, max_length=16)
    state = serializers.CharField(required=False, allow_blank=True, max_length=32)
    category = serializers.CharField(
        required=False, allow_blank=True, max_length=20, help_text="分类代码，一级、二级均可"
    )
    place = serializers.CharField(
        required=False, allow_blank=True, max_length=24, help_text="村（社区）或网格代码"
    )
    unit = serializers.CharField(
        required=False, allow_blank=True, max_length=32, help_text="承办单位代码"
    )
    who = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=10,
        help_text="本单位经办人的编号；none 为未指定",
    )
    due = serializers.ChoiceField(list(DUES.items()), required=False, allow_blank=True)
    urgent = serializers.BooleanField(required=False, default=False)
    sort = serializers.ChoiceField(
        [("due", "最近期限")],
        required=False,
        allow_blank=True,
        help_text="全部视图按最近期限排，只列在办",
    )
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    after = serializers.CharField(required=False, allow_blank=True, max_length=200)
    size = serializers.IntegerField(required=False, min_value=1, max_value=100)


class DueOut(serializers.Serializer[Any]):
    """A date in words and as data."""

    words = serializers.CharField()
    tone = serializers.CharField()
    last_day = serializers.DateField()
    due_at = serializers.DateTimeField()
    provisional = serializers.BooleanField()
    colour_label = serializers.CharField()


class RowOut(serializers.Serializer[Any]):
    """One case on a list."""

    number = serializers.CharField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    title = serializers.CharField()
    unit_name = serializers.CharField()
    officer_name = serializers.CharField()
    category_name = serializers.CharField()
    grid_name = serializers.CharField()
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    due = DueOut(allow_null=True)
    waiting = serializers.CharField(help_text="等谁做什么；不等别人的为空")
    urgent = serializers.BooleanField()
    mine = serializers.BooleanField()
    version = serializers.IntegerField()
    url = serializers.CharField()


class PageOut(serializers.Serializer[Any]):
    """A page of a list; `next` goes into `after`, "" at the end. No counts."""

    results = RowOut(many=True)
    next = serializers.CharField()


class ListDoor(Door):
    """A list by key; `view` and `kind` are where it starts."""

    view = "mine"
    kind = ""

    def page(self, request: Request) -> Response:
        """One page, narrowed by the query."""
        filters = filters_in(request, self.view, self.kind)
        now = timezone.now()
        page = worklist(self.actor, filters, now)
        note_search(filters, len(page.rows), by=self.actor, at=now)
        return Response({"results": [_told(row) for row in page.rows], "next": page.next})


class WorklistView(ListDoor):
    """What the acting post owes, by what is due next."""

    @extend_schema(
        operation_id="worklist",
        summary="工作台：待我办",
        parameters=[FiltersIn],
        responses={200: PageOut, **READ_PROBLEMS},
        tags=["worklist"],
    )
    def get(self, request: Request) -> Response:
        """A page of the worklist."""
        return self.page(request)


class CasesView(ListDoor):
    """Every case the acting post may see, newest first."""

    view = "all"

    @extend_schema(
        operation_id="cases",
        summary="全部案件",
        parameters=[FiltersIn],
        responses={200: PageOut, **READ_PROBLEMS},
        tags=["cases"],
    )
    def get(self, request: Request) -> Response:
        """A page of cases."""
        return self.page(request)


def filters_in(request: Request, view: str, kind: str) -> Filters:
    """The filters of a query, checked; `view` and `kind` where it says none."""
    form = FiltersIn(data=request.query_params)
    form.is_valid(raise_exception=True)
    given = {k: v for k, v in form.validated_data.items() if v != ""}
    return Filters(**({"view": view, "kind": kind} | given))


def _told(row: Row) -> dict[str, Any]:
    """A row as `RowOut` gives it, without asking each field of each row how."""
    told = vars(row) | {"opened_at": _local(row.opened_at), "closed_at": _local(row.closed_at)}
    if row.due is not None:
        due = row.due
        told["due"] = vars(due) | {"last_day": str(due.last_day), "due_at": _local(due.due_at)}
    return told


def _local(at: datetime | None) -> str | None:
    return at.astimezone(TOWN_TIME).isoformat() if at else None
