"""What the doors' API takes and gives (接口数据): shapes only, nothing is done here."""

from typing import Any

from rest_framework import serializers

from cases.docket.api.shapes import StrictSerializer
from cases.entrance.queries import Seat
from cases.grid.datum import Datum
from cases.grid.models import Grid, GridKind
from cases.grid.queries import Located
from cases.people.models import Unit, UnitKind
from cases.people.queries import Actor
from cases.rulebook.models import Quality, Scheme
from cases.rulebook.queries.rules import RuleCategory


class UnitRefOut(serializers.Serializer[Any]):
    """A unit, as far as one must know it to name it."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class SeatOut(serializers.Serializer[Seat]):
    """A post that may be acted under."""

    post = serializers.IntegerField(source="post_id")
    role = serializers.CharField()
    role_label = serializers.CharField()
    unit = serializers.IntegerField(source="unit_id")
    unit_name = serializers.CharField()
    title = serializers.CharField()
    deputy_for = serializers.CharField(help_text="AB岗 of whom; empty for an own post")
    until = serializers.DateField(allow_null=True)


class TokenIn(StrictSerializer):
    """A log-in by API; `post` only where several own posts are open, or to deputise."""

    username = serializers.CharField(max_length=60, label="用户名")
    password = serializers.CharField(max_length=200, trim_whitespace=False, label="密码")
    post = serializers.IntegerField(required=False, allow_null=True, min_value=1)


class ActingOut(serializers.Serializer[Any]):
    """Under which post one acts."""

    post = serializers.IntegerField()
    role = serializers.CharField()
    role_label = serializers.CharField()
    unit = UnitRefOut()
    division = serializers.CharField()
    posts = SeatOut(many=True)


class TokenOut(ActingOut):
    """The token, shown this once, and what it acts as."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class MeOut(ActingOut):
    """Who is asking."""

    username = serializers.CharField()
    name = serializers.CharField()


class UnitsQuery(serializers.Serializer[Any]):
    """Which units."""

    kind = serializers.ChoiceField(UnitKind.choices, required=False)


class UnitOut(serializers.ModelSerializer[Unit]):
    """A unit (单位)."""

    kind_label = serializers.CharField(source="get_kind_display")

    class Meta:
        model = Unit
        fields = (
            "id",
            "code",
            "name",
            "short_name",
            "kind",
            "kind_label",
            "parent",
            "division",
            "vertical",
            "phone",
            "demonstration",
        )


class UnitsOut(serializers.Serializer[Any]):
    """The units a division deals with."""

    results = UnitOut(many=True)


class GridsQuery(serializers.Serializer[Any]):
    """Which grids; their boundaries only when asked for."""

    kind = serializers.ChoiceField(GridKind.choices, required=False)
    boundary = serializers.BooleanField(required=False, default=False)


class GridOut(serializers.ModelSerializer[Grid]):
    """A grid (网格)."""

    kind_label = serializers.CharField(source="get_kind_display")
    village_name = serializers.CharField(source="village.name")
    boundary = serializers.JSONField(required=False, help_text="GeoJSON, WGS-84")

    class Meta:
        model = Grid
        fields = (
            "id",
            "code",
            "kind",
            "kind_label",
            "name",
            "division",
            "village",
            "village_name",
            "parent",
            "demonstration",
            "boundary",
        )


    def to_representation(self, instance: Grid) -> dict[str, Any]:
        """The grid; its boundary is left out (and never read) unless asked for."""
        if self.context.get("plain"):
            self.fields.pop("boundary", None)
        told: dict[str, Any] = super().to_representation(instance)
        return told


class GridsOut(serializers.Serializer[Any]):
    """The grids of a division."""

    results = GridOut(many=True)


class PointIn(serializers.Serializer[Any]):
    """A point in degrees and the datum it was taken in."""

    lng = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)
    datum = serializers.ChoiceField(list(Datum), required=False, default=Datum.WGS84.value)


class PlaceRefOut(serializers.Serializer[Any]):
    """A village or grid by id, code and name."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField(required=False)


class LocatedOut(serializers.Serializer[Any]):
    """Where a point lies; `outside` says that the village is only the nearest one."""

    lng = serializers.FloatField(help_text="WGS-84")
    lat = serializers.FloatField(help_text="WGS-84")
    datum = serializers.CharField(help_text="as sent")
    outside = serializers.BooleanField()
    metres = serializers.IntegerField(help_text="to the nearest village when outside")
    village = PlaceRefOut(allow_null=True)
    grid = PlaceRefOut(allow_null=True)
    micro = PlaceRefOut(allow_null=True)


class CategoriesQuery(serializers.Serializer[Any]):
    """Which scheme of categories."""

    scheme = serializers.ChoiceField(Scheme.choices, required=False, default=Scheme.GRID.value)


class CategoryOut(serializers.Serializer[RuleCategory]):
    """A category (分类) as it stands today; `term` is in words, empty where it has none."""

    scheme = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    parent_code = serializers.CharField()
    level = serializers.IntegerField()
    default_handler = serializers.CharField()
    term = serializers.SerializerMethodField()
    what = serializers.CharField()
    flags = serializers.SerializerMethodField()
    phone_now = serializers.BooleanField()
    maps_to = serializers.CharField()
    citation = serializers.CharField(source="validity.citation")
    quality = serializers.ChoiceField(Quality.choices, source="validity.quality")
    version = serializers.CharField()

    def get_term(self, rule: RuleCategory) -> str:
        """The term in words: 2 个工作日."""
        return rule.term.words if rule.term else ""

    def get_flags(self, rule: RuleCategory) -> list[str]:
        """The flags one by one: T C P D B S X."""
        return list(rule.flags)


class CategoriesOut(serializers.Serializer[Any]):
    """A scheme of categories."""

    results = CategoryOut(many=True)


def acting_out(actor: Actor, seats: list[Seat]) -> dict[str, Any]:
    """The part of an answer that says under which post one acts."""
    return {
        "post": actor.post_id,
        "role": actor.role.value,
        "role_label": actor.role.label,
        "unit": {"id": actor.unit_id, "name": actor.unit_name},
        "division": actor.division,
        "posts": seats,
    }


def located_out(found: Located) -> dict[str, Any]:
    """The answer to a point."""
    village = {"id": found.village_id, "code": found.village_code, "name": found.village_name}
    grid = {"id": found.grid_id, "code": found.grid_code, "name": found.grid_name}
    micro = {"id": found.micro_id, "code": found.micro_code}
    return {
        "lng": found.lng,
        "lat": found.lat,
        "datum": found.datum.value,
        "outside": found.outside,
        "metres": found.metres,
        "village": village if found.village_id else None,
        "grid": grid if found.grid_id else None,
        "micro": micro if found.micro_id else None,
    }
