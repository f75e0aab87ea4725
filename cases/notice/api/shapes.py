"""What the interface to notices takes and gives (通知接口数据): shapes only."""

from typing import Any

from rest_framework import serializers

from cases.docket.api.shapes import StrictSerializer


class NoticesQuery(serializers.Serializer[Any]):
    """How the list is narrowed."""

    unread = serializers.BooleanField(required=False, default=False)
    kind = serializers.CharField(required=False, allow_blank=True, max_length=16, default="")
    after = serializers.IntegerField(required=False, min_value=0, max_value=2**53, default=0)


class NoticeOut(serializers.Serializer[Any]):
    """One notice; `link`, `title` and `due_at` are empty where the case is out of sight now."""

    id = serializers.IntegerField()
    rule_label = serializers.CharField()
    words = serializers.CharField()
    number = serializers.CharField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    title = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    at = serializers.DateTimeField()
    unread = serializers.BooleanField()
    urgent = serializers.BooleanField()
    post_id = serializers.IntegerField()
    post_label = serializers.CharField()
    link = serializers.CharField()


class NoticesOut(serializers.Serializer[Any]):
    """A page of notices, the newest first; `next` goes into `after`, 0 at the end."""

    unread = serializers.IntegerField(help_text="未读条数，最多数到 99")
    results = NoticeOut(many=True)
    next = serializers.IntegerField()


class ReadIn(StrictSerializer):
    """Which of one's own notices were read."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**53), min_length=1, max_length=200
    )


class ReadOut(serializers.Serializer[Any]):
    """How many were unread until now."""

    read = serializers.IntegerField()


class PreferenceIn(StrictSerializer):
    """How one wants to be told; the app always tells, an emergency always mails."""

    mail = serializers.BooleanField()
    digest = serializers.BooleanField(help_text="每个工作日上班时汇总成一封")


class PreferenceOut(serializers.Serializer[Any]):
    """How one is told."""

    mail = serializers.BooleanField()
    digest = serializers.BooleanField()


class UndeliveredOut(serializers.Serializer[Any]):
    """What did not arrive for one reason at one recipient; no case is named."""

    id = serializers.CharField()
    channel = serializers.CharField()
    channel_label = serializers.CharField()
    reason = serializers.CharField()
    recipient = serializers.CharField()
    unit = serializers.CharField()
    count = serializers.IntegerField()
    last = serializers.DateTimeField()


class UndeliveredPage(serializers.Serializer[Any]):
    """What did not arrive, the newest first."""

    results = UndeliveredOut(many=True)


class AgainIn(StrictSerializer):
    """Which group is sent again; all of it where none is named."""

    group = serializers.CharField(required=False, allow_blank=True, max_length=32, default="")


class AgainOut(serializers.Serializer[Any]):
    """How many wait again."""

    queued = serializers.IntegerField()


class ReporterToldOut(serializers.Serializer[Any]):
    """One thing the reporter is told; `photos` are ids of attachments."""

    words = serializers.CharField()
    said = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    at = serializers.DateTimeField()
    photos = serializers.ListField(child=serializers.IntegerField())
