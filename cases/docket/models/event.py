"""Events (事件): the append-only, chained list of what happened; anchors that hold it from outside.

档案法 37: an electronic file equals paper when its source is reliable and its course regular.
"""

import pgtrigger
from django.db import models
from django.db.models import Q

from cases.docket.models.case import Case, Part
from cases.people.models import Officer, Unit

_NEVER = pgtrigger.Protect(name="never_edited", operation=pgtrigger.Update | pgtrigger.Delete)


class Event(models.Model):
    """One thing that happened in a case; refused update and deletion by the database.

    `text` is the canonical JSON text that the hash covers (with the previous hash): every column
    here but `answer` stands in it too, so a changed column no longer agrees with its text.
    `happened_at` is the legal time, with its `proof`; `recorded_at` the database's; `claimed_at`
    what a phone said. `sealed` is encrypted under the case's key; the text holds only its digest.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="events", db_index=False)
    part = models.ForeignKey(
        Part, models.PROTECT, null=True, related_name="events", db_index=False
    )
    seq = models.PositiveIntegerField("序号")
    verb = models.CharField("动作", max_length=40)
    from_state = models.CharField("原状态", max_length=32, blank=True)
    to_state = models.CharField("新状态", max_length=32, blank=True)
    officer = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    role = models.CharField("角色", max_length=24)
    happened_at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("记载时间")
    claimed_at = models.DateTimeField("手机时间", null=True)
    text = models.TextField("正文")
    sealed = models.BinaryField("密封事实", null=True)
    previous = models.BinaryField("前一摘要")
    hash = models.BinaryField("摘要")
    key = models.UUIDField("幂等键", null=True)
    digest = models.CharField("请求摘要", max_length=64, blank=True, default="")
    answer = models.TextField("应答", blank=True, default="")

    class Meta:
        app_label = "cases"
        db_table = "docket_event"
        constraints = (
            models.UniqueConstraint(fields=["case", "seq"], name="event_seq_once"),
            models.UniqueConstraint(
                fields=["officer", "key"], name="event_key_once", condition=Q(key__isnull=False)
            ),
        )
        # The rows behind a number of the boards: what happened between two days.
        indexes = (models.Index(fields=["happened_at"], name="event_happened"),)
        triggers = (_NEVER,)

    def __str__(self) -> str:
        return f"{self.case_id}#{self.seq} {self.verb}"


class Anchor(models.Model):
    """A daily anchor (存证锚): every case's (number, seq, head) in a signed file outside the
    database.
    """

    taken_at = models.DateTimeField("时间")
    cases = models.PositiveIntegerField("案件数")
    file = models.CharField("文件", max_length=200)
    digest = models.CharField("摘要", max_length=64)
    previous = models.CharField("前一摘要", max_length=64, blank=True)
    signature = models.CharField("签名", max_length=200)

    class Meta:
        app_label = "cases"
        db_table = "docket_anchor"
        triggers = (_NEVER,)

    def __str__(self) -> str:
        return self.file


class DestroyedKey(models.Model):
    """A case key that was destroyed (密钥销毁): a restored backup destroys it again."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="destroyed")
    number = models.CharField("编号", max_length=40)
    seq = models.PositiveIntegerField("依据事件")
    destroyed_at = models.DateTimeField("时间")

    class Meta:
        app_label = "cases"
        db_table = "docket_destroyedkey"
        triggers = (_NEVER,)

    def __str__(self) -> str:
        return self.number
