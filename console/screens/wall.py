"""The wall: the floor in large figures, for whoever looks from a step back. It only shows, and lives."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from console.actions.wall_keys import WALL_ACTIONS
from console.domain.place import BREACHED
from console.screens.level_words import length
from console.screens.pulse import PATIENCE_S
from console.screens.shown import Shown
from console.screens.table_screen import TableScreen, bindings, refused
from console.screens.wall_page import Page, worst_first
from console.screens.work import start
from widgets.bars import HintBar, NoticeBar, Part, StatusBar
from widgets.pane import LinesPane

if TYPE_CHECKING:
    from console.actions.action import Action
    from console.screens.queue import QueueScreen
    from console.service.wall import Wall

TURN = 12
"""Seconds that a page stands where there are several."""

HOLD = 60
"""Seconds that it stands after a key that turned it."""


AGAIN_S = 15.0
"""So often at least all of it is read, though nobody wrote."""


class WallScreen(TableScreen):
    """One frame a second. Nothing can be done here, and customers are masked whoever sits there."""

    NAME = "wall"
    ACTIONS = WALL_ACTIONS
    BINDINGS: ClassVar[list[BindingType]] = [*refused(WALL_ACTIONS), *bindings(WALL_ACTIONS)]
    DEFAULT_CSS = """
    WallScreen LinesPane {
        height: 1fr; width: 1fr; border: none; padding: 0 1; overflow-y: hidden; scrollbar-size-vertical: 0;
    }
    WallScreen LinesPane:ansi { border: none; }
    WallScreen.-phone LinesPane { padding: 0; }
    """

    def __init__(self, home: QueueScreen) -> None:
        super().__init__(home)
        self._wall: Wall | None = None
        self._fresh = self._read_at = time.monotonic()
        self._count = (0, 0)
        self._number = 0
        self._stands = TURN
        self._order: list[str | None] = []

    def compose(self) -> ComposeResult:
        """Head, which page, the figures, the keys."""
        yield StatusBar(id="head")
        yield NoticeBar(id="what")
        pane = LinesPane(id=self.NAME)
        pane.can_focus = False
        yield pane
        yield HintBar(id="hints")

    def focus_body(self) -> None:
        """Nothing here takes keys of its own."""

    def _beat(self) -> None:
        if self._wall is not None:
            self._stands -= 1
            if self._stands <= 0:
                self._turn(1, TURN)
        # What was read draws the clocks too; they go on without it where it takes too long.
        if self._busy:
            self._show()
        else:
            self._busy = True
            start(self, self._look, group=self.NAME)

    async def _read(self, *, changed: bool) -> None:
        desk, count = self._home.desk, self.app.size.height + 1
        each = count if self._wall is not None and self._page.single else 0
        if changed or count > self._count[0] or each > self._count[1] or self._aged:
            self._count = (count, each)
            first = self._wall is None
            self._wall = await desk.wall(count, self._home.options.queue, each)
            if first:
                self._arrange()
            self._read_at = time.monotonic()
        self._fresh = time.monotonic()

    @property
    def _aged(self) -> bool:
        """Whether time alone may have changed it: nobody ticks, a feed fell silent, a day began."""
        wall, home = self._wall, self._home
        if wall is None or home.desk.read_only or home.floor.lost != wall.silent.keys():
            return True
        return time.monotonic() - self._read_at > AGAIN_S

    def _arrange(self) -> None:
        """Put the worst queue first. The order holds until the pages begin anew: a queue that changed its
        place in between would be passed over, or come twice."""
        if self._wall is not None:
            self._order = [one.queue for one in sorted(self._wall.queues, key=worst_first)]

    def _arranged(self, wall: Wall) -> Wall:
        """Its queues in that order; those that came since come last, by name as they were."""
        places = {queue: place for place, queue in enumerate(self._order)}
        queues = sorted(wall.queues, key=lambda one: places.get(one.queue, len(places)))
        return replace(wall, queues=tuple(queues))

    # --- what is shown ----------------------------------------------------------------------------

    @property
    def _page(self) -> Page:
        assert self._wall is not None
        size, home = self.app.size, self._home
        words = replace(home.words, shown=Shown())
        edge = 0 if self.has_class("-phone") else 2
        return Page(
            words,
            self._arranged(self._wall),
            home.desk.now(),
            (size.width - edge, size.height - 3),
            plain=self._plain,
        )

    @property
    def _pages(self) -> int:
        return 0 if self._wall is None else len(self._page.pages())

    def _what(self, stale: str, *, phone: bool) -> tuple[list[Part], list[Part]]:
        left = [Part(self._say("wall.title"), "strong", 8)]
        queue = self._home.options.queue
        if queue:
            left.append(Part(queue, "strong", 9))
        if self._wall is None:
            return left, []
        pages = self._pages
        right = [Part(self._formula(), "dim", 1)]
        if pages > 1:
            self._number %= pages
            left.append(Part(self._say("wall.page", n=self._number + 1, pages=pages), "", 9))
            if number := self._page.elsewhere(self._number):
                mark = self._words_mark(BREACHED)
                right.insert(0, Part(self._say("wall.elsewhere", mark=mark, n=number), "breached", 10))
        return left, right

    def _formula(self) -> str:
        """What the shares are shares of."""
        assert self._wall is not None
        site = self._wall.site
        key = "short_in" if site.service_level.short_count else "short_out"
        short = self._say(
            f"levels.{key if site.short_abandon else 'no_short'}", limit=length(site.short_abandon)
        )
        return self._say("wall.formula", rule=self._say("levels.formula.share_rule"), short=short)

    def _words_mark(self, band: int) -> str:
        return self._home.words.marks.bands[band]

    def _show_rows(self, *, phone: bool) -> None:
        if self._wall is None:
            return
        page = self._page
        self._number %= len(page.pages())
        self.query_one(LinesPane).set_lines(page.lines(self._number, self._notices()))

    def _notices(self) -> list[str]:
        """That the figures are old, in their own place: a head is read by whoever stands near."""
        home, wall = self._home, self._wall
        stale = self.problem or home.pulse.stale
        if not stale and time.monotonic() - self._fresh > PATIENCE_S:
            stale = "store.busy"
        if not stale or wall is None:
            return []
        since = home.words.times.second(wall.at, home.desk.now())
        return [self._say("wall.as_of", time=since, why=self._say(stale))]

    # --- keys -------------------------------------------------------------------------------------

    def _can(self, action: Action) -> bool:
        return action.id not in ("wall_on", "wall_before") or self._pages > 1

    def _turn(self, by: int, stands: int) -> None:
        if pages := self._pages:
            self._number, self._stands = (self._number + by) % pages, stands
            if self._number == 0:
                self._arrange()

    def _do_wall_on(self) -> None:
        self._turn(1, HOLD)
        self._show()

    def _do_wall_before(self) -> None:
        self._turn(-1, HOLD)
        self._show()
