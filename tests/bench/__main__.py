"""`make bench`: every bench in turn, the machine's noise before each; at the end all figures with a bar."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.bench import noise
from tests.bench.verdict import MISSED, is_verdict

HERE = Path(__file__).parent


def run(name: str) -> tuple[int, list[str]]:
    """Run a bench, and print what it prints: its return code and its verdicts."""
    command = [sys.executable, "-u", "-m", f"tests.bench.{name}"]
    told: list[str] = []
    with subprocess.Popen(command, cwd=HERE.parents[1], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            if is_verdict(line):
                told.append(line)
    return process.returncode, told


def main() -> int:
    names = sys.argv[1:] or sorted(path.stem for path in HERE.glob("bench_*.py"))
    began = time.perf_counter()
    verdicts: list[str] = []
    failed: list[str] = []
    for name in names:
        print(f"\n== {name}\n{noise.line()}", flush=True)
        start = time.perf_counter()
        code, told = run(name)
        verdicts += told
        if code:
            failed.append(name)
        print(f"({name} took {time.perf_counter() - start:.0f} s)", flush=True)
    missed = sum(line.startswith(MISSED) for line in verdicts)
    print(f"\n== all figures that have a bar: {len(verdicts) - missed} held, {missed} missed")
    print(*verdicts, sep="", end="")
    print(f"({(time.perf_counter() - began) / 60:.0f} minutes; {noise.line()})")
    if failed:
        print(f"did not come to an end, or say of themselves that they failed: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
