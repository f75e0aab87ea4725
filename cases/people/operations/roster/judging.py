"""Judging a roster (核对人员岗位表): each row against the book and against the rows before it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from cases.law.moves import Refused, Role
from cases.people.models import Officer, Post, Unit
from cases.people.operations.posts import APART, HEADS, kept_apart
from cases.people.operations.roster.reading import Line


@dataclass(frozen=True)
class Scope:
    """What whoever brings a roster may change, and whose own account they may not."""

    units: QuerySet[Unit]
    officers: QuerySet[Officer]
    oneself: int | None = None


@dataclass
class Judged:
    """A row and what would be done with it: new, changed, same or wrong, and why."""

    line: Line
    what: str = "same"
    says: list[str] = field(default_factory=list)
    officer: Officer | None = None
    lines: dict[str, str] = field(default_factory=dict)
    post: Post | None = None
    ends: bool = False
    retitled: bool = False

    def fail(self, sentence: str) -> None:
        """The row cannot be entered, and why."""
        if self.what != "wrong":
            self.says.clear()
        self.what = "wrong"
        self.says.append(sentence.rstrip("。"))


def judge(lines: Sequence[Line], scope: Scope, today: date) -> list[Judged]:
    """Every row, judged in the order of the sheet; nothing is written."""
    book = _Book(lines, scope)
    rows = [_judged(line, book, today) for line in lines]
    _two_heads(rows)
    return rows


class _Book:
    """What the book holds of the people and units of a sheet, read in a few queries."""

    def __init__(self, lines: Sequence[Line], scope: Scope) -> None:
        units = list(scope.units)
        self.by_code = {unit.code: unit for unit in units}
        self.by_name: dict[str, list[Unit]] = {}
        for unit in units:
            for name in {unit.name, unit.short_name}:
                self.by_name.setdefault(name, []).append(unit)
        wanted = {line.username.lower() for line in lines}
        known = Officer.objects.annotate(low=Lower("username")).filter(low__in=wanted)
        self.officers = {officer.username.lower(): officer for officer in known}
        ids = [officer.pk for officer in self.officers.values()]
        self.kept = set(scope.officers.filter(pk__in=ids).values_list("pk", flat=True))
        self.oneself = scope.oneself
        heads = Q(role__in=[role.value for role in HEADS], unit__in=[u.pk for u in units])
        rows = Post.objects.filter(heads | Q(officer__in=ids)).select_related("officer", "unit")
        self.posts = list(rows)
        self.ended: dict[int, date] = {}
        self.first: dict[str, Line] = {}
        self.before: list[Judged] = []

    def end_of(self, post: Post) -> date | None:
        """When a post ends, an earlier row of the sheet counted in."""
        return self.ended.get(post.pk, post.valid_to)


def _judged(line: Line, book: _Book, today: date) -> Judged:
    row = Judged(line)
    for words in line.wrong:
        row.fail(words)
    _find_unit(row, book)
    _find_officer(row, book, today)
    if row.what != "wrong":
        _find_post(row, book)
    if row.what != "wrong" and row.post is None:
        _may_sit(row, book)
    if row.what != "wrong":
        book.before.append(row)
    return row


def _find_unit(row: Judged, book: _Book) -> None:
    line = row.line
    if not line.unit_code and not line.unit_name:
        row.fail("没有填单位代码或单位名称")
        return
    named = book.by_name.get(line.unit_name, [])
    if line.unit_code:
        found = book.by_code.get(line.unit_code)
        if found is None:
            row.fail(f"没有代码为 {line.unit_code} 的单位，或不在您的管理范围内，请核对")
        elif line.unit_name and found not in named:
            row.fail(f"代码 {line.unit_code} 是{found.name}，与所填单位名称不符，请核对")
        line.unit = found
        return
    if len(named) != 1:
        why = "同名单位不止一个，请填" if named else "没有这个单位，请核对名称或填"
        row.fail(f"“{line.unit_name}”：{why}单位代码")
        return
    line.unit = named[0]


def _find_officer(row: Judged, book: _Book, today: date) -> None:
    line = row.line
    key = line.username.lower()
    first = book.first.setdefault(key, line) if key else line
    if first is not line and (first.name, first.phone, first.email) != (
        *(line.name, line.phone, line.email),
    ):
        row.fail(f"用户名与第 {first.number} 行相同，而姓名、电话或邮箱不同，请改正其中一行")
    officer = row.officer = book.officers.get(key)
    if officer is None:
        row.what = "new" if row.what != "wrong" else "wrong"
        if first is line and row.what == "new":
            row.says.append("新人员")
        return
    if officer.pk == book.oneself:
        row.fail("不能在表中变更您本人的岗位，请由其他系统管理员办理")
    elif officer.pk not in book.kept:
        row.fail(f"用户名 {line.username} 属于您管理范围之外的人员，请换一个用户名")
    elif officer.name != line.name:
        row.fail(f"用户名已属于“{officer.name}”；同一人改名的请先在人员页面修改，不同人请换用户名")
    elif not officer.is_active:
        row.fail(f"{officer.name} 的账号已停用，请先启用再导入")
    told = {"phone": line.phone, "email": line.email}
    row.lines = {k: v for k, v in told.items() if v and v != getattr(officer, k)}
    if row.lines and first is line and row.what != "wrong":
        row.what = "changed"
        row.says.append("改" + "、".join({"phone": "电话", "email": "邮箱"}[k] for k in row.lines))
    elif first is not line:
        row.lines = {}


def _find_post(row: Judged, book: _Book) -> None:
    line = row.line
    for earlier in book.before:
        if _same_seat(earlier.line, line) and _overlap(_days(earlier.line), _days(line)):
            row.fail(f"与第 {earlier.line.number} 行是同一岗位，请保留一行")
            return
    own = [
        post
        for post in book.posts
        if row.officer and post.officer_id == row.officer.pk
        and (post.role, post.unit_id) == (line.held.value, line.place.pk)
        and _overlap((post.valid_from, post.valid_to), _days(line))
    ]
    if not own:
        row.what = "new"
        row.says.append(f"任 {line.place.name} {line.held.label}")
        return
    post = row.post = own[0]
    if post.valid_from != line.valid_from:
        row.fail(f"已有同一岗位（自 {post.valid_from}），起止日期与表中不一致，请核对")
        return
    _compare(row, post, book)


def _compare(row: Judged, post: Post, book: _Book) -> None:
    line = row.line
    if post.valid_to != line.valid_to:
        if post.valid_to is not None:
            row.fail(f"该岗位已登记于 {post.valid_to} 结束，不能在表中改期，请另行任岗")
            return
        row.ends = True
        book.ended[post.pk] = line.valid_to or date.max
        row.says.append(f"岗位于 {line.valid_to} 结束")
    row.retitled = bool(line.title) and line.title != post.title
    if row.retitled:
        row.says.append(f"职务改为“{line.title}”")
    if row.ends or row.retitled:
        row.what = "changed"


def _may_sit(row: Judged, book: _Book) -> None:
    line = row.line
    if line.place.closed_on is not None and line.place.closed_on <= line.begins:
        row.fail(f"{line.place.name} 已于 {line.place.closed_on} 撤销，请选择其他单位")
    if line.held in HEADS:
        for post in book.posts:
            held = (post.valid_from, book.end_of(post))
            seat = (post.role, post.unit_id) == (line.held.value, line.place.pk)
            if seat and _overlap(held, _days(line)):
                row.fail(
                    f"{line.place.name} 已有{line.held.label}（{post.officer.name}），"
                    "一个单位只能有一名，请先结束其岗位，或把结束的一行放在前面"
                )
                return
    if line.held in APART:
        _apart(row, book)


def _apart(row: Judged, book: _Book) -> None:
    line = row.line
    for earlier in book.before:
        same = earlier.line.username.lower() == line.username.lower()
        if same and earlier.line.held in APART - {line.held}:
            row.fail(f"与第 {earlier.line.number} 行冲突：系统、安全、审计管理员不得一人兼任")
            return
    if row.officer is None:
        return
    try:
        kept_apart(row.officer, line.held, line.begins, line.valid_to)
    except Refused as refused:
        row.fail(refused.sentence)


def _two_heads(rows: Iterable[Judged]) -> None:
    """Two rows that would each make a head of one unit: neither is entered."""
    seats: dict[tuple[int, Role], list[Judged]] = {}
    for row in rows:
        if row.what != "wrong" and row.post is None and row.line.held in HEADS:
            seats.setdefault((row.line.place.pk, row.line.held), []).append(row)
    for several in seats.values():
        clash = [
            (one, other)
            for one in several
            for other in several
            if one is not other and _overlap(_days(one.line), _days(other.line))
        ]
        for one, other in clash:
            unit, role = one.line.place.name, one.line.held.label
            one.fail(
                f"与第 {other.line.number} 行同为{unit}的{role}，一个单位只能有一名，请保留一行"
            )


def _same_seat(one: Line, other: Line) -> bool:
    seats = [(li.username.lower(), li.role, li.unit and li.unit.pk) for li in (one, other)]
    return seats[0] == seats[1]


def _days(line: Line) -> tuple[Any, Any]:
    return line.valid_from, line.valid_to


def _overlap(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    return (other[1] is None or one[0] < other[1]) and (one[1] is None or other[0] < one[1])
