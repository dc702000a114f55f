"""Which verdicts a store's rows were worked out with."""

from __future__ import annotations

FOLD_VERSION = 7
"""Raised whenever the same events would fold to something else: open items are then worked out anew."""
