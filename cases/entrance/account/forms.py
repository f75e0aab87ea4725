"""Forms of one's own account (我的): they shape and validate, they never act."""

from datetime import date
from typing import Any

from django import forms

from cases.law.moves import Role
from cases.people.models import Post

_LONGEST = 200


def _secret(label: str, hint: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=_LONGEST,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": hint, "required": True}),
        error_messages={"required": f"请填写{label}。"},
    )


class PasswordForm(forms.Form):
    """The old password, and the new one twice."""

    old = _secret("原密码", "current-password")
    new = _secret("新密码", "new-password", "至少 10 个字符，不能全是数字，不能与用户名相近。")
    again = _secret("再输一次新密码", "new-password")


class ContactForm(forms.Form):
    """One's own phone and address."""

    phone = forms.CharField(label="电话", max_length=40, required=False)
    email = forms.CharField(label="邮箱", max_length=254, required=False)


class DeputyForm(forms.Form):
    """A colleague who stands in for some days."""

    held_post = forms.ChoiceField(label="我的岗位")
    deputy = forms.ChoiceField(label="代理人")
    valid_from = forms.DateField(
        label="自", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    valid_to = forms.DateField(
        label="至",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="该日起不再代理，最长 90 天。",
    )

    def __init__(
        self, data: Any, posts: list[Post], colleagues: list[tuple[str, str]], today: date
    ) -> None:
        super().__init__(data, initial={"valid_from": today})
        chosen: Any = self.fields["held_post"]
        chosen.choices = [(p.pk, f"{p.unit} {Role(p.role).label}") for p in posts]
        named: Any = self.fields["deputy"]
        named.choices = [("", "请选择"), *colleagues]
        for field in self.fields.values():
            field.error_messages["required"] = f"请填写“{field.label}”。"
            field.error_messages["invalid_choice"] = f"“{field.label}”请从所列选项中选择。"
