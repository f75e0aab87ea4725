"""What a whistle carries beyond its case, what a called department's part carries, and the rulings
that guide later ones (吹哨、响应、先例).
"""

from django.db import models

from cases.docket.models import Case, Part
from cases.people.models import Unit
from cases.whistle.states.words import RULINGS, TYPES


class Whistle(models.Model):
    """A whistle (吹哨): one row beside its case. `lead`, `assisting`, `copied` are what the draft
    proposes.
    """

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="whistle")
    type = models.CharField("哨种", max_length=2, choices=TYPES)
    meet_at = models.DateTimeField("报到时间", null=True)
    lead = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    assisting = models.JSONField("拟协办", default=list)
    copied = models.JSONField("拟抄送", default=list)

    class Meta:
        app_label = "cases"
        db_table = "whistle_whistle"

    def __str__(self) -> str:
        return f"{self.type} {self.case_id}"


class Response(models.Model):
    """One department's answer to a whistle (响应): a row beside its part, whose kind says in which
    capacity it was called. `replaces` is the part that stays responsible until this one has signed,
    and that is released then, or assists where the two `swap`.
    """

    part = models.OneToOneField(Part, models.PROTECT, primary_key=True, related_name="response")
    replaces = models.ForeignKey(Part, models.PROTECT, null=True, related_name="replaced_by")
    swap = models.BooleanField("与之调换主办、协办", default=False)
    interim = models.BooleanField("临时承办", default=False)

    class Meta:
        app_label = "cases"
        db_table = "whistle_response"

    def __str__(self) -> str:
        return str(self.part_id)


class Precedent(models.Model):
    """A ruling on duties that guides later dispatches of the same class (职责界定先例), until its
    end date.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="precedents")
    seq = models.PositiveIntegerField("依据事件")
    division = models.CharField("区划", max_length=12)
    category = models.CharField("分类", max_length=120)
    ruling = models.CharField("结果", max_length=12, choices=RULINGS)
    objector = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    paper = models.CharField("文件", max_length=200)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至（不含）", null=True)

    class Meta:
        app_label = "cases"
        db_table = "whistle_precedent"
        indexes = (
            models.Index(fields=["division", "category", "-valid_from"], name="precedent_class"),
        )

    def __str__(self) -> str:
        return f"{self.category}: {self.ruling}"
