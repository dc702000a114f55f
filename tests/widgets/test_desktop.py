"""A note on the desktop, as the terminal and the multiplexers before it get it."""

from __future__ import annotations

from widgets.desktop import desktop_note
from widgets.wire import seam


def test_it_goes_through_tmux_and_screen_as_each_passes_things_on() -> None:
    assert desktop_note("Rings: 3 breached", {}) == "\x1b]9;Rings: 3 breached\x07"
    # tmux(1), allow-passthrough: DCS tmux; with each escape doubled, to ST.
    assert desktop_note("破", {"TMUX": "/tmp/t,1,0"}) == "\x1bPtmux;\x1b\x1b]9;破\x07\x1b\\"
    assert desktop_note("破", {"STY": "1.pts"}) == "\x1bP\x1b]9;破\x07\x1b\\"


def test_nothing_gets_out_of_it_and_the_screen_stays_known() -> None:
    hostile = "call/1\x07\x1b\\\x1b]52;c;AAAA\x9c\u202eend" + "x" * 4000
    for environ in ({}, {"TMUX": "t"}, {"STY": "s"}):
        note = desktop_note(hostile, environ)
        assert note.count("\x07") == 1
        assert not {"\x9c", "\u202e"} & set(note)
        assert len(note) < 160
        assert seam.harmless(note)
    assert not seam.harmless("\x1bPtmux;\x1b\x1b]9;a\x07\x1b\\\x1b[2J")
