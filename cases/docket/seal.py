"""Sealed facts (密封事实): names, free text and addresses under a case's own key (个人信息保护法
51).

The case key is wrapped by the installation's master key, which lives outside the database.
Destroying the wrapped key erases the case and every copy of it; the chain still verifies.
"""

import hmac
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from cases.docket.chain import canonical
from cases.people.seal import new_key, open_, seal

_WRAP = b"case key"
_FACT = b"case fact"


def request_digest(told: Mapping[str, Any]) -> str:
    """What a request asked for, as a keyed digest: nobody without the key can guess it back."""
    return hmac.new(settings.KEYRING.blind, canonical(told).encode(), "sha256").hexdigest()


def make_key() -> tuple[bytes, bytes, str]:
    """A new case key: the key, its wrapping, and the id of the master key that wrapped it."""
    key, key_id = new_key(), settings.KEYRING.current
    return key, seal(key, settings.KEYRING.key(key_id), _WRAP), key_id


def open_key(wrapped: bytes | memoryview | None, key_id: str) -> bytes | None:
    """The case key, or None when it was destroyed."""
    return open_(bytes(wrapped), settings.KEYRING.key(key_id), _WRAP) if wrapped else None


def seal_facts(key: bytes, facts: Mapping[str, Any]) -> bytes:
    """Facts as a ciphertext under the case key."""
    return seal(canonical(facts).encode(), key, _FACT)


def unseal_facts(key: bytes | None, data: bytes | memoryview | None) -> dict[str, Any]:
    """Facts read back; empty when there are none or the key was destroyed."""
    if not data or key is None:
        return {}
    facts: dict[str, Any] = json.loads(open_(bytes(data), key, _FACT))
    return facts
