"""Files of a case (附件) and what was sent but is not yet part of one (暂存).

Both lie sealed outside the web root under the hash of their ciphertext; an attachment under its
case's own key, so that destroying the key destroys its files too.
"""

from uuid import uuid4

from django.db import models

from cases.docket.models.case import Case
from cases.people.models import Officer


class FileKind(models.TextChoices):
    """What a file is to people."""

    PHOTO = "photo", "照片"
    VIDEO = "video", "视频"
    VOICE = "voice", "录音"
    DOCUMENT = "document", "文档"
    SHEET = "sheet", "表格"


class Attachment(models.Model):
    """A file of a case (附件), named by the digest of its sealed bytes; its own name is sealed.

    `seq` is the event it came with; the event's text holds the digest. `thumb` is the digest of the
    sealed thumbnail, "" where there is none. `size` is that of the opened bytes.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    seq = models.PositiveIntegerField("随事件")
    digest = models.CharField("摘要", max_length=64)
    thumb = models.CharField("缩略图摘要", max_length=64, blank=True, default="")
    name = models.BinaryField("文件名（密）", default=b"")
    kind = models.CharField("种类", max_length=10, choices=FileKind.choices, default="document")
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("字节")
    width = models.PositiveIntegerField("宽", default=0)
    height = models.PositiveIntegerField("高", default=0)
    seconds = models.PositiveSmallIntegerField("秒", default=0)
    protected = models.BooleanField("受保护", default=False)
    added_at = models.DateTimeField("加入")
    added_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")

    class Meta:
        app_label = "cases"
        db_table = "docket_attachment"

    def __str__(self) -> str:
        return f"{self.case_id}:{self.digest[:8]}"


class Upload(models.Model):
    """A file sent ahead of its form (暂存): checked, cleaned, sealed under a key of its own.

    A move takes it by id and seals it anew under the case's key; what nobody took is deleted.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    officer = models.ForeignKey(Officer, models.CASCADE, related_name="uploads")
    digest = models.CharField("摘要", max_length=64)
    thumb = models.CharField("缩略图摘要", max_length=64, blank=True, default="")
    name = models.BinaryField("文件名（密）", default=b"")
    kind = models.CharField("种类", max_length=10, choices=FileKind.choices)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("字节")
    width = models.PositiveIntegerField("宽", default=0)
    height = models.PositiveIntegerField("高", default=0)
    seconds = models.PositiveSmallIntegerField("秒", default=0)
    key_id = models.CharField("主密钥", max_length=40)
    wrapped_key = models.BinaryField("密钥")
    sent_at = models.DateTimeField("收到")

    class Meta:
        app_label = "cases"
        db_table = "docket_upload"
        indexes = (models.Index(fields=["sent_at"], name="upload_sent"),)

    def __str__(self) -> str:
        return str(self.pk)
