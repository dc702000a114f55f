"""`rings paths`: where the store, the log and the data that come with the program are."""

from __future__ import annotations

import os
from collections.abc import Sequence

from console import paths
from console.cli.common import Parser, chosen_store, print_json


def main(words: Sequence[str]) -> int:
    parser = Parser("paths", words, "rings paths --json")
    parser.shared("json")
    options = parser.options()
    places = {
        "store": str(chosen_store(options)),
        "log": paths.log_path(os.environ),
        "fixtures": paths.fixtures(),
    }
    if options.json:
        print_json(places)
    else:
        for name, place in places.items():
            print(f"{name:<9} {place}")
    return 0
