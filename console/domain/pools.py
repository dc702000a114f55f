"""Where effects wait of which only a share is drawn."""

from __future__ import annotations

POOL = "sample"
"""What stands where the kind of an item would: nothing there is one."""


def pool(norm: str) -> str:
    """The target of each effect of a norm that wants a share."""
    return f"{POOL}/{norm}"
