"""Where the board's rows stand that a filter lets through: by an index, or by looking on for so long.

A term that an index leads by costs what is shown. So does a word: one that stands in few texts is found by
its trigrams (the newest texts have none yet and are looked through), and one that stands in many turns up
soon on the board. What has no index (a word of two letters, a state, a negation) is looked for along the
board, a bounded number of rows at a time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from console.domain.place import BAND_WORDS, SEVERITIES
from console.store.codec import dump

if TYPE_CHECKING:
    from console.domain.query import Query
    from console.service.model import Place

LOOK = 2_000
"""Rows of the board that one reading looks at."""

FIRST_LOOK = 400
"""Rows that the first one looks at, from the top: whoever types a letter is told soon that it goes on."""

FEW = 1_000
"""As many items may be put in order for one reading."""

_GRAM = 3
"""Characters of a word that the index knows."""

_LED_BY = ("owner", "queue", "kind")
"""Columns that lead an index, the one that leaves the fewest rows first."""

_AMONG = "IN (SELECT value FROM json_each(?))"
_PLACE = "band, severity, at, id"
_BACKWARDS = "band DESC, severity DESC, at DESC, id DESC"


class _Condition(NamedTuple):
    """SQL that is 0 or 1, with the values for its marks."""

    sql: str
    values: tuple[Any, ...] = ()


class _Word(NamedTuple):
    """A word, and whose ids or names and which queues hold it."""

    text: str
    owners: tuple[str, ...]
    queues: tuple[str, ...]


def places(
    db: sqlite3.Connection, query: Query, count: int, after: Place | None, before: Place | None
) -> tuple[list[str], Place | None]:
    """The ids of up to `count` rows of the board from `after` on or up to `before`, in its order; and the
    place up to which was looked where that was not far enough to tell that there are no more."""
    path, tests, words = _conditions(db, query)
    path += _bounds(after, before)
    backwards = before is not None
    few = _few(db, query, words)
    if few is not None:
        places = _sorted_out(db, few, [*path, *tests])
        chosen = places[-count:] if backwards else places[:count]
        return [place[3] for place in chosen], None
    found: list[str] = []
    seen = 0
    place: Place | None = None
    limit = count if not tests else FIRST_LOOK if after is None and before is None else LOOK
    for *spot, hit in _along(db, path, tests, limit, backwards):
        seen += 1
        place = tuple(spot)
        if hit:
            found.append(place[3])
            if len(found) == count:
                break
    ended = not tests or len(found) == count or seen < limit
    return found[::-1] if backwards else found, None if ended else place


def _along(
    db: sqlite3.Connection, path: list[_Condition], tests: list[_Condition], limit: int, backwards: bool
) -> Iterator[tuple[Any, ...]]:
    """The board's rows along an index: (band, severity, at, id, whether it fits)."""
    where, values = _joined([_Condition("open AND lead"), *path])
    test, more = _joined(tests or [_Condition("1")])
    order = _BACKWARDS if backwards else _PLACE
    yield from db.execute(
        f"SELECT {_PLACE}, {test} FROM items WHERE {where} ORDER BY {order} LIMIT ?", (*more, *values, limit)
    )


def _sorted_out(db: sqlite3.Connection, few: list[str], tests: list[_Condition]) -> list[Place]:
    """The places of those of a few items that fit, in the board's order."""
    where, values = _joined([_Condition("open AND lead"), *tests])
    rows = db.execute(f"SELECT {_PLACE} FROM items WHERE id {_AMONG} AND {where}", (dump(few), *values))
    return sorted(rows)


def _conditions(
    db: sqlite3.Connection, query: Query
) -> tuple[list[_Condition], list[_Condition], list[_Word]]:
    """What an index leads by, what is tested row by row, and the words that are wanted."""
    terms = {term: _term(*term) for term in query.terms}
    path: list[_Condition] = []
    for name in _LED_BY:
        leading = next((term for term in terms if term[0] == name and term[2]), None)
        if leading is not None:
            path.append(terms.pop(leading))
            break
    path += [terms.pop(term) for term in [term for term in terms if term[0] == "band" and term[2]][:1]]
    tests = list(terms.values())
    words = {word: _word(db, query, word) for word in (*query.words, *query.barred)}
    tests += [_holds(words[word], "") for word in query.words]
    tests += [_holds(words[word], "NOT ") for word in query.barred]
    return path, tests, [words[word] for word in query.words]


def _term(name: str, value: str, wanted: bool) -> _Condition:
    negation = "" if wanted else "NOT "
    if value == "none" and name in ("owner", "queue"):
        return _Condition(negation + ("owner IS NULL" if name == "owner" else "queue = ''"))
    if name == "band":
        return _Condition(f"{negation}band = ?", (BAND_WORDS.index(value),))
    if name == "severity":
        # The column of that name orders the breached alone.
        sql = "(? IS (SELECT c.severity FROM clocks c WHERE c.item = items.id AND c.name = items.clock))"
        return _Condition(negation + sql, (SEVERITIES.index(value),))
    if name == "customer":
        escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return _Condition(f"customer {negation}LIKE ? ESCAPE '\\'", (f"%{escaped}%",))
    return _Condition(f"{name} {'IS' if wanted else 'IS NOT'} ?", (value,))


def _bounds(after: Place | None, before: Place | None) -> list[_Condition]:
    bounds = ((after, ">"), (before, "<"))
    return [
        _Condition(f"({_PLACE}) {sign} (?, ?, ?, ?)", place) for place, sign in bounds if place is not None
    ]


def _word(db: sqlite3.Connection, query: Query, word: str) -> _Word:
    """Owners and queues are few, and each is found by one step through an index."""
    owners = db.execute(
        "WITH RECURSIVE owners (owner) AS (SELECT min(owner) FROM items WHERE open UNION ALL "
        "SELECT (SELECT min(owner) FROM items WHERE open AND owner > owners.owner) FROM owners "
        "WHERE owner IS NOT NULL) SELECT owner FROM owners WHERE owner IS NOT NULL"
    )
    queues = db.execute("SELECT DISTINCT queue FROM counters WHERE n > 0")
    return _Word(
        word,
        tuple(owner for (owner,) in owners if query.names(word, owner)),
        tuple(queue for (queue,) in queues if word in queue.casefold()),
    )


def _holds(word: _Word, negation: str) -> _Condition:
    parts = [_Condition("instr(words, ?)", (word.text,))]
    if word.owners:
        parts.append(_Condition(f"coalesce(owner, '') {_AMONG}", (dump(word.owners),)))
    if word.queues:
        parts.append(_Condition(f"queue {_AMONG}", (dump(word.queues),)))
    sql, values = _joined(parts, " OR ")
    return _Condition(f"{negation}({sql})", values)


def _few(db: sqlite3.Connection, query: Query, words: Iterable[_Word]) -> list[str] | None:
    """The items among which all are that the words, or a customer's number, let through, where an index tells
    that they are few."""
    texts = [word.text for word in words if not word.owners and not word.queues]
    texts += [value.casefold() for name, value, wanted in query.terms if name == "customer" and wanted]
    if (few := _matching(db, texts)) is not None:
        return few
    for word in words:
        if word.owners or word.queues:
            few = _matching(db, [word.text])
            for column, names in (("owner", word.owners), ("queue", word.queues)):
                few = None if few is None else _having(db, column, names, few)
            if few is not None:
                return few
    return None


def _grams(text: str) -> list[str]:
    """None for a text that no item's can be, which the index would misread."""
    if "\0" in text:
        return []
    return [text[start : start + _GRAM] for start in range(len(text) - _GRAM + 1)]


def _matching(db: sqlite3.Connection, texts: Iterable[str]) -> list[str] | None:
    """The items in whose own text all of `texts` may stand: those that the index finds, and those of the few
    that it does not have yet. None where it knows none of them, or too many items."""
    known = {text: grams for text in texts if (grams := _grams(text))}
    if not known:
        return None
    every = dict.fromkeys(gram for grams in known.values() for gram in grams)
    quoted = " AND ".join('"{}"'.format(gram.replace('"', '""')) for gram in every)
    fits, values = _joined([_Condition("instr(words, ?)", (text,)) for text in known])
    rows = db.execute(
        "SELECT item FROM texts WHERE id IN (SELECT rowid FROM trigrams WHERE trigrams MATCH ? LIMIT ?) "
        f"UNION ALL SELECT item FROM new_texts WHERE {fits} LIMIT ?",
        (quoted, FEW + 1, *values, FEW + 1),
    ).fetchall()
    return None if len(rows) > FEW else [item for (item,) in rows]


def _having(db: sqlite3.Connection, column: str, names: Iterable[str], few: list[str]) -> list[str] | None:
    """`few` with the open items that have one of the names in that column."""
    for name in names:
        rows = db.execute(f"SELECT id FROM items WHERE open AND {column} = ? LIMIT ?", (name, FEW + 1))
        few = few + [item for (item,) in rows]
        if len(few) > FEW:
            return None
    return few


def _joined(conditions: Iterable[_Condition], by: str = " AND ") -> tuple[str, tuple[Any, ...]]:
    parts = list(conditions)
    return by.join(part.sql for part in parts), tuple(value for part in parts for value in part.values)
