"""Which terminals are trusted to fill what they erase with the pen's background."""

from __future__ import annotations

import pytest

from widgets.wire.terminals import erases_in_colour


@pytest.mark.parametrize(
    ("environ", "erases"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/tmux"}, True),
        # tmux that goes by its older name, and GNU screen itself, which fills with the terminal's own.
        ({"TERM": "screen-256color", "TMUX": "/tmp/tmux"}, True),
        ({"TERM": "screen-256color"}, False),
        ({"TERM": "vt220"}, False),
        ({}, False),
    ],
)
def test_only_known_terminals_erase_in_colour(environ: dict[str, str], erases: bool) -> None:
    assert erases_in_colour(environ) is erases
