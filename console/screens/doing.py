"""What the item keys do: ask where asking is due, act, and tell what came of it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from textual.screen import Screen

from console.domain.instants import MINUTE, format_utc
from console.screens import dialogs, giving
from console.screens.acting import Acting, Report, Wish
from console.service.model import NotRecorded, QueueRow
from console.service.ports import StoreProblem

if TYPE_CHECKING:
    from console.domain.command import Refusal
    from console.screens.reports import Reporter
    from console.service.desk import Desk
    from widgets.dialog import Submit
    from widgets.picker import Choice, PickerScreen

Result = TypeVar("Result")
Rows = tuple[QueueRow, ...]
Data = Mapping[str, Any]

RENEW_S = 2.0
"""How often the people to choose from are looked at again, in seconds."""


class Host(Protocol):
    """The screen that the keys are pressed on."""

    @property
    def desk(self) -> Desk:
        """The desk that is worked at."""
        ...

    @property
    def reporter(self) -> Reporter:
        """Writes reports as of now."""
        ...

    async def ask(self, screen: Screen[Result]) -> Result | None:
        """Show a dialog and wait for its answer."""
        ...

    def settled(self, report: Report) -> None:
        """An act is over: show its rows, and look at the floor again."""
        ...

    def tell(self, text: str, *, loud: bool = False) -> None:
        """Say something in the notice line."""
        ...

    def open_item(self, item_id: str) -> None:
        """Show an item in the pane."""
        ...

    def look(self, item_id: str) -> None:
        """Draw an item anew: what may be seen of it is another."""
        ...


class Doing:
    """Carries out the item keys for one screen; each method is one key and runs in a worker."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.acting = Acting(host.desk)

    async def reassign(self, rows: Rows) -> None:
        """Give to somebody else; what touches a live call or several items asks first."""
        host, touched = self._host, await self._touched("reassign", rows)
        attempt: Attempt[str | None] = self._attempt(
            "reassign", rows, touched, lambda choice: giving.destination(choice or "")
        )
        asks = len(rows) > 1 or rows[0].kind == "call"
        able = await host.desk.outlets()
        picker = dialogs.give(
            host.reporter, rows, await self._choices(rows), None if asks else attempt.submit, able
        )
        async with self._kept_true(picker, rows):
            choice = await host.ask(picker)
        if asks and choice is not None:
            say, to = host.reporter.words.say, host.reporter.target(giving.destination(choice))
            title = say("dialog.give.confirm", to=to)
            if len(rows) == 1:
                title = f"{say('dialog.give.live', what=host.reporter.what(rows))}. {title}"
            yes = say("dialog.give.yes", to=to)
            await host.ask(dialogs.confirm(host.reporter, title, yes, rows, attempt.confirmed(choice)))
        await self._settle(attempt.report)

    async def escalate(self, rows: Rows) -> None:
        """Bring it before somebody higher."""
        say = self._host.reporter.words.say
        await self._form(
            "escalate",
            rows,
            dialogs.escalate,
            lambda form: {key: value for key, value in form.items() if value},
            lambda form: (
                say("dialog.confirm_escalate.title", n=len(rows), level=say.word("level", form["level"])),
                say("dialog.confirm_escalate.yes"),
            ),
        )

    async def snooze(self, rows: Rows) -> None:
        """Keep it quiet for a while."""
        say, desk = self._host.reporter.words.say, self._host.desk
        await self._form(
            "snooze",
            rows,
            dialogs.snooze,
            lambda form: {"until": format_utc(desk.now() + int(form["minutes"]) * MINUTE)},
            lambda form: (say("dialog.confirm_snooze.title", n=len(rows)), say("dialog.confirm_snooze.yes")),
        )

    async def acknowledge(self, rows: Rows) -> None:
        """Say that it has been seen; several are asked about first."""
        host, touched = self._host, await self._touched("acknowledge", rows)
        attempt: Attempt[str] = self._attempt("acknowledge", rows, touched, lambda _: {})
        if len(rows) > 1:
            say = host.reporter.words.say
            title, yes = say("dialog.acknowledge.title", n=len(rows)), say("dialog.acknowledge.yes")
            await host.ask(dialogs.confirm(host.reporter, title, yes, rows, attempt.confirmed("")))
        elif problem := await attempt.submit(""):
            host.tell(problem, loud=True)
        await self._settle(attempt.report)

    async def done(self, rows: Rows) -> None:
        """End it, with its outcome."""
        await self._single(
            "close",
            rows,
            dialogs.done,
            lambda form: (form, dialogs.undone(self._host.reporter, rows[0], form)),
        )

    async def note(self, rows: Rows) -> None:
        """Write a line that everybody sees."""
        await self._single("note", rows, dialogs.note, lambda form: (form, ""))

    async def reveal(self, rows: Rows) -> None:
        """Show the customer of one item for a while, on record."""
        from console.screens.revealing import reveal

        await reveal(self._host, rows[0])

    async def call_back(self, rows: Rows) -> None:
        """Note a try to call, or promise a callback."""
        host = self._host
        await self._single(
            "call_back",
            rows,
            dialogs.call_back,
            lambda form: dialogs.moments(host.reporter, form, host.desk.now()),
        )

    async def ahead(self, rows: Rows) -> None:
        """Put a caller first in the line."""
        await self._ask("first", rows)

    async def dial(self, rows: Rows) -> None:
        """Ring the customer of a callback from the telephone of whoever has it."""
        await self._ask("dial", rows)

    async def pause(self, rows: Rows) -> None:
        """Give whoever has the item a pause from calls."""
        await self._pause("pause", rows)

    async def unpause(self, rows: Rows) -> None:
        """End the pause of whoever has the item."""
        await self._pause("unpause", rows)

    async def undo(self, rows: Rows = ()) -> None:
        """Take back the last act, and list what others have changed since."""
        host = self._host
        try:
            report = await self.acting.undo()
        except StoreProblem as problem:
            text = host.reporter.words.say(f"store.{problem.reason}", detail=problem.detail)
            host.tell(text, loud=True)
            return
        if report.problem is not None:
            host.tell(host.reporter.problem(report.problem), loud=True)
            return
        host.settled(report)
        if report.changed or not report.refused:
            host.tell(host.reporter.done(report))
        if report.refused:
            title = host.reporter.words.say("dialog.undo.title")
            await host.ask(dialogs.told(host.reporter, title, host.reporter.refusals(report)))

    def problem(self, problem: NotRecorded) -> str:
        """Why the store kept nothing, for a dialog that stays with all that was typed."""
        return self._host.reporter.problem(problem)

    async def _choices(self, rows: Rows) -> list[Choice]:
        desk, reporter = self._host.desk, self._host.reporter
        return giving.choices(
            reporter.words,
            await desk.agents(),
            await desk.queues(),
            rows,
            reporter.now,
            await desk.claims([row.id for row in rows]),
        )

    @asynccontextmanager
    async def _kept_true(self, picker: PickerScreen, rows: Rows) -> AsyncIterator[None]:
        """While somebody thinks about whom to choose, people come free and take calls."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(RENEW_S)
                with contextlib.suppress(StoreProblem):
                    picker.update_choices(await self._choices(rows))

        task = asyncio.create_task(renew())
        try:
            yield
        finally:
            task.cancel()

    # --- how all of them go -----------------------------------------------------------------------

    async def _touched(self, verb: str, rows: Rows) -> Rows:
        return await self.acting.with_twins(verb, rows)

    def _attempt(
        self, verb: str, rows: Rows, touched: Rows, data: Callable[[Result], Data]
    ) -> Attempt[Result]:
        return Attempt(self, lambda result: self.acting.wish(verb, rows, touched, data(result)))

    async def _single(
        self,
        verb: str,
        rows: Rows,
        make: Callable[[Reporter, QueueRow, Submit[dialogs.Form]], Screen[dialogs.Form]],
        read: Callable[[dict[str, str]], tuple[Data, str]],
    ) -> None:
        """A form about one row; `read` answers the command's data, and what is wrong with the form."""
        touched = await self._touched(verb, rows)
        attempt: Attempt[dialogs.Form] = self._attempt(verb, rows, touched, lambda form: read(form or {})[0])

        async def submit(form: dialogs.Form) -> str | None:
            return read(form or {})[1] or await attempt.submit(form)

        await self._host.ask(make(self._host.reporter, rows[0], submit))
        await self._settle(attempt.report)

    async def _pause(self, verb: str, rows: Rows) -> None:
        host, agent = self._host, rows[0].owner or ""
        row = await host.desk.agent_row(agent)
        if row is None:
            host.tell(host.reporter.words.say("refusal.no_agent"), loud=True)
        else:
            await self._ask(verb, (row,), shown=rows, what=host.reporter.words.person(agent))

    async def _ask(self, verb: str, rows: Rows, *, shown: Rows = (), what: str = "") -> None:
        """Have another system do something: it touches somebody's telephone, so it is asked about first."""
        host = self._host
        attempt: Attempt[str] = self._attempt(verb, rows, rows, lambda _: {})
        say = host.reporter.words.say
        title = say(f"dialog.ask.{verb}", what=what or host.reporter.what(rows))
        yes = say("dialog.ask.yes")
        await host.ask(dialogs.confirm(host.reporter, title, yes, shown or rows, attempt.confirmed("")))
        await self._settle(attempt.report)

    async def _form(
        self,
        verb: str,
        rows: Rows,
        make: Callable[[Reporter, Rows, Submit[dialogs.Form] | None], Screen[dialogs.Form]],
        data: Callable[[dict[str, str]], Data],
        question: Callable[[dict[str, str]], tuple[str, str]],
    ) -> None:
        """A form, and for several items the question after it."""
        host = self._host
        touched = await self._touched(verb, rows)
        attempt: Attempt[dialogs.Form] = self._attempt(verb, rows, touched, lambda form: data(form or {}))
        several = len(rows) > 1
        form = await host.ask(make(host.reporter, rows, None if several else attempt.submit))
        if several and form is not None:
            title, yes = question(form)
            await host.ask(dialogs.confirm(host.reporter, title, yes, rows, attempt.confirmed(form)))
        await self._settle(attempt.report)

    async def _settle(self, report: Report | None) -> None:
        """Tell what came of it: in a line, as a conflict, or as a list of what is left."""
        if report is None:
            return
        host = self._host
        host.settled(report)
        if refusal := report.conflict:
            await self._conflict(report, refusal)
            return
        if report.unreasoned:
            await self._give_away(report)
            return
        if report.done:
            host.tell(host.reporter.done(report))
        if report.refused and len(report.wish.rows) == 1 and not report.done:
            host.tell(host.reporter.refusal(report.refused[0]), loud=True)
        elif report.refused:
            title = host.reporter.words.say("dialog.partly.title")
            await host.ask(dialogs.told(host.reporter, title, host.reporter.refusals(report)))

    async def _give_away(self, report: Report) -> None:
        """Somebody looks after the customer: giving it to others takes a reason, and is done with it."""
        host, data = self._host, report.wish.commands[0].data
        left = {refusal.item for refusal in report.unreasoned}
        rows = tuple((await host.desk.rows(left)).values())
        if not rows:
            return
        attempt: Attempt[dialogs.Form] = self._attempt(
            "reassign", rows, rows, lambda form: {**data, **(form or {})}
        )
        to = host.reporter.target(data)
        await host.ask(dialogs.away(host.reporter, rows[0], to, attempt.submit))
        if attempt.report is not None:
            await self._settle(attempt.report)
        elif report.done:
            host.tell(host.reporter.done(report))

    async def _conflict(self, report: Report, refusal: Refusal) -> None:
        """Somebody was quicker: nothing is lost silently, and nothing is done over their head unasked."""
        host, seen = self._host, report.wish.rows
        now = (await host.desk.rows([seen[0].id])).get(seen[0].id)
        rows = (now,) if now is not None else seen
        touched = await self._touched(report.wish.verb, rows)
        data = report.wish.commands[0].data
        attempt: Attempt[str] = self._attempt(report.wish.verb, rows, touched, lambda answer: data)

        async def answered(answer: str) -> str | None:
            return await attempt.submit(answer) if answer == "anyway" else None

        if await host.ask(dialogs.conflict(host.reporter, report, refusal, now, answered)) == "open":
            host.open_item(seen[0].id)
        await self._settle(attempt.report)


class Attempt(Generic[Result]):
    """One wish as a dialog carries it out: tried again with the same commands, it can do nothing twice."""

    def __init__(self, doing: Doing, make: Callable[[Result], Wish]) -> None:
        self._doing = doing
        self._make = make
        self._wish: tuple[Result, Wish] | None = None
        self.report: Report | None = None

    async def submit(self, result: Result) -> str | None:
        """Carry it out; a line that says why the store kept nothing, or None when it has been decided."""
        if self._wish is None or self._wish[0] != result:
            self._wish = (result, self._make(result))
        try:
            report = await self._doing.acting.carry_out(self._wish[1])
        except StoreProblem as problem:
            return self._doing.problem(NotRecorded(problem.reason, problem.detail))
        if report.problem is not None:
            return self._doing.problem(report.problem)
        self.report = report
        return None

    def confirmed(self, result: Result) -> Submit[bool]:
        """Carry out what was asked for before, once the question is answered with yes."""

        async def submit(yes: bool) -> str | None:
            return await self.submit(result) if yes else None

        return submit
