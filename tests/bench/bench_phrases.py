"""Looking through what was said: ten thousand phrases against ten, line by line in one run.

The ratio of the medians: 1 means that the length of the list costs nothing. The lines are cut as a recogniser
cuts them, and one in eight holds a phrase.
"""

from __future__ import annotations

import random
import statistics
import time

from console.phrases import Matcher

LETTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分"
    "对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
)
FEW, MANY, LINES, ROUNDS = 10, 10_000, 400, 9


def _list(phrases: list[str]) -> Matcher:
    quoted = ", ".join(f'"{phrase}"' for phrase in phrases)
    matcher = Matcher(f'[[set]]\nid = "forbidden"\nlevel = "alert"\nphrases = [{quoted}]\n')
    matcher.scan("", "您好")  # compiled once, when the first line comes
    return matcher


def _seconds(matcher: Matcher, lines: list[str]) -> float:
    begun = time.perf_counter()
    tail = ""
    for line in lines:
        _, tail = matcher.scan(tail, line)
    return time.perf_counter() - begun


def main() -> None:
    draw = random.Random(1)
    known = sorted({"".join(draw.choices(LETTERS, k=draw.randint(4, 8))) for _ in range(MANY + 500)})
    draw.shuffle(known)
    few, many = _list(known[:FEW]), _list(known[:MANY])
    ratios, each = [], []
    for _ in range(ROUNDS):
        # Others in each round: a matcher remembers what it has just seen.
        lines = ["".join(draw.choices(LETTERS, k=draw.randint(6, 30))) for _ in range(LINES)]
        lines = [line + (known[n % FEW] if n % 8 == 0 else "") for n, line in enumerate(lines)]
        short, long = _seconds(few, lines), _seconds(many, lines)
        ratios.append(long / short)
        each.append(long / LINES)
    print(
        f"phrases  {MANY} against {FEW}: {statistics.median(ratios):.2f} times the time, "
        f"{statistics.median(each) * 1e6:.0f} µs a line"
    )


if __name__ == "__main__":
    main()
