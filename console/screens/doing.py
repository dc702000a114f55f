"""What the item keys do: which verb, what is asked for it, and what it is told with."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from console.domain.instants import MINUTE, format_utc
from console.screens import dialogs, giving
from console.screens.acting import Acting
from console.screens.pricing import Pricing
from console.screens.wishing import Way
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from console.screens.wishing import Attempt, Host, Rows
    from widgets.picker import Choice, PickerScreen

RENEW_S = 2.0
"""How often the people to choose from are looked at again, in seconds."""


class Doing:
    """Carries out the item keys for one screen; each method is one key and runs in a worker."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.acting = Acting(host.desk)
        self._way = Way(host, self.acting)

    async def reassign(self, rows: Rows) -> None:
        """Give to somebody else; what touches a live call, several items or a clash of appointments asks
        first."""
        host = self._host
        attempt = await self._giving(rows)
        able = await host.desk.outlets()
        pricing = Pricing(host, rows)

        asks = False

        async def submit(choice: str | None) -> str | None:
            nonlocal asks
            several = len(rows) > 1 or rows[0].kind == "call"
            asks = several or picker.along or bool(pricing.clashes(choice or ""))
            return None if asks else await attempt.submit(choice)

        picker = dialogs.give(
            host.reporter, rows, await self._choices(rows, pricing), submit, able, pricing.told, pricing.more
        )
        async with self._kept_true(picker, rows, pricing):
            choice = await host.ask(picker)
        if choice is not None and asks:
            warned = pricing.clashes(choice, along=picker.along)
            if picker.along:
                rows = (*rows, *await pricing.along())
                attempt = await self._giving(rows)
            say, to = host.reporter.words.say, host.reporter.target(giving.destination(choice))
            title = say("dialog.give.confirm", to=to)
            if len(rows) == 1 and rows[0].kind == "call":
                title = f"{say('dialog.give.live', what=host.reporter.what(rows))}. {title}"
            yes = say("dialog.give.yes", to=to)
            confirmed = attempt.confirmed(choice)
            await host.ask(dialogs.confirm(host.reporter, title, yes, rows, confirmed, warned))
        await self._way.settle(attempt.report)

    async def _giving(self, rows: Rows) -> Attempt[str | None]:
        touched = await self._way.touched("reassign", rows)
        return self._way.attempt("reassign", rows, touched, lambda choice: giving.destination(choice or ""))

    async def escalate(self, rows: Rows) -> None:
        """Bring it before somebody higher."""
        say = self._host.reporter.words.say
        await self._way.form(
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
        await self._way.form(
            "snooze",
            rows,
            dialogs.snooze,
            lambda form: {"until": format_utc(desk.now() + int(form["minutes"]) * MINUTE)},
            lambda form: (say("dialog.confirm_snooze.title", n=len(rows)), say("dialog.confirm_snooze.yes")),
        )

    async def acknowledge(self, rows: Rows) -> None:
        """Say that it has been seen; several are asked about first."""
        host, touched = self._host, await self._way.touched("acknowledge", rows)
        attempt: Attempt[str] = self._way.attempt("acknowledge", rows, touched, lambda _: {})
        if len(rows) > 1:
            say = host.reporter.words.say
            title, yes = say("dialog.acknowledge.title", n=len(rows)), say("dialog.acknowledge.yes")
            await host.ask(dialogs.confirm(host.reporter, title, yes, rows, attempt.confirmed("")))
        elif problem := await attempt.submit(""):
            host.tell(problem, loud=True)
        await self._way.settle(attempt.report)

    async def done(self, rows: Rows) -> None:
        """End it, with its outcome."""
        await self._way.form_of_one(
            "close",
            rows,
            dialogs.done,
            lambda form: (form, dialogs.undone(self._host.reporter, rows[0], form)),
        )

    async def note(self, rows: Rows) -> None:
        """Write a line that everybody sees."""
        await self._way.form_of_one("note", rows, dialogs.note, lambda form: (form, ""))

    async def reveal(self, rows: Rows) -> None:
        """Show the customer of one item for a while, on record."""
        from console.screens.revealing import reveal

        await reveal(self._host, rows[0])

    async def call_back(self, rows: Rows) -> None:
        """Note a try to call, or promise a callback."""
        host = self._host
        await self._way.form_of_one(
            "call_back",
            rows,
            dialogs.call_back,
            lambda form: dialogs.moments(host.reporter, rows[0].kind, form, host.desk.now()),
        )

    async def ahead(self, rows: Rows) -> None:
        """Put a caller first in the line."""
        await self._way.question("first", rows)

    async def dial(self, rows: Rows) -> None:
        """Ring the customer of a callback from the telephone of whoever has it."""
        await self._way.question("dial", rows)

    async def listen(self, rows: Rows) -> None:
        """Hear a talk on one's own telephone."""
        await self._way.question("listen", rows)

    async def whisper(self, rows: Rows) -> None:
        """Hear a talk, and be heard by the agent alone."""
        await self._way.question("whisper", rows)

    async def pause(self, rows: Rows) -> None:
        """Give whoever has the item a pause from calls."""
        await self._pause("pause", rows)

    async def unpause(self, rows: Rows) -> None:
        """End the pause of whoever has the item."""
        await self._pause("unpause", rows)

    async def undo(self, rows: Rows = ()) -> None:
        """Take back the last act, and list what others have changed since."""
        host = self._host
        report = await self.acting.undo()
        if report.problem is not None:
            host.tell(host.reporter.problem(report.problem), loud=True)
            return
        host.settled(report)
        if report.changed or not report.refused:
            host.tell(host.reporter.done(report))
        if report.refused:
            title = host.reporter.words.say("dialog.undo.title")
            await host.ask(dialogs.told(host.reporter, title, host.reporter.refusals(report)))

    async def _choices(self, rows: Rows, pricing: Pricing) -> list[Choice]:
        desk, reporter = self._host.desk, self._host.reporter
        return giving.choices(
            reporter.words,
            await pricing.renew(),
            rows,
            reporter.now,
            await desk.claims([row.id for row in rows]),
        )

    @asynccontextmanager
    async def _kept_true(self, picker: PickerScreen, rows: Rows, pricing: Pricing) -> AsyncIterator[None]:
        """While somebody thinks about whom to choose, people come free and take calls."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(RENEW_S)
                with contextlib.suppress(StoreProblem):
                    picker.update_choices(await self._choices(rows, pricing))

        task = asyncio.create_task(renew())
        try:
            yield
        finally:
            task.cancel()

    async def _pause(self, verb: str, rows: Rows) -> None:
        host, agent = self._host, rows[0].owner or ""
        row = await host.desk.agent_row(agent)
        if row is None:
            host.tell(host.reporter.words.say("refusal.no_agent"), loud=True)
        else:
            await self._way.question(verb, (row,), shown=rows, what=host.reporter.words.person(agent))
