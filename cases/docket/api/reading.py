"""The API's reading doors (查阅接口): one case's file, why a date stands."""

from dataclasses import asdict, fields
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.docket import kinds
from cases.docket.api import READ_PROBLEMS, Door
from cases.docket.api.shapes import MoveOut
from cases.docket.api.worklist import DueOut
from cases.docket.queries import case_file, find, why_this_date


class LabelledOut(serializers.Serializer[Any]):
    """A fact with its label."""

    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class DeadlineOut(serializers.Serializer[Any]):
    """A deadline of a case."""

    id = serializers.IntegerField()
    term = serializers.CharField()
    term_label = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    due = DueOut()
    owes = serializers.CharField()
    start_at = serializers.DateTimeField()
    met_at = serializers.DateTimeField(allow_null=True)
    citation = serializers.CharField()
    quality_label = serializers.CharField()
    rule_version = serializers.CharField()
    calendar_version = serializers.CharField()


class TimelineOut(serializers.Serializer[Any]):
    """An event of a case, sealed facts included for who may read them."""

    seq = serializers.IntegerField()
    verb = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    late_note = serializers.CharField()
    actor = serializers.CharField()
    unit = serializers.CharField()
    role_label = serializers.CharField()
    from_label = serializers.CharField()
    to_label = serializers.CharField()
    facts = LabelledOut(many=True)
    recorded_for = serializers.CharField()
    basis = serializers.CharField()
    hash8 = serializers.CharField()
    part = serializers.IntegerField(allow_null=True)
    whose = serializers.CharField(help_text="哪个承办部门的一步；整件的为空")


class PartOut(serializers.Serializer[Any]):
    """One obligation inside a case, with the moves open to the acting post."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    capacity = serializers.CharField()
    unit = serializers.CharField()
    officer = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    version = serializers.IntegerField()
    mine = serializers.BooleanField()
    deadlines = DeadlineOut(many=True)
    moves = MoveOut(many=True)


class FileOut(serializers.Serializer[Any]):
    """A case's file."""

    number = serializers.CharField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    title = serializers.CharField()
    version = serializers.IntegerField()
    erased = serializers.BooleanField()
    urgent = serializers.BooleanField()
    owner = serializers.CharField()
    facts = LabelledOut(many=True)
    place = serializers.DictField(allow_null=True)
    deadlines = DeadlineOut(many=True)
    timeline = TimelineOut(many=True)
    moves = MoveOut(many=True)
    parts = PartOut(many=True)


class TraceOut(serializers.Serializer[Any]):
    """One day of a trace."""

    date = serializers.DateField()
    counted = serializers.BooleanField()
    why = serializers.CharField()


class InputOut(serializers.Serializer[Any]):
    """One input of a date, as label and value."""

    def to_representation(self, instance: tuple[str, str]) -> dict[str, str]:
        """The pair as an object."""
        return {"label": instance[0], "value": instance[1]}

    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField()


class WhyOut(serializers.Serializer[Any]):
    """Why a deadline has its date."""

    number = serializers.CharField()
    term = serializers.CharField()
    term_label = serializers.CharField()
    term_words = serializers.CharField()
    start_at = serializers.DateTimeField()
    due = DueOut()
    agrees = serializers.BooleanField()
    trace = TraceOut(many=True)
    citation = serializers.CharField()
    quality_label = serializers.CharField()
    rule_version = serializers.CharField()
    calendar_version = serializers.CharField()
    inputs = InputOut(many=True)


class CaseView(Door):
    """One case's file, of any kind."""

    kind = ""

    @extend_schema(
        operation_id="case",
        summary="案卷",
        responses={200: FileOut, **READ_PROBLEMS},
        tags=["cases"],
    )
    def get(self, request: Request, number: str) -> Response:
        """The file, with the moves open to the acting post and its version as ETag."""
        return self.file(number)

    def file(self, number: str) -> Response:
        """The file of a case of this view's kind."""
        case = find(self.actor, number, self.kind)
        if case is None:
            raise Http404
        file = case_file(self.actor, case, timezone.now())
        told = {f.name: getattr(file, f.name) for f in fields(file)}
        told["kind"] = kinds.kind(case.kind).code
        told["facts"] = _labelled(file.facts)
        told["timeline"] = [asdict(e) | {"facts": _labelled(e.facts)} for e in file.timeline]
        return Response(FileOut(told).data, headers={"ETag": f'"{file.version}"'})


class WhyView(Door):
    """Why a deadline has its date."""

    @extend_schema(
        operation_id="deadline_why",
        summary="为什么是这一天",
        responses={200: WhyOut, **READ_PROBLEMS},
        tags=["cases"],
    )
    def get(self, request: Request, deadline: int) -> Response:
        """The trace, day by day."""
        why = why_this_date(self.actor, deadline, timezone.now())
        if why is None:
            raise Http404
        return Response(WhyOut(why).data)


def _labelled(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"label": label, "value": value} for label, value in pairs]
