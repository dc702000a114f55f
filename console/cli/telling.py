"""Who is told of breaches and who is on call, as `rings serve --check` and `rings doctor` say it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import TYPE_CHECKING

from console.domain.instants import DAY, MINUTE, SECOND, Millis, to_datetime

if TYPE_CHECKING:
    from console.domain.rota import Rota
    from console.locale.catalogue import Catalogue
    from console.serve.telling import Settings

_AHEAD = 14 * DAY
_MOST = 5


def told_lines(settings: Settings, say: Catalogue) -> Iterator[str]:
    """The channels and the ladder, a line each."""
    for channel in settings.channels:
        yield say("notify.check_channel", name=channel.name, whom=", ".join(sorted(channel.serves)))
    for hook in settings.webhooks:
        yield say("notify.check_webhook", name=hook.name, url=hook.url)
    for step in settings.ladder.steps if settings.channels else ():
        text = say("notify.check_step", who=step.who, after=_length(step.after, say))
        if step.times > 1:
            text += say("notify.check_every", every=_length(step.every, say), times=step.times)
        if step.within:
            text += say("notify.check_within", within=_length(step.within, say))
        yield text


def rota_lines(
    rota: Rota, say: Catalogue, now: Millis, name: Callable[[str], str] = str
) -> Iterator[tuple[bool, str]]:
    """Who is on call, who is next, and the gaps of the next fourteen days; each with whether it is fine.
    `name` makes what people are called of their ids."""

    def called(person: str | None) -> str:
        return name(person) if person else say("notify.nobody")

    who = called(rota.on_call(now))
    after = rota.handover(now)
    if after is None:
        yield True, say("notify.on_call_always", who=who)
    else:
        moment, other = after
        values = {"who": who, "until": _when(moment, rota.zone), "other": called(other)}
        yield True, say("notify.on_call", **values)
    gaps = gaps_ahead(rota, now)
    for start, end in gaps[:_MOST]:
        yield False, say("notify.gap_when", start=_when(start, rota.zone), end=_when(end, rota.zone))
    if len(gaps) > _MOST:
        yield False, say("notify.gaps_more", n=len(gaps) - _MOST)


def gaps_ahead(rota: Rota, now: Millis) -> list[tuple[Millis, Millis]]:
    """The stretches of time of the next fourteen days in which somebody must be on call and nobody is."""
    return rota.gaps(now, now + _AHEAD)


def _length(millis: Millis, say: Catalogue) -> str:
    """In minutes where it is whole ones, else to the second."""
    whole = millis % MINUTE == 0
    return say("notify.minutes" if whole else "notify.seconds", n=millis // (MINUTE if whole else SECOND))


def _when(moment: Millis, zone: tzinfo) -> str:
    return f"{to_datetime(moment).astimezone(zone):%Y-%m-%d %H:%M}"
