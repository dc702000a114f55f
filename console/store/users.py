"""The rows of those who sign in, and of wrong PINs."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from console.domain.tries import Tries
from console.service.user import User

if TYPE_CHECKING:
    from console.domain.instants import Millis

_USER = "SELECT name, role, pin, added, changed FROM users"


class UserTable:
    """Fulfils the service's UserWriter on one connection, and its UserReader on one that only reads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def all(self) -> list[User]:
        return [User(*row) for row in self._db.execute(f"{_USER} ORDER BY name")]

    def get(self, name: str) -> User | None:
        row = self._db.execute(f"{_USER} WHERE name = ?", (name,)).fetchone()
        return User(*row) if row else None

    def tries(self, key: bytes) -> Tries:
        row = self._db.execute("SELECT wrong, last FROM tries WHERE name = ?", (key,)).fetchone()
        return Tries(*row) if row else Tries()

    def put(self, user: User) -> None:
        values = (user.name, user.role, user.pin, user.added, user.changed)
        self._db.execute("INSERT OR REPLACE INTO users VALUES (?, ?, ?, ?, ?)", values)

    def remove(self, name: str) -> None:
        self._db.execute("DELETE FROM users WHERE name = ?", (name,))

    def put_tries(self, key: bytes, tries: Tries | None) -> None:
        if tries is None:
            self._db.execute("DELETE FROM tries WHERE name = ?", (key,))
        else:
            self._db.execute("INSERT OR REPLACE INTO tries VALUES (?, ?, ?)", (key, tries.wrong, tries.last))

    def forget_tries(self, before: Millis) -> None:
        self._db.execute("DELETE FROM tries WHERE last < ?", (before,))
