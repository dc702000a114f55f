"""Reading without an event loop, for one-shot commands: the standard library's sqlite3 on the same file."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from console.domain.phrases import without_phrases
from console.service.problem import StoreProblem
from console.store.books import BookShelf, Compile, Normalise
from console.store.reading import SqliteReader
from console.store.schema import migrate_needed, prepare, problem_of


@contextlib.contextmanager
def reading(
    path: Path, normalise: Normalise, compile_phrases: Compile = without_phrases
) -> Iterator[SqliteReader]:
    """A reader on the store at `path`, in one snapshot. Raises StoreProblem."""
    if not path.exists():
        raise StoreProblem("missing", str(path))
    try:
        # Not mode=ro: a journal left by a killed writer has to be rolled back before anybody can read.
        connection = sqlite3.connect(path, isolation_level=None)
    except sqlite3.Error as error:
        raise problem_of(error) from None
    try:
        prepare(connection, writable=False)
        if migrate_needed(connection, path):
            raise StoreProblem("older", str(path))
        connection.execute("BEGIN")
        yield SqliteReader(connection, BookShelf(normalise, compile_phrases))
    except sqlite3.Error as error:
        raise problem_of(error) from None
    finally:
        connection.close()
