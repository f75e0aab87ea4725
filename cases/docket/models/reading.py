"""Who read what (查阅留痕), and the lists a person keeps (常用筛选)."""

import pgtrigger
from django.db import models

from cases.docket.models.case import Case
from cases.people.models import Officer, Unit


class Access(models.TextChoices):
    """What was looked at that leaves a trace."""

    EXPORT = "export", "导出"
    FILE = "file", "查看附件"
    REPORTER = "reporter", "查看反映人"
    OPENED = "opened", "说明理由后查阅"
    SEARCH = "search", "按电话或姓名查找"


class AccessLog(models.Model):
    """One reading that leaves a trace (查阅记录): who, from which seat, what, and the reason given.

    It is not an event and locks nothing; the database refuses its change and deletion.
    """

    at = models.DateTimeField("时间")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    role = models.CharField("角色", max_length=24)
    what = models.CharField("事项", max_length=12, choices=Access.choices)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    rows = models.PositiveIntegerField("行数", default=0)
    words = models.CharField("说明", max_length=400, blank=True, default="")

    class Meta:
        app_label = "cases"
        db_table = "docket_accesslog"
        indexes = (models.Index(fields=["-at", "-id"], name="accesslog_newest"),)
        triggers = (
            pgtrigger.Protect(
                name="log_never_edited", operation=pgtrigger.Update | pgtrigger.Delete
            ),
        )

    def __str__(self) -> str:
        return f"{self.officer_id} {self.what}"


class SavedView(models.Model):
    """A list somebody comes back to (常用筛选): its name, and the filters as they stand in the
    address.
    """

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="saved_views")
    name = models.CharField("名称", max_length=20)
    query = models.CharField("筛选", max_length=400)
    saved_at = models.DateTimeField("保存")

    class Meta:
        app_label = "cases"
        db_table = "docket_savedview"
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["officer", "name"], name="savedview_once"),
        )

    def __str__(self) -> str:
        return self.name
