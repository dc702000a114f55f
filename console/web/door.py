"""Who may come in: under which names a page may be asked for, and which pages may open a seat."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from console.domain.frozen import frozen

WIDTHS = (20, 400)
HEIGHTS = (8, 160)
"""Sizes of a screen in cells that a browser may ask for."""


def loopback(host: str) -> bool:
    """Whether nobody but this machine can reach what listens at `host`."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def clamped(value: object, least_most: tuple[int, int], default: int) -> int:
    """A size that somebody else named, within what is sensible."""
    try:
        number = int(str(value)[:6])
    except ValueError:
        return default
    return max(least_most[0], min(least_most[1], number))


@frozen
class Door:
    """Judges requests to what listens at `host` and `port`; `url` is the address that people type where
    something stands in front (empty: nothing does).

    A page of somebody else's that is open in the same browser may open sockets to here: it is known by its
    origin. One whose name was made to lead here is known by the name that the browser asks for.
    """

    host: str
    port: int
    url: str = ""

    @property
    def public(self) -> str:
        """What people type."""
        bare = f"[{self.host}]" if ":" in self.host else self.host
        return self.url or f"http://{bare}:{self.port}/"

    @property
    def open_line(self) -> bool:
        """Whether PINs and all else go over a network in the clear."""
        return not self.url.startswith("https://") and not loopback(self.host)

    @property
    def _names(self) -> frozenset[str]:
        """The names under which this may be asked for; none where it could be any."""
        if not loopback(self.host) and not self.url:
            return frozenset()
        names = {f"localhost:{self.port}", f"127.0.0.1:{self.port}", f"[::1]:{self.port}"}
        return frozenset({*names, _place(self.public), f"{self.host}:{self.port}".lower()})

    def knows(self, host: str) -> bool:
        """Whether a request for `host` (its header) is meant for here."""
        return bool(host) and (not self._names or host.lower() in self._names)

    def lets_in(self, host: str, origin: str | None) -> bool:
        """Whether a page of `origin` may open a seat here; programs that are no browsers have none."""
        if not self.knows(host):
            return False
        if origin is None:
            return True
        place = _place(origin)
        return place == host.lower() or (bool(self.url) and place == _place(self.url))

    def socket(self, host: str) -> str:
        """Where a page that was asked for under `host` finds its seat."""
        if not self.url:
            return f"ws://{host}/ws"
        parts = urlsplit(self.url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}/ws"


def _place(url: str) -> str:
    """The host and port of an address, the port only where it is not its scheme's own."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    name = parts.netloc.rpartition("@")[2].lower()
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return name.rpartition(":")[0] if port is not None and port == usual else name
