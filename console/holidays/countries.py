"""Public holidays of a country, with the working days that make up for them, from well-kept libraries.

Mainland China's come from `chinesecalendar`: it holds what the State Council announced each November, the
weekends inside a holiday included, and says which years it knows. All others come from `holidays`, an extra.
"""

from __future__ import annotations

import re
from datetime import date
from importlib.metadata import version

from console.domain.hours import Holidays

_ISO_3166 = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", re.ASCII)
EXTRA = "pip install 'three-rings[calendars]'"


def look_up(name: str, first: date, last: date) -> Holidays:
    """The holidays of `name` (ISO 3166: "CN", "DE", or with a subdivision "DE-BE") from `first` to `last`,
    as far as they are known. Raises ValueError that says what would do."""
    return _mainland_china(first, last) if name == "CN" else _other(name, first, last)


def _mainland_china(first: date, last: date) -> Holidays:
    from chinese_calendar import Holiday  # type: ignore[import-untyped]
    from chinese_calendar.constants import holidays, workdays  # type: ignore[import-untyped]

    called = {one.value: f"{one.chinese} {one.value}" for one in Holiday}
    return Holidays(
        name="CN",
        off={day: called.get(name, name) for day, name in holidays.items() if first <= day <= last},
        work=tuple(day for day in workdays if first <= day <= last),
        known_from=max(first, date(min(holidays).year, 1, 1)),
        known_until=min(last, date(max(holidays).year, 12, 31)),
        source=f"chinesecalendar {version('chinesecalendar')}",
    )


def _other(name: str, first: date, last: date) -> Holidays:
    unknown = f"{name!r} is no country whose holidays are known; write e.g. 'CN', 'DE' or 'DE-BE'"
    if not _ISO_3166.fullmatch(name):
        raise ValueError(unknown)
    try:
        from holidays import country_holidays
    except ImportError:
        raise ValueError(f"the holidays of {name!r} need a library: {EXTRA}") from None
    country, _, subdivision = name.partition("-")
    try:
        found = country_holidays(
            country, subdiv=subdivision or None, years=range(first.year, last.year + 1), language="en_US"
        )
    except NotImplementedError:
        raise ValueError(unknown) from None
    work = tuple(day for day in found.weekend_workdays or () if first <= day <= last)
    return Holidays(
        name=name,
        off={day: called for day, called in found.items() if first <= day <= last},
        work=work,
        known_from=first,
        known_until=_announced(found, last),
        source=f"holidays {version('holidays')}",
    )


def _announced(found: object, last: date) -> date:
    """Until when the days are known: where a government moves working days about each year, no further than
    the last year for which it said so."""
    if not getattr(found, "has_substituted_holidays", False):
        return last
    years = [*(getattr(found, "special_public_holidays", None) or ())]
    years += [day.year for day in getattr(found, "weekend_workdays", None) or ()]
    return min(last, date(max(years), 12, 31)) if years else last
