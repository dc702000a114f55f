"""That the store can't do something, for whoever asked it to."""

from __future__ import annotations


class StoreProblem(Exception):
    """The store can't do it. `reason` is a catalogue key (`store.<reason>`), `detail` what it says."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
