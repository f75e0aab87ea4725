"""Rulebook (规则库): what the town's clocks, forms and ladders were told, by whom and until when.

Every value that is not a statute's own words is a dated, cited row here. A row is never edited: it
is succeeded (旧值截止、新值生效), and the database itself refuses anything else. `Change` says what
was changed, by whom and on which paper (规则修改留痕).
"""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now


class Quality(models.TextChoices):
    """How far a value may be trusted, shown beside it wherever it is shown (来源性质)."""

    STATUTE = "statute", "法律法规"
    PUBLISHED = "published", "公开资料"
    TOWN_DEFAULT = "town_default", "镇默认"
    DEMONSTRATION = "demonstration", "演示数据"


class Scheme(models.TextChoices):
    """The two ways a matter is classed: on the phone and in letters (分类体系)."""

    GRID = "grid", "网格事件"
    PETITION = "petition", "诉求分类"


class DutyList(models.TextChoices):
    """The three lists of a town's duties (履职事项清单)."""

    BASIC = "basic", "基本履职"
    ASSISTING = "assisting", "配合履职"
    TAKEN_BACK = "taken_back", "上级收回"


def never_two_at_once(name: str, *key: str) -> list[models.BaseConstraint]:
    """The constraints of a dated table: one value per key, scope and day; no end before its start.

    A row closed on the day it began has no day in force: that is how a slip of the pen is voided.
    """
    days = Func(F("valid_from"), F("valid_to"), function="daterange")
    return [
        ExclusionConstraint(
            name=f"{name}_one_at_a_time",
            expressions=[
                *((part, RangeOperators.EQUAL) for part in (*key, "scope")),
                (days, RangeOperators.OVERLAPS),
            ],
        ),
        models.CheckConstraint(
            name=f"{name}_ends_after_start",
            condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
        ),
    ]


class DatedRow(models.Model):
    """A value with its place, days and paper; `valid_to` is the first day it no longer holds.

    `scope` is a division code (行政区划代码), "" the whole country; the longest prefix wins.
    """

    scope = models.CharField("适用地区", max_length=12, blank=True, default="")
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)
    citation = models.TextField("依据")
    paper = models.CharField("文件", max_length=200, blank=True, default="")
    quality = models.CharField("来源性质", max_length=16, choices=Quality.choices)
    note = models.TextField("说明", blank=True, default="")

    class Meta:
        abstract = True
        triggers = (
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="values_stand", exclude=["valid_to"]),
            pgtrigger.Protect(
                name="closed_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__valid_to__isnull=False)
                | pgtrigger.Q(new__valid_to__isnull=True),
            ),
        )


class HolidayNotice(DatedRow):
    """One year's notice on days off and make-up working days (节假日安排通知), by revision.

    `days` maps an ISO date to true (day off) or false (make-up working day); days it does not list
    follow the plain week. It may reach into the neighbouring years.
    """

    year = models.SmallIntegerField("年份")
    revision = models.SmallIntegerField("修订次")
    issued_on = models.DateField("印发日期", null=True, blank=True)
    days = models.JSONField("日期安排")
    names = models.JSONField("名称", default=dict)

    class Meta(DatedRow.Meta):
        app_label = "cases"
        db_table = "rulebook_holidaynotice"
        verbose_name = "节假日安排"
        constraints = (
            *never_two_at_once("holidaynotice", "year"),
            models.UniqueConstraint(
                fields=["scope", "year", "revision"], name="holidaynotice_revision_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.year}#{self.revision}"


class TermRow(DatedRow):
    """How long something may take, how the days are counted and who is chased when (办理时限).

    `start`, `end`, `close` empty: as the unit's own rule says. `by_category`: the category's own
    term, where it has one, stands in place of this one.
    """

    key = models.CharField("时限代码", max_length=60)
    name = models.CharField("名称", max_length=60)
    amount = models.PositiveIntegerField("数量")
    unit = models.CharField("单位", max_length=16)
    start = models.CharField("起算规则", max_length=24, blank=True, default="")
    end = models.CharField("届满规则", max_length=24, blank=True, default="")
    close = models.CharField("截止时刻", max_length=24, blank=True, default="")
    what = models.CharField("要求", max_length=120, blank=True, default="")
    ladder = models.CharField("督促阶梯", max_length=16, blank=True, default="")
    by_category = models.BooleanField("随分类", default=False)

    class Meta(DatedRow.Meta):
        app_label = "cases"
        db_table = "rulebook_termrow"
        verbose_name = "办理时限"
        constraints = (
            *never_two_at_once("termrow", "key"),
            models.CheckConstraint(name="termrow_amount_positive", condition=Q(amount__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.amount} {self.unit}"


class BusinessHours(DatedRow):
    """When the offices are open (工作时间): `spans` lists ["08:30", "12:00"] pairs, in order."""

    spans = models.JSONField("时段")

    class Meta(DatedRow.Meta):
        app_label = "cases"
        db_table = "rulebook_businesshours"
        verbose_name = "工作时间"
        constraints = never_two_at_once("businesshours")

    def __str__(self) -> str:
        return "、".join("–".join(span) for span in self.spans)


class Category(DatedRow):
    """A class of matter in one of the two schemes (事项分类).

    A grid event's `code` is a number (0101), a petition class's is its path (城乡建设/安全生产).
    `flags`: T call first · C clue only · P protected identities · D may open a dispute · B usually
    beyond the town · S may be self-handled · X never to the unit complained of.
    """

    scheme = models.CharField("分类体系", max_length=12, choices=Scheme.choices)
    code = models.CharField("代码", max_length=120)
    name = models.CharField("名称", max_length=80)
    parent_code = models.CharField("上级代码", max_length=120, blank=True, default="")
    level = models.PositiveSmallIntegerField("级次")
    default_handler = models.CharField("默认承办", max_length=80, blank=True, default="")
    term_amount = models.PositiveIntegerField("时限数量", null=True, blank=True)
    term_unit = models.CharField("时限单位", max_length=16, blank=True, default="")
    what = models.CharField("时限要求", max_length=120, blank=True, default="")
    flags = models.CharField("标记", max_length=12, blank=True, default="")
    phone_now = models.BooleanField("先打电话", default=False)
    maps_to = models.CharField("对应诉求分类", max_length=120, blank=True, default="")

    class Meta(DatedRow.Meta):
        app_label = "cases"
        db_table = "rulebook_category"
        verbose_name = "事项分类"
        constraints = never_two_at_once("category", "scheme", "code")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class DutyItem(DatedRow):
    """One line of the duty lists: who leads and what is the town's part (履职事项)."""

    list_kind = models.CharField("清单", max_length=12, choices=DutyList.choices)
    number = models.CharField("序号", max_length=20)
    name = models.CharField("事项", max_length=200)
    lead_department = models.CharField("牵头部门", max_length=80, blank=True, default="")
    department_duty = models.TextField("部门职责", blank=True, default="")
    town_duty = models.TextField("乡镇职责", blank=True, default="")
    way_back = models.TextField("收回方式", blank=True, default="")

    class Meta(DatedRow.Meta):
        app_label = "cases"
        db_table = "rulebook_dutyitem"
        verbose_name = "履职事项"
        constraints = never_two_at_once("dutyitem", "list_kind", "number")

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Ladder(DatedRow):
    """Who is told, on which paper and by whom, as a term runs down and out (督促阶梯).

    `rungs` is a list of {no, when, colour, paper, issuer, told: [..], quiet}; `quiet` true: held
    back in the quiet hours.
    """

    code = models.CharField("代码", max_length=16)
    name = models.CharField("名称", max_length=60)
    rungs = models.JSONField("各级")

    class Meta(DatedRow.Meta):
        app_label = "cases"
        db_table = "rulebook_ladder"
        verbose_name = "督促阶梯"
        constraints = never_two_at_once("ladder", "code")

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Figure(DatedRow):
    """A number a rule uses that is no term (规则数值): how often, how many, which share.

    `value` is a whole number; what it counts (times, hops, per cent) stands in `unit`.
    """

    key = models.CharField("代码", max_length=60)
    name = models.CharField("名称", max_length=60)
    value = models.PositiveIntegerField("数值")
    unit = models.CharField("单位", max_length=12)

    class Meta(DatedRow.Meta):
        app_label = "cases"
        db_table = "rulebook_figure"
        verbose_name = "规则数值"
        constraints = never_two_at_once("figure", "key")

    def __str__(self) -> str:
        return f"{self.key} {self.value}{self.unit}"


class Change(models.Model):
    """One recorded change of a rule, a grid or a post (修改留痕), never edited, never deleted.

    `slice` is the chapter whose table changed (rulebook, grid, people): its newest id is the stamp
    by which a process knows that what it remembers is still true.
    """

    slice = models.CharField("篇章", max_length=20)
    table = models.CharField("表", max_length=60)
    key = models.CharField("对象", max_length=200)
    what = models.CharField("动作", max_length=60)
    before = models.JSONField("修改前", null=True, blank=True)
    after = models.JSONField("修改后", null=True, blank=True)
    actor_code = models.CharField("经办", max_length=80)
    paper = models.CharField("文件", max_length=200, blank=True, default="")
    at = models.DateTimeField("时间")
    recorded_at = models.DateTimeField("记录时间", db_default=Now())

    class Meta:
        app_label = "cases"
        db_table = "rulebook_change"
        verbose_name = "修改留痕"
        indexes = (
            models.Index(fields=["slice", "-id"], name="change_stamp"),
            models.Index(fields=["table", "key"], name="change_of"),
        )
        triggers = (
            pgtrigger.Protect(
                name="never_edited", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.table} {self.key}: {self.what}"
