"""How many due dates a second the law counts, for terms of up to 60 working days.

Run from the root: `.venv/bin/python -m deploy.bench.law_due`. Prints one JSON object.
"""

import json
import random
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter

import yaml

from cases.law.calendar import SHANGHAI, Calendar, Notice
from cases.law.terms import Term, Unit, due

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "calendar"
FIRST = datetime(2010, 1, 1, tzinfo=SHANGHAI)
TERMS = 200_000


def calendar() -> Calendar:
    """The calendar of the seeded notices."""
    rows = [yaml.safe_load(file.read_text("utf-8")) for file in sorted(SEEDS.glob("*.yaml"))]
    return Calendar.of(
        [
            Notice(row["year"], row["citation"], days={d["date"]: d["rest"] for d in row["days"]})
            for row in rows
        ],
        "seeds",
    )


def main() -> None:
    """Count terms of 1 to 60 working days from starts all over the known years."""
    chance = random.Random(7)
    known = calendar()
    days = (date(2026, 12, 31) - FIRST.date()).days
    asked = [
        (
            Term(chance.randint(1, 60), Unit.WORKING_DAY),
            FIRST + timedelta(days=chance.randrange(days), minutes=chance.randrange(1440)),
        )
        for _ in range(TERMS)
    ]
    began = perf_counter()
    for term, start in asked:
        due(term, start, known)
    took = perf_counter() - began
    print(json.dumps({"terms": TERMS, "seconds": round(took, 3), "per_second": int(TERMS / took)}))


if __name__ == "__main__":
    main()
