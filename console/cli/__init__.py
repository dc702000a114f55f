"""The `rings` command. Each sub-command is a module of its own, loaded when it is asked for."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from console.locale.catalogue import Catalogue

VERSION = "0.1.0"

COMMANDS = {
    "run": "run",
    "demo": "demo",
    "replay": "replay",
    "ingest": "ingest",
    "serve": "serve",
    "status": "status",
    "watch": "watch",
    "ack": "ack",
    "on-call": "on_call",
    "breaches": "breaches",
    "report": "report",
    "handover": "handover",
    "explain": "explain",
    "norms": "norms",
    "phrases": "phrases",
    "site": "site",
    "users": "users",
    "refusals": "refusals",
    "rejects": "rejects",
    "audit": "audit",
    "doctor": "doctor",
    "backup": "backup",
    "restore": "restore",
    "retain": "retain",
    "web": "web",
    "paths": "paths",
}
"""Sub-commands, and the module of this package that carries each out with its `main(arguments) -> int`."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""Why what is printed may not get out; a store in which this happens says so itself."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `rings` with `arguments` (default: the process's own); answers the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in ("-V", "--version"):
        print(f"rings {VERSION}")
        return 0
    asks = bool(words) and words[0] in ("-h", "--help", "help")
    name = "run" if not words or words[0].startswith("-") else words.pop(0)
    if name not in COMMANDS and not asks:
        print(f"rings: {_say()('cli.no_command', name=repr(name))}", file=sys.stderr)
        return 2
    _open_output()
    try:
        code = _help(words) if asks else _command(name, words)
        return code if _flushed(name) else 3
    except BrokenPipeError:
        # Whoever read us has had enough (`rings breaches | head`).
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.filename is None and error.errno in _FULL:
            return _unwritten(name, error)
        if str(error.filename) in words:
            print(f"rings {name}: {error.filename!r:.200}: {error.strerror}", file=sys.stderr)
            return 3 if name == "status" else 2
        return _crash(name, error) if _flushed(name) else 3
    except UnicodeEncodeError as error:
        if not any(map(_undecoded, words)):
            return _crash(name, error)
        print(f"rings {name}: {_say()('cli.not_text')}", file=sys.stderr)
        return 3 if name == "status" else 2
    except Exception as error:
        return _crash(name, error) if _flushed(name) else 3


def _undecoded(word: str) -> bool:
    """Whether a word came as bytes that are no text; files may have such names, nothing else has."""
    return any("\ud800" <= character <= "\udfff" for character in word)


def _open_output() -> None:
    """Make stdout take all that is printed: one that was closed, and one that knows few characters. What else
    was closed is empty or goes nowhere: complaints that find no stderr would stand among the data."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        import os

        sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115
        sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if (getattr(sys.stdout, "encoding", None) or "utf-8").lower() not in ("utf-8", "utf8"):
        from console.cli.narrow import spell_out

        spell_out(sys.stdout)


def _flushed(name: str) -> bool:
    """Whether all that was printed got out; else one line says why not."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _unwritten(name, error)
        return False
    return True


def _unwritten(name: str, error: OSError) -> int:
    """Say why what was printed did not get out, once; answers the exit code."""
    import os

    why = error.strerror or str(error)
    print(f"rings {name}: {_say()('cli.output', why=why)}", file=sys.stderr)
    # What is left of it would be tried again, and complained of, at the very end.
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    return 3


def _command(name: str, words: list[str]) -> int:
    module = __import__(f"console.cli.{COMMANDS[name]}", fromlist=["main"])
    code: int = module.main(words)
    return code


def _crash(name: str, error: Exception) -> int:
    """Nobody is shown a traceback: it goes to the log, and one line says where. Answers the exit code."""
    import os
    import traceback

    from console.paths import log_path

    say = _say()
    path = log_path(os.environ)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True, mode=0o700)
        with open(path, "a", encoding="utf-8") as log:
            log.write("".join(traceback.format_exception(error)))
    except OSError:
        path = "-"
    text = say("cli.crash", error=f"{type(error).__name__}: {error}".splitlines()[0][:200], log=path)
    print(f"rings {name}: {text}", file=sys.stderr)
    return 3


def _say() -> Catalogue:
    import os

    from console.locale.catalogue import choose, load

    return load(choose(None, os.environ))


def _help(words: Sequence[str]) -> int:
    from console.cli.common import catalogue, language_of

    say = catalogue(language_of(words))
    print(f"{say('cli.title')}\n\n{say('cli.usage')}\n")
    for name in COMMANDS:
        print(f"  rings {name:<10} {say(f'cli.command.{name}')}")
    print(f"\n{say('cli.more')}")
    return 0
