"""The log of changes in words (修改记录): what was, what is, who changed it, on which paper."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.apps import apps
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.dateparse import parse_date

from cases.entrance.staff import scope
from cases.entrance.staff.queries.lists import Asked, Listed, number_of
from cases.grid.models import Grid
from cases.law.moves import Role
from cases.people.models import Certificate, Officer, Post, Unit
from cases.people.queries import TOWN_TIME, Actor
from cases.rulebook.models import Change

TABLES: Final = {
    "people_unit": "单位",
    "people_officer": "人员",
    "people_post": "岗位",
    "people_deputy": "代理（AB岗）",
    "people_certificate": "证件",
    "people_gridduty": "网格包干",
}
WHAT: Final = {
    "open": "设立",
    "close": "撤销",
    "enter": "录入",
    "change": "修改",
    "give": "任岗",
    "end": "结束",
    "appoint": "指定",
    "assign": "安排",
    "password": "设置密码",
    "hand_over": "移交在办件",
    "settle": "初始化",
}
_MORE: Final = {"effective_on": "生效日期", "cases": "移交件数", "parts": "移交分办数"}
_ONLY_SHOWN: Final = frozenset({"id", "path", "password", "demonstration", "pinyin"})
_STAMP: Final = re.compile(r"o(\d+)(?:\.p(\d+))?(?:\.d(\d+))?")
_OTHERS: Final = {"system": "系统", "demo_town": "示范数据", "load_seeds": "初始数据"}


@dataclass(frozen=True)
class Told:
    """One field of a change: what people call it, what it was, what it is."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Noted:
    """One change in words."""

    id: int
    table: str
    table_label: str
    what: str
    what_label: str
    whose: str
    at: datetime
    by: str
    paper: str
    fields: list[Told]


def changes(actor: Actor, asked: Asked, given: Mapping[str, Any]) -> Listed[Noted]:
    """The changes an administrator may read, the newest first, narrowed by table, day and word."""
    rows = _of(actor, Change.objects.filter(slice="people"))
    if asked.kind in TABLES:
        rows = rows.filter(table=asked.kind)
    since, until = day_of(given.get("from")), day_of(given.get("to"))
    if since:
        rows = rows.filter(at__gte=_midnight(since))
    if until and until < date.max:
        rows = rows.filter(at__lt=_midnight(until + timedelta(days=1)))
    if asked.q:
        rows = rows.filter(Q(paper__icontains=asked.q) | Q(key=asked.q))
    after = number_of(asked.after)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: asked.size + 1])
    more = str(found[asked.size - 1].pk) if len(found) > asked.size else ""
    return Listed(in_words(found[: asked.size]), more)


def history(table: str, key: str, size: int = 20) -> list[Noted]:
    """The newest changes of one row."""
    return in_words(list(Change.objects.filter(table=table, key=key).order_by("-pk")[:size]))


def in_words(rows: list[Change]) -> list[Noted]:
    """Some changes in words; names are looked up once for all of them."""
    names = _Names(rows)
    return [
        Noted(
            id=row.pk,
            table=row.table,
            table_label=TABLES.get(row.table, row.table),
            what=row.what,
            what_label=WHAT.get(row.what, row.what),
            whose=names.whose(row),
            at=row.at,
            by=names.actor(row.actor_code),
            paper=row.paper,
            fields=_fields(row, names),
        )
        for row in rows
    ]


def day_of(text: Any) -> date | None:
    """A day as an address carries it; None where it is none."""
    try:
        return parse_date(str(text)) if text else None
    except ValueError:
        return None


class _Names:
    """The names behind the ids of some changes."""

    def __init__(self, rows: Iterable[Change]) -> None:
        ids: dict[str, set[int]] = {"unit": set(), "officer": set(), "grid": set(), "post": set()}
        for row in rows:
            self._gather(row, ids)
        posts = Post.objects.filter(pk__in=ids["post"]).select_related("officer", "unit")
        self.post = {p.pk: f"{p.unit} {Role(p.role).label} {p.officer}" for p in posts}
        self.unit = dict(Unit.objects.filter(pk__in=ids["unit"]).values_list("pk", "name"))
        people = Officer.objects.filter(pk__in=ids["officer"]).values_list("pk", "name")
        self.officer = dict(people)
        self.grid = dict(Grid.objects.filter(pk__in=ids["grid"]).values_list("pk", "name"))

    @staticmethod
    def _gather(row: Change, ids: dict[str, set[int]]) -> None:
        if found := _STAMP.fullmatch(row.actor_code):
            ids["officer"] |= {int(part) for part in (found[1], found[3]) if part}
        if row.table == "people_post" and row.key.isdigit():
            ids["post"].add(int(row.key))
        for values in (row.before or {}, row.after or {}):
            for name, value in values.items():
                kind = _KINDS.get(name)
                if kind and isinstance(value, int):
                    ids[kind].add(value)

    def actor(self, code: str) -> str:
        """Who made a change, by their stamp."""
        found = _STAMP.fullmatch(code)
        if found is None:
            return _OTHERS.get(code, code)
        name = self.officer.get(int(found[1]), "")
        deputised = self.officer.get(int(found[3] or 0), "")
        return f"{name}（代{deputised}）" if deputised else name

    def of(self, name: str, value: Any) -> str:
        """A value of a field in words."""
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return "是" if value else "否"
        if kind := _KINDS.get(name):
            known: dict[int, str] = getattr(self, kind)
            return known.get(value, str(value))
        if name == "role":
            return Role(value).label if value in set(Role) else str(value)
        return str(value)

    def whose(self, row: Change) -> str:
        """What row a change is of."""
        values = row.after or row.before or {}
        if row.table == "people_post":
            return self.post.get(int(row.key), row.key) if row.key.isdigit() else row.key
        if row.table in {"people_unit", "people_officer"}:
            return f"{values.get('name', '')} {row.key}".strip()
        parts = [self.of(n, values.get(n)) for n in ("post_id", "grid_id", "officer_id", "number")]
        return " ".join(part for part in parts if part) or row.key


_KINDS: Final = {
    "unit_id": "unit",
    "parent_id": "unit",
    "officer_id": "officer",
    "successor_id": "officer",
    "grid_id": "grid",
    "post_id": "post",
}


def _fields(row: Change, names: _Names) -> list[Told]:
    before, after = row.before or {}, row.after or {}
    labels = _labels(row.table)
    told = []
    for name in [*after, *(n for n in before if n not in after)]:
        was, now = before.get(name), after.get(name)
        if was == now or name in _ONLY_SHOWN:
            continue
        label, choices = labels.get(name, (_MORE.get(name, name), {}))
        shown = [choices.get(v) or names.of(name, v) for v in (was, now)]
        if any(shown):
            told.append(Told(label, *shown))
    return told


def _labels(table: str) -> dict[str, tuple[str, dict[Any, str]]]:
    models = {m._meta.db_table: m for m in apps.get_app_config("cases").get_models()}
    if table not in models:
        return {}
    return {
        f.attname: (_REFS.get(f.name, str(f.verbose_name)), dict(f.flatchoices))
        for f in models[table]._meta.concrete_fields
    }


_REFS: Final = {
    "unit": "单位",
    "parent": "上级单位",
    "officer": "人员",
    "grid": "网格",
    "post": "岗位",
    "is_active": "启用",
}


def _of(actor: Actor, rows: QuerySet[Change]) -> QuerySet[Change]:
    """The changes of the rows an administrator keeps or sees."""

    def keys(of: QuerySet[Any]) -> Any:
        return of.annotate(k=Cast("pk", CharField())).values("k")

    people = scope.officers_seen(actor)
    certificates = Certificate.objects.filter(officer__in=people)
    return rows.filter(
        Q(table="people_unit", key__in=scope.units_kept(actor).values("code"))
        | Q(table="people_officer", key__in=people.values("username"))
        | Q(table="people_post", key__in=keys(scope.posts_kept(actor)))
        | Q(table="people_deputy", key__in=keys(scope.deputies_kept(actor)))
        | Q(table="people_certificate", key__in=keys(certificates))
        | Q(table="people_gridduty", key__in=keys(scope.duties_kept(actor)))
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TOWN_TIME)
