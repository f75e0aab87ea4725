"""What a report (上报事件) carries beyond its case: how it came, and who may know from whom."""

from django.db import models

from cases.docket.models import Case


class Source(models.TextChoices):
    """How a report reached the window (来源)."""

    PATROL = "patrol", "网格巡查"
    LIAISON = "liaison", "微网格联络"
    RESIDENT = "resident", "群众反映"
    ENTERPRISE = "enterprise", "企业反映"
    HOTLINE = "hotline", "12345 工单"
    VISIT = "visit", "走访(三问三送)"
    INSTRUCTION = "instruction", "领导批示"
    HIGHER = "higher", "上级交办"
    DEPUTIES = "deputies", "人大建议、政协提案"
    OPINION = "opinion", "舆情"
    BODY = "body", "其他单位转来"
    LETTER = "letter", "来信留言"


class Report(models.Model):
    """A report (上报事件): one row beside its case, written when it is filed.

    `received_at` is when it arrived; when it counts as accepted is a fact of its acceptance event.
    """

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="report")
    source = models.CharField("来源", max_length=12, choices=Source.choices)
    anonymous = models.BooleanField("匿名", default=False)
    received_at = models.DateTimeField("收到")

    class Meta:
        app_label = "cases"
        db_table = "intake_report"

    def __str__(self) -> str:
        return str(self.case_id)
