"""Sends a terminal only the cells that changed.

`ThinWire` goes between Textual's compositor and the terminal; the rest knows nothing of an app:

    shadow   what each cell of a screen holds: grapheme and pen, wide characters as two cells
    pens     colours and attributes, and the shortest way from one pen to another
    moves    the shortest way of the cursor from cell to cell
    scroll   finds out that rows were shifted, so that the terminal can shift them itself
    encode   from what the terminal shows to what it should show, as one string
    wire     the two screens of one terminal: paint, flush, redraw, and what was sent
    terminals  which terminals erase in the pen's colours
    seam     whether this Textual is the one that all this was written for
    display  the mixin for an app
    prompt   the screen that can paint at once
"""

from widgets.wire.display import ThinWire
from widgets.wire.prompt import PromptScreen
from widgets.wire.wire import Wire

__all__ = ["PromptScreen", "ThinWire", "Wire"]
