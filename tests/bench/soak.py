"""The robot for as long as there is time: tens of thousands of keys on a churning queue, seed after seed.

    python -m tests.bench.soak [--seconds S] [--operations N] [--seed FIRST] [--each N]

Stops at the first thing that must not be, with its seed and the last 40 operations; the seed is added to the
list that the suite replays.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.ui import robot
from tests.ui.robot_sight import RobotError

SEEDS = Path(__file__).resolve().parent.parent / "ui" / "robot_seeds.txt"


def main() -> int:
    """Let robots loose until the time is up or the operations are done."""
    arguments = _arguments()
    started = time.monotonic()
    seed, done = arguments.seed, 0
    while done < arguments.operations and time.monotonic() - started < arguments.seconds:
        left = arguments.seconds - (time.monotonic() - started)
        operations = min(arguments.each, arguments.operations - done)
        with tempfile.TemporaryDirectory() as folder:
            try:
                done += asyncio.run(robot.run(Path(folder, "rings.db"), seed, operations, seconds=left))
            except RobotError as error:
                print(error, file=sys.stderr)
                _keep(seed, error.operations, str(error).splitlines()[0])
                print(f"after {done} operations that ran clean: seed {seed}", file=sys.stderr)
                return 1
        print(f"seed {seed}: {done} operations, {time.monotonic() - started:.0f} s", flush=True)
        seed += 1
    took = time.monotonic() - started
    print(
        f"clean: {done:,} operations on two consoles, seeds {arguments.seed} to {seed - 1}, in {took:.0f} s: "
        "every command touched what the screen named, nothing raised, the focus was always in view"
    )
    return 0


def _keep(seed: int, operations: int, why: str) -> None:
    """Add a seed to those that the suite replays."""
    lines = SEEDS.read_text(encoding="utf-8").splitlines()
    if not any(line.split()[:1] == [str(seed)] for line in lines):
        SEEDS.write_text("\n".join([*lines, f"{seed} {operations}  {why[:80]}"]) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=3_600.0, help="how long at most")
    parser.add_argument("--operations", type=int, default=30_000, help="how many at most")
    parser.add_argument("--seed", type=int, default=1_000, help="the first seed; the next one follows it")
    parser.add_argument("--each", type=int, default=500, help="operations on one store")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
