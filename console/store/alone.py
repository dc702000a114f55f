"""Whether anybody else has a file open: at work in it, which SQLite's locks tell, or not."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path


class InUse(Exception):
    """Others have the file open; `who` are their process ids, as far as they can be seen from here."""

    def __init__(self, who: list[int]) -> None:
        super().__init__(who)
        self.who = who


@contextlib.contextmanager
def alone(path: Path) -> Iterator[Callable[[], bool]]:
    """Be the only one who has `path` open. What is yielded says whether that is still so. Raises InUse.

    Linux gives a lease on a file only while nobody else has it open, in whatever container or under whatever
    user; whoever opens it then waits until the lease is given back, and the holder is told. Where there are
    no leases (other systems, network file systems, others' files), the processes that can be seen are looked
    through. This process may have no SQLite connection to the file: closing it here would drop its locks.
    """
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    before = _ignore_breaks()
    try:
        leased = _lease(handle)
        if leased is None or (not leased and not _leases_hold(path.parent)):
            if who := users(path):
                raise InUse(who)
            yield lambda: True
        elif not leased:
            raise InUse(users(path))
        else:
            yield lambda: fcntl.fcntl(handle, fcntl.F_GETLEASE) == fcntl.F_WRLCK
    finally:
        os.close(handle)  # and with it the lease
        if before is not None:
            signal.signal(signal.SIGIO, before)


def users(path: Path) -> list[int]:
    """Other processes that have `path` open, where the system shows them (/proc)."""
    wanted = path.stat()
    found = set()
    for process in filter(str.isdecimal, os.listdir("/proc") if os.path.isdir("/proc") else ()):
        with contextlib.suppress(OSError):
            for name in os.listdir(f"/proc/{process}/fd"):
                with contextlib.suppress(OSError):
                    one = os.stat(f"/proc/{process}/fd/{name}")
                    if (one.st_dev, one.st_ino) == (wanted.st_dev, wanted.st_ino):
                        found.add(int(process))
    return sorted(found - {os.getpid()})


def _ignore_breaks() -> signal._HANDLER | None:
    """Somebody who wants to open the file is told of by a signal, which would end this process."""
    try:
        return signal.signal(signal.SIGIO, signal.SIG_IGN)
    except ValueError:  # not the main thread
        return None


def _lease(handle: int) -> bool | None:
    """Whether the lease was given; None where there are none."""
    if not hasattr(fcntl, "F_SETLEASE"):
        return None
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    except OSError as error:
        return False if error.errno == errno.EAGAIN else None
    return True


def _leases_hold(folder: Path) -> bool:
    """Whether a file that nobody else can have open is given a lease: some file systems always refuse."""
    import tempfile

    made, name = tempfile.mkstemp(dir=folder)
    os.close(made)
    probe = os.open(name, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return bool(_lease(probe))
    finally:
        os.close(probe)
        os.unlink(name)
