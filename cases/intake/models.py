"""What a report (上报事件) carries beyond its case: how it came, and who may know from whom."""

from django.db import models
from django.db.models import Q

from cases.docket.models import Case
from cases.intake.states.words import SOURCES, STREAMS


class Report(models.Model):
    """A report (上报事件): one row beside its case, written when it is filed.

    `received_at` is when it arrived; when it counts as accepted is a fact of its acceptance event.
    """

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="report")
    source = models.CharField("来源", max_length=12, choices=SOURCES)
    stream = models.CharField("办理渠道", max_length=12, choices=STREAMS, default="ordinary")
    anonymous = models.BooleanField("匿名", default=False)
    received_at = models.DateTimeField("收到")

    class Meta:
        app_label = "cases"
        db_table = "intake_report"
        # What was given from above is few, and looked for every morning (今日要情).
        indexes = (
            models.Index(fields=["case"], name="report_higher", condition=Q(source="higher")),
        )

    def __str__(self) -> str:
        return str(self.case_id)
