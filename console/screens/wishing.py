"""How a wish goes, whatever its verb: asked about, carried out, told, and asked anew after a conflict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from textual.screen import Screen

from console.screens import dialogs
from console.service.model import NotRecorded, QueueRow
from console.service.problem import StoreProblem

if TYPE_CHECKING:
    from console.domain.command import Refusal
    from console.screens.acting import Acting, Report, Wish
    from console.screens.reports import Reporter
    from console.service.desk import Desk
    from widgets.dialog import Submit

Result = TypeVar("Result")
Rows = tuple[QueueRow, ...]
Data = Mapping[str, Any]


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


class Way:
    """Takes a wish from the rows to what is told of it. The dialogs of `host` are its questions."""

    def __init__(self, host: Host, acting: Acting) -> None:
        self._host = host
        self.acting = acting

    def problem(self, problem: NotRecorded) -> str:
        """Why the store kept nothing, for a dialog that stays with all that was typed."""
        return self._host.reporter.problem(problem)

    async def touched(self, verb: str, rows: Rows) -> Rows:
        """The rows that the verb concerns: each with the promises it stands for."""
        return await self.acting.with_twins(verb, rows)

    def attempt(
        self, verb: str, rows: Rows, touched: Rows, data: Callable[[Result], Data]
    ) -> Attempt[Result]:
        """A wish for a dialog to carry out; `data` makes the command's of what the dialog answers."""
        return Attempt(self, lambda result: self.acting.wish(verb, rows, touched, data(result)))

    async def form_of_one(
        self,
        verb: str,
        rows: Rows,
        make: Callable[[Reporter, QueueRow, Submit[dialogs.Form]], Screen[dialogs.Form]],
        read: Callable[[dict[str, str]], tuple[Data, str]],
    ) -> None:
        """A form about one row; `read` answers the command's data, and what is wrong with the form."""
        touched = await self.touched(verb, rows)
        attempt: Attempt[dialogs.Form] = self.attempt(verb, rows, touched, lambda form: read(form or {})[0])

        async def submit(form: dialogs.Form) -> str | None:
            return read(form or {})[1] or await attempt.submit(form)

        await self._host.ask(make(self._host.reporter, rows[0], submit))
        await self.settle(attempt.report)

    async def question(self, verb: str, rows: Rows, *, shown: Rows = (), what: str = "") -> None:
        """Have another system do something: it touches somebody's telephone, so it is asked about first."""
        host = self._host
        attempt: Attempt[str] = self.attempt(verb, rows, rows, lambda _: {})
        say = host.reporter.words.say
        title = say(f"dialog.ask.{verb}", what=what or host.reporter.what(rows))
        yes = say("dialog.ask.yes")
        await host.ask(dialogs.confirm(host.reporter, title, yes, shown or rows, attempt.confirmed("")))
        await self.settle(attempt.report)

    async def form(
        self,
        verb: str,
        rows: Rows,
        make: Callable[[Reporter, Rows, Submit[dialogs.Form] | None], Screen[dialogs.Form]],
        data: Callable[[dict[str, str]], Data],
        question: Callable[[dict[str, str]], tuple[str, str]],
    ) -> None:
        """A form, and for several items the question after it."""
        host = self._host
        touched = await self.touched(verb, rows)
        attempt: Attempt[dialogs.Form] = self.attempt(verb, rows, touched, lambda form: data(form or {}))
        several = len(rows) > 1
        form = await host.ask(make(host.reporter, rows, None if several else attempt.submit))
        if several and form is not None:
            title, yes = question(form)
            await host.ask(dialogs.confirm(host.reporter, title, yes, rows, attempt.confirmed(form)))
        await self.settle(attempt.report)

    async def settle(self, report: Report | None) -> None:
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
        attempt: Attempt[dialogs.Form] = self.attempt(
            "reassign", rows, rows, lambda form: {**data, **(form or {})}
        )
        to = host.reporter.target(data)
        await host.ask(dialogs.away(host.reporter, rows[0], to, attempt.submit))
        if attempt.report is not None:
            await self.settle(attempt.report)
        elif report.done:
            host.tell(host.reporter.done(report))

    async def _conflict(self, report: Report, refusal: Refusal) -> None:
        """Somebody was quicker: nothing is lost silently, and nothing is done over their head unasked."""
        host, seen = self._host, report.wish.rows
        now = (await host.desk.rows([seen[0].id])).get(seen[0].id)
        rows = (now,) if now is not None else seen
        touched = await self.touched(report.wish.verb, rows)
        data = report.wish.commands[0].data
        attempt: Attempt[str] = self.attempt(report.wish.verb, rows, touched, lambda answer: data)

        async def answered(answer: str) -> str | None:
            return await attempt.submit(answer) if answer == "anyway" else None

        if await host.ask(dialogs.conflict(host.reporter, report, refusal, now, answered)) == "open":
            host.open_item(seen[0].id)
        await self.settle(attempt.report)


class Attempt(Generic[Result]):
    """One wish as a dialog carries it out: tried again with the same commands, it can do nothing twice."""

    def __init__(self, way: Way, make: Callable[[Result], Wish]) -> None:
        self._way = way
        self._make = make
        self._wish: tuple[Result, Wish] | None = None
        self.report: Report | None = None

    async def submit(self, result: Result) -> str | None:
        """Carry it out; a line that says why the store kept nothing, or None when it has been decided."""
        if self._wish is None or self._wish[0] != result:
            self._wish = (result, self._make(result))
        try:
            report = await self._way.acting.carry_out(self._wish[1])
        except StoreProblem as problem:
            return self._way.problem(NotRecorded(problem.reason, problem.detail))
        if report.problem is not None:
            return self._way.problem(report.problem)
        self.report = report
        return None

    def confirmed(self, result: Result) -> Submit[bool]:
        """Carry out what was asked for before, once the question is answered with yes."""

        async def submit(yes: bool) -> str | None:
            return await self.submit(result) if yes else None

        return submit
