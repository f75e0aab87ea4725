"""What the boards' interface answers (看板接口数据)."""

from typing import Any

from rest_framework import serializers

from cases.docket.api.worklist import DueOut
from cases.whistle.api.rates import FigureOut


class NumberOut(serializers.Serializer[Any]):
    """A number, and the page of its rows (the same query under /api/v1 gives them as data)."""

    count = serializers.IntegerField()
    url = serializers.CharField(help_text="这些行的页面；/api/v1 加同样的路径为接口")


class CountedOut(serializers.Serializer[Any]):
    """A number with what it counts."""

    code = serializers.CharField()
    name = serializers.CharField(source="label")
    number = NumberOut()


class ColourOut(serializers.Serializer[Any]):
    """The obligations of one colour."""

    colour = serializers.CharField(help_text="空为未亮灯")
    name = serializers.CharField(source="label")
    number = NumberOut()


class AgeOut(serializers.Serializer[Any]):
    """The obligations of one age."""

    code = serializers.CharField()
    name = serializers.CharField(source="label")
    late = serializers.BooleanField()
    all = NumberOut()
    colours = ColourOut(many=True)


class UnitLineOut(serializers.Serializer[Any]):
    """One unit or village, in the order of the directory; never ranked."""

    code = serializers.CharField()
    name = serializers.CharField()
    running = NumberOut()
    today = NumberOut()
    week = NumberOut()
    late = NumberOut()
    yellow = NumberOut()
    red = NumberOut()
    happened = NumberOut(many=True, help_text="新增、办结、重新办理；单位没有")
    rates = FigureOut(many=True)


class StepOut(serializers.Serializer[Any]):
    """One week or month of the trend."""

    name = serializers.CharField(source="label")
    since = serializers.DateField()
    until = serializers.DateField()
    numbers = NumberOut(many=True)
    rates = FigureOut(many=True)


class TrendOut(serializers.Serializer[Any]):
    """The trend, the oldest step first."""

    by = serializers.CharField()
    names = serializers.ListField(child=serializers.CharField())
    steps = StepOut(many=True)


class SupervisorBoardOut(serializers.Serializer[Any]):
    """The whole board."""

    since = serializers.DateField()
    until = serializers.DateField()
    at = serializers.DateTimeField()
    counted_at = serializers.DateTimeField(allow_null=True, help_text="日统计截至")
    rated_at = serializers.DateTimeField(allow_null=True, help_text="三率统计截至")
    running = NumberOut()
    late = NumberOut()
    ages = AgeOut(many=True)
    today = CountedOut(many=True)
    waiting = CountedOut(many=True)
    shelved = CountedOut(many=True)
    happened = CountedOut(many=True)
    rates = FigureOut(many=True)
    town_rates = FigureOut(many=True)
    units = UnitLineOut(many=True)
    villages = UnitLineOut(many=True)
    trend = TrendOut()


class SaidOut(serializers.Serializer[Any]):
    """One thing a row says."""

    name = serializers.CharField()
    words = serializers.CharField()


class BoardRowOut(serializers.Serializer[Any]):
    """One row behind a number; of one that is only counted number, kind and state."""

    number = serializers.CharField()
    kind_label = serializers.CharField()
    state = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    facts = SaidOut(many=True)
    seen = serializers.BooleanField(help_text="能否查看内容")


class BoardRowsOut(serializers.Serializer[Any]):
    """A page of rows; `next` goes into `after`, "" at the end."""

    what = serializers.CharField()
    results = BoardRowOut(many=True)
    next = serializers.CharField(allow_blank=True)


class EmergencyOut(serializers.Serializer[Any]):
    """An urgent matter since last evening."""

    row = BoardRowOut()
    opened_at = serializers.DateTimeField()
    ended = serializers.BooleanField()
    words = serializers.CharField()
    instructs = serializers.BooleanField(help_text="可否批示")


class MatterOut(serializers.Serializer[Any]):
    """One line with its date."""

    number = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    state = serializers.CharField()
    asks = serializers.CharField()
    due = DueOut(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    instructs = serializers.BooleanField()


class MattersOut(serializers.Serializer[Any]):
    """A short list, and whether there is more."""

    rows = MatterOut(many=True)
    more = serializers.BooleanField()


class RedOut(serializers.Serializer[Any]):
    """What is red with a unit."""

    name = serializers.CharField()
    number = NumberOut()


class RisingOut(serializers.Serializer[Any]):
    """What comes up more often than before."""

    village = serializers.CharField()
    category = serializers.CharField()
    number = NumberOut()
    before = serializers.CharField(help_text="前四周平均每周")


class TodayOut(serializers.Serializer[Any]):
    """The leader's one screen."""

    since = serializers.DateTimeField()
    sentences = serializers.ListField(child=serializers.CharField())
    emergencies = EmergencyOut(many=True)
    more_emergencies = serializers.IntegerField()
    awaiting = MattersOut()
    late = NumberOut()
    red = NumberOut()
    red_units = RedOut(many=True)
    rising = RisingOut(many=True)
    unsaid = serializers.CharField(help_text="说不了苗头的原因")
    above = MattersOut()
