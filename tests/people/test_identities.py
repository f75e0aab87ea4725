"""Identities of parties: unreadable in the database, found again, opened by the right key only."""

from dataclasses import replace
from typing import Any

import pytest

from cases.law.identifiers import IdentifierError
from cases.people.models import Identity, IdentityKind
from cases.people.operations import remember_identity
from cases.people.queries import find_identity, reveal
from cases.people.seal import SealBroken, blind, new_key, open_, seal

# Published examples of the two check digits (GB 11643, GB 32100), not of living people.
ID_CARD = "360426199101010071"
USCC = "91110000600037341L"


def test_what_is_sealed_opens_with_its_key_and_place_only() -> None:
    key = new_key()
    sealed = seal("示范张三".encode(), key, b"here")
    assert open_(sealed, key, b"here").decode() == "示范张三"
    assert "示范张三".encode() not in sealed
    assert seal(b"same", key, b"") != seal(b"same", key, b"")
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for broken in (sealed[:-1], changed, b"\x02" + sealed[1:], b"", b"\x01short"):
        with pytest.raises(SealBroken):
            open_(broken, key, b"here")
    with pytest.raises(SealBroken):
        open_(sealed, new_key(), b"here")
    with pytest.raises(SealBroken):
        open_(sealed, key, b"there")


def test_the_blind_index_depends_on_kind_value_and_key() -> None:
    key = new_key()
    assert blind("phone", "1", key) == blind("phone", "1", key)
    others = {blind("name", "1", key), blind("phone", "2", key), blind("phone", "1", new_key())}
    assert blind("phone", "1", key) not in others
    assert len(others) == 3


@pytest.mark.parametrize(
    ("kind", "first", "again"),
    [
        (IdentityKind.ID_CARD, ID_CARD, f" {ID_CARD} "),
        (IdentityKind.USCC, USCC, USCC.lower()),
        (IdentityKind.PHONE, "13800000000", "138 0000 0000"),
        (IdentityKind.PASSPORT, "E12345678", "e1234 5678"),
        (IdentityKind.NAME, "示范 张三", "示范\u3000张三"),
    ],
)
def test_one_row_for_one_person(db: None, kind: IdentityKind, first: str, again: str) -> None:
    identity = remember_identity(kind, first)
    assert remember_identity(kind, again) == identity
    assert Identity.objects.count() == 1
    stored = Identity.objects.get()
    assert first.encode() not in bytes(stored.sealed) + bytes(stored.blind)
    assert find_identity(kind, reveal(stored)) == identity
    assert stored.key_id == "k1"


def test_a_wrong_number_is_refused_and_nothing_is_kept(db: None) -> None:
    with pytest.raises(IdentifierError):
        remember_identity(IdentityKind.ID_CARD, "360426199101010072")
    assert Identity.objects.count() == 0


def test_an_older_key_still_opens_and_an_unknown_one_does_not(db: None, settings: Any) -> None:
    identity = remember_identity(IdentityKind.PHONE, "13800000000")
    ring = settings.KEYRING
    settings.KEYRING = replace(ring, current="k2", keys={**ring.keys, "k2": new_key()})
    assert reveal(identity) == "13800000000"
    assert remember_identity(IdentityKind.PHONE, "13800000000") == identity
    assert remember_identity(IdentityKind.PHONE, "13800000001").key_id == "k2"
    settings.KEYRING = replace(ring, keys={})
    with pytest.raises(SealBroken, match="unknown key"):
        reveal(identity)


def test_a_row_moved_elsewhere_does_not_open(db: None) -> None:
    one = remember_identity(IdentityKind.PHONE, "13800000000")
    two = remember_identity(IdentityKind.PHONE, "13800000001")
    two.sealed = one.sealed
    with pytest.raises(SealBroken):
        reveal(two)
