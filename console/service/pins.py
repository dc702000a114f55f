"""PINs as they are kept: a salted hash that takes long to work out, by design."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from functools import cache

from console.domain.pin import plain_pin

COST = (2**14, 8, 5)
"""scrypt's n, r and p: 16 MB and a fifth of a second for each try (OWASP's password storage cheat sheet).
Each hash says what it was made with, so that these may grow."""


def hashed(pin: str) -> str:
    """A PIN as it is kept. It takes a while: not on an event loop."""
    salt = secrets.token_bytes(16)
    parts = ("scrypt", *map(str, COST), _text(salt), _text(_scrypt(pin, salt, COST)))
    return "$".join(parts)


def matches(pin: str, kept: str) -> bool:
    """Whether that is the PIN of which `kept` is the hash, in a time that says nothing; it takes as long
    where nothing is kept. Not on an event loop."""
    try:
        way, n, r, p, salt, digest = (kept or _nobodys()).split("$")
        if way != "scrypt":
            return False
        found = _scrypt(pin, b64decode(salt), (int(n), int(r), int(p)))
        return hmac.compare_digest(found, b64decode(digest)) and bool(kept)
    except ValueError:
        return False  # another version of this program kept something else


@cache
def _nobodys() -> str:
    """A hash with which the PIN of somebody who has none is held, so that it takes as long."""
    return "$".join(("scrypt", *map(str, COST), _text(bytes(16)), _text(bytes(32))))


def _scrypt(pin: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    n, r, p = cost
    return hashlib.scrypt(
        plain_pin(pin).encode(), salt=salt, n=n, r=r, p=p, maxmem=256 * n * r + 2**20, dklen=32
    )


def _text(data: bytes) -> str:
    return b64encode(data).decode()
