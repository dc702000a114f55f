"""`rings watch`: how the floor stands, and each change, as a line of text or of JSON.

Plain words and no signs: the lines go to logs, and to people who hear them read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from console.domain.instants import SECOND, Millis, format_utc, to_datetime
from console.domain.place import BREACHED, SEVERITIES
from console.masks import mask_customer
from console.output.status import item_text, shown_id
from console.output.text import length
from console.service.changes import Change, What

if TYPE_CHECKING:
    from console.domain.rules import Rules
    from console.locale.catalogue import Catalogue
    from console.service.model import Counts, FeedState, QueueRow


def clock_time(now: Millis, rules: Rules) -> str:
    """The time of day in the site's zone."""
    return to_datetime(now).astimezone(rules.site.tzinfo).strftime("%H:%M:%S")


def day(now: Millis, rules: Rules) -> str:
    """The day in the site's zone."""
    return to_datetime(now).astimezone(rules.site.tzinfo).strftime("%Y-%m-%d")


def standing_line(
    counts: Counts, feeds: tuple[FeedState, ...], now: Millis, rules: Rules, say: Catalogue, queue: str = ""
) -> str:
    """How things stand; on the whole floor, or so far as one `queue` is concerned."""
    key = "cli.watch.head_queue" if queue else "cli.watch.head"
    head = say(key, breached=counts.breached, at_risk=counts.at_risk, open=counts.open, queue=queue)
    told = [say("cli.watch.silent", name=feed.name, ago=_ago(feed, now)) for feed in feeds if feed.lost]
    told = told or [say("cli.watch.fresh" if feeds else "cli.watch.no_feeds")]
    return "  ".join((clock_time(now, rules), day(now, rules), rules.site.zone, head, *told))


def standing_object(
    counts: Counts, feeds: tuple[FeedState, ...], now: Millis, queue: str = ""
) -> dict[str, Any]:
    """The same for a program."""
    return {
        "at": format_utc(now),
        "change": "standing",
        "queue": queue or None,
        "open": None if queue else counts.open,
        "at_risk": counts.at_risk,
        "breached": counts.breached,
        "feeds": [
            {"name": feed.name, "state": "lost" if feed.lost else "ok", "lag_s": feed.lag(now) / SECOND}
            for feed in feeds
        ],
    }


def change_line(change: Change, now: Millis, rules: Rules, say: Catalogue, by: str = "") -> str:
    """One change; `by` is who acknowledged it."""
    fields = [clock_time(now, rules), say(f"cli.watch.{change.what}")]
    if change.feed is not None:
        fields.append(change.feed.name)
        if change.what == What.LOST:
            fields.append(say("cli.watch.ago", ago=_ago(change.feed, now)))
    if change.row is not None:
        fields += _item(change, change.row, now, rules, say, by)
    return "  ".join(field for field in fields if field)


def _item(change: Change, row: QueueRow, now: Millis, rules: Rules, say: Catalogue, by: str) -> list[str]:
    name = rules.site.agent_name
    owner = say("cli.watch.of", owner=name(row.owner)) if row.owner else say("cli.watch.nobody")
    if change.what == What.OWNER:
        was = say("cli.watch.was", owner=name(change.was)) if change.was else say("cli.watch.was_nobody")
        owner = f"{owner}  {was}"
    norm = rules.pack.by_id.get(row.norm)
    customer = mask_customer(row.name, row.customer)
    return [
        item_text(row.id, row.kind, say),
        say("cli.watch.queue", queue=row.queue) if row.queue else "",
        owner,
        customer,
        say.text_of(norm.name, row.norm) if norm else row.norm,
        "" if change.what in (What.OVER, What.CALM) else _due(row, now, say),
        say("cli.watch.by", who=name(by)) if by else "",
    ]


def _due(row: QueueRow, now: Millis, say: Catalogue) -> str:
    if row.due is None or row.paused is not None:
        return ""
    seconds = abs(now - row.due) // SECOND * SECOND
    return say("cli.watch.late" if row.band == BREACHED else "cli.watch.left", length=length(seconds))


def _ago(feed: FeedState, now: Millis) -> str:
    return length(feed.lag(now) // SECOND * SECOND)


def change_object(change: Change, now: Millis, rules: Rules, by: str = "") -> dict[str, Any]:
    """One change for a program."""
    told: dict[str, Any] = {"at": format_utc(now), "change": str(change.what)}
    if change.feed is not None:
        told |= {"feed": change.feed.name, "lag_s": change.feed.lag(now) / SECOND}
    row = change.row
    if row is not None:
        norm = rules.pack.by_id.get(row.norm)
        running = row.due is not None and row.paused is None
        told |= {
            "item": shown_id(row.id),
            "kind": row.kind,
            "queue": row.queue or None,
            "owner": row.owner,
            "norm": row.norm or None,
            "due": format_utc(row.due) if row.due is not None and running else None,
            "over_s": max(0, now - row.due) / SECOND if row.due is not None and running else 0.0,
            "severity": SEVERITIES[norm.severity] if norm else None,
        }
        if change.what == What.OWNER:
            told["was"] = change.was
        if by:
            told["by"] = by
    return told
