"""The settings of who is told of breaches: [[notify]], [[webhook]], [ladder] and [rota]."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from console.domain.calendar import Hours
from console.domain.hours import WEEKDAYS, zone_named
from console.domain.instants import DAY, HOUR, MINUTE, SECOND, Millis, to_millis
from console.domain.ladder import LEAD, ON_CALL, ROLES, Ladder, Quiet, Step
from console.domain.localtime import DAY_MINUTES, local_moment
from console.domain.place import SEVERITIES
from console.domain.rota import ALL_DAYS, Rota, Shift, Turn
from console.feeds.sanitise import bad_identifier
from console.outbox.notify import Channel, NoLibrary, usable
from console.outbox.webhook import Webhook, read_key
from console.serve.keys import Places, read_length, read_name, read_secret, read_value
from console.serve.rota_file import RotaFileError, turns_of

if TYPE_CHECKING:
    from console.feeds.sections import Section

_MOST = 7 * DAY
_EXTRA = "needs a library: pip install 'three-rings[notify]'"


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it; false where nobody is told."""

    channels: tuple[Channel, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
    ladder: Ladder = field(default_factory=Ladder)
    rota: Rota | None = None
    stand_in: str = LEAD

    def __bool__(self) -> bool:
        return bool(self.channels or self.webhooks)


def read_telling(top: Section, places: Places) -> Settings:
    """Read the tables from the file's top. Raises MappingError."""
    names: set[str] = set()
    channels = [_channel(section, places, names) for section in top.list_of_tables("notify")]
    webhooks = [_webhook(section, places, names) for section in top.list_of_tables("webhook")]
    ladder_table = top.table("ladder")
    ladder = _ladder(ladder_table) if "ladder" in top else Ladder()
    rota_table = top.table("rota")
    rota, stand_in = read_rota(rota_table, places) if "rota" in top else (None, LEAD)
    settings = Settings(tuple(channels), tuple(webhooks), ladder, rota, stand_in)
    _all_reached(settings, top)
    return settings


def _all_reached(settings: Settings, top: Section) -> None:
    """A step that reaches nobody, or somebody on call without a channel, would be found out at night."""
    served = frozenset[str]().union(*(channel.serves for channel in settings.channels))
    for section, step in zip(top.table("ladder").list_of_tables("step"), settings.ladder.steps, strict=True):
        if step.who == ON_CALL and settings.rota is not None:
            continue
        if step.who not in served:
            raise section.error("who", f"no [[notify]] is for {step.who!r}")
    if settings.rota is None:
        return
    rota = top.table("rota")
    if ON_CALL not in served:
        for person in sorted(settings.rota.people - served):
            raise rota.error("shift", f"no [[notify]] is for {person!r}, nor for {ON_CALL!r}")
    if settings.stand_in not in served:
        raise rota.error("stand_in", f"no [[notify]] is for {settings.stand_in!r}")


def _own_name(section: Section, names: set[str]) -> str:
    name = read_name(section, "name")
    if name in names:
        raise section.error("name", f"{name!r} is told already")
    names.add(name)
    return name


def _channel(section: Section, places: Places, names: set[str]) -> Channel:
    name = _own_name(section, names)
    serves = frozenset(section.texts("for"))
    if not serves or any(bad_identifier(who) for who in serves):
        raise section.error("for", f"who is told: {', '.join(ROLES)}, or a person's id")
    language = section.text("language", "")
    if language not in ("", "zh", "en"):
        raise section.error("language", f"zh or en, not {language!r}")
    url = read_secret(section, places)
    try:
        if not usable(url):
            raise section.error("secret_file", "must hold a URL that apprise knows, e.g. ntfys://host/topic")
    except NoLibrary:
        raise section.error("name", _EXTRA) from None
    channel = Channel(name, serves, url, language, section.flag("repeat", True))
    section.done()
    return channel


def _webhook(section: Section, places: Places, names: set[str]) -> Webhook:
    name = _own_name(section, names)
    url = read_value(section, "url")
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise section.error("url", f"must begin with https:// (or http://), not {url!r}")
    secret = read_secret(section, places)
    try:
        key = read_key(secret)
    except ValueError as error:
        raise section.error("secret_file", str(error)) from None
    section.done()
    return Webhook(name, url, key)


def _severities(section: Section, key: str, default: frozenset[int]) -> frozenset[int]:
    if key not in section:
        return default
    found = section.texts(key)
    for name in found:
        if name not in SEVERITIES:
            raise section.error(key, f"one of {', '.join(SEVERITIES)}, not {name!r}")
    return frozenset(SEVERITIES.index(name) for name in found)


def _ladder(section: Section) -> Ladder:
    default = Ladder()
    steps = [_step(each) for each in section.list_of_tables("step")]
    quiet = _quiet(section.table("quiet")) if "quiet" in section else None
    ladder = Ladder(
        steps=tuple(steps),
        severities=_severities(section, "severities", default.severities),
        norms=frozenset(section.texts("norms")),
        quiet=quiet,
        few=_number(section, "few", default.few, 1, 20),
        burst=_number(section, "burst", default.burst, 1, 100),
        window=read_length(section, "window", default.window, SECOND, HOUR),
    )
    section.done()
    return ladder


def _step(section: Section) -> Step:
    who = read_value(section, "who")
    step = Step(
        who=who,
        after=read_length(section, "after", 0, 0, _MOST),
        every=read_length(section, "every", 0, MINUTE, _MOST),
        times=_number(section, "times", 1, 1, 50),
        within=read_length(section, "within", 0, MINUTE, _MOST),
        rests=section.flag("quiet", True),
    )
    section.done()
    if step.times > 1 and not step.every:
        raise section.error("times", "needs every = …")
    return step


def _quiet(section: Section) -> Quiet:
    hours = read_hours(section, "hours")
    zone = _zone(section, "zone") if "zone" in section else None
    quiet = Quiet(hours, _severities(section, "loud", frozenset({0})), zone)
    section.done()
    return quiet


def _number(section: Section, key: str, default: int, least: int, most: int) -> int:
    number = section.number(key, default)
    if not isinstance(number, int) or not least <= number <= most:
        raise section.error(key, f"must be a whole number from {least} to {most}, not {number!r}")
    return number


def _zone(section: Section, key: str) -> ZoneInfo:
    try:
        return zone_named(section.text(key), key)
    except ValueError as error:
        raise section.error(key, str(error).partition(": ")[2] or str(error)) from None


def read_hours(section: Section, key: str, default: str | None = None) -> Hours:
    """Hours of a day as `18:00-09:00`; an end that is not later is on the next day."""
    text = section.text(key, default)
    try:
        start, end = (_minutes(part) for part in text.split("-"))
    except ValueError:
        raise section.error(key, f"hours of a day, e.g. 18:00-09:00, not {text!r}") from None
    return Hours(start, end if end > start else end + DAY_MINUTES)


def _minutes(text: str) -> int:
    hour, minute = text.strip().split(":")
    if not (len(hour) == len(minute) == 2 and hour.isdecimal() and minute.isdecimal()):
        raise ValueError(text)
    found = int(hour) * 60 + int(minute)
    if int(minute) > 59 or found > DAY_MINUTES:
        raise ValueError(text)
    return found


def read_rota(section: Section, places: Places) -> tuple[Rota, str]:
    """The rota, and who is told where it has a gap. Raises MappingError."""
    zone = _zone(section, "zone")
    shifts = [_shift(each) for each in section.list_of_tables("shift")]
    cover = [_cover(each) for each in section.list_of_tables("cover")]
    turns: list[Turn] = []
    if name := section.text("ics", ""):
        try:
            turns += turns_of(places.file(name), zone)
        except RotaFileError as error:
            raise section.error("ics", str(error)) from None
    turns += [_turn(each, zone) for each in section.list_of_tables("turn")]
    stand_in = section.text("stand_in", LEAD)
    section.done()
    if not shifts and not turns:
        raise section.error("shift", "nobody is ever on call: [[rota.shift]], [[rota.turn]] or ics = …")
    return Rota(zone, tuple(shifts), tuple(turns), tuple(cover)), stand_in


def _people(section: Section) -> tuple[str, ...]:
    people = section.texts("who")
    if not people or any(bad_identifier(who) for who in people):
        raise section.error("who", "one person's id or several, who take turns")
    return people


def _days(section: Section) -> frozenset[int]:
    if "days" not in section:
        return ALL_DAYS
    days = section.texts("days")
    if not days or not set(days) <= set(WEEKDAYS):
        raise section.error("days", f"some of {', '.join(WEEKDAYS)}")
    return frozenset(WEEKDAYS.index(day) for day in days)


def _shift(section: Section) -> Shift:
    people = _people(section)
    since = section.take("since")
    if since is not None and (not isinstance(since, date) or isinstance(since, datetime)):
        raise section.error("since", "must be a day, e.g. 2026-11-02")
    if len(people) > 1 and since is None:
        raise section.error("since", "is missing: the day on which the first of them begins")
    shift = Shift(
        people,
        read_hours(section, "hours", "00:00-24:00"),
        _days(section),
        since,
        _number(section, "turn_days", 7, 1, 366),
    )
    section.done()
    return shift


def _cover(section: Section) -> Shift:
    shift = Shift((), read_hours(section, "hours", "00:00-24:00"), _days(section))
    section.done()
    return shift


def _turn(section: Section, zone: ZoneInfo) -> Turn:
    who = section.text("who", "")
    start, end = _moment(section, "from", zone), _moment(section, "until", zone)
    section.done()
    if end <= start:
        raise section.error("until", "must be later than from")
    return Turn(start, end, who)


def _moment(section: Section, key: str, zone: ZoneInfo) -> Millis:
    """A day (its midnight), a time of the clock on the wall, or a moment with an offset, as TOML has them."""
    value = section.take(key)
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return to_millis(value)
        since = timedelta(hours=value.hour, minutes=value.minute)
        return local_moment(value.date(), since // timedelta(minutes=1), zone)
    if isinstance(value, date):
        return local_moment(value, 0, zone)
    raise section.error(key, "must be a day or a time, e.g. 2026-12-24T09:00:00")
