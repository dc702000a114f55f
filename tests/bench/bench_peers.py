"""The queue beside other programs, all seen from outside in terminals of 200x50.

First paint; bytes and processor time a second while it is left alone; from a key to the last byte it caused.

What isn't installed is left out; `PEERS` may name a folder with more programs (a venv's `bin`). What they
show differs, so these are places in a field, not a race: htop and btop show processes, visidata and harlequin
stand still, and the plain table is a Textual `DataTable` with as many rows and clocks as the queue.
"""

from __future__ import annotations

import csv
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench.bench_wire import COLUMNS, LATIN, rows
from tests.bench.floors import lay
from tests.bench.outside import Program
from tests.bench.verdict import verdict

OPEN = 1_000
ROUNDS = 3
KEYS = 20
ALONE_S = 8.0
QUIET_S = 0.05
"""A key's answer is over when nothing came for so long."""


class Peer(NamedTuple):
    """A program: how to start it, what it shows first, and the keys that go down and up a row."""

    name: str
    command: Sequence[str]
    shows: bytes
    keys: tuple[bytes, bytes] = (b"\x1b[B", b"\x1b[A")


class Figures(NamedTuple):
    """Seconds to the first paint; bytes and processor time a second; seconds and bytes a key."""

    paint: float
    bytes_s: float
    cpu: float
    key_s: float
    key_bytes: float


def peers(folder: Path) -> list[Peer]:
    """All that could be here."""
    store, table = folder / "rings.db", folder / "rows.csv"
    lay(store, OPEN)
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.key for column in COLUMNS])
        writer.writerows([row.cells[column.key].text for column in COLUMNS] for row in rows(LATIN, 0, OPEN))
    return [
        Peer("rings", [sys.executable, "-m", "console", "run", "--store", str(store)], b"ticket"),
        Peer("DataTable", [sys.executable, "-m", "tests.bench.peer_table"], b"ticket"),
        Peer("htop -d 10", ["htop", "-d", "10"], b"PID"),
        Peer("btop", ["btop", "--utf-force"], b"cpu"),
        Peer("visidata", ["vd", str(table)], b"ticket", (b"j", b"k")),
        Peer("harlequin", ["harlequin", "-a", "sqlite", str(store)], b"Run Query"),
    ]


def measure(peer: Peer) -> Figures | str:
    """Its figures, or why there are none."""
    paints = []
    for _ in range(ROUNDS - 1):
        program = Program(peer.command)
        paints.append(program.wait_for(peer.shows, 20))
        program.close()
    program = Program(peer.command)
    try:
        paints.append(program.wait_for(peer.shows, 20))
        seen = [paint for paint in paints if paint is not None]
        if not seen:
            return f"never showed {peer.shows.decode()!r}: {program.tail[-60:]!r}"
        program.drain(3)
        before, began = program.cpu(), time.perf_counter()
        sent = program.drain(ALONE_S)
        alone = time.perf_counter() - began
        cpu = program.cpu() - before
        taken, sizes = [], []
        for index in range(KEYS):
            program.drain(0.15)
            began, last, size = time.perf_counter(), 0.0, 0
            program.type(peer.keys[index % 2])
            while data := program.read(QUIET_S if size else 1.0):
                last, size = time.perf_counter() - began, size + len(data)
            if size:
                taken.append(last)
                sizes.append(size)
        return Figures(
            statistics.median(seen),
            sent / alone,
            cpu / alone,
            statistics.median(taken) if taken else float("nan"),
            statistics.median(sizes) if sizes else 0,
        )
    finally:
        program.close()


def main() -> None:
    os.environ["PATH"] = os.pathsep.join(filter(None, (os.environ.get("PEERS"), os.environ["PATH"])))
    print(f"programs at 200x50, {OPEN:,} rows where they show rows")
    print(f"{'':12} {'first paint':>12} {'left alone':>12} {'core':>7} {'key':>9} {'a key':>9}")
    taken: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as text:
        for peer in peers(Path(text)):
            if shutil.which(peer.command[0]) is None:
                print(f"{peer.name:12} not installed")
                continue
            found = measure(peer)
            if isinstance(found, str):
                print(f"{peer.name:12} {found}")
                continue
            taken[peer.name] = found
            print(
                f"{peer.name:12} {1000 * found.paint:9.0f} ms {found.bytes_s:8,.0f} B/s "
                f"{100 * found.cpu:6.1f}% {1000 * found.key_s:6.1f} ms {found.key_bytes:7,.0f} B"
            )
    if "rings" in taken and "htop -d 10" in taken:
        ours, htop = taken["rings"], taken["htop -d 10"]
        verdict("bytes a second left alone at 200x50, over htop's", ours.bytes_s / htop.bytes_s, 1)
        verdict("processor left alone at 200x50, over htop's", ours.cpu / htop.cpu, 1.3)


if __name__ == "__main__":
    main()
