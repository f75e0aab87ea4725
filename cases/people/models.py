"""Units, officers, posts, deputies, grid duties, identities (单位、人员、岗位、AB岗、包干、身份).

Certificate and acting post decide, never the person (国办发〔2024〕54号). Identities of parties are
sealed (个人信息保护法 51: encryption); a blind index finds them again.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from cases.grid.models import Grid, in_right_order, never_overlapping


class UnitKind(models.TextChoices):
    """What a unit is in the tree of the town and county."""

    CITY = "city", "设区市"
    COUNTY = "county", "县（市、区）"
    DEPARTMENT = "department", "部门"
    SECTION = "section", "科室"
    TOWN = "town", "镇（街道）"
    BODY = "body", "镇内设机构"
    VILLAGE = "village", "村（社区）"
    UTILITY = "utility", "公用事业单位"
    ENTERPRISE = "enterprise", "企业"


class Unit(models.Model):
    """A unit (单位): city, county, department, town, body, village; its code never changes.

    `path` holds the ids from the root ("/1/7/"): a unit's subtree is what starts with it. A
    vertical unit (垂直管理) is ruled on only by the common superior. A village unit has its
    village's code.
    """

    code = models.CharField("代码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=80)
    short_name = models.CharField("简称", max_length=40)
    pinyin = models.CharField("拼音", max_length=240, blank=True)
    kind = models.CharField("类型", max_length=12, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField("路径", max_length=200, blank=True)
    division = models.CharField("区划", max_length=12)
    vertical = models.BooleanField("垂直管理", default=False)
    phone = models.CharField("电话", max_length=40, blank=True)
    opened_on = models.DateField("设立")
    closed_on = models.DateField("撤销（不含）", null=True, blank=True)
    demonstration = models.BooleanField("示范数据", default=False)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        app_label = "cases"
        db_table = "people_unit"
        ordering = ("code",)
        indexes = (
            models.Index(name="people_unit_path", fields=["path"], opclasses=["text_pattern_ops"]),
            models.Index(name="people_unit_division", fields=["division"]),
        )

    def __str__(self) -> str:
        return self.name


class OfficerManager(BaseUserManager["Officer"]):
    """Django's log-in asks for officers by user name."""


class Officer(AbstractBaseUser):
    """A person with an account (人员); what they may do follows from their posts alone.

    No last log-in is kept: staff are not measured by time online (国办函〔2026〕12号).
    """

    last_login = None
    username = models.CharField("用户名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    pinyin = models.CharField("拼音", max_length=200, blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    email = models.EmailField("邮箱", blank=True)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("须改密码", default=False)
    demonstration = models.BooleanField("示范数据", default=False)

    objects: ClassVar[OfficerManager] = OfficerManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        app_label = "cases"
        db_table = "people_officer"
        ordering = ("pinyin", "id")

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A post (岗位): one role in one unit from a day, up to and without its last date.

    `successor` takes over its open work when it ends; without one the unit does.
    """

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="posts")
    role = models.CharField("角色", max_length=24)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    title = models.CharField("职务", max_length=60, blank=True)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至（不含）", null=True, blank=True)
    successor = models.ForeignKey(
        Officer, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="接手人"
    )

    class Meta:
        app_label = "cases"
        db_table = "people_post"
        ordering = ("id",)
        constraints = (
            never_overlapping("people_post_one_a_day", "officer", "role", "unit"),
            in_right_order("people_post_dates"),
        )
        indexes = (models.Index(name="people_post_seat", fields=["unit", "role"]),)

    def __str__(self) -> str:
        return f"{self.unit_id}:{self.role}"


class Deputy(models.Model):
    """A deputy (AB岗): acts under another's post while its dates run."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="deputies")
    officer = models.ForeignKey(Officer, models.PROTECT, related_name="deputised")
    valid_from = models.DateField("自")
    valid_to = models.DateField("至（不含）", null=True, blank=True)

    class Meta:
        app_label = "cases"
        db_table = "people_deputy"
        ordering = ("id",)
        constraints = (
            never_overlapping("people_deputy_one_a_day", "post", "officer"),
            in_right_order("people_deputy_dates"),
        )

    def __str__(self) -> str:
        return f"{self.post_id}:{self.officer_id}"


class CertificateKind(models.TextChoices):
    """Papers without which some moves may not be made."""

    ENFORCEMENT = "enforcement", "行政执法证"
    LEGAL = "legal", "法律职业资格证"
    MEDIATOR = "mediator", "人民调解员证"
    LAWYER = "lawyer", "律师执业证"


class Certificate(models.Model):
    """A certificate (证件) of an officer, valid on its days only."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="certificates")
    kind = models.CharField("种类", max_length=16, choices=CertificateKind.choices)
    number = models.CharField("证号", max_length=60)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至（不含）", null=True, blank=True)

    class Meta:
        app_label = "cases"
        db_table = "people_certificate"
        ordering = ("id",)
        constraints = (
            never_overlapping("people_certificate_one_a_day", "kind", "number"),
            in_right_order("people_certificate_dates"),
        )

    def __str__(self) -> str:
        return self.number


class DutyKind(models.TextChoices):
    """In which capacity an officer looks after a grid."""

    WORKER = "worker", "网格员"
    LIAISON = "liaison", "微网格联络员"


class GridDuty(models.Model):
    """Who looks after which grid (包干), many to many."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="grid_duties")
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="duties")
    kind = models.CharField("身份", max_length=8, choices=DutyKind.choices)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至（不含）", null=True, blank=True)

    class Meta:
        app_label = "cases"
        db_table = "people_gridduty"
        ordering = ("id",)
        constraints = (
            never_overlapping("people_gridduty_one_a_day", "officer", "grid", "kind"),
            in_right_order("people_gridduty_dates"),
        )

    def __str__(self) -> str:
        return f"{self.officer_id}:{self.grid_id}"


class IdentityKind(models.TextChoices):
    """By what a party is known."""

    ID_CARD = "id_card", "身份证号"
    USCC = "uscc", "统一社会信用代码"
    PHONE = "phone", "电话"
    PASSPORT = "passport", "护照号"
    NAME = "name", "姓名"


class Identity(models.Model):
    """An identity of a party, sealed; `blind` finds the value again, `key_id` names its key."""

    kind = models.CharField("种类", max_length=12, choices=IdentityKind.choices)
    sealed = models.BinaryField("密文")
    blind = models.BinaryField("盲索引")
    key_id = models.CharField("密钥", max_length=40)

    class Meta:
        app_label = "cases"
        db_table = "people_identity"
        constraints = (
            models.UniqueConstraint(name="people_identity_once", fields=["kind", "blind"]),
        )

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"


class Token(models.Model):
    """A log-in by API (令牌), bound to one post; only the digest of its text is kept."""

    digest = models.CharField("摘要", max_length=64, unique=True)
    officer = models.ForeignKey(Officer, models.CASCADE, related_name="tokens")
    post = models.ForeignKey(Post, models.CASCADE, related_name="tokens")
    created_at = models.DateTimeField("签发")
    expires_at = models.DateTimeField("失效")
    revoked_at = models.DateTimeField("收回", null=True, blank=True)

    class Meta:
        app_label = "cases"
        db_table = "people_token"
        constraints = (
            models.CheckConstraint(
                name="people_token_dates", condition=Q(expires_at__gt=F("created_at"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.officer_id}:{self.post_id}"
