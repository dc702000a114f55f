"""Files as their writers write them, and what a follower finds in them."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from pathlib import Path

from console.domain.event import Event, Rejected
from console.feeds.follow.file import FileFollower
from console.feeds.follow.settings import FollowedFile
from console.service.position import Position


def line(number: int, extra: str = "") -> bytes:
    """An event as a line, without its end."""
    fields = {
        "specversion": "1.0",
        "source": "crm",
        "id": f"e{number}",
        "type": "ticket.opened",
        "subject": f"ticket/{number}",
        "time": "2026-03-02T01:00:00Z",
        "data": {"text": extra},
    }
    return json.dumps(fields).encode()


class Writer:
    """A program that writes events to a file, and what makes room for it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written = 0
        self.half = b""
        self.file = path.open("ab", buffering=0)

    def write(self, count: int = 1) -> None:
        for _ in range(count):
            if self.half:
                self.file.write(self.half + b"\n")
                self.half = b""
            else:
                self.file.write(line(self.written) + b"\n")
                self.written += 1

    def write_half(self) -> None:
        if not self.half:
            whole = line(self.written)
            self.written += 1
            self.file.write(whole[:40])
            self.half = whole[40:]

    def rename(self) -> None:
        """What logrotate does, the writer keeping the old file open until `reopen`."""
        self._shift()
        os.rename(self.path, self._other(1))
        self.path.touch()

    def reopen(self) -> None:
        if self.half:
            self.write()
        self.file.close()
        self.file = self.path.open("ab", buffering=0)

    def copy_and_cut(self) -> None:
        """Its `copytruncate`, with nothing written in between."""
        if self.half:
            self.write()
        self._shift()
        shutil.copy(self.path, self._other(1))
        os.truncate(self.path, 0)

    def pack(self) -> None:
        """The oldest of what was put aside is packed, keeping its time."""
        for number in range(9, 0, -1):
            plain = self._other(number)
            if plain.exists() and not os.path.samestat(plain.stat(), os.fstat(self.file.fileno())):
                times = plain.stat()
                packed = plain.with_name(plain.name + ".gz")
                packed.write_bytes(gzip.compress(plain.read_bytes()))
                os.utime(packed, ns=(times.st_atime_ns, times.st_mtime_ns))
                plain.unlink()
                return

    def _shift(self) -> None:
        for number in range(30, 0, -1):
            for suffix in ("", ".gz"):
                old = self.path.with_name(f"{self.path.name}.{number}{suffix}")
                if old.exists():
                    old.rename(self.path.with_name(f"{self.path.name}.{number + 1}{suffix}"))

    def _other(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")


class Follow:
    """A follower, and the store as far as it concerns it: what was taken, with the positions."""

    def __init__(self, path: Path) -> None:
        self.settings = FollowedFile("crm", path)
        self.time = 0.0
        self.positions: dict[str, Position] = {}
        self.events: list[str] = []
        self.rejected: list[Rejected] = []
        self.start()

    def start(self) -> None:
        """A new life, which knows what the store knows."""
        known = sorted(self.positions.values(), key=lambda place: place.modified)
        self.follower = FileFollower(self.settings, known, lambda: self.time)

    def look(self, kept: bool = True) -> bool:
        """One look; it is not `kept` where a kill came before the transaction. Answers whether to go on."""
        step = self.follower.step()
        if kept:
            self.events += [each.id for each in step.readings if isinstance(each, Event)]
            self.rejected += [each for each in step.readings if isinstance(each, Rejected)]
            self.positions.update((place.part, place) for place in step.positions)
            for part in step.dropped:
                self.positions.pop(part, None)
        else:
            self.start()
        return step.more

    def settle(self, seconds: float = 0.25) -> None:
        """Look until nothing is left."""
        self.time += seconds
        while self.look():
            pass

    @property
    def known(self) -> set[int]:
        return {int(name[1:]) for name in self.events}
