"""Customers as others may see them: enough to know them by, too little to copy down.

For text that was cleaned when it came in; a screen passes it through its own gate besides.
"""

from __future__ import annotations

_HIDDEN = "****"
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
