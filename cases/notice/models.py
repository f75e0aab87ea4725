"""What stands of notices (通知) and of how people want them."""

from typing import Final

from django.db import models
from django.db.models import Q

from cases.docket.models import Case, Event
from cases.notice.states import Channel, State
from cases.people.models import Officer, Post, Unit

_CHANNELS: Final = [(channel.value, channel.label) for channel in Channel]
_STATES: Final = [(state.value, state.label) for state in State]
# Each by itself: a list would come back from a backup in other words.
_OPEN: Final = Q(state="held") | Q(state="waiting") | Q(state="failed")


class Notice(models.Model):
    """One event told to one recipient by one channel (通知); the key makes it so.

    `recipient` acts under `post`; both are empty where a reporter or another system is told. `what`
    and `paper` are the table's own words, `due_at` the date that was asked; nothing sealed stands
    here. `next_try_at` is when it is sent next, or how long the present sender has it to itself.
    """

    key = models.CharField("去重键", max_length=64, unique=True)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveIntegerField("事件")
    part = models.PositiveBigIntegerField("分办", null=True)
    verb = models.CharField("动作", max_length=40)
    asked = models.CharField("要办的动作", max_length=40, blank=True, default="")
    rule = models.CharField("规则", max_length=16)
    what = models.CharField("事由", max_length=80, blank=True, default="")
    paper = models.CharField("文书", max_length=40, blank=True, default="")
    due_at = models.DateTimeField("期限", null=True)
    channel = models.CharField("渠道", max_length=8, choices=_CHANNELS)
    state = models.CharField("状态", max_length=8, choices=_STATES)
    recipient = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", db_index=False
    )
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    role = models.CharField("角色", max_length=24, blank=True, default="")
    division = models.CharField("区划", max_length=12)
    urgent = models.BooleanField("不等待", default=False)
    hold_until = models.DateTimeField("缓发至", null=True)
    next_try_at = models.DateTimeField("下次发送", null=True)
    attempts = models.PositiveSmallIntegerField("已试", default=0)
    last_error = models.CharField("未送达原因", max_length=200, blank=True, default="")
    created_at = models.DateTimeField("产生")
    sent_at = models.DateTimeField("送达", null=True)
    read_at = models.DateTimeField("已读", null=True)

    class Meta:
        app_label = "cases"
        db_table = "notice_notice"
        indexes = (
            models.Index(
                fields=["recipient", "-id"],
                name="notice_unread",
                condition=Q(channel="app", state="sent"),
            ),
            models.Index(
                fields=["recipient", "-id"], name="notice_inbox", condition=Q(channel="app")
            ),
            models.Index(
                fields=["channel", "next_try_at", "id"], name="notice_due", condition=_OPEN
            ),
            models.Index(
                fields=["recipient", "next_try_at"],
                name="notice_mail",
                condition=_OPEN & Q(channel="mail"),
            ),
            models.Index(
                fields=["case", "seq"], name="notice_order", condition=_OPEN & Q(channel="webhook")
            ),
            models.Index(
                fields=["case", "seq"], name="notice_reporter", condition=Q(channel="page")
            ),
            models.Index(
                fields=["division", "channel"], name="notice_dead", condition=Q(state="dead")
            ),
            models.Index(
                fields=["created_at"],
                name="notice_old",
                condition=Q(state="read")
                | Q(state="sent", channel="mail")
                | Q(state="sent", channel="webhook"),
            ),
        )

    def __str__(self) -> str:
        return self.key


class Preference(models.Model):
    """How a person wants to be told (通知设置); the app always tells, an emergency always mails."""

    officer = models.OneToOneField(Officer, models.PROTECT, related_name="+", primary_key=True)
    mail = models.BooleanField("发邮件", default=True)
    digest = models.BooleanField("每日汇总", default=False)

    class Meta:
        app_label = "cases"
        db_table = "notice_preference"

    def __str__(self) -> str:
        return str(self.officer_id)
