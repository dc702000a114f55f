"""The key that shows one customer's number and name: asked why, on record first, and masked again soon."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from console.domain.command import Command, Refusal
from console.domain.instants import SECOND
from console.screens import dialogs
from console.service.model import NotRecorded, QueueRow

if TYPE_CHECKING:
    from console.screens.wishing import Host


async def reveal(host: Host, row: QueueRow) -> None:
    """Show the customer of `row`, or mask them again. Nothing is shown before it is on record."""
    shown = host.reporter.words.shown
    if shown.covers(row.id):
        shown.hide()
        host.look(row.id)
        return
    command = secrets.token_hex(12)
    done = False

    async def submit(form: dialogs.Form) -> str | None:
        """Record who looks, when and why; a line that says why it was refused."""
        nonlocal done
        reporter, desk = host.reporter, host.desk
        data = {name: text.strip() for name, text in (form or {}).items() if text.strip()}
        outcome = (await desk.act([Command(command, "reveal", row.id, desk.actor, row.hand, data)]))[0]
        if isinstance(outcome, NotRecorded):
            return reporter.problem(outcome)
        if isinstance(outcome, Refusal):
            return reporter.refusal(outcome)
        done = True
        return None

    what = host.reporter.words.phrase(row)
    await host.ask(dialogs.reveal(host.reporter, row, await host.desk.looks(), submit))
    if not done:
        return
    words = host.reporter.words
    lasts = words.rules.site.revealed_for
    shown.show(row.id, lasts / SECOND)
    host.look(row.id)
    host.tell(words.say("report.reveal", what=what, seconds=-(-lasts // SECOND)))
