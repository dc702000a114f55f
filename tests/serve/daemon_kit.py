"""`rings serve` as a process of its own, which a test can kill at any moment."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import MappingProxyType
from typing import Any

from console.cli.serve import main
from tests.forked import CONTEXT

LOOKS = 3000
"""So often, every 20 ms, is looked for what is waited for: a busy machine is no fault."""


def run(config: str, log: str) -> None:
    """What the process does: the command, its complaints and its log in a file."""
    with open(log, "ab") as file:
        os.dup2(file.fileno(), 2)
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    os.environ.pop("RINGS_STORE", None)
    os.environ["LC_ALL"] = "C.UTF-8"
    sys.exit(main(["--config", config]))


class Daemon:
    """`rings serve` on a store of its own. `secrets` are files beside its settings."""

    def __init__(self, folder: Path, config: str, secrets: Mapping[str, str] = MappingProxyType({})) -> None:
        self.store, self.config, self.log = folder / "rings.db", folder / "serve.toml", folder / "log"
        for name, text in secrets.items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o600)
        self.config.write_text(f'store = "{self.store}"\n{config}')
        self.log.touch()
        self._heard = 0
        self.process: BaseProcess | None = None

    async def __aenter__(self) -> Daemon:
        self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process is not None:
            await self.stop(signal.SIGKILL)

    def start(self) -> None:
        self.process = CONTEXT.Process(target=run, args=(str(self.config), str(self.log)), daemon=True)
        self.process.start()

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to; answers its exit code."""
        process, pid, self.process = self.process, self.pid, None
        os.kill(pid, number)
        assert process is not None
        await asyncio.to_thread(process.join, 30)
        code = process.exitcode
        assert code is not None, "it does not end"
        return code

    async def kill(self) -> None:
        assert await self.stop(signal.SIGKILL) == -signal.SIGKILL

    @property
    def pid(self) -> int:
        assert self.process is not None
        assert self.process.pid is not None
        return self.process.pid

    @property
    def told(self) -> list[dict[str, Any]]:
        """Its log, of all of its lives."""
        whole, _, _ = self.log.read_text(encoding="utf-8").rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]

    async def says(self, event: str) -> dict[str, Any]:
        """Wait for a line of the log, later than the one that was waited for last."""
        for _ in range(LOOKS):
            for number, line in enumerate(self.told[self._heard :], self._heard + 1):
                if line["event"] == event:
                    self._heard = number
                    return line
            await asyncio.sleep(0.02)
        raise AssertionError(f"{event} was never said: {self.told}")

    async def said(self, event: str, *reasons: str) -> None:
        """Wait until the log has said `event` for these reasons."""
        for _ in range(LOOKS):
            if [line.get("reason") for line in self.told if line["event"] == event] == list(reasons):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(self.told)

    def rows(self, sql: str) -> list[Any]:
        """The rows of a query; none while there is no such store yet."""
        try:
            with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as db:
                return db.execute(sql).fetchall()
        except sqlite3.OperationalError:
            return []

    async def until(self, sql: str, *wanted: object) -> None:
        """Wait until the one row of a query is that, or where none is given is true."""
        for _ in range(LOOKS):
            rows = self.rows(sql)
            if rows and (rows[0] == wanted if wanted else all(rows[0])):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{sql}: {rows}\n{self.told[-10:]}")

    async def count(self, sql: str, number: int) -> list[Any]:
        """Wait until a query gives so many rows."""
        for _ in range(LOOKS):
            if len(rows := self.rows(sql)) == number:
                return rows
            await asyncio.sleep(0.02)
        raise AssertionError(f"{sql}: {rows}\n{self.told[-10:]}")
