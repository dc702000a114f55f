"""Who is on the floor: what each person is doing and since when, and what they have to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType

from console.actions.people_keys import PEOPLE_ACTIONS
from console.screens import people_rows
from console.screens.find_screen import FindScreen
from console.screens.table_screen import bindings, refused
from widgets.bars import Part
from widgets.live_table import LiveTable, Window

if TYPE_CHECKING:
    from console.actions.action import Action
    from console.domain.instants import Millis
    from console.screens.queue import QueueScreen
    from console.service.model import AgentView


_OF_ONE = ("person_card", "person_work", "person_checks")
"""What is done with the person under the cursor."""


class PeopleScreen(FindScreen):
    """Everybody whom the settings or the feeds name; clocks that go on meanwhile cost no reading."""

    NAME = "people"
    ACTIONS = PEOPLE_ACTIONS
    ENTRY = True
    BINDINGS: ClassVar[list[BindingType]] = [*refused(PEOPLE_ACTIONS), *bindings(PEOPLE_ACTIONS)]

    def __init__(self, home: QueueScreen) -> None:
        super().__init__(home)
        self._agents: tuple[AgentView, ...] | None = None
        self._at: Millis = 0
        self._laid_out = (0, False)

    async def _read(self, *, changed: bool) -> None:
        desk, at = self._home.desk, self._home.desk.now()
        # Without anybody who ticks, time alone may have changed what somebody has.
        if self._agents is None or desk.read_only or changed:
            self._agents = await desk.agents()
        self._at = at

    def _people(self) -> people_rows.People:
        now = self._home.desk.now()
        agents = people_rows.found(self._say, self._agents or (), self._wanted, now)
        return people_rows.People(agents, people_rows.silent(self._home.floor.feeds))

    def _what(self, stale: str, *, phone: bool) -> tuple[list[Part], list[Part]]:
        left = [Part(self._say("people.title"), "strong", 1 if phone else 30)]
        if self._agents is None:
            return left, []
        now = self._home.desk.now()
        if stale and not phone:
            as_of = self._home.words.times.second(self._at, now)
            left.append(Part(self._say("head.as_of", time=as_of, why=self._say(stale)), "at-risk", 29))
        wanted = [Part(self._say("queue.filtered", text=self._wanted), "strong", 21)] if self._wanted else []
        return [*left, *people_rows.head(self._say, self._people(), self.size.width, now)], wanted

    def _show_rows(self, *, phone: bool) -> None:
        if self._agents is None:
            return
        table, width = self.table, self.size.width
        if self._laid_out != (width, phone):
            self._laid_out = (width, phone)
            table.set_layout(people_rows.columns(self._say, width, phone=phone), two_line=phone, indent=2)
        people, now = self._people(), self._home.desk.now()
        if not people.agents:
            lines = ("none",) if self._agents else ("who", "how", "feeds")
            table.set_empty(("", *(self._say(f"people.empty.{line}") for line in lines)))
        table.set_window(Window(people_rows.rows(self._home.words, people, now, width)), reset=self._anew)
        self._anew = False

    def _can(self, action: Action) -> bool:
        return action.id not in _OF_ONE or bool(self.table.window.rows)

    def _do_person_find(self) -> None:
        self._ask(self._say("people.find"))

    def _do_person_checks(self) -> None:
        """The checklists for the cursor's person."""
        from console.screens.checks import ChecksScreen

        if (agent := self.table.cursor_id) is not None:
            self.app.push_screen(ChecksScreen(self._home, f"agent/{agent}", alone=True))

    @on(LiveTable.Selected)
    def _do_person_card(self) -> None:
        """What the record tells of the cursor's person."""
        from console.screens.person_card import PersonCard

        agent = next((one for one in self._agents or () if one.id == self.table.cursor_id), None)
        if agent is not None:
            card = PersonCard(self._home, agent)
            self.app.push_screen(card, lambda _: self._go_on(card.went_on))

    def _go_on(self, where: str) -> None:
        """To what was asked for on the card."""
        if where == "work":
            self._do_person_work()
        elif where == "checks":
            self._do_person_checks()

    def _do_person_work(self) -> None:
        """Go back to the board, and see there what the cursor's person has."""
        agent, home = self.table.cursor_id, self._home
        if agent is None:
            return
        self.dismiss(None)
        if home.covered:
            home.viewing.open()  # the item stood in the board's place
        home.set_query(f'owner:"{agent}"' if " " in agent else f"owner:{agent}")
        home.edges.foot()
