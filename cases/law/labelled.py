"""Closed lists of codes that people read by a label (代码与名称)."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A member is its code; the label is what people read (名称)."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        """A member of a code and its label."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member
