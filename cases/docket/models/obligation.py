"""Obligations (期限与责任): deadlines, stakes, the outbox, and what a person must look at."""

from datetime import UTC, datetime

from django.db import models
from django.db.models import Q

from cases.people.models import Officer, Unit

FAR = datetime(9999, 12, 30, tzinfo=UTC)  # "nothing is due": sorts after every real date


class DeadlineState(models.TextChoices):
    """What became of a deadline (期限状态)."""

    RUNNING = "running", "计时中"
    MET = "met", "按期"
    MET_LATE = "met_late", "逾期办结"
    SUSPENDED = "suspended", "中止"
    CANCELLED = "cancelled", "取消"


class Deadline(models.Model):
    """One obligation with its date (期限): who owes it, by when, by which rule, and how it was
    counted.

    `last_day` is the local date shown and grouped by; `due_at` is the exclusive instant: in time
    means before it. `generation` grows only when `due_at` changes, and each change is an event.
    `snapshot` holds every input, so the date can be explained and counted again. The next rung of
    its ladder is a date on the row.
    """

    case = models.ForeignKey(
        "cases.Case", models.PROTECT, related_name="deadlines", db_index=False
    )
    part = models.ForeignKey(
        "cases.Part", models.PROTECT, null=True, related_name="deadlines", db_index=False
    )
    term = models.CharField("时限", max_length=60)
    occurrence = models.PositiveSmallIntegerField("第几次", default=1)
    generation = models.PositiveSmallIntegerField("修订", default=1)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    officer = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(
        "状态", max_length=12, choices=DeadlineState.choices, default=DeadlineState.RUNNING
    )
    start_at = models.DateTimeField("起算")
    last_day = models.DateField("最后一日")
    due_at = models.DateTimeField("届满（不含）")
    provisional = models.BooleanField("暂定", default=False)
    by_record = models.BooleanField("按记载时间考核", default=True)
    met_at = models.DateTimeField("完成", null=True)
    met_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    rule_version = models.CharField("规则版本", max_length=120)
    calendar_version = models.CharField("日历版本", max_length=40)
    snapshot = models.JSONField("计算输入")
    ladder = models.CharField("督促阶梯", max_length=16, blank=True, default="")
    rung = models.PositiveSmallIntegerField("已到级", default=0)
    colour = models.CharField("颜色", max_length=8, blank=True, default="")
    next_rung = models.PositiveSmallIntegerField("下一级", null=True)
    next_rung_at = models.DateTimeField("下一级时间", null=True)

    class Meta:
        app_label = "cases"
        db_table = "docket_deadline"
        constraints = (
            models.UniqueConstraint(
                fields=["case", "part", "term", "occurrence", "generation"],
                name="deadline_once",
                nulls_distinct=False,
            ),
        )
        indexes = (
            models.Index(
                fields=["next_rung_at", "id"], name="deadline_armed", condition=Q(state="running")
            ),
            models.Index(
                fields=["calendar_version"],
                name="deadline_provisional",
                condition=Q(provisional=True),
            ),
            # What runs, for the boards: by date and colour, whose, and of which case.
            models.Index(
                fields=["due_at"],
                include=["id", "case", "part", "unit", "colour", "term"],
                name="deadline_running",
                condition=Q(state="running"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id}:{self.term}"


class Stake(models.Model):
    """Why a unit or officer sees a case (案件关系), since when, and what is due next from them.

    `opened_at` is the case's, which never changes: a unit's cases are read newest first off it.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="stakes", db_index=False)
    part = models.ForeignKey(
        "cases.Part", models.PROTECT, null=True, related_name="stakes", db_index=False
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    officer = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", db_index=False
    )
    opened_at = models.DateTimeField("案件发生时间")
    why = models.CharField("缘由", max_length=12)
    since = models.DateTimeField("自")
    until = models.DateTimeField("至", null=True)
    next_due = models.DateTimeField("最近期限", default=FAR)

    class Meta:
        app_label = "cases"
        db_table = "docket_stake"
        constraints = (
            models.UniqueConstraint(
                fields=["case", "part", "unit", "officer", "why"],
                name="stake_once",
                nulls_distinct=False,
            ),
        )
        indexes = (
            models.Index(fields=["unit", "next_due", "case"], name="stake_unit_due"),
            models.Index(
                fields=["unit", "next_due", "case"],
                name="stake_asked",
                condition=Q(why="asked", until=None),
            ),
            models.Index(fields=["unit", "-opened_at", "-case"], name="stake_unit_newest"),
            models.Index(fields=["officer", "-opened_at", "-case"], name="stake_officer_newest"),
        )

    def __str__(self) -> str:
        return f"{self.case_id}:{self.why}"


class Outbox(models.Model):
    """One event for one reader (发件箱), written with the event and taken by the reader's sweep."""

    reader = models.CharField("读者", max_length=24)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField("事件")
    taken_at = models.DateTimeField("取走", null=True)

    class Meta:
        app_label = "cases"
        db_table = "docket_outbox"
        constraints = (
            models.UniqueConstraint(fields=["reader", "case", "seq"], name="outbox_once"),
        )
        indexes = (
            models.Index(
                fields=["reader", "id"], name="outbox_waiting", condition=Q(taken_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.reader}:{self.case_id}#{self.seq}"


class WorkItem(models.Model):
    """What a person must look at because a rule could not be carried out (待人工处理).

    Kinds: no_rule, no_calendar, no_holder, bad_row, conflict, provisional. `key` keeps the same
    trouble from being written twice. `result` says what came of it: of a call, who was reached.
    """

    kind = models.CharField("类型", max_length=24)
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="work_items")
    division = models.CharField("区划", max_length=12)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    words = models.CharField("说明", max_length=400)
    key = models.CharField("去重键", max_length=120)
    since = models.DateTimeField("自")
    done_at = models.DateTimeField("处理时间", null=True)
    done_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    result = models.CharField("处理结果", max_length=400, blank=True, default="")

    class Meta:
        app_label = "cases"
        db_table = "docket_workitem"
        constraints = (
            # The same trouble, come back after it was settled, is a new item.
            models.UniqueConstraint(
                fields=["key"], name="workitem_once", condition=Q(done_at=None)
            ),
        )
        indexes = (
            models.Index(
                fields=["division", "since"], name="workitem_open", condition=Q(done_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.words}"
