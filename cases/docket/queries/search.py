"""Search (检索): by number, by another system's number, by words, by who reported.

Words are asked as keyed digests of bigrams, a reporter by the blind index: neither opens anything
sealed. Who reported is found only by the seats that may read it (信访工作条例 30: a reporter is not
told to whoever is complained of).
"""

import re
import unicodedata
from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet

from cases.docket import access
from cases.docket.bigrams import query_words
from cases.docket.models import Case, ExternalRef, Party
from cases.docket.queries.filters import Filters
from cases.law.moves import Role
from cases.people.models import IdentityKind, Unit, UnitKind
from cases.people.operations import normalised
from cases.people.queries import TOWN_TIME, Actor, find_identity

_NUMBER = re.compile(r"\d{6,12}-[A-Z]+-\d{4}-\d+", re.ASCII)  # one of our own
_SHORT = re.compile(
    r"(?P<series>[A-Z])-((?P<year>\d{4})-)?(?P<place>\d{1,9})", re.ASCII
)
_READERS = access.TOWN_WIDE - {Role.SUPERVISOR}  # who may read who reported
_PARTIES = ("reporter", "reporter_name")


class AsStored(SearchQuery):
    """Words taken as they are stored: `to_tsquery` would read "123e45ab" as a number and a word."""

    template = "(%(expressions)s)::tsquery"


def found(rows: QuerySet[Case], filters: Filters, actor: Actor, now: datetime) -> QuerySet[Case]:
    """The rows a person looks for; nothing to look for finds nothing, never everything."""
    q = filters.q.strip()
    if filters.by == "name":
        return rows.filter(_reported(IdentityKind.NAME, q, actor))
    number = unicodedata.normalize("NFKC", q).upper()
    if _NUMBER.fullmatch(number):
        return rows.filter(number=number)
    if short := _SHORT.fullmatch(number):
        return rows.filter(number__in=_completed(short, actor, now))
    outside = ExternalRef.objects.filter(number=q).values("case")
    words = query_words(q)
    if not words:
        return rows.filter(pk__in=outside)
    if number.isascii() and rows.filter(pk__in=outside).exists():
        return rows.filter(pk__in=outside)  # another system's number, asked for whole
    spelled = Q(search=AsStored(_all_of(words)))
    if filters.by_reporter:
        spelled |= _reported(IdentityKind.PHONE, q, actor)
    return rows.filter(spelled)


def _reported(kind: IdentityKind, q: str, actor: Actor) -> Q:
    """The cases of a reporter, as far as the seat may read who reported them."""
    identity = find_identity(kind, normalised(kind, q))
    if identity is None:
        return Q(pk__in=())
    parties = Party.objects.filter(identity=identity, role__in=_PARTIES)
    if actor.role not in _READERS:
        parties = parties.filter(case__filer=actor.holder_id)
    return Q(pk__in=list(parties.values_list("case", flat=True)))


def _completed(short: re.Match[str], actor: Actor, now: datetime) -> list[str]:
    """The numbers that `R-2026-000123` or `R-123` may stand for, in the towns of a seat."""
    towns = Unit.objects.filter(kind=UnitKind.TOWN, division__startswith=actor.division)
    year = now.astimezone(TOWN_TIME).year
    years = [short["year"]] if short["year"] else [str(year), str(year - 1)]
    return [
        f"{division}-{short['series']}-{y}-{int(short['place']):06d}"
        for division in towns.values_list("division", flat=True)
        for y in years
    ]


def _all_of(words: list[str]) -> str:
    # Words are runs of letters and digits only, so nothing in them can be an operator.
    return " & ".join(f"'{word}'" for word in words)
