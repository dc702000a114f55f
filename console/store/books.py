"""The rule books that the store's texts make."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

    from console.domain.phrases import Phrases
    from console.domain.rules import RuleBook, Rules

Normalise = Callable[[str, str], str]
Compile = Callable[[str], "Phrases"]
"""Makes a matcher of the text of a list of phrases."""

Text = tuple[int, str, str]
"""From when, which part, and what it says."""

Person = tuple[str, str, int]
"""A user, their role (empty: as the settings say), and whether they have a PIN."""

_KEY = "SELECT effective, part, hash FROM site ORDER BY effective, part"
_TEXTS = "SELECT effective, part, body FROM site ORDER BY effective, part"
_PEOPLE = "SELECT name, role, pin <> '' FROM users ORDER BY name"


class BookShelf:
    """The rule book, read again only when somebody applied another version."""

    def __init__(self, normalise: Normalise, compile_phrases: Compile | None = None) -> None:
        self._normalise = normalise
        self._compile = compile_phrases
        self._key: list[tuple[Any, ...]] | None = None
        self._book: RuleBook | None = None

    def book(self, connection: sqlite3.Connection) -> RuleBook:
        """The book as the connection sees it."""
        people = connection.execute(_PEOPLE).fetchall()
        key = [*connection.execute(_KEY), *people]
        if self._book is None or key != self._key:
            self._book = self._understood(connection.execute(_TEXTS).fetchall(), people)
            self._key = key
        return self._book

    def late_rules(self, connection: sqlite3.Connection) -> Callable[[], Rules]:
        """The newest rules as the connection sees them, understood when this is first called."""
        texts: list[Text] = connection.execute(_TEXTS).fetchall()
        people: list[Person] = connection.execute(_PEOPLE).fetchall()
        return cache(lambda: self._understood(texts, people).latest)

    def _understood(self, texts: list[Text], people: list[Person]) -> RuleBook:
        from console.store.rules_text import rulebook  # norms, hours, shifts: a third of all that there is

        return rulebook(texts, people, self._normalise, self._compile)
