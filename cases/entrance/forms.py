"""Forms of the doors (登录、选岗): they shape and validate, they never act."""

from typing import Any, Final

from django import forms
from django.contrib.auth.forms import AuthenticationForm

_SAID: Final[dict[str, Any]] = {
    "invalid_login": "用户名或密码不正确。请核对大小写后重试；连续输错 5 次将锁定 15 分钟。",
    "inactive": "该账号已停用，请联系系统管理员。",
}


class LoginForm(AuthenticationForm):
    """User name and password, with sentences that say what to do."""

    error_messages = _SAID

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["username"], self.fields["password"]
        name.label, password.label = "用户名", "密码"
        name.error_messages["required"] = "请填写用户名。"
        password.error_messages["required"] = "请填写密码。"
        name.widget.attrs["autocapitalize"] = "none"
        for field in (name, password):
            field.widget.attrs["required"] = True


class SeatForm(forms.Form):
    """The post to act under from now on."""

    acting = forms.IntegerField(min_value=1)
    next = forms.CharField(required=False)
