"""What chasing leaves beside the record (催办)."""

from django.db import models

from cases.docket.models import Case, Deadline
from cases.people.models import Unit


class Chase(models.Model):
    """A rung that fired (催办): once for each rung and generation of a deadline.

    `rung_at` is when it was due, `at` when it fired; `late_by` seconds between the two.
    """

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="chases")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", db_index=False)
    rung = models.PositiveSmallIntegerField("级次")
    generation = models.PositiveSmallIntegerField("修订")
    colour = models.CharField("颜色", max_length=8, blank=True, default="")
    paper = models.CharField("文书", max_length=40, blank=True, default="")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    division = models.CharField("区划", max_length=12)
    seq = models.PositiveIntegerField("事件")
    rung_at = models.DateTimeField("应发")
    at = models.DateTimeField("发出")
    late_by = models.PositiveIntegerField("迟发（秒）", default=0)

    class Meta:
        app_label = "cases"
        db_table = "oversight_chase"
        constraints = (
            models.UniqueConstraint(
                fields=["deadline", "rung", "generation"], name="chase_once"
            ),
        )
        indexes = (models.Index(fields=["division", "-at"], name="chase_newest"),)

    def __str__(self) -> str:
        return f"{self.deadline_id}:{self.rung}"


class Sheet(models.Model):
    """A supervision sheet (督办单): a row beside its case, with the one late obligation it is for,
    the unit that owes it, who asked for the sheet and who issued it.

    An obligation has one open sheet at most.
    """

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="sheet")
    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="sheets")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    asker = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    issuer = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField("结束", null=True)

    class Meta:
        app_label = "cases"
        db_table = "oversight_sheet"
        constraints = (
            models.UniqueConstraint(
                fields=["deadline"], name="sheet_one_open", condition=models.Q(ended_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id}:{self.deadline_id}"
