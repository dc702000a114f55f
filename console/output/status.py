"""`rings status`: a glance in the words of its JSON contract, and as text.

It imports next to nothing: the command runs in prompts and cron jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from console.domain.lengths import late, left
from console.domain.place import SEVERITIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMULA = (
    "answered in target / (answered - unknown + abandoned) since the site's midnight, each call where it "
    "came; in target: within three rings where the feed tells of ringing, else within as many seconds of "
    "offered; unknown: answered while no feed listened; calls still open and lost calls left out; {short}"
)
"""How a queue's share of the service level is worked out, and what it leaves out."""


def status_object(
    status: dict[str, Any], utc: Callable[[int], str], settings: dict[str, Any]
) -> dict[str, Any]:
    """What `rings status --json` prints of a glance; `utc` writes a moment. `settings` are the tables of the
    site file in force, of which it takes what the service level hangs on."""
    items = []
    for name, kind, queue, owner, norm, due, paused, _, _, _, severity in status["items"]:
        running = due is not None and paused is None
        items.append(
            {
                "item": shown_id(name),
                "kind": kind,
                "norm": norm or None,
                "due": utc(due) if running else None,
                "over_s": max(0, status["at"] - due) / 1000 if running else 0.0,
                "owner": owner,
                "queue": queue or None,
                "severity": None if severity is None else SEVERITIES[severity],
            }
        )
    return {
        **status,
        "at": utc(status["at"]),
        "feeds": [
            {"name": feed["name"], "state": feed["state"], "lag_s": feed["lag"] / 1000}
            for feed in status["feeds"]
        ],
        "items": items,
        "service_level": {
            queue: _level(level, queue, status["at"], settings)
            for queue, level in sorted(status["service_level"].items())
        },
    }


def _level(level: dict[str, int], queue: str, now: int, settings: dict[str, Any]) -> dict[str, Any]:
    number = level.get
    answered, abandoned, unknown = number("answered", 0), number("abandoned", 0), number("unknown", 0)
    offered, left_out, timed = number("offered", 0), number("left_out", 0), number("timed", 0)
    in_target, since = number("answered_in_target", 0), number("since")
    targets = settings.get("service_level", {})
    own = targets.get("queues", {}).get(queue, {})
    return {
        "offered": offered,
        "answered": answered,
        "answered_in_target": in_target,
        "abandoned": abandoned,
        "share": _part(in_target, answered - unknown + abandoned),
        "formula": FORMULA.format(short=_short(settings)),
        "target": own.get("target", targets.get("target")),
        "abandon_rate": _part(abandoned, offered - left_out),
        "abandon_target": own.get("abandon_target", targets.get("abandon_target")),
        "asa_s": _part(number("waited", 0), timed * 1000),
        "short_abandoned": number("short_abandoned", 0),
        "short_left_out": left_out,
        "unknown": unknown,
        "lost": number("lost", 0),
        "waiting": number("waiting", 0),
        "longest_wait_s": 0.0 if since is None else max(0, now - since) / 1000,
        "talking": number("talking", 0),
    }


def _part(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _short(settings: dict[str, Any]) -> str:
    """What becomes of callers who gave up soon."""
    limit = settings.get("short_abandon", "0s")
    if not limit.strip("0msdh"):
        return "short abandons left in"
    if settings.get("service_level", {}).get("count_short_abandons"):
        return f"callers who gave up sooner than {limit} counted as abandoned"
    return f"callers who gave up sooner than {limit} left out"


def status_lines(status: dict[str, Any], say: Callable[..., str]) -> Iterator[str]:
    """The same for people: a headline, then a line for each of the worst."""
    opened = sum(status["open"].values())
    kinds = " · ".join(f"{say(f'kinds.{kind}')} {number}" for kind, number in status["open"].items())
    yield say(
        "cli.status.head", breached=status["breached"], at_risk=status["at_risk"], open=opened, kinds=kinds
    )
    for feed in status["feeds"]:
        if feed["state"] != "ok":
            yield say("cli.status.feed_lost", name=feed["name"], seconds=feed["lag"] // 1000)
    for channel, number in status.get("untold", {}).items():
        yield say("cli.status.untold", n=number, channel=channel)
    for name, kind, queue, owner, norm, due, paused, band, *_ in status["items"]:
        if band > 1:
            break
        item, clock = item_text(name, kind, say), _clock(status["at"], due, paused)
        yield f"{'▲' if band == 0 else '!'} {clock:>8}  {item}  {queue or '—'}  {owner or '—'}  {norm}"


def shown_id(name: str) -> str:
    """An item's id without its customer's number, which some ids of ours hold. Other commands take it too."""
    if name.count("/") < 2 and not name.startswith("customer/"):
        return name  # the most; nothing has to be loaded for them
    from console.masks import mask_id

    return mask_id(name)


def item_text(name: str, kind: str, say: Callable[..., str]) -> str:
    """The whole id, which other commands ask for, after its kind where that is another word."""
    word, name = say(f"kind.{kind}"), shown_id(name)
    return name if word == kind else f"{word} {name}"


def _clock(now: int, due: int | None, paused: int | None) -> str:
    if due is None or paused is not None:
        return ""
    return late(now - due) if now > due else left(due - now, soon=True)
