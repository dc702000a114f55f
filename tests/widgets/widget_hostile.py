"""Texts that try to be more than text, and how to see whether one got through."""

from __future__ import annotations

import unicodedata

from textual.app import App

HOSTILE = (
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J\x1b[31mred",
    "\x9b2Jc1\x9d0;title\x9c",
    "over\u202eride \u2066isolate\u2069 \u061c\u200fmark",
    "zero\u200bwidth\ufeff\u2060\u200d join\u00adhyphen",
    "tag\U000e0068\U000e0069\U000e007f",
    "nul\x00del\x7fbell\x07back\x08",
    "line\nbreak\r\nand\ttab\u2028sep\u2029par\x85nel",
    "[red]x[/]",
    "[/red]",
    "[link=file:///x]here[/link]",
    "[@click=app.pwn]press[/]",
    "[/",
    "\u0301\u0301starts with a mark",
    "z" + "\u0301" * 200 + "algo",
    "lone \ud800 surrogate \udfff",
    "👨‍👩‍👧‍👦 🇨🇳 1️⃣ ⚠️ 👍🏽",
    "王" * 3000,
    "x" * 100_000,
)

_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def control_characters(text: str) -> list[str]:
    """The characters of `text` that a terminal may act on, or that draw nothing."""
    return [character for character in text if unicodedata.category(character) in _FORBIDDEN]


def screen_lines(app: App[object]) -> list[str]:
    """What is on the app's screen, line by line, under and in a dialog."""
    return [strip.text for strip in app.screen._compositor.render_strips()]
