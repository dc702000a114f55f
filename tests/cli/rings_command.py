"""`rings` as a process of its own, forked from a server that has its modules: words in, streams out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from console.cli import main
from tests.conftest import ROOT
from tests.forked import CONTEXT


class Answer(NamedTuple):
    """What a command left behind."""

    returncode: int
    stdout: bytes
    stderr: bytes


def _run(words: tuple[str, ...], environ: dict[str, str], streams: str) -> None:
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environ)
    for number, name in enumerate(("in", "out", "err")):
        flags = os.O_RDONLY if name == "in" else os.O_WRONLY | os.O_CREAT
        os.dup2(os.open(os.path.join(streams, name), flags), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
    code = main(words)
    sys.stdout.flush()
    os._exit(code)


def command(*words: str, environ: Mapping[str, str], stdin: bytes = b"") -> Answer:
    """Run `rings WORDS`."""
    with TemporaryDirectory() as folder:
        streams = Path(folder)
        (streams / "in").write_bytes(stdin)
        process = CONTEXT.Process(target=_run, args=(words, dict(environ), folder))
        process.start()
        process.join()
        code = process.exitcode
        assert code is not None
        return Answer(code, (streams / "out").read_bytes(), (streams / "err").read_bytes())


class Rings:
    """`rings` on a store of its own."""

    def __init__(self, store: Path) -> None:
        self.store = store

    def __call__(self, *words: str, stdin: bytes = b"", lang: str = "C.UTF-8") -> Answer:
        environ = {**os.environ, "RINGS_STORE": str(self.store), "LANG": lang, "LC_ALL": lang}
        return command(*words, environ=environ, stdin=stdin)

    def json(self, *words: str) -> list[dict[str, Any]]:
        """The objects that a command prints with `--json`."""
        return [json.loads(line) for line in self(*words, "--json").stdout.splitlines()]
