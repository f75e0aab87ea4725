"""What the doors of rulings take and give (职责界定接口字段)."""

from typing import Any

from rest_framework import serializers

from cases.docket.api.reading import LabelledOut
from cases.docket.api.shapes import StrictSerializer
from cases.docket.api.worklist import DueOut
from cases.whistle.queries.period import PERIODS
from cases.whistle.queries.precedents import LARGEST, STANDING
from cases.whistle.queries.ruling import SHOWN

_AFTER: Any = {"required": False, "min_value": 0, "max_value": 2**53, "default": 0}


class RulingsIn(StrictSerializer):
    """Where a page of the arbitration desk begins."""

    after = serializers.IntegerField(**_AFTER)
    size = serializers.IntegerField(required=False, min_value=1, max_value=SHOWN, default=SHOWN)


class PrecedentsIn(StrictSerializer):
    """How the precedents are narrowed."""

    category = serializers.CharField(
        required=False, allow_blank=True, max_length=12, help_text="分类代码，大类两位、小类四位"
    )
    unit = serializers.CharField(
        required=False, allow_blank=True, max_length=32, help_text="提出或承办单位代码"
    )
    standing = serializers.ChoiceField(list(STANDING.items()), required=False)
    after = serializers.IntegerField(**_AFTER)
    size = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST)


class BoundariesIn(StrictSerializer):
    """The period of the table; the year until today where none is named. `from`, `to` are days."""

    period = serializers.ChoiceField(list(PERIODS.items()), required=False)

    def get_fields(self) -> dict[str, Any]:
        """The declared fields and `from`, `to`: words of Python."""
        days = {name: serializers.DateField(required=False) for name in ("from", "to")}
        return super().get_fields() | days


class RulingPrecedentOut(serializers.Serializer[Any]):
    """A ruling as later ones read it; `url` is empty where its whistle is not for these eyes."""

    id = serializers.IntegerField()
    category = serializers.CharField()
    category_name = serializers.CharField()
    ruling = serializers.CharField()
    ruling_label = serializers.CharField()
    objector = serializers.CharField()
    unit = serializers.CharField()
    paper = serializers.CharField()
    town = serializers.CharField()
    valid_from = serializers.DateField()
    last_day = serializers.DateField(allow_null=True, help_text="最后一日；未定的为空")
    in_force = serializers.BooleanField()
    number = serializers.CharField()
    url = serializers.CharField()
    words = serializers.CharField()


class ObjectionOut(serializers.Serializer[Any]):
    """An objection that waits for a ruling."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    part = serializers.IntegerField()
    url = serializers.CharField()
    title = serializers.CharField()
    town = serializers.CharField()
    type_label = serializers.CharField()
    category_name = serializers.CharField()
    objector = serializers.CharField()
    vertical = serializers.BooleanField(help_text="垂直管理单位，由共同上级界定")
    capacity = serializers.CharField()
    ground = serializers.CharField()
    ground_label = serializers.CharField()
    belongs = serializers.CharField()
    paper = serializers.CharField()
    late = serializers.BooleanField(help_text="超过异议时限提出")
    told = serializers.BooleanField(help_text="已与吹哨单位沟通")
    above = serializers.BooleanField(help_text="等待共同上级界定")
    raised_at = serializers.DateTimeField(allow_null=True)
    due = DueOut()


class DeskOut(serializers.Serializer[Any]):
    """The arbitration desk; `next` goes into `after`, null at the end."""

    waiting = ObjectionOut(many=True)
    above = ObjectionOut(many=True)
    ruled = RulingPrecedentOut(many=True, help_text="最近界定，只在第一页")
    next = serializers.IntegerField(allow_null=True)


class RulingPrecedentsOut(serializers.Serializer[Any]):
    """A page of precedents, the newest first; `next` goes into `after`, null at the end."""

    results = RulingPrecedentOut(many=True, source="rows")
    next = serializers.IntegerField(allow_null=True)


class TallyOut(serializers.Serializer[Any]):
    """How many of what."""

    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()


class BoundaryOut(serializers.Serializer[Any]):
    """A class of matter and a unit that objects to it."""

    category = serializers.CharField()
    category_name = serializers.CharField()
    unit = serializers.CharField()
    unit_code = serializers.CharField()
    total = serializers.IntegerField()
    outcomes = TallyOut(many=True)
    grounds = TallyOut(many=True)
    passed_to = TallyOut(many=True)


class BoundariesOut(serializers.Serializer[Any]):
    """Which boundaries were fought over in a period; every objection once, by its last outcome."""

    since = serializers.DateField()
    until = serializers.DateField()
    total = serializers.IntegerField()
    results = BoundaryOut(many=True)


class SideEventOut(serializers.Serializer[Any]):
    """A step of one side, in words."""

    seq = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    at = serializers.DateTimeField()
    unit = serializers.CharField()
    actor = serializers.CharField()
    facts = LabelledOut(many=True)


class RulingDutyOut(serializers.Serializer[Any]):
    """A line of the duty lists that may govern the matter."""

    list_label = serializers.CharField()
    number = serializers.CharField()
    name = serializers.CharField()
    lead = serializers.CharField()
    department_duty = serializers.CharField()
    town_duty = serializers.CharField()
    way_back = serializers.CharField()
    paper = serializers.CharField()
    quality_label = serializers.CharField()


class RouteOut(serializers.Serializer[Any]):
    """A row of the routes for the class."""

    unit = serializers.CharField()
    capacity = serializers.CharField()
    citation = serializers.CharField()
    quality_label = serializers.CharField()


class PaperOut(serializers.Serializer[Any]):
    """A file of one side."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kind_label = serializers.CharField()
    seq = serializers.IntegerField()
    url = serializers.CharField()


class BesideOut(serializers.Serializer[Any]):
    """What lies beside an objection; it advises."""

    category = serializers.CharField()
    objection = SideEventOut()
    answers = SideEventOut(many=True)
    dispatched = SideEventOut(many=True)
    vertical = serializers.CharField(help_text="须由共同上级界定的，说明；否则为空")
    duties = RulingDutyOut(many=True)
    routes = RouteOut(many=True)
    precedents = RulingPrecedentOut(many=True, help_text="现行的同类先例")
    ended = RulingPrecedentOut(many=True, help_text="已到期的同类先例")
    theirs = PaperOut(many=True, help_text="部门的文件")
    towns = PaperOut(many=True, help_text="吹哨单位的文件")
