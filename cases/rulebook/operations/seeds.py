"""Seeds (预置规则): the rules a new installation starts with, each dated and cited, from `seeds/`.

A file is entered in one transaction. What is there already is left alone, whatever the file says:
a town's own later value is never overwritten. A seed of a later day succeeds the seed before it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from cases.law.moves import Refused
from cases.law.terms import Term
from cases.rulebook.models import Change, DatedRow, HolidayNotice
from cases.rulebook.operations import KEYS, enter_many, succeed

FOLDERS = ("calendar", "law", "catalogue")
SEEDER = "system"
TABLES: Mapping[str, type[DatedRow]] = {model._meta.db_table: model for model in KEYS}
Entry = dict[str, Any]
# libyaml where it is there: eight times faster.
SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Loaded:
    """How many rows a seed file brought, and how many stood already (录入结果)."""

    created: int = 0
    existing: int = 0

    def __add__(self, other: "Loaded") -> "Loaded":
        return Loaded(self.created + other.created, self.existing + other.existing)


def load_seeds(
    path: Path, at: datetime, *, tell: Callable[[str], None] | None = None
) -> Loaded:
    """Enter every seed of the rulebook below the folder (录入预置规则), file by file.

    `tell` hears of each file. Raises `Refused` naming the file that cannot be read; the files
    before it stay entered.
    """
    total = Loaded()
    for file in seed_files(path):
        loaded = load_file(file, at)
        total += loaded
        if tell is not None:
            tell(f"{file.parent.name}/{file.name}：新增 {loaded.created}，已有 {loaded.existing}")
    return total


def seed_files(path: Path) -> list[Path]:
    """The rulebook's seed files, in the order they are entered."""
    return [file for folder in FOLDERS for file in sorted((path / folder).glob("*.yaml"))]


def load_file(file: Path, at: datetime) -> Loaded:
    """Enter one seed file, all or nothing (录入一个文件); raises `Refused` naming the file."""
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=SAFE)
        model, entries = _read(content)
        with transaction.atomic():
            return _enter(model, entries, at)
    except (Refused, KeyError, TypeError, ValueError, yaml.YAMLError) as wrong:
        raise Refused(f"预置文件 {file.name} 无法录入：{wrong}") from wrong


def _read(content: Mapping[str, Any]) -> tuple[type[DatedRow], list[Entry]]:
    if "year" in content:
        return HolidayNotice, [_notice(content)]
    model = TABLES[content["table"]]
    return model, [_entry({**content.get("defaults", {}), **row}) for row in content["rows"]]


def _notice(content: Mapping[str, Any]) -> Entry:
    days: Iterable[Mapping[str, Any]] = content["days"]
    kept = {name: value for name, value in content.items() if name != "days"}
    return {
        "valid_from": content.get("issued_on") or date(content["year"], 1, 1),
        **kept,
        "days": {day["date"].isoformat(): bool(day["rest"]) for day in days},
        "names": {day["date"].isoformat(): str(day["name"]) for day in days if day.get("name")},
    }


def _entry(row: Entry) -> Entry:
    if "rungs" in row:
        return {**row, "rungs": [{"no": no, **rung} for no, rung in enumerate(row["rungs"], 1)]}
    if "term" not in row:
        return row
    term = Term.parse(str(row.pop("term")))
    prefix = "term_" if "scheme" in row else ""
    return {**row, f"{prefix}amount": term.amount, f"{prefix}unit": str(term.unit)}


def _enter(model: type[DatedRow], entries: Iterable[Entry], at: datetime) -> Loaded:
    parts = (*KEYS[model], "scope")
    standing: dict[tuple[Any, ...], list[DatedRow]] = {}
    for row in model._default_manager.order_by("valid_from", "id"):
        standing.setdefault(tuple(getattr(row, part) for part in parts), []).append(row)
    new: list[Entry] = []
    created = existing = 0
    for entry in entries:
        held = standing.get(tuple(entry.get(part, "") for part in parts), [])
        if not held:
            new.append(entry)
        elif _follows(held[-1], entry):
            succeed(held[-1], actor_code=SEEDER, at=at, **_following(held[-1], entry))
            created += 1
        else:
            existing += 1
    if new:
        enter_many(model, new, actor_code=SEEDER, at=at)
    return Loaded(created + len(new), existing)


def _follows(held: DatedRow, entry: Entry) -> bool:
    if held.valid_to is not None:
        return False
    if isinstance(held, HolidayNotice):
        return bool(entry["revision"] > held.revision) and _sown(held)
    return bool(entry["valid_from"] > held.valid_from) and _sown(held)


def _sown(held: DatedRow) -> bool:
    entered = Change.objects.filter(table=held._meta.db_table, after__id=held.pk)
    return entered.filter(actor_code=SEEDER).exists()


def _following(held: DatedRow, entry: Entry) -> Entry:
    values = {name: value for name, value in entry.items() if name != "valid_from"}
    return {"on": max(entry["valid_from"], held.valid_from), **values}
