"""Identity numbers at rest: sealed with AES-GCM, found again by a keyed hash, never stored in the open."""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12
END = 4


def seal(text: str) -> bytes:
    """Nonce and ciphertext of the text."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(settings.ID_NUMBER_KEY).encrypt(nonce, text.encode(), None)


def unseal(sealed: bytes) -> str:
    """The text again. Raises InvalidTag if the bytes were altered or the key is another."""
    raw = bytes(sealed)
    return _cipher(settings.ID_NUMBER_KEY).decrypt(raw[:NONCE], raw[NONCE:], None).decode()


def blind(text: str) -> str:
    """The same for equal texts, and nothing else: what a unique key can stand on."""
    return hmac.digest(settings.ID_NUMBER_INDEX_KEY.encode(), text.upper().encode(), "sha256").hex()


def blind_end(text: str) -> str:
    """The same for texts that end in the same four characters: those a masked number shows anyway."""
    return blind(f"end:{text[-END:]}")[:16]


@lru_cache(maxsize=1)
def _cipher(key: str) -> AESGCM:
    return AESGCM(hashlib.sha256(key.encode()).digest())
