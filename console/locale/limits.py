"""The limit of a norm in words: `3 rings`, a field of the event by what it holds, working days."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.locale.catalogue import Catalogue

OTHERWISE = "; "
"""What stands, for these words, before what holds where a field was not given (`limit_of`'s `apart`)."""

EACH = "/ "
"""What stands before a limit that holds again and again."""

_DAYS = re.compile(r"(\d+) working days?")
_FIELD = re.compile(r"field:(\w+)")
_RINGS = re.compile(r"(\d+) rings")
_SHIFTED = re.compile(r"(\d+ working days?|\S+) (before|after) ([^,]+)")


def limit_words(say: Catalogue, limit: str) -> str:
    """What people read of a `limit` as norms and settings write it."""
    limit, _, otherwise = limit.partition(OTHERWISE)
    if otherwise:
        return say("limit.otherwise", limit=limit_words(say, limit), length=limit_words(say, otherwise))
    if limit.startswith(EACH):
        return say("limit.each", length=limit.removeprefix(EACH))
    text = _RINGS.sub(lambda found: say("limit.rings", n=found[1]), limit)
    text = _FIELD.sub(lambda found: _field(say, found[1]), text)
    text = _SHIFTED.sub(
        lambda found: say(
            f"limit.{found[2]}",
            length=_DAYS.sub(lambda told: say("limit.working_days", n=told[1]), found[1]),
            moment=found[3],
        ),
        text,
    )
    return say.several(text.replace("next-day", say("limit.next_day")).split(", "))


def _field(say: Catalogue, name: str) -> str:
    """What a field holds; one that only a site's own norms know goes by its name."""
    return say.word("limit", f"field_{name}").removeprefix("field_")
