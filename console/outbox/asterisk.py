"""What a supervisor asks for, as actions of Asterisk's manager interface, and what came of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from console.domain.instants import SECOND, Millis

_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Target:
    """A place in the dialplan. `exten` may hold {agent}, {device}, {queue}, {number}: see NAMES."""

    NAMES: ClassVar[frozenset[str]] = frozenset({"agent", "device", "queue", "number"})

    context: str
    exten: str
    priority: int = 1

    def unknown(self) -> list[str]:
        """Names in `exten` that stand for nothing."""
        return [name for name in _FIELD.findall(self.exten) if name not in self.NAMES]

    def filled(self, **values: str) -> str:
        """The extension with `values` in it. Raises ValueError where a value is none for a dialplan."""
        for value in values.values():
            if not re.fullmatch(r"[\w.+*#@-]{1,80}", value):
                raise ValueError("not an extension")
        return _FIELD.sub(lambda found: values.get(found[1], ""), self.exten)


@dataclass(frozen=True, slots=True)
class Moves:
    """What one site lets the console do to its calls; None and False: that it may not.

    `agent` and `queue` are where a call is sent that is given to somebody, `call_back` where an agent's
    telephone is led that calls a customer back, `pause` whether agents may be paused. A telephone of an agent
    rings for `ring` at most; what could not be done `within` so long is not done any more.
    """

    agent: Target | None = None
    queue: Target | None = None
    call_back: Target | None = None
    pause: bool = False
    ring: Millis = 30 * SECOND
    within: Millis = 30 * SECOND
