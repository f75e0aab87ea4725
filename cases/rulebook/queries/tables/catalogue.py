"""Categories, duty items, holiday notices as people fill them in (分类、履职清单、放假安排)."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from cases.law.moves import Fact, Shape
from cases.law.rule import LawError
from cases.rulebook.models import Category, DutyItem, DutyList, HolidayNotice, Scheme
from cases.rulebook.queries.days import days_text, read_days
from cases.rulebook.queries.tables import Facts, SheetRows, Table, flat, same, shower
from cases.rulebook.queries.words import FLAGS, read_term
from cases.rulebook.sheets import moment_of
from cases.rulebook.sheets import text_of as cell_text

_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,19}")
_LETTERS: Final = "；".join(f"{letter} {words}" for letter, words in FLAGS.items())

_CATEGORY: Final = {
    "code": Fact("代码", longest=20, help="数字，如 0101；一级两位，二级四位。"),
    "name": Fact("名称", longest=80),
    "parent_code": Fact("上级代码", longest=20, help="一级分类不填。"),
    "default_handler": Fact("默认承办", longest=80),
    "term": Fact("时限", longest=40, help="如 2 小时、1 个工作日；不填按一般办理时限。"),
    "what": Fact("时限要求", longest=120),
    "flags": Fact("标记", longest=12, help=f"{_LETTERS}。"),
    "phone_now": Fact("先打电话", Shape.FLAG),
    "maps_to": Fact("对应诉求分类", longest=120, help="如 城乡建设/安全生产。"),
}
_DUTY: Final = {
    "list_kind": Fact("清单", Shape.CHOICE, tuple(DutyList.choices)),
    "number": Fact("序号", longest=20),
    "name": Fact("事项", longest=200),
    "lead_department": Fact("牵头部门", longest=80),
    "department_duty": Fact("部门职责", Shape.TEXT, longest=4000),
    "town_duty": Fact("乡镇职责", Shape.TEXT, longest=4000),
    "way_back": Fact("收回方式", Shape.TEXT, longest=4000),
}
_NOTICE: Final = {
    "year": Fact("年份", Shape.INTEGER),
    "issued_on": Fact("印发日期", Shape.DATE),
    "rest": Fact(
        "放假日期",
        Shape.TEXT,
        longest=4000,
        help="一个节日一行，如 元旦：1月1日至3日，可直接粘贴通知原文的日期。",
    ),
    "work": Fact("调休上班", Shape.TEXT, longest=2000, help="如 春节：2月14日、2月28日。"),
}
_NOTICE_COLUMNS: Final = ("日期", "休息或上班", "名称")
# New Year's notices reach over the turn of the year: late December before, early January after.
_OVER: Final = 15
YEARS: Final = range(2008, 2101)


def _category_shown(row: Category) -> dict[str, Any]:
    facts = shower([name for name in _CATEGORY if name != "term"])(row)
    term = ""
    if row.term_amount is not None:
        term = read_term(f"{row.term_amount} {row.term_unit.replace('_', ' ')}").words
    return facts | {"term": term}


def _category_read(facts: dict[str, Any]) -> dict[str, Any]:
    text = facts.pop("term")
    if not _CODE.fullmatch(facts["code"]):
        raise LawError("code", f"代码“{facts['code']}”不对，应为数字，如 0101。")
    facts["flags"] = facts["flags"].upper().replace(" ", "")
    unknown = [letter for letter in facts["flags"] if letter not in FLAGS]
    if unknown:
        raise LawError("flags", f"标记“{unknown[0]}”不认识，只用 {''.join(FLAGS)}。")
    if len(set(facts["flags"])) != len(facts["flags"]):
        raise LawError("flags", "标记有重复的字母，请保留一个。")
    if ("T" in facts["flags"]) != facts["phone_now"]:
        raise LawError("phone_now", "标记 T 与“先打电话”须一致：有 T 填是，没有 T 填否。")
    if not facts["parent_code"] and text:
        raise LawError("term", "一级分类不设时限，请写在二级分类上。")
    if facts["parent_code"] == facts["code"]:
        raise LawError("parent_code", "上级代码不能是自己。")
    level = 2 if facts["parent_code"] else 1
    term = read_term(text) if text else None
    return facts | {
        "level": level,
        "term_amount": term.amount if term else None,
        "term_unit": term.unit.value if term else "",
    }


def _notice_shown(row: HolidayNotice) -> dict[str, Any]:
    days = {date.fromisoformat(day): bool(off) for day, off in row.days.items()}
    names = {date.fromisoformat(day): str(name) for day, name in row.names.items()}
    return {
        "year": row.year,
        "issued_on": row.issued_on.isoformat() if row.issued_on else None,
        "rest": days_text(days, names, off=True),
        "work": days_text(days, names, off=False),
    }


def _notice_read(facts: dict[str, Any]) -> dict[str, Any]:
    year = facts["year"]
    if year not in YEARS:
        raise LawError("year", f"年份应在 {YEARS[0]} 至 {YEARS[-1]} 之间。")
    rest = read_days(facts["rest"], year, "rest")
    work = read_days(facts["work"], year, "work")
    _within(rest, year, "rest")
    _within(work, year, "work")
    if not rest:
        raise LawError("rest", "没有放假日期，请按通知逐个节日填写。")
    if both := sorted(set(rest) & set(work)):
        raise LawError("work", f"{both[0]} 既写了放假又写了上班，请核对通知。")
    days = dict.fromkeys(rest, True) | dict.fromkeys(work, False)
    names = {day: name for day, name in (rest | work).items() if name}
    if not names:
        raise LawError("rest", "请写明节日名称，如 元旦：1月1日至3日。")
    return {
        "year": year,
        "issued_on": _issued(facts["issued_on"]),
        "days": {day.isoformat(): off for day, off in sorted(days.items())},
        "names": {day.isoformat(): name for day, name in sorted(names.items())},
    }


def _within(days: dict[date, str], year: int, field: str) -> None:
    first, last = date(year - 1, 12, 31 - _OVER), date(year + 1, 1, _OVER)
    if far := sorted(day for day in days if not first <= day <= last):
        raise LawError(field, f"{far[0]} 不属于 {year} 年的安排，请检查日期。")


def _issued(text: str) -> date | None:
    if not text:
        return None
    try:
        return moment_of(text).date()
    except ValueError as wrong:
        raise LawError("issued_on", f"印发日期看不懂“{text[:20]}”，应如 2026-11-20。") from wrong


def _notice_lines(shown: Facts) -> list[list[str]]:
    year = int(shown["year"])
    days = [(day, "休息", name) for day, name in read_days(shown["rest"], year, "rest").items()]
    days += [(day, "上班", name) for day, name in read_days(shown["work"], year, "work").items()]
    return [[day.isoformat(), what, name] for day, what, name in sorted(days)]


def _notice_gathered(rows: SheetRows) -> Iterator[tuple[int, dict[str, Any]]]:
    lines: dict[str, list[str]] = {"休息": [], "上班": []}
    first = 0
    for number, row in rows:
        first = first or number
        what, name = cell_text(row["休息或上班"]), cell_text(row["名称"])
        try:
            day = moment_of(row["日期"]).date()
        except ValueError as wrong:
            yield number, {"wrong": f"{wrong}，日期应如 2027-01-01。"}
            return
        if what not in lines:
            yield number, {"wrong": f"“休息或上班”应填 休息 或 上班，不是“{what[:20]}”。"}
            return
        plain = re.sub(r"[:：()（）\n]", "", name)[:20]
        lines[what].append(f"{plain}：{day}" if plain else str(day))
    if first:
        yield first, {"rest": "\n".join(lines["休息"]), "work": "\n".join(lines["上班"])}


_category_columns, _category_lines, _categories_gathered = flat(_CATEGORY)
_duty_columns, _duty_lines, _duties_gathered = flat(_DUTY)

CATEGORIES: Final = Table(
    slug="categories",
    model=Category,
    label="分类",
    facts=_CATEGORY,
    needed=frozenset({"code", "name"}),
    keys=("scheme", "code"),
    columns=_category_columns,
    show=_category_shown,
    read=_category_read,
    spread=_category_lines,
    gather=_categories_gathered,
    fixed={"scheme": Scheme.GRID.value},
)
DUTIES: Final = Table(
    slug="duties",
    model=DutyItem,
    label="履职清单",
    facts=_DUTY,
    needed=frozenset({"list_kind", "number", "name"}),
    keys=("list_kind", "number"),
    columns=_duty_columns,
    show=shower(list(_DUTY)),
    read=same,
    spread=_duty_lines,
    gather=_duties_gathered,
)
NOTICES: Final = Table(
    slug="notices",
    model=HolidayNotice,
    label="放假安排",
    facts=_NOTICE,
    needed=frozenset({"year", "rest"}),
    keys=("year",),
    columns=_NOTICE_COLUMNS,
    show=_notice_shown,
    read=_notice_read,
    spread=_notice_lines,
    gather=_notice_gathered,
)
