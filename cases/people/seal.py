"""Sealing (加密): what names a person is stored unreadable, yet can be found again.

个人信息保护法 51 (encryption, permissions). AES-256-GCM with a random nonce seals; HMAC-SHA-256
makes the blind index. The first byte names the cipher, so that SM4-GCM (GB/T 39786-2021) can stand
beside it later. Pure: keys are arguments; where they come from is the caller's matter.
"""

import hmac
import os
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_AES_256_GCM: Final = b"\x01"
_NONCE: Final = 12


class SealBroken(ValueError):
    """What was sealed cannot be opened: another key, another place, or somebody changed it."""


def seal(plain: bytes, key: bytes, aad: bytes) -> bytes:
    """Seal bytes under a 32-byte key; `aad` says where they belong and must be given to open."""
    nonce = os.urandom(_NONCE)
    return _AES_256_GCM + nonce + AESGCM(key).encrypt(nonce, plain, aad)


def open_(sealed: bytes, key: bytes, aad: bytes) -> bytes:
    """What was sealed with this key for this place; SealBroken otherwise."""
    sealed = bytes(sealed)
    if sealed[:1] != _AES_256_GCM:
        raise SealBroken("unknown cipher")
    nonce, rest = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, rest, aad)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("wrong key, wrong place, or changed") from error


def blind(kind: str, value: str, key: bytes) -> bytes:
    """The blind index (盲索引) of a normalised value: equal values of one kind, equal 32 bytes."""
    return hmac.new(key, kind.encode() + b"\x00" + value.encode(), sha256).digest()


def new_key() -> bytes:
    """A fresh 32-byte key."""
    return AESGCM.generate_key(bit_length=256)
