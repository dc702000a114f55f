"""One line for each figure that has a bar: what it is, how it came out, and whether it held."""

from __future__ import annotations

HELD, MISSED = "held  ", "MISSED"


def verdict(name: str, figure: float, bar: float, *, least: bool = False) -> bool:
    """Print the figure beside its bar: the most that it may be or, with `least`, the least; whether it held.

    The runner shows these lines of all benches once more, together.
    """
    held = figure >= bar if least else figure <= bar
    word = "at least" if least else "at most"
    print(f"{HELD if held else MISSED}  {name:<72} {figure:>9,.2f}  {word} {bar:,g}", flush=True)
    return held


def is_verdict(line: str) -> bool:
    """Whether a line of a bench's output is one of these."""
    return line.startswith((f"{HELD}  ", f"{MISSED}  "))
