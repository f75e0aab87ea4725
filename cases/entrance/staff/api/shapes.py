"""What the house's interface takes and gives (管理接口数据): shapes only."""

from typing import Any

from rest_framework import serializers

from cases.docket.api.shapes import StrictSerializer, field_of
from cases.entrance.staff.acts import FACTS, Act
from cases.law.moves import Role
from cases.people.models import Certificate, Deputy, GridDuty, Officer, Post, Unit


def body_of(name: str, act: Act) -> type[StrictSerializer]:
    """The body of an act, from its row; what it does not know is refused by name."""
    fields: dict[str, Any] = {
        fact: field_of(FACTS[fact], required=act.needs(fact)) for fact in act.names
    }
    return type(name, (StrictSerializer,), fields | {"__doc__": act.about or act.label})


class RoleLabelled(serializers.Serializer[Any]):
    """A role with its label."""

    role = serializers.CharField()
    role_label = serializers.SerializerMethodField()

    def get_role_label(self, row: Any) -> str:
        """The role as people read it."""
        return Role(row.role).label


class StaffUnitOut(serializers.ModelSerializer[Unit]):
    """A unit as its administrator keeps it; `kept`: may be changed from here."""

    kind_label = serializers.CharField(source="get_kind_display")
    kept = serializers.BooleanField(required=False)
    sitting = serializers.IntegerField(required=False, help_text="在岗人次")

    class Meta:
        model = Unit
        fields = (
            *("id", "code", "name", "short_name", "kind", "kind_label", "parent", "division"),
            *("vertical", "phone", "note", "opened_on", "closed_on", "demonstration"),
            *("kept", "sitting"),
        )


class HeldOut(RoleLabelled):
    """A post a person holds."""

    id = serializers.IntegerField()
    unit = serializers.IntegerField(source="unit_id")
    unit_name = serializers.CharField(source="unit.name")
    title = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class StaffOfficerOut(serializers.ModelSerializer[Officer]):
    """A person as the administrator keeps them; `posts` are those held today, in lists."""

    posts = HeldOut(many=True, source="held", required=False)

    class Meta:
        model = Officer
        fields = (
            *("id", "username", "name", "pinyin", "phone", "email", "is_active"),
            *("must_change_password", "demonstration", "posts"),
        )


class StaffPostOut(serializers.ModelSerializer[Post]):
    """A post; its dates end before `valid_to`."""

    role_label = serializers.SerializerMethodField()
    officer = serializers.CharField(source="officer.username")
    officer_name = serializers.CharField(source="officer.name")
    unit_name = serializers.CharField(source="unit.name")
    successor = serializers.CharField(
        source="successor.username", default=None, allow_null=True
    )

    class Meta:
        model = Post
        fields = (
            *("id", "officer", "officer_name", "role", "role_label", "unit", "unit_name"),
            *("title", "valid_from", "valid_to", "successor"),
        )

    def get_role_label(self, row: Post) -> str:
        """The role as people read it."""
        return Role(row.role).label


class StaffDeputyOut(serializers.ModelSerializer[Deputy]):
    """A deputyship (AB岗)."""

    held_post = serializers.IntegerField(source="post_id")
    deputised = serializers.CharField(source="post.officer.username")
    officer = serializers.CharField(source="officer.username")
    officer_name = serializers.CharField(source="officer.name")

    class Meta:
        model = Deputy
        fields = (
            *("id", "held_post", "deputised", "officer", "officer_name"),
            *("valid_from", "valid_to"),
        )


class StaffCertificateOut(serializers.ModelSerializer[Certificate]):
    """A certificate of a person."""

    officer = serializers.CharField(source="officer.username")
    certificate = serializers.CharField(source="kind")
    kind_label = serializers.CharField(source="get_kind_display")

    class Meta:
        model = Certificate
        fields = (
            *("id", "officer", "certificate", "kind_label", "number", "valid_from", "valid_to"),
        )


class StaffDutyOut(serializers.ModelSerializer[GridDuty]):
    """Who looks after a grid."""

    grid = serializers.CharField(source="grid.code")
    officer = serializers.CharField(source="officer.username")
    officer_name = serializers.CharField(source="officer.name")
    duty = serializers.CharField(source="kind")
    duty_label = serializers.CharField(source="get_kind_display")

    class Meta:
        model = GridDuty
        fields = (
            *("id", "grid", "officer", "officer_name", "duty", "duty_label"),
            *("valid_from", "valid_to"),
        )


class RunningOut(serializers.Serializer[Any]):
    """A running duty of a grid."""

    id = serializers.IntegerField()
    officer = serializers.CharField(source="officer.username")
    officer_name = serializers.CharField(source="officer.name")
    duty = serializers.CharField(source="kind")
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class StaffGridOut(serializers.Serializer[Any]):
    """A grid and who looks after it; nobody where `duties` is empty."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    kind = serializers.CharField()
    kind_label = serializers.CharField(source="get_kind_display")
    name = serializers.CharField()
    village = serializers.CharField(source="village.name")
    duties = RunningOut(many=True, source="running")


class ToldOut(serializers.Serializer[Any]):
    """One field of a change in words."""

    label = serializers.CharField()  # type: ignore[assignment]
    before = serializers.CharField()
    after = serializers.CharField()


class StaffChangeOut(serializers.Serializer[Any]):
    """A change in words."""

    id = serializers.IntegerField()
    table = serializers.CharField()
    table_label = serializers.CharField()
    what = serializers.CharField()
    what_label = serializers.CharField()
    whose = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    paper = serializers.CharField()
    fields_told = ToldOut(many=True, source="fields")


class HandedOut(serializers.Serializer[Any]):
    """How much open work went over; `left` is being worked on and follows within the hour."""

    cases = serializers.IntegerField()
    parts = serializers.IntegerField()
    left = serializers.IntegerField()


class PostEndedOut(serializers.Serializer[Any]):
    """A post that ended; `handed` is null where the work stays for now."""

    post = StaffPostOut()
    handed = HandedOut(allow_null=True)


class NewPasswordOut(serializers.Serializer[Any]):
    """A password made anew, given this once; to be changed at the next log-in."""

    username = serializers.CharField(source="officer.username")
    password = serializers.CharField()


class OpenWorkOut(serializers.Serializer[Any]):
    """How much open work hangs on a row; a number only."""

    open_work = serializers.IntegerField()


class ListQuery(serializers.Serializer[Any]):
    """How a list is narrowed; what a list does not know it leaves aside."""

    q = serializers.CharField(required=False, help_text="名称、姓名、拼音、用户名")
    kind = serializers.CharField(required=False, help_text="类型；修改记录为表名")
    unit = serializers.IntegerField(required=False, min_value=1, max_value=2**53)
    role = serializers.CharField(required=False)
    when = serializers.ChoiceField(["now", "coming", "ended"], required=False)
    state = serializers.CharField(
        required=False,
        help_text="单位 above closed；人员 active stopped no_post must_change；包干 uncovered",
    )
    after = serializers.CharField(required=False, help_text="上一页的 next")
    size = serializers.IntegerField(required=False, min_value=1, max_value=100)


class ChangesQuery(ListQuery):
    """How the log is narrowed."""

    def get_fields(self) -> dict[str, Any]:
        """The fields of every list, and two days."""
        days = {name: serializers.DateField(required=False) for name in ("from", "to")}
        return super().get_fields() | days
