"""Conditions, values and memory of a mapping file; every mistake in one is a line that names its key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from csv_desk import BASIC, HEADER, HERE, events, rejects

from console.domain.instants import format_utc
from console.feeds.mapping import load_mapping
from console.feeds.reasons import Reason
from console.feeds.sections import MappingError


@pytest.mark.parametrize(
    ("when", "kept"),
    [
        ('{ queue = "5" }', ["5"]),
        ('{ queue = ["5", "a"] }', ["5", "a"]),
        ('{ queue = { is = "5" } }', ["5"]),
        ('{ queue = { not = ["5", "a"] } }', ["12.5", "NA"]),
        ("{ queue = { present = true } }", ["5", "12.5", "a"]),
        ("{ queue = { present = false } }", ["NA"]),
        ("{ queue = { matches = '^\\d' } }", ["5", "12.5"]),
        ("{ queue = { matches = '\\d', above = 5 } }", ["12.5"]),
        ("{ queue = { matches = '\\d', at_least = 5, at_most = 5 } }", ["5"]),
        ("{ queue = { matches = '\\d', below = 12.5 } }", ["5"]),
        ('[{ queue = "5" }, { queue = "a" }]', ["5", "a"]),
        ('{ queue = ["5", "a"], id = "1" }', ["5"]),
    ],
)
def test_conditions(when: str, kept: list[str]) -> None:
    rows = "".join(f"{at},2026-03-02 09:00,{cell}\n" for at, cell in enumerate(["5", "12.5", "a", "NA"], 1))
    mapping = f'when = {when}\nmissing = "NA"\n' + BASIC.replace("{queue}", "{id}")
    cells = dict(zip("1234", ["5", "12.5", "a", "NA"], strict=True))
    assert [cells[each.data["queue"]] for each in events(HEADER + rows.encode(), mapping)] == kept


def test_a_number_is_asked_of_a_text() -> None:
    mapping = "when = { queue = { above = 5 } }\n" + BASIC
    assert rejects(HEADER + b"1,2026-03-02 09:00,a\n", mapping) == [(2, Reason.CSV_VALUE)]


def test_changes_since_an_earlier_row() -> None:
    """A row is held against the last one of its key; an empty cell leaves what was known."""
    mapping = (
        BASIC
        + """
[remember]
key = "{id}"
columns = ["queue"]
[[event]]
type = "ticket.assigned"
when = { queue = { changed = true } }
time = "opened"
data = { queue = "{queue}", from = "{previous.queue}" }
"""
    )
    rows = b"".join(b"%s,2026-03-02 09:00,%s\n" % row for row in [
        (b"1", b"a"), (b"2", b"a"), (b"1", b"a"), (b"1", b""), (b"1", b"b"), (b"2", b"a"), (b"1", b"a")
    ])  # fmt: skip
    made = [each for each in events(HEADER + rows, mapping) if each.type == "ticket.assigned"]
    assert [(each.subject, dict(each.data)) for each in made] == [
        ("ticket/1", {"queue": "a"}),
        ("ticket/2", {"queue": "a"}),
        ("ticket/1", {"queue": "b", "from": "a"}),
        ("ticket/1", {"queue": "a", "from": "b"}),
    ]


@pytest.mark.parametrize(
    ("value", "cell", "made"),
    [
        ('"{queue}"', "a", "a"),
        ('"{queue:04}/{{x}}"', "7", "0007/{x}"),
        ('"constant"', "a", "constant"),
        ("true", "a", True),
        ("1.5", "a", 1.5),
        ('{ number = "{queue}" }', "7", 7),
        ('{ number = "{queue}" }', "-7.25", -7.25),
        ('{ text = "{queue}", map = { a = "b" } }', "a", "b"),
        ('{ text = "{queue}", map = { a = "b" } }', "c", None),
        ('{ text = "{queue}", map = { a = "b" }, default = "z" }', "c", "z"),
        ('{ text = "{queue}", default = "z" }', "", "z"),
        ('{ moment = "opened" }', "a", "2026-03-02T08:00:00.000Z"),
        ('"{queue}"', "", None),
    ],
)
def test_values(value: str, cell: str, made: Any) -> None:
    unread = '[missing_in]\nqueue = ["-"]\n[moment.opened]'
    mapping = BASIC.replace('queue = "{queue}"', f"x = {value}").replace("[moment.opened]", unread)
    (event,) = events(HEADER + f"7,2026-03-02 09:00,{cell}\n".encode(), mapping)
    assert event.data == ({} if made is None else {"x": made})


def test_markers_of_one_column() -> None:
    mapping = BASIC.replace("[moment.opened]", '[missing_in]\nqueue = ["0"]\n[moment.opened]')
    (event,) = events(HEADER + b"0,2026-03-02 09:00,0\n", mapping)
    assert (event.subject, event.data) == ("ticket/0", {})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('source = "desk"', "", "source: is missing"),
        ('source = "desk"', "source = 7", "source: must be a text, not 7"),
        ('source = "desk"', "source = ", "not TOML: Invalid value (at line 2, column 10)"),
        ('source = "desk"', 'sorce = "x"\nsource = "desk"', "sorce: unknown key; did you mean 'source'?"),
        ('"Europe/Berlin"', '"Berlin"', "zone: no IANA time zone is called 'Berlin'"),
        ('zone = "Europe/Berlin"', "", "moment.opened.zone: is missing, here and for the whole file"),
        ("%H:%M", "%H:%Q", "moment.opened.format: %Q is unknown or stands twice in '%Y-%m-%d %H:%Q'"),
        ("%Y-%m-%d ", "%Y ",
         "moment.opened.format: half a date in '%Y %H:%M': year, month and day, or none of them"),
        ("%Y-%m-%d ", "", "moment.opened.format: needs a whole date, or none and then `after` or `near`"),
        ('text = "{opened}"', "", "moment.opened: needs one of text, from, first, latest"),
        ('text = "{opened}"', 'text = "{opened"',
         "moment.opened.text: a brace without a partner in '{opened' (write {{ or }} for the brace itself)"),
        ('text = "{opened}"', 'text = "{opened}"\nfirst = ["opened"]',
         "moment.opened: needs one of text, from, first, latest, has text and first"),
        ('time = "opened"', 'time = "open"',
         "event.1.time: no moment is called 'open'; did you mean 'opened'?"),
        ('type = "ticket.opened"', 'type = "opened"',
         "event.1.type: a type looks like call.offered, not 'opened'"),
        ('subject = "ticket/{id}"', "", "event.1.subject: is missing, here and for the whole file"),
        ('time = "opened"', 'time = "opened"\nwhen = { id = { abve = 1 } }',
         "event.1.when.id.abve: unknown key"),
        ('time = "opened"', 'time = "opened"\nwhen = { id = { matches = "(" } }',
         "event.1.when.id.matches: no regular expression: missing ), unterminated subpattern at position 0"),
        ('time = "opened"', 'time = "opened"\nwhen = { id = { changed = true } }',
         "remember.columns: needs 'id', of which an earlier value is asked for"),
        ('queue = "{queue}"', 'queue = { text = "{queue}", lookup = "x" }',
         "event.1.data.queue.lookup: no [lookup.x]"),
        ("[[event]]", "[csv]\nencoding = 'x'\n[[event]]", "csv.encoding: unknown encoding 'x'"),
        ("[[event]]", "[csv]\nencoding = 'hex'\n[[event]]", "csv.encoding: unknown encoding 'hex'"),
        ("[[event]]", "[csv]\ndelimiter = ';;'\n[[event]]",
         'csv.delimiter: "delimiter" must be a 1-character string'),
        ("[[event]]", "[lookup.a]\nfile='no.csv'\nkey='a'\nvalue='b'\n[[event]]",
         "lookup.a.file: can't be read: No such file or directory"),
        ("[[event]]", "[moment.a]\nfrom='a'\nadd='1'\nunit='days'\n[[event]]",
         "moment.a: is worked out from itself (a from a)"),
        ("[[event]]", "[moment.a]\nfrom='opened'\nadd='1'\nunit='day'\n[[event]]",
         "moment.a.unit: unknown unit; did you mean 'days'?"),
        ("[[event]]", "[moment.a]\nfirst=['b']\n[[event]]",
         "moment.a: no moment is called 'b'; known: a, opened"),
        ('queue = "{queue}"', "queue = { text = 3 }", "event.1.data.queue.text: must be a text, not 3"),
        ('queue = "{queue}"', "queue = []",
         "event.1.data.queue: must be a text, a number, true, false or a table, not []"),
        ('source = "desk"', 'source = "desk"\n"a\\nb" = 1', "a b: unknown key"),
        ('time = "opened"', 'time = "opened"\nwhen = { id = { above = nan } }',
         "event.1.when.id.above: must be a number, not nan"),
        ("[[event]]", "[event]", "event: must be [[event]] tables, not {"),
        ("[[event]]", "[[event]]\ntype = 'ticket.opened'\ntime = 'opened'\n[[event]]",
         "event.2.name: 'ticket.opened' stands twice; events of one type need names of their own"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_that_names_its_key(old: str, new: str, message: str) -> None:
    assert old in BASIC
    with pytest.raises(MappingError) as caught:
        load_mapping(BASIC.replace(old, new, 1), base=HERE)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_mapping_without_events() -> None:
    with pytest.raises(MappingError, match=r"event: needs one to 64"):
        load_mapping('source = "x"', base=HERE)


def test_every_shipped_mapping_is_sound(fixtures: Path) -> None:
    paths = sorted((fixtures / "mappings").glob("*.toml"))
    assert len(paths) >= 4
    for path in paths:
        load_mapping(path.read_text(encoding="utf-8"), base=path.parent)


def test_the_example_of_the_documentation_works(fixtures: Path) -> None:
    text = (fixtures.parent / "docs" / "feeding.md").read_text(encoding="utf-8")
    example = text.partition("\n```toml\n")[2].partition("\n```\n")[0]
    table = text.partition("A file such as\n\n")[2].partition("\n\nbecomes")[0]
    made = events("\n".join(line.strip() for line in table.splitlines()).encode(), example)
    assert [(each.id, format_utc(each.time), dict(each.data)) for each in made] == [
        (
            "1/call.offered",
            "2026-03-02T22:59:40.000Z",
            {"queue": "german", "direction": "in", "waited_since": "2026-03-02T22:59:40.000Z", "hold_s": 75},
        ),
        ("1/call.answered", "2026-03-02T23:00:05.000Z", {"agent": "li"}),
        (
            "2/call.offered",
            "2026-03-03T08:00:00.000Z",
            {"queue": "french", "direction": "in", "waited_since": "2026-03-03T08:00:00.000Z"},
        ),
        ("2/call.abandoned", "2026-03-03T08:01:30.000Z", {}),
    ]
