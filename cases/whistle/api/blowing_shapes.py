"""What stands around a whistle, as fields (吹哨前后字段): types, proposals, drafts, approvals."""

from typing import Any

from rest_framework import serializers

from cases.docket.api.shapes import StrictSerializer
from cases.docket.api.worklist import DueOut


class TermOut(serializers.Serializer[Any]):
    """How long a step may take."""

    name = serializers.CharField()
    words = serializers.CharField()

    def to_representation(self, instance: tuple[str, str]) -> dict[str, str]:
        """The pair as an object."""
        return {"name": instance[0], "words": instance[1]}


class TypeOut(serializers.Serializer[Any]):
    """A type this seat may blow."""

    code = serializers.CharField()
    name = serializers.CharField()
    use = serializers.CharField()
    gate = serializers.CharField(help_text="谁批准、何时确认")
    terms = TermOut(many=True)
    inspects = serializers.BooleanField(help_text="派哨时须填行政检查审批号")
    citation = serializers.CharField()
    quality_label = serializers.CharField()


class BarredOut(serializers.Serializer[Any]):
    """A type that is not this seat's."""

    name = serializers.CharField()
    why = serializers.CharField()


class TypesOut(serializers.Serializer[Any]):
    """The types of whistle for a seat."""

    types = TypeOut(many=True)
    barred = BarredOut(many=True)


class ProposedOut(serializers.Serializer[Any]):
    """A department, in which capacity, and on what that rests."""

    unit = serializers.IntegerField()
    name = serializers.CharField()
    capacity = serializers.CharField()
    capacity_label = serializers.CharField()
    why = serializers.CharField()
    paper = serializers.CharField()
    quality_label = serializers.CharField()


class GuideOut(serializers.Serializer[Any]):
    """A ruling on duties in force."""

    number = serializers.CharField()
    ruling = serializers.CharField()
    ruling_label = serializers.CharField()
    words = serializers.CharField()
    paper = serializers.CharField()
    ruled_on = serializers.DateField()
    last_day = serializers.DateField(allow_null=True)


class ListedOut(serializers.Serializer[Any]):
    """A line of the duty lists that reads like the class."""

    list_label = serializers.CharField()
    number = serializers.CharField()
    name = serializers.CharField()
    lead = serializers.CharField()
    department_duty = serializers.CharField()
    town_duty = serializers.CharField()
    paper = serializers.CharField()
    quality_label = serializers.CharField()


class EarlierOut(serializers.Serializer[Any]):
    """A whistle that may be about the same matter."""

    number = serializers.CharField()
    title = serializers.CharField()
    state_label = serializers.CharField()
    opened_at = serializers.DateTimeField()


class PreviewOut(serializers.Serializer[Any]):
    """Who would be called, and why."""

    category = serializers.CharField()
    category_name = serializers.CharField()
    handler = serializers.CharField(help_text="分类默认承办")
    proposed = ProposedOut(many=True)
    nothing = serializers.CharField(help_text="没有依据时的说明；有推荐的为空")
    chosen = ProposedOut(many=True)
    notes = serializers.ListField(child=serializers.CharField())
    guides = GuideOut(many=True)
    duties = ListedOut(many=True)
    earlier = EarlierOut(many=True)
    listed = serializers.IntegerField(help_text="现行履职事项清单的项数")
    principle = serializers.CharField()


class PreviewIn(StrictSerializer):
    """What is known so far of a whistle."""

    category = serializers.CharField(max_length=12, help_text="网格事件分类代码")
    village = serializers.CharField(max_length=12, required=False, help_text="村（社区）代码")
    division = serializers.RegexField(
        r"^\d{6,12}$", required=False, help_text="镇（街道）区划代码；不填为本镇"
    )
    lead = serializers.IntegerField(required=False, min_value=1, max_value=2**53)
    assisting = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**53), required=False, max_length=100
    )
    copied = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**53), required=False, max_length=100
    )


class CalledOut(serializers.Serializer[Any]):
    """A department that would be called."""

    name = serializers.CharField()
    capacity = serializers.CharField()


class ApprovalOut(serializers.Serializer[Any]):
    """A whistle that awaits a yes."""

    number = serializers.CharField()
    verb = serializers.CharField(help_text="approve 或 confirm：送往哪个动作的地址")
    label = serializers.CharField()  # type: ignore[assignment]
    version = serializers.IntegerField()
    type_label = serializers.CharField()
    title = serializers.CharField()
    ask = serializers.CharField()
    description = serializers.CharField()
    category = serializers.CharField()
    where = serializers.CharField()
    blower = serializers.CharField()
    called = CalledOut(many=True)
    meet_at = serializers.DateTimeField(allow_null=True)
    meet_place = serializers.CharField(help_text="报到地点")
    report = serializers.CharField(help_text="来源事件编号；没有或看不到的为空")
    earlier = serializers.CharField(help_text="同一事项前次吹哨编号；没有或看不到的为空")
    urgent = serializers.BooleanField()
    mine = serializers.BooleanField()
    whose = serializers.CharField()
    opened_at = serializers.DateTimeField()
    due = DueOut(allow_null=True)


class ApprovalsOut(serializers.Serializer[Any]):
    """Everything that awaits this seat's yes."""

    mine = ApprovalOut(many=True)
    others = ApprovalOut(many=True)
    more = serializers.BooleanField()


class KeptOut(serializers.Serializer[Any]):
    """A draft of the seat's own."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    type_label = serializers.CharField()
    opened_at = serializers.DateTimeField()


class KeptListOut(serializers.Serializer[Any]):
    """The seat's drafts, the newest first."""

    rows = KeptOut(many=True)


class WrittenOut(serializers.Serializer[Any]):
    """A draft as it was last written."""

    id = serializers.IntegerField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    facts = serializers.DictField(help_text="各字段，与改稿接口同名")
