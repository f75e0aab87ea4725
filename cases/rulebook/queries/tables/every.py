"""Every table of the rulebook, in the order people look for them (规则目录)."""

from collections.abc import Mapping
from typing import Final

from cases.rulebook.queries.tables import Table
from cases.rulebook.queries.tables.catalogue import CATEGORIES, DUTIES, NOTICES
from cases.rulebook.queries.tables.measures import FIGURES, HOURS, LADDERS, TERMS
from cases.rulebook.queries.tables.penalties import BASES, OFFENCES, POWERS
from cases.rulebook.queries.tables.whistling import ROUTES, WHISTLES

EVERY: Final[Mapping[str, Table]] = {
    table.slug: table
    for table in (
        *(TERMS, FIGURES, LADDERS, CATEGORIES, DUTIES, NOTICES, HOURS),
        *(WHISTLES, ROUTES),
        *(OFFENCES, BASES, POWERS),
    )
}
