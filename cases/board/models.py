"""What the boards keep of their own (看板数据): facts by day, rates by day, published months.

Everything but the published months can be counted again from the record at any time.
"""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from cases.grid.models import Village
from cases.people.models import Officer, Unit

_FROZEN = pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete)


class DayFact(models.Model):
    """How often something happened on a day (日统计): in a division, by kind, unit and village.

    `category` stands with the measure `matter` only, which has no unit. `board.states` says what a
    measure, a day and a unit are.
    """

    day = models.DateField("日")
    division = models.CharField("区划", max_length=12)
    kind = models.CharField("事项", max_length=16)
    measure = models.CharField("指标", max_length=20)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    village = models.ForeignKey(
        Village, models.PROTECT, null=True, related_name="+", db_index=False
    )
    category = models.CharField("分类", max_length=120, blank=True, default="")
    count = models.PositiveIntegerField("次数")

    class Meta:
        app_label = "cases"
        db_table = "board_dayfact"
        constraints = (
            models.UniqueConstraint(
                fields=["day", "division", "kind", "measure", "unit", "village", "category"],
                name="dayfact_once",
                nulls_distinct=False,
            ),
        )
        indexes = (
            models.Index(
                fields=["measure", "day", "division"],
                include=["kind", "unit", "village", "count"],
                name="dayfact_measure",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.measure} {self.count}"


class RateFact(models.Model):
    """What the rates of a day are made of (三率日统计): how many calls made on it count how.

    `told` is hit, miss, or the reason why it does not count. The town's own rates have no unit.
    """

    day = models.DateField("日")
    division = models.CharField("区划", max_length=12)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    village = models.ForeignKey(
        Village, models.PROTECT, null=True, related_name="+", db_index=False
    )
    rate = models.CharField("指标", max_length=12)
    told = models.CharField("怎样计入", max_length=60)
    count = models.PositiveIntegerField("次数")

    class Meta:
        app_label = "cases"
        db_table = "board_ratefact"
        constraints = (
            models.UniqueConstraint(
                fields=["day", "division", "unit", "village", "rate", "told"],
                name="ratefact_once",
                nulls_distinct=False,
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.rate} {self.told} {self.count}"


class RateDay(models.Model):
    """A day whose rates are kept (三率统计日): when they were counted, and whether since then
    something happened that may change them.
    """

    day = models.DateField("日", unique=True)
    counted_at = models.DateTimeField("统计时间", null=True)
    stale = models.BooleanField("待重算", default=True)

    class Meta:
        app_label = "cases"
        db_table = "board_rateday"
        indexes = (models.Index(fields=["day"], name="rateday_stale", condition=Q(stale=True)),)

    def __str__(self) -> str:
        return str(self.day)


class Gathering(models.Model):
    """How far the boards have counted (统计进度); one row, there from the first count on."""

    since = models.DateTimeField("首次统计")
    counted_at = models.DateTimeField("截至")
    rated_at = models.DateTimeField("三率截至", null=True)

    class Meta:
        app_label = "cases"
        db_table = "board_gathering"
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="gathering_one_row"),)

    def __str__(self) -> str:
        return str(self.counted_at)


class Days(Func):
    """The days of a published period, both ends counted."""

    function = "daterange"

    def __init__(self) -> None:
        super().__init__(F("since"), F("until"), Value("[]"))


class PublishedMonth(models.Model):
    """A published month (月报): figures frozen on the day they were given out, with what they mean.

    The database refuses change and deletion, and two of a division that share a day. `figures` is
    canonical JSON text, `digest` its SHA-256; `release` the version of the rules it was counted by.
    """

    division = models.CharField("区划", max_length=12)
    label = models.CharField("名称", max_length=40)
    since = models.DateField("自")
    until = models.DateField("至（含）")
    definition = models.TextField("口径")
    release = models.CharField("版本", max_length=60)
    figures = models.TextField("数据")
    digest = models.CharField("摘要", max_length=64)
    note = models.CharField("说明", max_length=1000, blank=True, default="")
    published_at = models.DateTimeField("发布时间")
    published_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    key = models.UUIDField("幂等键")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")

    class Meta:
        app_label = "cases"
        db_table = "board_publishedmonth"
        ordering = ("-since",)
        constraints = (
            ExclusionConstraint(
                name="month_never_overlaps",
                expressions=[("division", RangeOperators.EQUAL), (Days(), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="month_in_order"),
            models.UniqueConstraint(fields=["published_by", "key"], name="month_key_once"),
        )
        triggers = (_FROZEN,)

    def __str__(self) -> str:
        return f"{self.division} {self.label}"


class Correction(models.Model):
    """A correction of a published figure (更正): which, what it was, what it is now, and why.

    The figure itself never changes; the line stands beneath it.
    """

    month = models.ForeignKey(PublishedMonth, models.PROTECT, related_name="corrections")
    figure = models.CharField("指标", max_length=80)
    was = models.IntegerField("原数")
    now = models.IntegerField("更正为")
    why = models.CharField("原因", max_length=500)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    key = models.UUIDField("幂等键")

    class Meta:
        app_label = "cases"
        db_table = "board_correction"
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["by", "key"], name="correction_key_once"),
        )
        triggers = (_FROZEN,)

    def __str__(self) -> str:
        return f"{self.figure} {self.was}→{self.now}"
