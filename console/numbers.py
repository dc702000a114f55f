"""Telephone numbers: one key for the many ways to write one (E.164)."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=512)  # for an item that is folded again soon: a large floor's numbers are no one's to keep
def normalise(number: str, country: str) -> str:
    """`number` in E.164 as dialled in `country` (ISO 3166); what is no telephone number stays as it is."""
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
