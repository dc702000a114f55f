"""What the program says, by language: TOML files read when a text of theirs is first needed.

A file's name begins its keys: `over` in `refusal.toml` is `refusal.over`. Tables nest with a dot.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

Language = Literal["en", "zh_CN"]

LANGUAGES: tuple[Language, ...] = ("en", "zh_CN")

_HOME = Path(__file__).parent


class Catalogue:
    """The texts of one language; called with a key it gives the text, its `{places}` filled in.

    A key that is missing is shown as it is: an odd word on the screen is better than none, and than a crash.
    """

    def __init__(self, language: Language, home: Path = _HOME) -> None:
        self.language = language
        self._folder = home / language
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

    def keys(self) -> Iterator[str]:
        """All keys there are."""
        for path in sorted(self._folder.glob("*.toml")):
            for name in self._file(path.stem):
                yield f"{path.stem}.{name}"

    def _find(self, key: str) -> str | None:
        stem, _, name = key.partition(".")
        return self._file(stem).get(name)

    def _file(self, stem: str) -> Mapping[str, str]:
        known = self._files.get(stem)
        if known is None:
            known = self._files[stem] = _read(self._folder / f"{stem}.toml") if stem.isidentifier() else {}
        return known


class _Filled(dict[str, object]):
    """Values for the places of a text; one that is missing shows its name."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def _read(path: Path) -> Mapping[str, str]:
    try:
        return dict(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))
    except FileNotFoundError:
        return {}


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
