"""Reading a roster (读取人员岗位表): each row cleaned by itself; what cannot be is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

from cases.law.calendar import SHANGHAI
from cases.law.moves import Refused, Role, Why
from cases.people.dated import line as one_line
from cases.people.models import Unit
from cases.people.operations.officers import checked_lines, checked_username
from cases.rulebook.sheets import moment_of, rows_of, text_of

COLUMNS: Final = (
    *("用户名", "姓名", "电话", "邮箱", "单位代码", "单位名称"),
    *("角色", "职务", "自", "至"),
)
REQUIRED: Final = ("用户名", "姓名", "角色", "自")
ROWS: Final = 2000
Found = TypeVar("Found")
_ROLES: Final = {name: role for role in Role for name in (role.value, role.label)}


@dataclass
class Line:
    """One row of a roster, cleaned; `wrong` says what cannot be."""

    number: int
    username: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    unit_code: str = ""
    unit_name: str = ""
    role_told: str = ""
    title: str = ""
    role: Role | None = None
    unit: Unit | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    wrong: list[str] = field(default_factory=list)

    @property
    def held(self) -> Role:
        """The role of a row that was found good."""
        return _found(self.role)

    @property
    def place(self) -> Unit:
        """The unit of a row that was found good."""
        return _found(self.unit)

    @property
    def begins(self) -> date:
        """The first day of a row that was found good."""
        return _found(self.valid_from)


def read_roster(file: Path) -> list[Line]:
    """The rows of a roster; Refused when the sheet itself cannot be read or is too long."""
    optional = [name for name in COLUMNS if name not in REQUIRED]
    lines: list[Line] = []
    for number, cells in rows_of(file, REQUIRED, optional):
        if len(lines) == ROWS:
            words = f"表格超过 {ROWS} 行，请分开导入。"
            raise Refused(words, why=Why.FACTS, fields={"file": words})
        lines.append(_line(number, cells))
    if not lines:
        words = "表格里没有数据行，请填写后再导入。"
        raise Refused(words, why=Why.FACTS, fields={"file": words})
    return lines


def _line(number: int, cells: Mapping[str, Any]) -> Line:
    told = {name: " ".join(text_of(cells.get(name)).split()) for name in COLUMNS}
    line = Line(
        number,
        unit_code=told["单位代码"][:32],
        unit_name=told["单位名称"][:80],
        role_told=told["角色"][:30],
        username=told["用户名"][:60],
        name=told["姓名"][:60],
    )
    formulas = [name for name, text in told.items() if text.startswith("=")]
    if formulas:
        line.wrong.append(f"{'、'.join(formulas)}以“=”开头，疑似公式，请改为文字")
        return line
    try:
        line.username = checked_username(told["用户名"])
        lines = {"name": told["姓名"], "phone": told["电话"], "email": told["邮箱"]}
        kept = checked_lines(lines)
        line.name, line.phone, line.email = kept["name"], kept["phone"], kept["email"]
        line.title = one_line("title", "职务", 60, told["职务"])
    except Refused as refused:
        line.wrong.append(refused.sentence.rstrip("。"))
    line.role = _ROLES.get(told["角色"])
    if line.role in {None, Role.SYSTEM}:
        line.wrong.append(f"没有“{line.role_told}”这个角色，请按角色名称填写")
    _days(line, cells)
    return line


def _days(line: Line, cells: Mapping[str, Any]) -> None:
    for column, name in (("自", "valid_from"), ("至", "valid_to")):
        if not text_of(cells.get(column)):
            continue
        try:
            setattr(line, name, moment_of(cells[column]).astimezone(SHANGHAI).date())
        except ValueError as wrong:
            line.wrong.append(f"“{column}”：{wrong}")
    if line.valid_from is None and not any(w.startswith("“自”") for w in line.wrong):
        line.wrong.append("没有填“自”（任职开始日期）")
    if line.valid_from and line.valid_to and line.valid_to <= line.valid_from:
        line.wrong.append("“至”须晚于“自”（“至”当日起不再任职）")


def _found(value: Found | None) -> Found:
    if value is None:
        raise ValueError("a row that was not found good")
    return value
