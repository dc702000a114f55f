"""The console's dialogs: the widgets' own, filled with an item's words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from console.domain.command import (
    BUSY,
    LEAST_DIGITS,
    LEVELS,
    NO_ANSWER,
    WHY_REVEALED,
    Refusal,
    lacks_time,
    outcomes,
)
from console.domain.instants import Millis, format_utc
from console.domain.lengths import coarse
from console.screens.give_picker import GivePicker, Price
from console.screens.masks import mask_number
from console.service.order import MOVES
from widgets.dialogs import ConfirmScreen, ConflictScreen, Field, PromptScreen

if TYPE_CHECKING:
    from console.screens.acting import Report
    from console.screens.reports import Reporter
    from console.service.model import QueueRow
    from console.service.revealed import Looks
    from widgets.dialog import Submit
    from widgets.picker import Choice

Form = dict[str, str] | None

SNOOZES = (5, 15, 60)
"""For how many minutes an item may be kept quiet."""

LISTED = 12
"""Items that a question names one by one; the rest are a number."""


def give(
    reporter: Reporter,
    rows: tuple[QueueRow, ...],
    choices: Sequence[Choice],
    submit: Submit[str | None] | None,
    able: Mapping[str, Collection[str]] = MappingProxyType({}),
    told: Price | None = None,
    more: Callable[[], bool] = bool,
) -> GivePicker:
    """Whom to give it to, and the price before Enter: `able` is what can be asked of other systems, `told`
    says what it costs to give it to one of them, `more` whether anything could be given along."""
    say = reporter.words.say
    if len(rows) == 1:
        row = rows[0]
        words = reporter.words
        stands = say.several(filter(None, (words.state(row), words.why(row, reporter.now))))
        what = say("dialog.give.item", what=words.phrase(row), stands=stands)
        price = say("dialog.give.here" if row.mine else _price(row, able))
    else:
        what = reporter.what(rows)
        here = all(row.mine or _price(row, able) == _ASKS for row in rows)
        price = say("dialog.give.here" if here else "dialog.give.several_here_only")
    return GivePicker(
        say("dialog.give.title", what=what),
        choices,
        foot=f"{price} · Esc",
        price=told,
        more=more,
        placeholder=say("dialog.give.placeholder"),
        nothing=say("dialog.give.nothing"),
        gone=say("dialog.gone"),
        submit=submit,
    )


_ASKS = "dialog.give.asks"


def _price(row: QueueRow, able: Mapping[str, Collection[str]]) -> str:
    """What Enter leads to for an item that another system owns."""
    return _ASKS if MOVES & set(able.get(row.source, ())) else "dialog.give.here_only"


def confirm(
    reporter: Reporter,
    title: str,
    yes: str,
    rows: Sequence[QueueRow],
    submit: Submit[bool],
    warned: Sequence[str] = (),
) -> ConfirmScreen:
    """Names every item that will be touched, after what speaks against it, and starts on Cancel."""
    words = reporter.words
    lines = [*warned] + [
        f"{words.phrase(row)}  {words.state(row)}  {words.owner(row)}  {words.why(row, reporter.now)}"
        for row in rows[:LISTED]
    ]
    if len(rows) > LISTED:
        lines.append(words.say("dialog.more", n=len(rows) - LISTED))
    return ConfirmScreen(title, lines, confirm=yes, cancel=words.say("dialog.cancel"), submit=submit)


def escalate(reporter: Reporter, rows: tuple[QueueRow, ...], submit: Submit[Form] | None) -> PromptScreen:
    """To whom, starting one above where it is, and why."""
    say = reporter.words.say
    current = rows[0].level
    upwards = LEVELS[min(LEVELS.index(current) + 1, len(LEVELS) - 1)] if current in LEVELS else LEVELS[0]
    levels = tuple((level, say(f"level.{level}")) for level in LEVELS)
    return _form(
        reporter,
        say("dialog.escalate.title", what=reporter.what(rows)),
        [
            Field("level", say("dialog.escalate.level"), "choice", levels, value=upwards),
            Field("reason", say("dialog.escalate.reason")),
        ],
        submit,
    )


def agreement(reporter: Reporter, row: QueueRow) -> str:
    """The field that must be known before the item may count as done, by the norm that asked for it."""
    norm = reporter.words.norm(row.reason)
    return norm.task.agree if norm is not None and norm.task is not None else ""


def done(reporter: Reporter, row: QueueRow, submit: Submit[Form]) -> PromptScreen:
    """How it ended, and what was agreed where that is asked for."""
    say = reporter.words.say
    ways = tuple((word, say(f"outcome.{word}")) for word in outcomes(row.kind, row.state))
    title = say("dialog.done.title", what=reporter.words.phrase(row))
    fields = [Field("outcome", say("dialog.done.outcome"), "choice", ways)]
    if row.kind == "followup":
        fields.append(Field("words", say("dialog.done.words"), required=True))
    if agree := agreement(reporter, row):
        fields.append(Field(agree, say("dialog.done.agreed")))
    return _form(reporter, title, fields, submit)


def undone(reporter: Reporter, row: QueueRow, form: dict[str, str]) -> str:
    """Why a form says too little to end the item, for the dialog that stays; empty where it may."""
    agree = agreement(reporter, row)
    if agree and form.get("outcome") == "reached" and not form.get(agree, "").strip():
        return reporter.words.say("refusal.not_agreed")
    return ""


def away(reporter: Reporter, row: QueueRow, to: str, submit: Submit[Form]) -> PromptScreen:
    """Why it goes away from whoever looks after the customer."""
    say, words = reporter.words.say, reporter.words
    who = words.target(row.asked) if row.asked else words.person(row.owner)
    title = say("dialog.away.title", who=who, what=words.phrase(row))
    return _form(reporter, title, [Field("reason", say("dialog.away.reason", to=to), required=True)], submit)


def note(reporter: Reporter, row: QueueRow, submit: Submit[Form]) -> PromptScreen:
    """What is to be remembered."""
    say = reporter.words.say
    title = say("dialog.note.title", what=reporter.words.phrase(row))
    return _form(reporter, title, [Field("text", say("dialog.note.text"), required=True)], submit)


def reveal(reporter: Reporter, row: QueueRow, looks: Looks | None, submit: Submit[Form]) -> PromptScreen:
    """What a customer's number and name are needed for; and that it is one too many, where it is."""
    say = reporter.words.say
    why = tuple((word, say(f"reveal.{word}")) for word in WHY_REVEALED)
    title = say("dialog.reveal.title", what=reporter.words.phrase(row))
    fields = [
        Field("reason", say("dialog.reveal.why"), "choice", why),
        Field("text", say("dialog.reveal.text")),
    ]
    record = say("dialog.reveal.record")
    if looks is not None and looks.times:
        key = "beyond" if looks.times >= looks.most else "times"
        within = coarse(looks.within)
        record += " " + say(f"dialog.reveal.{key}", n=looks.times + 1, most=looks.most, within=within)
    return _form(reporter, title, fields, submit, record)


def snooze(reporter: Reporter, rows: tuple[QueueRow, ...], submit: Submit[Form] | None) -> PromptScreen:
    """For how long."""
    say = reporter.words.say
    lengths = tuple((str(minutes), say("dialog.snooze.minutes", n=minutes)) for minutes in SNOOZES)
    title = say("dialog.snooze.title", what=reporter.what(rows))
    return _form(reporter, title, [Field("minutes", say("dialog.snooze.for"), "choice", lengths)], submit)


def call_back(reporter: Reporter, row: QueueRow, submit: Submit[Form]) -> PromptScreen:
    """A try and the next one, or a promise: the number, for when, and a word about it."""
    say = reporter.words.say
    title = say("dialog.call_back.title", what=reporter.words.phrase(row))
    told = Field("reason", say("dialog.call_back.note"))
    again = Field("next_time", say("dialog.call_back.next"))
    if row.kind == "followup":
        why = tuple((word, say(f"reason.{word}")) for word in (BUSY, NO_ANSWER))
        found = Field("reason", say("dialog.call_back.found"), "choice", why)
        return _form(reporter, title, [found, again], submit, say("dialog.call_back.busy"))
    if row.kind == "callback":
        return _form(reporter, title, [again, told], submit, say("dialog.call_back.tried"))
    known = mask_number(row.customer) if row.customer else ""
    hint = say("dialog.call_back.number_known", number=known) if known else say("dialog.call_back.number_new")
    fields = [
        Field("number", say("dialog.call_back.number"), placeholder=hint, required=not known),
        Field("due", say("dialog.call_back.due")),
        told,
    ]
    return _form(reporter, title, fields, submit, say("dialog.call_back.request"))


def moments(reporter: Reporter, kind: str, form: dict[str, str], now: Millis) -> tuple[dict[str, str], str]:
    """What a form of `call_back` on an item of that kind says, its times as moments; and what is wrong with
    it, if so."""
    data = {name: text.strip() for name, text in form.items() if text.strip()}
    for name in data.keys() & {"due", "next_time"}:
        moment = reporter.words.times.coming(data[name], now)
        if moment is None:
            return {}, reporter.words.say("dialog.call_back.no_time")
        data[name] = format_utc(moment)
    if kind == "followup" and lacks_time(data):
        return {}, reporter.words.say("dialog.call_back.no_time")
    if sum(character.isdigit() for character in data.get("number", "0" * LEAST_DIGITS)) < LEAST_DIGITS:
        return {}, reporter.words.say("refusal.no_number")
    return data, ""


def conflict(
    reporter: Reporter, report: Report, refusal: Refusal, now: QueueRow | None, submit: Submit[str]
) -> ConflictScreen:
    """Who was quicker, what was wanted, and what to do now."""
    say, seen = reporter.words.say, report.wish.rows[0]
    verb, data = report.wish.verb, report.wish.commands[0].data
    lines = [reporter.first(refusal, seen, now)]
    answers = [("leave", say("conflict.leave"))]
    if now is not None:
        lines.append(say("conflict.wanted", wish=reporter.wanted(verb, data, seen)))
        anyway = say("conflict.anyway")
        if verb == "reassign":
            anyway = say("conflict.anyway_to", to=reporter.target(data))
        answers += [("anyway", anyway), ("open", say("conflict.open"))]
    return ConflictScreen(say("conflict.title"), lines, answers, submit=submit)


def told(reporter: Reporter, title: str, lines: Sequence[str]) -> ConflictScreen:
    """Lines to take note of."""
    return ConflictScreen(title, lines, [("", reporter.words.say("dialog.ok"))])


def _form(
    reporter: Reporter, title: str, fields: Sequence[Field], submit: Submit[Form] | None, line: str = ""
) -> PromptScreen:
    say = reporter.words.say
    lines = [line] if line else []
    return PromptScreen(
        title, fields, required=say("dialog.required"), lines=lines, foot=say("dialog.esc"), submit=submit
    )
