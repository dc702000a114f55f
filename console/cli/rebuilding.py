"""Working a store's rows out anew from its log; for commands that then say what came out differently."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from console.bootstrap import open_store, store_clock
from console.service.ledger import tick
from console.service.site import rework


async def rebuild(
    path: Path, *, at_rest: Callable[[], None] = lambda: None, told: Callable[[int], None] = lambda _: None
) -> int:
    """Write what is otherwise than the log gives; answers how many rows those were.

    `at_rest` is called when all that was merely due has been moved, `told` hears now and then how many items
    are done. Raises StoreProblem.
    """
    store = await open_store(path)
    try:
        now = (await store_clock(store)).now()
        while await store.write(lambda writer: tick(writer, now)):
            pass
        at_rest()
        return await rework(store, now, told=told) + await store.write(lambda writer: writer.recount())
    finally:
        await store.close()
