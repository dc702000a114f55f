"""Moments as the floor writes them: in the site's zone, and marked where the viewer's is another."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from console.domain.frozen import frozen
from console.domain.instants import MINUTE, Millis, to_datetime, to_millis

_CLOCK = r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])"


@frozen
class Times:
    """Writes moments in the `site`'s zone; `viewer` is the zone of the person who reads them."""

    site: tzinfo
    viewer: tzinfo | None = None

    def at(self, moment: Millis) -> datetime:
        """The moment on the site's clock."""
        return to_datetime(moment).astimezone(self.site)

    def minute(self, moment: Millis, now: Millis) -> str:
        """`09:31`, with the day before it when that is not today."""
        return self._near(moment, now, "%H:%M")

    def second(self, moment: Millis, now: Millis) -> str:
        """`09:31:07`, with the day before it when that is not today."""
        return self._near(moment, now, "%H:%M:%S")

    def exact(self, moment: Millis, now: Millis) -> str:
        """`09:31:07.204`, with the day before it when that is not today."""
        return f"{self.second(moment, now)}.{moment % 1000:03d}"

    def coming(self, text: str, now: Millis) -> Millis | None:
        """The moment that somebody typed: `14:30`, the next time the site's clock shows it, or minutes from
        now; None where it is neither."""
        if text.isascii() and text.isdigit() and len(text) <= 4:
            return now + int(text) * MINUTE
        parts = re.fullmatch(_CLOCK, text)
        if parts is None:
            return None
        here = self.at(now)
        when = here.replace(hour=int(parts[1]), minute=int(parts[2]), second=0, microsecond=0)
        return to_millis(when if when > here else when + timedelta(days=1))

    def zone_mark(self, now: Millis) -> str:
        """The site's offset, `+08:00`, where the viewer's clock shows another time; else empty."""
        if self.viewer is None:
            return ""
        there, here = self.at(now), to_datetime(now).astimezone(self.viewer)
        return "" if there.utcoffset() == here.utcoffset() else f"{there:%z}"[:3] + ":" + f"{there:%z}"[3:]

    def _near(self, moment: Millis, now: Millis, form: str) -> str:
        when = self.at(moment)
        return when.strftime(form if when.date() == self.at(now).date() else f"%m-%d {form}")
