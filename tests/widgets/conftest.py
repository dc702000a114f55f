"""What the tests of the widgets share."""

from __future__ import annotations

from tests.quick_pilot import load as load_quick_pilot

load_quick_pilot()
