"""What the interface to one's own account takes and gives (我的接口数据): shapes only."""

from typing import Any

from rest_framework import serializers

from cases.docket.api.shapes import StrictSerializer
from cases.docket.models import AccessLog
from cases.people.models import Deputy, Token


class PasswordIn(StrictSerializer):
    """The old password, and the new one twice; other log-ins and all tokens end."""

    old = serializers.CharField(max_length=200, trim_whitespace=False)
    new = serializers.CharField(max_length=200, trim_whitespace=False)
    again = serializers.CharField(max_length=200, trim_whitespace=False)


class ContactIn(StrictSerializer):
    """One's own phone and address; what is not sent stays."""

    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True)


class ContactOut(serializers.Serializer[Any]):
    """One's own phone and address as they stand."""

    username = serializers.CharField()
    name = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()


class OwnDeputyIn(StrictSerializer):
    """A colleague of the same unit who stands in for some days, 90 at most."""

    held_post = serializers.IntegerField(min_value=1, max_value=2**53)
    deputy = serializers.CharField(max_length=60, help_text="用户名")
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(help_text="该日起不再代理")


class OwnDeputyOut(serializers.ModelSerializer[Deputy]):
    """Who stands in for me."""

    held_post = serializers.IntegerField(source="post_id")
    deputy = serializers.CharField(source="officer.username")
    deputy_name = serializers.CharField(source="officer.name")

    class Meta:
        model = Deputy
        fields = ("id", "held_post", "deputy", "deputy_name", "valid_from", "valid_to")


class OwnDeputiesOut(serializers.Serializer[Any]):
    """My deputies, the newest first."""

    results = OwnDeputyOut(many=True)


class OwnTokenOut(serializers.ModelSerializer[Token]):
    """A log-in by interface that still holds; its text is not kept."""

    unit_name = serializers.CharField(source="post.unit.name")
    role = serializers.CharField(source="post.role")

    class Meta:
        model = Token
        fields = ("id", "post", "unit_name", "role", "created_at", "expires_at")


class OwnTokensOut(serializers.Serializer[Any]):
    """My log-ins by interface."""

    results = OwnTokenOut(many=True)


class NothingSent(StrictSerializer):
    """A body with nothing in it."""


class OwnReadingOut(serializers.ModelSerializer[AccessLog]):
    """One reading of mine that left a trace."""

    what_label = serializers.CharField(source="get_what_display")
    number = serializers.CharField(source="case.number", default="")

    class Meta:
        model = AccessLog
        fields = ("id", "at", "what", "what_label", "number", "rows", "words")


class AfterQuery(serializers.Serializer[Any]):
    """Where a page begins."""

    after = serializers.IntegerField(required=False, min_value=0, max_value=2**53)


class OwnReadingsOut(serializers.Serializer[Any]):
    """A page of my readings; `next` goes into `after`, null at the end."""

    results = OwnReadingOut(many=True)
    next = serializers.IntegerField(allow_null=True)


class PeopleQuery(serializers.Serializer[Any]):
    """Whom one looks for; `after` takes the last page's `next`."""

    q = serializers.CharField(required=False, allow_blank=True, max_length=60)
    after = serializers.CharField(required=False, allow_blank=True, max_length=40)


class PersonOut(serializers.Serializer[Any]):
    """A person of the directory."""

    name = serializers.CharField()
    role_label = serializers.CharField()
    title = serializers.CharField()
    unit_name = serializers.CharField()
    phone = serializers.CharField()


class ListingOut(serializers.Serializer[Any]):
    """A unit of the directory."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind_label = serializers.CharField()
    division = serializers.CharField()
    place = serializers.CharField(help_text="所在市、县、镇的名称")
    phone = serializers.CharField()
    heads = PersonOut(many=True)


class DirectoryOut(serializers.Serializer[Any]):
    """A page of the directory; `people` only where names were looked for, and never for
    enterprises.
    """

    units = ListingOut(many=True)
    people = PersonOut(many=True)
    next = serializers.CharField()
