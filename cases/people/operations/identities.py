"""Identities of parties (当事人身份): one sealed row for each, found again by a blind index."""

import unicodedata
from collections.abc import Iterable

from django.conf import settings

from cases.law.identifiers import check_id_card, check_phone, check_uscc
from cases.people.models import Identity, IdentityKind
from cases.people.queries import place_of
from cases.people.seal import blind, seal


def normalised(kind: IdentityKind, value: str) -> str:
    """A value as it is compared; IdentifierError when the number cannot be right."""
    if kind == IdentityKind.ID_CARD:
        return check_id_card(value)
    if kind == IdentityKind.USCC:
        return check_uscc(value)
    if kind == IdentityKind.PHONE:
        return check_phone(value)
    text = " ".join(unicodedata.normalize("NFKC", value).split())
    return text.replace(" ", "").upper() if kind == IdentityKind.PASSPORT else text


def remember_identity(kind: IdentityKind, value: str) -> Identity:
    """The one sealed row of a party's identity (当事人身份), made when first seen.

    IdentifierError when the number fails its check.
    """
    return remember_identities([(kind, value)])[kind]


def remember_identities(
    told: Iterable[tuple[IdentityKind, str]],
) -> dict[IdentityKind, Identity]:
    """The sealed rows of several identities of one party, by kind, in one statement."""
    ring = settings.KEYRING
    rows = []
    for kind, value in told:
        clean = normalised(kind, value)
        index = blind(kind, clean, ring.blind)
        sealed = seal(clean.encode(), ring.key(ring.current), place_of(kind, index))
        rows.append(Identity(kind=kind, blind=index, sealed=sealed, key_id=ring.current))
    # Always in one order, so that two parties named at once wait for each other; a row that stands
    # keeps its own seal and key.
    rows.sort(key=lambda row: (row.kind, row.blind))
    found = Identity.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "blind"],
        update_fields=["blind"],
    )
    return {IdentityKind(row.kind): row for row in found}
