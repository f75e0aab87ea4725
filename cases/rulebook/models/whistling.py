"""The rules of whistling (吹哨规则): what each type asks for, and which department is whose.

No town's own paper was found; the seeded rows are town defaults (practice.md §4.3, domain.md §H).
"""

from django.db import models

from cases.rulebook.models import DatedRow, never_two_at_once


class WhistleRule(DatedRow):
    """A type of whistle (哨种): who may blow it, who approves, what it needs.

    `blowers` are role codes; `approver` is a role code or "" where nobody approves beforehand;
    `extender` is who grants more time, "" for the whistling unit; `confirmed` afterwards by a
    leader. `skips` names terms that do not run for it. `open` is false for a type that is off. How
    long each step may take stands in the terms, as `whistle.sign@W1`.
    """

    code = models.CharField("代码", max_length=8)
    name = models.CharField("名称", max_length=40)
    blowers = models.JSONField("谁可以吹")
    approver = models.CharField("谁批准", max_length=24, blank=True, default="")
    extender = models.CharField("谁批准延期", max_length=24, blank=True, default="")
    confirmed = models.BooleanField("事后确认", default=False)
    inspects = models.BooleanField("涉企检查须有审批号", default=False)
    on_point = models.BooleanField("核对到场位置", default=False)
    skips = models.JSONField("不设的时限", default=list, blank=True)
    open = models.BooleanField("启用", default=True)

    class Meta(DatedRow.Meta):
        app_label = "cases"
        db_table = "rulebook_whistlerule"
        verbose_name = "哨种规则"
        constraints = never_two_at_once("whistlerule", "code")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Route(DatedRow):
    """Which department a class of matter belongs to (派哨目录): by category, as lead or assisting.

    `category` is a code of the grid scheme, or its first two digits for a whole class. `unit` is
    the code of a unit; `rank` orders several.
    """

    category = models.CharField("分类", max_length=12)
    unit = models.CharField("部门代码", max_length=32)
    capacity = models.CharField("身份", max_length=8)
    rank = models.PositiveSmallIntegerField("顺序", default=1)

    class Meta(DatedRow.Meta):
        app_label = "cases"
        db_table = "rulebook_route"
        verbose_name = "派哨目录"
        constraints = never_two_at_once("route", "category", "unit")

    def __str__(self) -> str:
        return f"{self.category}→{self.unit}"
