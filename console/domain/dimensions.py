"""The dimensions of service quality as data: which norms measure which."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

Dimensions = Mapping[str, tuple[str, ...]]
"""The norms of each dimension, by its name; `*` at the end of one takes in all that begin so."""


def parse_dimensions(text: str) -> Dimensions:
    """Read a file of dimensions (TOML, a table with `norms` for each). Raises ValueError."""
    found: dict[str, tuple[str, ...]] = {}
    for name, table in tomllib.loads(text).items():
        norms = table.get("norms") if isinstance(table, dict) else None
        if not isinstance(norms, list) or not all(isinstance(norm, str) for norm in norms):
            raise ValueError(f'{name}: norms = ["call.wait", "callback.*"]')
        found[name] = tuple(norms)
    return found


def dimension_of(norm: str, dimensions: Dimensions) -> str:
    """The dimension that a norm measures; empty where none names it."""
    for name, norms in dimensions.items():
        if any(norm == one or (one.endswith("*") and norm.startswith(one[:-1])) for one in norms):
            return name
    return ""
