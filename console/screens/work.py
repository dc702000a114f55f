"""Starting work beside a screen's own messages."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from textual.widget import Widget

Job = Callable[[], Coroutine[None, None, None]]


def start(owner: Widget, job: Job, *, group: str, exclusive: bool = False) -> None:
    """Run `job` as long as its owner lives; with `exclusive` it takes the place of the group's last one.

    A callable and no coroutine: a worker that is replaced before it began must leave none behind.
    """
    owner.run_worker(job, None, group=group, exclusive=exclusive)  # type: ignore[arg-type]
