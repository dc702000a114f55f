"""Customers as others may see them: enough to know them by, too little to copy down.

For text that was cleaned when it came in; a screen passes it through its own gate besides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

_HIDDEN = "****"
_RUN = re.compile(
    r"(?<![\d./-])(?:"
    r"\+?\d{10,15}"
    r"|(?:\+?86[ -]?)?1[3-9]\d[ -]\d{4}[ -]\d{4}"  # a mobile telephone of mainland China
    r"|0\d{2,3}[ -]\d{7,8}"  # a telephone there with its area
    r"|\+\d{1,3}[ -]?(?:\(?\d{1,4}\)?[ -]){1,4}\d{3,}"  # any, dialled from abroad
    r")(?!\d|\.\d)"
)
"""A number in running text that could be somebody's telephone."""
_BETWEEN = r"[\s()./\-\u2010-\u2015\uff0d\uff08\uff09]{0,3}"
"""What people write between the digits of a number."""
_OWN = 7
"""So many last digits of a customer's number are known for it: dialling codes are often left out."""
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


def mask_text(text: str, customer: str = "") -> str:
    """Running text with what could be telephone numbers hidden, and that of its `customer` however it is
    written; as long as it was."""
    return _RUN.sub(_hidden, mask_own(text, customer))


def mask_own(text: str, customer: str) -> str:
    """A text of which nothing but the customer's own number is hidden: `138-****-0042`."""
    own = _own_number(customer)
    return own.sub(_hidden, text) if own is not None else text


@lru_cache(64)
def _own_number(customer: str) -> re.Pattern[str] | None:
    digits = "".join(character for character in open_number(customer) if character.isdigit())
    if len(digits) < 5 or 2 * len(digits) <= len(customer):
        return None
    ends = (digits[start:] for start in range(max(0, len(digits) - _OWN) + 1))
    return re.compile(f"(?:{'|'.join(map(_BETWEEN.join, ends))})(?!\\d)")


def _hidden(run: re.Match[str]) -> str:
    """The first three digits and the last four, of a short number the last two."""
    if run[0].lstrip("+").isdecimal() and len(run[0]) >= 10:
        return f"{run[0][:3]}{'*' * (len(run[0]) - 7)}{run[0][-4:]}"
    count = sum(map(str.isdigit, run[0]))
    first, last = (3, 4) if count >= 10 else (0, 2)
    shown, seen = [], 0
    for character in run[0]:
        seen += character.isdigit()
        hides = character.isdigit() and first < seen <= count - last
        shown.append("*" if hides else character)
    return "".join(shown)


def mask_data(data: Mapping[str, Any], customer: str = "") -> dict[str, Any]:
    """What an event says, with the customer's number and name hidden; for those who read it raw."""
    return {name: _masked(name, value, customer) for name, value in data.items()}


def _masked(name: str, value: Any, customer: str) -> Any:
    if isinstance(value, Mapping):
        return mask_data(value, customer)
    if isinstance(value, list):
        return [_masked(name, each, customer) for each in value]
    if isinstance(value, int) and not isinstance(value, bool):
        shown = _masked(name, str(value), customer)
        return value if shown == str(value) else shown
    if not isinstance(value, str):
        return value
    return _MASKS[name](value, customer) if name in _MASKS else mask_own(value, customer)


_MASKS: Mapping[str, Callable[[str, str], str]] = {
    **dict.fromkeys(("customer", "from", "number", "phone"), lambda value, _: mask_customer("", value)),
    "name": lambda value, _: mask_name(value),
    **dict.fromkeys(("text", "note", "reason"), mask_text),
}
