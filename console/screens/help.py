"""All keys, from the registry, and the marks of the board."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from console.actions.action import GROUPS, Action
from console.actions.registry import ACTIONS, key_name
from console.domain.query import FIELDS
from console.screens.words import ASCII, UNCONFIRMED, Words
from widgets.cells import cell_width
from widgets.pane import Line, Span, heading, line

_KEYS = 12


def lines(words: Words, refusal: Callable[[Action], str]) -> Iterator[Line]:
    """Every key by group; one that can't be used now says why."""
    say = words.say
    # No wider than this language's names need: on a telephone what a key does has what is left.
    label = 2 + max(cell_width(say(action.label)) for action in ACTIONS if action.keys)
    for group in GROUPS:
        yield heading(say(f"help.group.{group}"))
        for action in ACTIONS:
            if action.group != group or not action.keys:
                continue
            reason = refusal(action)
            style = "dim" if reason else ""
            keys = " ".join(key_name(key, plain=words.marks is ASCII) for key in action.keys)
            text = say(action.help)
            if reason:
                text += say("help.not_now", reason=say(reason))
            yield Line(
                (
                    Span(f"  {keys}", style or "strong", _KEYS),
                    Span(say(action.label), style, label),
                    Span(text, "dim"),
                ),
                indent=_KEYS,
            )
        yield line()
    yield heading(say("help.marks"))
    bands = words.marks.bands
    yield line(
        "  "
        + say(
            "help.marks_line",
            breached=bands[0],
            at_risk=bands[1],
            running=bands[2],
            paused=bands[3],
            unconfirmed=bands[UNCONFIRMED],
        ),
        indent=2,
    )
    marks = words.marks
    acts = say(
        "help.acts_line",
        acknowledged=marks.acknowledged,
        escalated=marks.escalated,
        snoozed=marks.snoozed,
        times=marks.times,
    )
    yield line(f"  {acts}", indent=2)
    yield line()
    yield heading(say("help.filter"))
    yield line("  " + say("help.filter_line", fields=" ".join(f"{name}:" for name in FIELDS)), indent=2)
