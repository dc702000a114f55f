"""Who may open a console in a browser: by the name that is asked for and the page that asks."""

from __future__ import annotations

import pytest

from console.web.door import Door, clamped, loopback

HERE = Door("127.0.0.1", 8000)
OFFICE = Door("0.0.0.0", 8000)
PROXIED = Door("127.0.0.1", 8000, "https://rings.example.com/floor/")


@pytest.mark.parametrize(
    ("door", "host", "origin", "let_in"),
    [
        (HERE, "127.0.0.1:8000", "http://127.0.0.1:8000", True),
        (HERE, "localhost:8000", "http://localhost:8000", True),
        (HERE, "127.0.0.1:8000", None, True),
        (HERE, "127.0.0.1:8000", "http://evil.example", False),
        (HERE, "127.0.0.1:8000", "http://127.0.0.1:9000", False),
        (HERE, "127.0.0.1:8000", "null", False),
        # A name of somebody else's that leads to this machine.
        (HERE, "evil.example:8000", "http://evil.example:8000", False),
        (HERE, "", None, False),
        (OFFICE, "10.0.0.5:8000", "http://10.0.0.5:8000", True),
        (OFFICE, "10.0.0.5:8000", "http://evil.example", False),
        (PROXIED, "rings.example.com", "https://rings.example.com", True),
        (PROXIED, "127.0.0.1:8000", "https://rings.example.com", True),
        (PROXIED, "rings.example.com", "https://evil.example", False),
        (PROXIED, "evil.example", "https://evil.example", False),
    ],
)
def test_only_its_own_pages_open_a_console(door: Door, host: str, origin: str | None, let_in: bool) -> None:
    assert door.lets_in(host, origin) is let_in


def test_a_page_finds_its_seat_where_it_was_asked_for() -> None:
    assert HERE.socket("localhost:8000") == "ws://localhost:8000/ws"
    assert PROXIED.socket("127.0.0.1:8000") == "wss://rings.example.com/floor/ws"


@pytest.mark.parametrize(
    ("door", "in_the_clear"),
    [
        (HERE, False),
        (PROXIED, False),
        (OFFICE, True),
        (Door("10.0.0.5", 8000, "http://rings.example.com"), True),
        (Door("10.0.0.5", 8000, "https://rings.example.com"), False),
        (Door("::1", 8000), False),
    ],
)
def test_a_line_that_anybody_can_read_is_known(door: Door, in_the_clear: bool) -> None:
    assert door.open_line is in_the_clear


def test_only_this_machine_s_own_addresses_are_this_machine() -> None:
    assert all(map(loopback, ("localhost", "127.0.0.1", "127.8.8.8", "::1")))
    assert not any(map(loopback, ("0.0.0.0", "::", "10.0.0.5", "localhost.example.com", "")))


def test_sizes_stay_within_what_is_sensible() -> None:
    assert [clamped(value, (20, 400), 80) for value in ("100", 5, 10**9, "x", None, -3)] == [
        100, 20, 400, 80, 80, 20,
    ]  # fmt: skip
