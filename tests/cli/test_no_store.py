"""Every command that works on a store says in one line that there is none, or that it can't be used."""

from __future__ import annotations

import pytest

from tests.cli.rings_command import Rings

COMMANDS = (
    ("ack", "ticket/1"), ("breaches",), ("explain", "ticket/1"), ("handover",), ("handover", "take"),
    ("norms", "list"), ("rejects",), ("report",), ("retain", "--after", "90d"), ("site", "show"),
    ("users", "list"), ("users", "pin", "li", "--no-pin"), ("watch", "--for", "1"), ("web",),
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_store_that_is_not_there_or_none_is_said_in_a_line(rings: Rings, words: tuple[str, ...]) -> None:
    for write, told in ((None, "no store at"), (b"no store, a text" * 100, "is damaged")):
        if write is not None:
            rings.store.write_bytes(write)
        answer = rings(*words, "--lang", "en")
        lines = answer.stderr.decode().splitlines()
        assert (answer.returncode, answer.stdout, len(lines)) == (2, b"", 1), answer
        assert lines[0].startswith(f"rings {words[0]}: ")
        assert told in lines[0]
        assert str(rings.store) in lines[0]
