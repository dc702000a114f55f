"""Customers as others may see them: enough to know them by, too little to copy down.

For text that was cleaned when it came in; a screen passes it through its own gate besides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_HIDDEN = "****"
_RUN = re.compile(r"(?<![\d./-])\+?\d{10,15}(?![\d.])")
"""A number in running text that could be somebody's telephone."""
_NUMBER = re.compile(r"\+?\d{7,15}")
_WIDE_FROM = "\u2e80"  # CJK and what follows it: one character is about a syllable


def mask_number(number: str) -> str:
    """A telephone number with its middle hidden: `138****0042`."""
    number = number.strip()
    digits = "".join(character for character in number if character.isdigit())
    if len(digits) < 5:
        return _HIDDEN
    if number.startswith("+86") and len(digits) == 13:
        digits = digits[2:]
    elif number.startswith("+"):
        return f"+{digits[:2]}{_HIDDEN}{digits[-4:]}" if len(digits) >= 10 else f"+{_HIDDEN}{digits[-2:]}"
    return f"{digits[:3]}{_HIDDEN}{digits[-4:]}" if len(digits) >= 10 else f"{_HIDDEN}{digits[-2:]}"


def open_number(number: str) -> str:
    """A telephone number in full, as `mask_number` would begin it: `13800000042`."""
    number = number.strip()
    return number[3:] if number.startswith("+86") and len(number) == 14 else number


def mask_name(name: str) -> str:
    """A name of which the most is hidden: `王*明`, `Anna B*`."""
    words = name.split()
    if not words:
        return ""
    if len(words) > 1:
        return f"{words[0]} {words[-1][0]}*"
    word = words[0]
    if word[0] >= _WIDE_FROM and len(word) > 2:
        # No more stars than a name has characters, and no row of them for a company's.
        return f"{word[0]}{'*' * min(2, len(word) - 2)}{word[-1]}"
    return f"{word[0]}*"


def mask_customer(name: str, customer: str) -> str:
    """Who the customer is, by name where one is known; empty where nothing is."""
    if name:
        return mask_name(name)
    if not customer:
        return ""
    digits = sum(character.isdigit() for character in customer)
    return mask_number(customer) if digits * 2 > len(customer) else mask_name(customer)


def mask_id(item: str) -> str:
    """An item's id as it is shown: some that norms make name the customer, `callback/renewal/139****0001/7`.

    What systems call their own items (`ticket/20260302001`) stays as it is."""
    parts = item.split("/")
    last = len(parts) - (parts[0] != "customer")
    return "/".join(
        mask_number(part) if 0 < place < last and _NUMBER.fullmatch(part) else part
        for place, part in enumerate(parts)
    )


def mask_text(text: str) -> str:
    """Running text with what could be telephone numbers hidden; as long as it was."""
    return _RUN.sub(lambda run: run[0][:3] + "*" * (len(run[0]) - 7) + run[0][-4:], text)


def mask_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """What an event says, with the customer's number and name hidden; for those who read it raw."""
    return {name: _MASKS[name](value) if name in _MASKS else value for name, value in data.items()}


def _text(value: object) -> object:
    return mask_text(value) if isinstance(value, str) else value


def _number(value: object) -> object:
    return mask_customer("", value) if isinstance(value, str) else value


def _name(value: object) -> object:
    return mask_name(value) if isinstance(value, str) else value


_MASKS = {
    **dict.fromkeys(("customer", "from", "number", "phone"), _number),
    "name": _name,
    **dict.fromkeys(("text", "note", "reason"), _text),
}
