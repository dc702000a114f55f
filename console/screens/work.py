"""Starting work beside a screen's own messages."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from textual.css.query import NoMatches
from textual.dom import NoScreen
from textual.widget import Widget

Job = Callable[[], Coroutine[None, None, None]]


def start(owner: Widget, job: Job, *, group: str, exclusive: bool = False) -> None:
    """Run `job` as long as its owner lives; with `exclusive` it takes the place of the group's last one.

    A callable and no coroutine: a worker that is replaced before it began must leave none behind. Work is
    stopped with its screen, but a step that had begun goes on, and finds the parts of the screen gone.
    """

    async def run() -> None:
        try:
            await job()
        except NoMatches:
            if _stands(owner):
                raise

    owner.run_worker(run, None, group=group, exclusive=exclusive)  # type: ignore[arg-type]


def _stands(owner: Widget) -> bool:
    """Whether its screen is one of those that are open, and the app is not on its way out."""
    try:
        return owner.app.is_running and owner.screen in owner.app.screen_stack
    except NoScreen:
        return False
