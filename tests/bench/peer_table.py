"""A plain Textual app with the same rows in a `DataTable`, two clocks of every visible row ticking."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import DataTable

from tests.bench.bench_wire import COLUMNS, LATIN, rows

ROWS = 1_000


class PlainTable(App[None]):
    """What one would write first."""

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for column in COLUMNS:
            table.add_column(column.title, key=column.key)
        for row in rows(LATIN, 0, ROWS):
            table.add_row(*(row.cells[column.key].text for column in COLUMNS), key=row.id)
        self.ticks = 0
        self.set_interval(1.0, self.tick)

    def tick(self) -> None:
        self.ticks += 1
        table = self.query_one(DataTable)
        for row in rows(LATIN, self.ticks, self.size.height - 1):
            for key in ("clock", "wait"):
                table.update_cell(row.id, key, row.cells[key].text)


if __name__ == "__main__":
    PlainTable().run()
