"""The rules of penalties (处罚规则): what is an offence, by which law, and whose power it is.

The published lists of the town's powers are counts only; seeded powers are demonstration rows.
"""

from django.db import models

from cases.rulebook.models import DatedRow, never_two_at_once


class OffenceItem(DatedRow):
    """An offence item (违法事项): what counts as minor, as first, and what the local list asks.

    `minor` and the limits of `sparing` are lists of {measure, label, most, unit}; `look_back` is
    {months, same, territory, counts, citation}, `sparing` {listed, limits, undertaking, rechecked,
    exclusions}; both empty where nobody has entered them. `lighter_share` in per cent.
    """

    code = models.CharField("代码", max_length=24)
    name = models.CharField("事项", max_length=120)
    field = models.CharField("领域", max_length=24)
    power = models.CharField("赋权代码", max_length=24)
    minor = models.JSONField("轻微标准", default=list, blank=True)
    correction = models.CharField("改正期限", max_length=24, blank=True, default="")
    look_back = models.JSONField("初次口径", default=dict, blank=True)
    sparing = models.JSONField("首违不罚清单", default=dict, blank=True)
    grave = models.BooleanField("涉及生命健康、金融安全", default=False)
    strict = models.BooleanField("不适用无过错", default=False)
    mitigates = models.JSONField("规定减轻的情节", default=list, blank=True)
    lighter_share = models.PositiveSmallIntegerField("从轻幅度", null=True, blank=True)

    class Meta(DatedRow.Meta):
        app_label = "cases"
        db_table = "rulebook_offenceitem"
        verbose_name = "违法事项"
        constraints = never_two_at_once("offenceitem", "code")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class OffenceBasis(DatedRow):
    """By which law an item is punished (处罚依据): whom, how much; its days are the law's."""

    code = models.CharField("代码", max_length=32)
    item = models.CharField("事项代码", max_length=24)
    subjects = models.JSONField("适用对象")
    least = models.PositiveIntegerField("下限", default=0)
    most = models.PositiveIntegerField("上限", null=True, blank=True)
    unit = models.CharField("单位", max_length=24, blank=True, default="元")
    other = models.CharField("其他处罚", max_length=120, blank=True, default="")
    precedence = models.PositiveSmallIntegerField("适用顺序", default=1)

    class Meta(DatedRow.Meta):
        app_label = "cases"
        db_table = "rulebook_offencebasis"
        verbose_name = "处罚依据"
        constraints = never_two_at_once("offencebasis", "code")

    def __str__(self) -> str:
        return f"{self.code} {self.citation}"


class DelegatedPower(DatedRow):
    """A power the province gave to the town (赋权事项), and the paper that gave it.

    `keeps_filed`: taken back, it leaves the cases already filed with the town. `valid_to` is the
    first day it is gone.
    """

    code = models.CharField("代码", max_length=24)
    name = models.CharField("事项", max_length=120)
    original = models.CharField("原主管部门", max_length=80)
    keeps_filed = models.BooleanField("收回时已立案的由镇办结", default=False)
    replaced_by = models.CharField("替代", max_length=24, blank=True, default="")

    class Meta(DatedRow.Meta):
        app_label = "cases"
        db_table = "rulebook_delegatedpower"
        verbose_name = "赋权事项"
        constraints = never_two_at_once("delegatedpower", "code")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
