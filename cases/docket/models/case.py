"""Cases (案件), their parts (分办), parties (当事人), papers and ties."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from cases.docket.models.obligation import FAR
from cases.grid.models import Grid, Village
from cases.people.models import Identity, Officer, Unit


class Case(models.Model):
    """One matter (案件): its number, its state, who owes the next step, and the head of its chain.

    The row is the one lock for everything that hangs on it. `title` and `words` are sealed under
    the case's own key, which `wrapped_key` holds under the master key `key_id`; destroying it
    erases the case. `version` counts moves (notes leave it), `seq` counts events.
    """

    number = models.CharField("编号", max_length=40, unique=True, null=True)  # noqa: DJ001 - a draft
    kind = models.CharField("事项", max_length=16)
    state = models.CharField("状态", max_length=32)
    division = models.CharField("区划", max_length=12)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    officer = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", db_index=False
    )
    filer_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", db_index=False
    )
    filer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    category = models.CharField("分类", max_length=120, blank=True, default="")
    variant = models.CharField("类型", max_length=8, blank=True, default="")
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="+")
    village = models.ForeignKey(Village, models.PROTECT, null=True, related_name="+")
    lng = models.FloatField("经度（WGS-84）", null=True)
    lat = models.FloatField("纬度（WGS-84）", null=True)
    datum = models.CharField("原始坐标系", max_length=8, blank=True, default="")
    outside = models.BooleanField("网格外", default=False)
    urgent = models.BooleanField("紧急", default=False)
    confidential = models.BooleanField("保密件", default=False)
    veiled = models.BooleanField("不公开提出人", default=False)
    title = models.BinaryField("标题（密）", default=b"")
    words = models.BinaryField("内容（密）", default=b"")
    search = SearchVectorField("检索词", null=True)
    key_id = models.CharField("主密钥", max_length=40)
    wrapped_key = models.BinaryField("案件密钥", null=True)
    opened_at = models.DateTimeField("发生时间")
    closed_at = models.DateTimeField("办结时间", null=True)
    erased_at = models.DateTimeField("销毁时间", null=True)
    next_due = models.DateTimeField("最近期限", default=FAR)
    version = models.PositiveIntegerField("版本", default=0)
    seq = models.PositiveIntegerField("事件数", default=0)
    head = models.BinaryField("链头", default=b"")

    class Meta:
        app_label = "cases"
        db_table = "docket_case"
        indexes = (
            # The worklist of a whole town, a whole county: what is open by what is due next.
            models.Index(
                fields=["division", "next_due", "id"],
                name="case_open_due",
                condition=Q(closed_at=None),
            ),
            models.Index(fields=["division", "-opened_at", "-id"], name="case_newest"),
            models.Index(
                fields=["next_due", "id"], name="case_all_open_due", condition=Q(closed_at=None)
            ),
            models.Index(fields=["-opened_at", "-id"], name="case_all_newest"),
            models.Index(
                fields=["unit", "next_due", "id"],
                name="case_unit_due",
                condition=Q(closed_at=None),
            ),
            models.Index(
                fields=["officer", "unit", "next_due", "id"],
                name="case_officer_due",
                condition=Q(closed_at=None),
            ),
            models.Index(fields=["filer", "-opened_at", "-id"], name="case_filer_newest"),
            models.Index(fields=["category", "division", "-opened_at"], name="case_category"),
            # The boards: what has a date running, with all that its counts ask of a case.
            models.Index(
                fields=["division", "id"],
                include=["kind", "village", "number", "filer", "next_due"],
                name="case_owing",
                condition=Q(next_due__lt=FAR),
            ),
            models.Index(
                fields=["kind", "state", "division"],
                name="case_open_state",
                condition=Q(closed_at=None),
            ),
            GinIndex(fields=["search"], name="case_search", fastupdate=True),
        )

    def __str__(self) -> str:
        return self.number or f"草稿{self.pk}"


class Part(models.Model):
    """One obligation inside a case (分办): a department's response, an instalment, a step."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="parts")
    kind = models.CharField("类型", max_length=16)
    state = models.CharField("状态", max_length=32)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField("开始")
    closed_at = models.DateTimeField("结束", null=True)
    next_due = models.DateTimeField("最近期限", default=FAR)
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        app_label = "cases"
        db_table = "docket_part"
        indexes = (models.Index(fields=["opened_at"], name="part_newest"),)

    def __str__(self) -> str:
        return f"{self.case_id}/{self.pk}"


class Party(models.Model):
    """A person or body in a case (当事人); what names it is sealed under the case's key.

    `hidden` parties (举报人) are never shown to a handling unit; others are once `disclosed_to` it.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="parties")
    role = models.CharField("身份", max_length=24)
    identity = models.ForeignKey(Identity, models.PROTECT, null=True, related_name="parties")
    sealed = models.BinaryField("密文", default=b"")
    hidden = models.BooleanField("对承办单位保密", default=False)
    disclosed_to = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")

    class Meta:
        app_label = "cases"
        db_table = "docket_party"

    def __str__(self) -> str:
        return f"{self.case_id}:{self.role}"


class Link(models.Model):
    """A tie between a case and one that grew out of it (关联).

    `returns` is the verb of the parent to take when the last running child has ended, `falls_back`
    the one where that child ended without doing what it was opened for, `takes_again` the one where
    the child is taken up again.
    """

    parent = models.ForeignKey(Case, models.PROTECT, related_name="children")
    child = models.ForeignKey(Case, models.PROTECT, related_name="parents")
    why = models.CharField("关系", max_length=24)
    returns = models.CharField("回办动作", max_length=40, blank=True, default="")
    takes_again = models.CharField("再办时的动作", max_length=40, blank=True, default="")
    falls_back = models.CharField("未成时的动作", max_length=40, blank=True, default="")
    since = models.DateTimeField("建立")
    ended_at = models.DateTimeField("结束", null=True)

    class Meta:
        app_label = "cases"
        db_table = "docket_link"
        constraints = (
            models.UniqueConstraint(fields=["parent", "child", "why"], name="link_once"),
            models.CheckConstraint(condition=~Q(parent=models.F("child")), name="link_not_self"),
        )

    def __str__(self) -> str:
        return f"{self.parent_id}→{self.child_id}"


class ExternalRef(models.Model):
    """The number another system gave the same matter (外部编号), with its own due date.

    Systems: 12345, 数字城管, 信访, court and enforcement platforms, imported sheets.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="external")
    system = models.CharField("系统", max_length=24)
    number = models.CharField("编号", max_length=80)
    division = models.CharField("区划", max_length=12)
    due = models.DateTimeField("对方期限", null=True)
    answered_at = models.DateTimeField("已答复", null=True)

    class Meta:
        app_label = "cases"
        db_table = "docket_externalref"
        constraints = (
            models.UniqueConstraint(
                fields=["division", "system", "number"], name="external_once_a_town"
            ),
        )
        indexes = (models.Index(fields=["number"], name="external_number"),)

    def __str__(self) -> str:
        return f"{self.system}:{self.number}"


class Series(models.Model):
    """A running number (编号序列) of one town, one kind and one year; taken as the last lock."""

    division = models.CharField("区划", max_length=12)
    series = models.CharField("序列", max_length=12)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("已用至", default=0)

    class Meta:
        app_label = "cases"
        db_table = "docket_series"
        constraints = (
            models.UniqueConstraint(fields=["division", "series", "year"], name="series_once"),
        )

    def __str__(self) -> str:
        return f"{self.division}-{self.series}-{self.year}"
