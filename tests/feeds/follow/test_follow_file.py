"""A followed file: every line once, whatever becomes of the file, and of the one who reads it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from console.feeds.follow import file
from console.feeds.follow.tail import Tail
from tests.feeds.follow.follow_kit import Follow, Writer, line


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.ndjson"


def test_a_file_that_is_not_there_yet_and_then_grows(path: Path) -> None:
    follow = Follow(path)
    step = follow.follower.step()
    assert (step.there, step.fault, step.readings) == (False, "missing", [])
    writer = Writer(path)
    writer.write(3)
    follow.settle()
    assert follow.events == ["e0", "e1", "e2"]
    writer.write()
    follow.settle()
    assert follow.events == ["e0", "e1", "e2", "e3"]


def test_half_a_line_waits_for_its_other_half(path: Path) -> None:
    writer, follow = Writer(path), Follow(path)
    writer.write()
    writer.write_half()
    follow.settle()
    follow.settle(60)
    assert (follow.events, follow.rejected) == (["e0"], [])
    follow.start()  # a kill in the middle of the line
    writer.write()
    follow.settle()
    assert (follow.events, follow.rejected) == (["e0", "e1"], [])


def test_a_last_line_without_an_end_is_taken_when_it_has_stood(path: Path) -> None:
    follow = Follow(path)
    path.write_bytes(line(0) + b"\n" + line(1))
    follow.settle()
    assert follow.events == ["e0"]
    follow.settle(3)
    assert follow.events == ["e0", "e1"]
    with path.open("ab") as file:
        file.write(b"\nnonsense\n" + line(2) + b"\n")
    follow.settle()
    assert follow.events == ["e0", "e1", "e2"]
    # Lines are counted as an editor counts them.
    assert [(bad.line, bad.raw) for bad in follow.rejected] == [(3, b"nonsense")]


def test_a_renamed_file_is_read_as_long_as_it_is_written_to(path: Path) -> None:
    writer, follow = Writer(path), Follow(path)
    writer.write(2)
    follow.settle()
    writer.rename()
    follow.settle()
    writer.write(2)  # still into the old file
    follow.settle(8)
    writer.write()
    follow.settle(8)
    writer.reopen()
    writer.write()
    follow.settle(8)
    assert follow.events == [f"e{number}" for number in range(6)]


def test_of_two_writers_one_may_hear_of_the_rotation_late(path: Path) -> None:
    writer, follow = Writer(path), Follow(path)
    writer.write()
    follow.settle()
    writer.rename()
    with path.open("ab") as other:
        other.write(line(50) + b"\n")
    follow.settle(5)
    writer.write()  # into the old file, while the new one has spoken
    follow.settle(5)
    assert follow.events == ["e0", "e50", "e1"]


def test_what_was_cut_before_it_was_read_stands_in_the_copy(path: Path) -> None:
    writer, follow = Writer(path), Follow(path)
    writer.write(2)
    follow.settle()
    writer.write(2)
    writer.copy_and_cut()
    writer.write(5)  # more than there was before: its size alone tells nothing
    follow.settle()
    # The copy is read on from where it was read, not from its beginning.
    assert sorted(follow.events) == [f"e{number}" for number in range(9)]


def test_rotations_while_nobody_was_there_packed_ones_too(path: Path) -> None:
    writer, follow = Writer(path), Follow(path)
    writer.write(3)
    follow.settle()
    writer.write(2)
    for _ in range(3):
        writer.rename()
        writer.reopen()
        writer.write(2)
    writer.pack()
    writer.pack()
    follow.start()
    follow.settle()
    assert follow.known == set(range(11))
    before = len(follow.events)
    follow.start()
    follow.settle()
    assert len(follow.events) == before


def test_a_rotation_while_what_was_put_aside_is_looked_for_passes_nothing_over(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, follow = Writer(path), Follow(path)
    began = path.stat().st_mtime_ns - 10**10
    for turn in range(4):
        writer.write(2)
        os.utime(path, ns=(began, began + turn * 10**9))
        if turn == 0:
            follow.settle()
        if turn < 3:
            writer.rename()
            writer.reopen()
    path.with_name("events.ndjson.3").unlink()  # it was read to its end
    opened: list[Path] = []

    def opens(name: Path, *rest: Any) -> Tail:
        opened.append(name)
        if len(opened) == 2:  # the first of those beside it, which is another one from now on
            writer.rename()
            writer.reopen()
        return Tail(name, *rest)

    monkeypatch.setattr(file, "Tail", opens)
    follow.start()
    follow.settle()
    writer.write()
    follow.settle()
    assert sorted(follow.known) == list(range(writer.written))


def test_a_name_that_was_not_listed_while_files_were_renamed_is_looked_for_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, follow = Writer(path), Follow(path)
    writer.write(2)
    follow.settle()
    writer.rename()
    writer.write(2)
    writer.reopen()
    writer.write(2)
    listed: list[int] = []

    def lists(folder: Path) -> Iterator[os.DirEntry[str]]:
        listed.append(len(listed))
        entries = list(scandir(folder))
        return iter(entries if len(listed) > 1 else [one for one in entries if not one.name.endswith(".1")])

    scandir = os.scandir
    monkeypatch.setattr(file.os, "scandir", lists)
    follow.start()
    follow.settle()
    assert sorted(follow.known) == list(range(6))


def test_what_was_put_aside_before_the_first_start_is_left_alone(path: Path) -> None:
    writer = Writer(path)
    writer.write(2)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    writer.rename()
    writer.reopen()
    writer.write()
    follow = Follow(path)
    follow.settle()
    assert follow.events == ["e2"]
    follow.start()
    follow.settle()
    assert follow.events == ["e2"]


def test_a_shorter_file_in_its_place_is_another_one(path: Path) -> None:
    writer, follow = Writer(path), Follow(path)
    writer.write(5)
    follow.settle()
    path.write_bytes(line(70) + b"\n")
    follow.settle()
    assert follow.events[5:] == ["e70"]
    other = path.with_name("new")
    other.write_bytes(line(80) + b"\n")
    other.replace(path)
    follow.settle()
    assert follow.events[6:] == ["e80"]


def test_a_file_written_anew_to_the_same_size_at_the_same_time_is_another_one(path: Path) -> None:
    follow = Follow(path)
    path.write_bytes(line(1) + b"\n")
    os.utime(path, (2_000_000_000, 2_000_000_000))
    follow.settle()
    path.write_bytes(line(2) + b"\n")
    os.utime(path, (2_000_000_000, 2_000_000_000))
    follow.settle()
    assert follow.events == ["e1", "e2"]


def test_a_line_too_long_costs_itself(path: Path) -> None:
    follow = Follow(path)
    with path.open("wb") as file:
        file.write(line(0) + b"\n" + line(1, "x" * 3_000_000))
    follow.settle()
    follow.start()
    follow.settle()
    with path.open("ab") as file:
        file.write(b"\n" + line(2) + b"\n")
    follow.settle()
    assert follow.events == ["e0", "e2"]
    assert [(bad.line, bad.reason, len(bad.raw)) for bad in follow.rejected] == [(2, "line.long", 4096)]


ACTS = ("write", "half", "rename", "reopen", "cut", "pack", "look", "settle", "kill", "lose")


@settings(max_examples=60)
@given(st.lists(st.sampled_from(ACTS), max_size=25))
@example(["write", "cut", "cut", "look", "pack", "kill"])
def test_nothing_is_lost_whatever_happens_in_whatever_order(acts: list[str]) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        writer, follow = Writer(folder / "e.ndjson"), Follow(folder / "e.ndjson")
        # From the first look on; what was put aside before is not the daemon's.
        follow.settle()
        for act in acts:
            if act == "write":
                writer.write(3)
            elif act == "half":
                writer.write_half()
            elif act == "rename":
                writer.reopen()  # to one that lost its name twice nobody writes
                writer.rename()
            elif act == "reopen":
                writer.reopen()
            elif act == "cut":
                writer.reopen()
                writer.copy_and_cut()
            elif act == "pack":
                writer.pack()
            elif act == "look":
                follow.look()
            elif act == "settle":
                follow.settle(6)
            elif act == "kill":
                follow.start()
            else:
                follow.look(kept=False)
        writer.reopen()
        writer.write()
        for _ in range(8):
            follow.settle(6)
        assert follow.known == set(range(writer.written))
        assert follow.rejected == []
        again = list(follow.events)
        follow.start()
        follow.settle()
        assert follow.events == again
    finally:
        shutil.rmtree(folder)
