"""How noisy the machine is while a bench runs: the spread of a fixed piece of work."""

from __future__ import annotations

import os
import statistics
import time

ROUNDS = 40


def _work() -> float:
    began = time.perf_counter()
    total = 0
    for number in range(60_000):
        total += number * number % 7
    return time.perf_counter() - began


def line() -> str:
    """One line: how much longer than at its best the same work takes, and the load.

    On a quiet machine the median is below 1.1 and the slowest below 1.5; figures taken on a noisier one are
    to be read as ratios of what was measured in turn, and p99s with a grain of salt.
    """
    taken = sorted(_work() for _ in range(ROUNDS))
    middle, worst = statistics.median(taken) / taken[0], taken[-1] / taken[0]
    load = os.getloadavg()[0]
    return (
        f"noise: the same work takes {middle:.2f} (median) to {worst:.2f} (slowest of {ROUNDS}) times its "
        f"best; load {load:.1f} on {os.cpu_count()} cores"
    )


if __name__ == "__main__":
    print(line())
