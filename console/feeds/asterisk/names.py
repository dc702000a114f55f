"""What Asterisk's names and numbers say: channels, devices, callers, ids.

A channel is called after its device (`PJSIP/1001-0000002c` of `PJSIP/1001`); a Local channel has two halves
(`Local/1005@agents-00000000;1` and `;2`) and stands for a phone behind it.
"""

from __future__ import annotations

import re

from console.domain.instants import SECOND, Millis
from console.feeds.sanitise import bad_identifier, clean_text

NAME_LIMIT = 200
"""Code points kept of a person's name."""

TROUBLE = frozenset({27, 34, 38, 41, 42, 43, 44, 47, 102, 111})
"""Q.850 causes that mean the line failed, not that somebody hung up: 38 network out of order, 41 temporary
failure, 44 channel not available (also lost media), and their like."""

REFUSED = frozenset({17, 19, 21})
"""Causes of a phone that says no while it rings: busy (486), 480, declined (603)."""

CANCELLED = frozenset({0, 16, 26})
"""Causes of a ring that the exchange itself took back."""

ELSEWHERE = 26
"""The cause of a ring that ends because another phone was picked up."""

_SUFFIX = re.compile(r"-[0-9a-fA-F]+(?:;[12])?$")
_LOCAL_OPTIONS = re.compile(r"/[a-z]+$")
_ID = re.compile(r"(?:(.+)-)?(\d{9,11})\.\d+")
_NOBODY = frozenset(
    {"", "unknown", "<unknown>", "anonymous", "private", "restricted", "unavailable", "withheld", "blocked"}
)


def device_of(channel: str) -> str:
    """The device that `channel` belongs to: its name without the number of the call."""
    return _SUFFIX.sub("", channel)


def device_of_interface(interface: str) -> str:
    """What a queue member's interface shows as in channel names: a Local one has no options there."""
    return _LOCAL_OPTIONS.sub("", interface) if is_local(interface) else interface


def is_local(channel: str) -> bool:
    """Whether `channel` is half of a Local channel, with the real phone somewhere behind it."""
    return channel.startswith("Local/")


def local_pair(channel: str) -> str:
    """What both halves of one Local channel have in common; empty for other channels."""
    return channel[:-2] if is_local(channel) and channel.endswith((";1", ";2")) else ""


def is_far_half(channel: str) -> bool:
    """Whether `channel` is the half of a Local channel that runs the dialplan."""
    return is_local(channel) and channel.endswith(";2")


def birth_of(uniqueid: str) -> Millis | None:
    """When the channel began, by the exchange's clock, to the second below; None where the id doesn't say."""
    match = _ID.fullmatch(uniqueid)
    return int(match[2]) * SECOND if match else None


def system_of(uniqueid: str) -> str | None:
    """The exchange's name, which stands before its ids where it has one."""
    match = _ID.fullmatch(uniqueid)
    return match[1] if match else None


def caller_number(text: str) -> str | None:
    """The caller's number; None where it is withheld, or where it holds what no number holds."""
    number = text.strip()
    return None if number.lower() in _NOBODY or bad_identifier(number) else number


def person(text: str) -> str | None:
    """A person's name, cleaned; None where there is none."""
    name = clean_text(text.strip(), NAME_LIMIT)
    return None if name.lower() in _NOBODY else name


def seconds_of(text: str) -> int | None:
    """A length of time as Asterisk writes it, `26` or `00:00:26`, in seconds."""
    total = 0
    for part in text.split(":"):
        if not (part.isascii() and part.isdigit() and len(part) < 10):
            return None
        total = total * 60 + int(part)
    return total


def moment_of(text: str) -> Millis | None:
    """A time as Asterisk's `Timestamp:` gives it (unix seconds, microseconds behind the point)."""
    whole, _, fraction = text.partition(".")
    if not (text.isascii() and 0 < len(whole) < 12 and whole.isdigit()):
        return None
    if fraction and not fraction.isdigit():
        return None
    return int(whole) * SECOND + int(fraction[:3].ljust(3, "0"))
