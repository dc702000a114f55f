"""Garbage is looked for while nobody presses a key: looking through all objects is what makes a key slow."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable

SWITCH_S = 0.0005
"""How long a thread that works for the store keeps a key waiting for the interpreter, in seconds; Python's
own 5 ms are waited for several times on a key's way to the screen."""

REST_S = 3.0
"""After so long without a key there is time to look, in seconds."""

WHOLE_S = 300.0
"""Between two looks through everything, in seconds; what is young is looked through at every rest."""

LONG_S = 600.0
"""The same where keys never rest: dialogs that were closed hold each other, and are young only once."""

MOST_YOUNG = 200_000
"""So many new objects are looked through even while keys come: memory must not grow without an end."""


class Tidy:
    """Takes the collector's own moments from it, and gives it others. `beat` is called every second."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._keyed = monotonic()
        self._whole = self._keyed
        self._frozen = False

    def begin(self) -> None:
        """From now on nothing is collected but here. The start itself makes objects that stay."""
        gc.disable()
        sys.setswitchinterval(SWITCH_S)

    def end(self) -> None:
        """Leave all as Python has it."""
        gc.unfreeze()
        gc.enable()
        sys.setswitchinterval(0.005)

    def key(self) -> None:
        """Somebody is at work."""
        self._keyed = self._monotonic()

    @property
    def rested(self) -> float:
        """For how many seconds there was no key."""
        return self._monotonic() - self._keyed

    def beat(self) -> None:
        """Look through what there is time for."""
        now = self._monotonic()
        rested = now - self._keyed >= REST_S
        settled = rested and not self._frozen
        if settled or now - self._whole >= (WHOLE_S if rested else LONG_S):
            self._whole = now
            gc.collect()
            if settled:
                # What is loaded by now stays.
                gc.freeze()
                self._frozen = True
        elif rested or gc.get_count()[0] > MOST_YOUNG:
            gc.collect(1)
