"""Villages and grids (村居、网格): who looks after which ground, and since when.

江苏省城乡网格化服务管理办法; GB/T 34300-2017 (titles only). Every grid belongs to one village.
Codes of grids are our own: the village's code, N (自然) or D (专属) and a number, then M and a
number for a micro-grid in it.
"""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q


class DateSpan(Func):
    """The days of a dated row: from `valid_from`, up to and without `valid_to`."""

    function = "daterange"


def never_overlapping(name: str, *fields: str) -> ExclusionConstraint:
    """No two rows with the same fields hold on the same day."""
    span = DateSpan(F("valid_from"), F("valid_to"))
    same: list[Any] = [(F(field), RangeOperators.EQUAL) for field in fields]
    return ExclusionConstraint(name=name, expressions=[*same, (span, RangeOperators.OVERLAPS)])


def in_right_order(name: str) -> models.CheckConstraint:
    """No row ends before it begins; one that ends on its first day never held (a slip, voided)."""
    in_order = Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
    return models.CheckConstraint(name=name, condition=in_order)


class GridKind(models.TextChoices):
    """Natural grids tile villages, micro-grids tile natural grids, dedicated grids lie over."""

    NATURAL = "natural", "自然网格"
    DEDICATED = "dedicated", "专属网格"
    MICRO = "micro", "微网格"


class GridUse(models.TextChoices):
    """What a dedicated grid (专属网格) is dedicated to."""

    NONE = "", "居民"
    PARK = "park", "园区"
    FACTORY = "factory", "企业"
    SCHOOL = "school", "学校"
    MARKET = "market", "市场商圈"
    WHARF = "wharf", "码头"
    SITE = "site", "工地"
    OTHER = "other", "其他"


class Village(models.Model):
    """A village or community (村、社区); its code is the town's code and three digits.

    001–199 居委会, 200–399 村委会 (GB/T 10114-2003). The boundary is GeoJSON in WGS-84.
    """

    code = models.CharField("代码", max_length=12)
    name = models.CharField("名称", max_length=60)
    pinyin = models.CharField("拼音", max_length=200, blank=True)
    division = models.CharField("区划", max_length=12, db_index=True)
    boundary = models.JSONField("边界")
    demonstration = models.BooleanField("示范数据", default=False)
    note = models.CharField("说明", max_length=200, blank=True)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至（不含）", null=True, blank=True)

    class Meta:
        app_label = "cases"
        db_table = "grid_village"
        ordering = ("code", "valid_from")
        constraints = (
            never_overlapping("grid_village_one_a_day", "code"),
            in_right_order("grid_village_dates"),
        )

    def __str__(self) -> str:
        return self.name


class Grid(models.Model):
    """A grid (网格) on the ground; redrawn only by a successor row with its own dates."""

    code = models.CharField("代码", max_length=24)
    kind = models.CharField("类型", max_length=10, choices=GridKind.choices)
    use = models.CharField("专属类别", max_length=10, choices=GridUse.choices, blank=True)
    name = models.CharField("名称", max_length=80)
    pinyin = models.CharField("拼音", max_length=240, blank=True)
    division = models.CharField("区划", max_length=12, db_index=True)
    village = models.ForeignKey(Village, models.PROTECT, related_name="grids")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="micro_grids"
    )
    boundary = models.JSONField("边界")
    demonstration = models.BooleanField("示范数据", default=False)
    note = models.CharField("说明", max_length=200, blank=True)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至（不含）", null=True, blank=True)

    class Meta:
        app_label = "cases"
        db_table = "grid_grid"
        ordering = ("code", "valid_from")
        constraints = (
            never_overlapping("grid_grid_one_a_day", "code"),
            in_right_order("grid_grid_dates"),
            models.CheckConstraint(
                name="grid_micro_has_parent",
                condition=Q(kind="micro", parent__isnull=False)
                | (~Q(kind="micro") & Q(parent__isnull=True)),
            ),
        )

    def __str__(self) -> str:
        return self.name
