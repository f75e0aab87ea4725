"""How long a password is at least (密码长度), said in Chinese.

The framework's own sentence is not translated in this release.
"""

from typing import Any

from django.core.exceptions import ValidationError


class LongEnough:
    """A password has at least so many characters."""

    def __init__(self, min_length: int = 10) -> None:
        self.least = min_length

    def validate(self, password: str, _user: Any = None) -> None:
        """Raises ValidationError in the person's words."""
        if len(password) < self.least:
            words = f"密码至少 {self.least} 个字符，现有 {len(password)} 个。"
            raise ValidationError(words, code="password_too_short")

    def get_help_text(self) -> str:
        """What is asked for."""
        return f"密码至少 {self.least} 个字符。"
