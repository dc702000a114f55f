"""What the program says, by language: TOML files read when a text of theirs is first needed.

A file's name begins its keys: `over` in `refusal.toml` is `refusal.over`. Tables nest with a dot.

They are of plain lines, which are read as such: `tomllib`, with all that it imports, would be a third of what
`rings status` takes. For the same reason it does without `typing` and `pathlib`.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Literal

    Language = Literal["en", "zh_CN"]
else:
    Language = str

LANGUAGES: tuple[Language, ...] = ("en", "zh_CN")

_HOME = os.path.dirname(__file__)


class Catalogue:
    """The texts of one language; called with a key it gives the text, its `{places}` filled in.

    A key that is missing is shown as it is: an odd word on the screen is better than none, and than a crash.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self._folder = os.path.join(_HOME, language)
        self._files: dict[str, Mapping[str, str]] = {}

    def __call__(self, key: str, /, **values: object) -> str:
        text = self._find(key)
        if text is None:
            return key
        return text.format_map(_Filled(values)) if "{" in text else text

    def __contains__(self, key: str) -> bool:
        return self._find(key) is not None

    def word(self, group: str, word: str) -> str:
        """A word that came from outside: its text where `group` has one, else the word itself."""
        text = self._find(f"{group}.{word}")
        return word if text is None else text

    def text_of(self, texts: Mapping[str, str], default: str = "") -> str:
        """The text in this language of those that a norm pack brings along, else the English one."""
        return texts.get(self.language.partition("_")[0]) or texts.get("en") or default

    def several(self, parts: Iterable[str]) -> str:
        """One after the other, as the language lists things."""
        return self("list.comma").join(parts)

    def of(self, text: str, more: str) -> str:
        """A text, and what explains it."""
        return f"{text}{self('list.colon')}{more}"

    def keys(self) -> Iterator[str]:
        """All keys there are."""
        for file in sorted(os.listdir(self._folder)):
            stem, _, end = file.rpartition(".")
            for name in self.file(stem) if end == "toml" else ():
                yield f"{stem}.{name}"

    def _find(self, key: str) -> str | None:
        stem, _, name = key.partition(".")
        return self.file(stem).get(name)

    def file(self, stem: str) -> Mapping[str, str]:
        """All texts of one file, by what follows its name in their keys."""
        known = self._files.get(stem)
        if known is None:
            path = os.path.join(self._folder, f"{stem}.toml")
            known = self._files[stem] = _read(path) if stem.isidentifier() else {}
        return known


class _Filled(dict[str, object]):
    """Values for the places of a text; one that is missing shows its name."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _read(path: str) -> Mapping[str, str]:
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return {}
    found = plain_texts(text)
    if found is None:
        import tomllib

        found = dict(_flat(tomllib.loads(text)))
    return found


def plain_texts(text: str) -> dict[str, str] | None:
    """What `tomllib` finds in a file of nothing but comments, `[tables]` and `key = "text"`, the names of its
    tables before the keys; None for one that has more than that."""
    found: dict[str, str] = {}
    table = ""
    for line in text.split("\n"):
        if not line or line[0] == "#":
            continue
        if line[0] == "[":
            table = line[1:-1]
            if line[-1] != "]" or not _is_bare(table):
                return None
            table += "."
            continue
        key, _, value = line.partition(' = "')
        if key[:1] == '"' and key[-1] == '"' and key.count('"') == 2:
            key = key[1:-1]
        elif not _is_bare(key):
            return None
        if not value or value.find('"') != len(value) - 1 or "\\" in line:
            return None
        found[table + key] = value[:-1]
    return found


def _is_bare(key: str) -> bool:
    """Whether a key, or several with dots between them, needs no quotes in TOML."""
    return key.isascii() and all(
        part.replace("-", "a").replace("_", "a").isalnum() for part in key.split(".")
    )


def _flat(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, str(value)


def load(language: Language) -> Catalogue:
    """The catalogue of a language."""
    return Catalogue(language)


def choose(wish: str | None, environ: Mapping[str, str]) -> Language:
    """The language to speak: `wish` (`zh` or `en`), else that of the first of LC_ALL, LC_MESSAGES, LANG."""
    names = (environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    asked = wish or next(filter(None, names), "")
    return "zh_CN" if asked.lower().startswith("zh") else "en"
