"""The wire against a terminal: after every frame, each cell is what a full repaint would make it."""

from __future__ import annotations

from random import Random

import pytest
from rich.color import ColorSystem
from wire_frames import Frames, full_repaint
from wire_terminal import ERASURES, Terminal, differences, seen

from tests.depth import deep
from widgets.wire import Wire

SEEDS = deep(20)
STEPS = 60

DEPTHS = (ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD, None)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_frame_is_what_a_full_repaint_gives(seed: int) -> None:
    chance = Random(seed)
    colours = DEPTHS[seed % len(DEPTHS)]
    # Wrapping on or off, cut wide characters blanked or not: it must not matter.
    kind = {
        "wraps": chance.random() < 0.5,
        "blanks_halves": chance.random() < 0.7,
        "erasure": chance.choice(list(ERASURES)),
    }
    frames = Frames(chance)
    wire = Wire(colours, erases=kind["erasure"] != "own")
    size = None
    before: list[object] = []
    for step in range(STEPS):
        what = frames.step() if step else "first"
        rows = frames.rows
        if size != (frames.width, frames.height):
            size = frames.width, frames.height
            terminal = Terminal(*size, **kind)
            # A terminal that was resized shows anything, anywhere.
            terminal.feed("\x1b[31mjunk王" * 40 if size[0] > 8 and not kind["wraps"] else "")
            terminal.feed("\x1b[m")
            wire.resize(*size)
            before = []
        if chance.random() < 0.05:
            what += ", lost"
            terminal.feed("\x1b[2;3r\x1b[H\x1b[7;35mnoise\x1b[m" if size[0] > 8 else "\x1b[2J")
            wire.forget()
        for y, strips in enumerate(rows):
            # Only some updates bring rows that are as they were.
            if y >= len(before) or strips != before[y] or chance.random() < 0.1:
                wire.paint(y, 0, strips)
        before = list(rows)
        cursor = chance.randrange(size[1]), chance.randrange(size[0])
        if chance.random() < 0.1:
            # A frame that is not taken is part of the next one.
            continue
        sent = wire.take(cursor)
        terminal.feed(sent)
        wanted = Terminal(*size, blanks_halves=False)
        wanted.feed(full_repaint(rows, colours))
        got, right = terminal.cells, wanted.cells
        wrong = (
            differences(seen(got), seen(right)) if kind["erasure"] == "ground" else differences(got, right)
        )
        assert not wrong, (seed, step, what, sent, wrong[:8], terminal.text, wanted.text)
        assert (terminal.screen.cursor.y, terminal.screen.cursor.x) == cursor, (seed, step, what, sent[-60:])
        assert wire.take(cursor) == "", "a still screen sends nothing"
