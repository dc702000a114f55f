"""The values of a filter in the words that the board shows: `kind:工单`, `band:已超时`, `norm:hold`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from console.domain.lifecycle import BOARD_KINDS
from console.domain.place import BAND_WORDS, SEVERITIES
from console.domain.query import split

if TYPE_CHECKING:
    from console.screens.words import Words

Labels = Sequence[tuple[str, str]]
"""Ids, each with what it is called."""


def by_id(text: str, words: Words) -> str:
    """The same filter with ids for what stands in the board's words. What fits several is left as it is."""
    return " ".join(_quoted(_part(part, words)) for part in split(text))


def _part(part: str, words: Words) -> str:
    sign, body = (part[0], part[1:]) if part[0] in "-!" and len(part) > 1 else ("", part)
    head, colon, value = body.replace("：", ":", 1).partition(":")
    field = head.lower()
    if not (colon and value):
        return part
    if field in ("owner", "queue"):  # whom a name means is found elsewhere
        return f"{sign}{field}:none" if value.casefold() == words.say("queue.none") else part
    labels = _LABELS.get(field)
    return part if labels is None else f"{sign}{field}:{_meant(value, labels(words))}"


def hints(found_by: Iterable[str], words: Words) -> Iterator[str]:
    """The terms that may be meant by words of a filter that found nothing: a field's values, typed without
    the field."""
    known = [
        (field, {each.casefold() for pair in of(words) for each in pair}) for field, of in _LABELS.items()
    ]
    for word in found_by:
        for field, labels in known:
            if any(_begins(label, word) for label in labels):
                yield f"{field}:{_quoted(word)}"


def _begins(label: str, word: str) -> bool:
    return label == word or (len(word) > 1 and label.startswith(word))


def _meant(value: str, labels: Labels) -> str:
    """The id whose label is `value`, else the only one whose label begins with it or has it; an id means
    itself."""
    if value in (name for name, _ in labels):
        return value
    wanted = value.casefold()
    for fits in (wanted.__eq__, lambda label: label.startswith(wanted), lambda label: wanted in label):
        found = {name for name, label in labels if fits(label.casefold())}
        if found:
            return found.pop() if len(found) == 1 else value
    return value


def _of(group: str, ids: Iterable[str]) -> Callable[[Words], Labels]:
    return lambda words: [(name, words.say.word(group, name)) for name in ids]


def _bands(words: Words) -> Labels:
    """Also in words that are said of a band elsewhere."""
    more = words.say.file("band").items()
    told = [
        (key.rpartition(".")[2], word)
        for key, text in more
        if key.startswith("also.")
        for word in text.split()
    ]
    return [*_of("band", BAND_WORDS)(words), *told]


def _states(words: Words) -> Labels:
    """One state may have several labels: a call waits in a line, a ticket for an answer."""
    return [(key.rpartition(".")[2], label) for key, label in words.say.file("state").items()]


_LABELS: Mapping[str, Callable[[Words], Labels]] = {
    "kind": _of("kind", BOARD_KINDS),
    "band": _bands,
    "severity": _of("severity", SEVERITIES),
    "state": _states,
    "norm": lambda words: [(name, words.short(name)) for name in words.names.norms],
}
"""What the values of a field are called, with the ids that they stand for."""


def _quoted(part: str) -> str:
    return f'"{part}"' if any(map(str.isspace, part)) else part
