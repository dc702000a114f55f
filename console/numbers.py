"""Telephone numbers: one key for the many ways to write one (E.164)."""

from __future__ import annotations

import re
from functools import lru_cache

_MOBILE = re.compile(r"(\+86)?(1(?:[3-689]\d|7[0-8])\d{8})", re.ASCII)
"""A Chinese mobile number as it is dialled there or in E.164, which nearly every caller's is there: the
general way takes fifty times as long. 179 is left to it: that once chose a carrier."""


@lru_cache(maxsize=512)  # for an item that is folded again soon: a large floor's numbers are no one's to keep
def normalise(number: str, country: str) -> str:
    """`number` in E.164 as dialled in `country` (ISO 3166); what is no telephone number stays as it is."""
    mobile = _MOBILE.fullmatch(number)
    if mobile and (mobile[1] or country == "CN"):
        return f"+86{mobile[2]}"
    digits = sum(character.isdigit() for character in number)
    if digits < 5 or digits * 2 < len(number):
        return number
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_possible_number(parsed):
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def national(number: str) -> str:
    """A number in E.164 as it is dialled inside its own country; what is none stays as it is."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(character for character in written if character.isdigit())
