"""A request's head, and an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_UNKNOWN = (401, 404)

PLAIN = "text/plain; charset=utf-8"


class Answer(Exception):
    """What is sent back: also raised, from wherever it turns out. `text` is one line; it holds no secret."""

    def __init__(
        self,
        status: int,
        text: str = "",
        *,
        kind: str = PLAIN,
        headers: Mapping[str, str] | None = None,
        close: bool = False,
    ) -> None:
        super().__init__(status, text)
        self.status = status
        self.body = (text if kind != PLAIN or not text else text + "\n").encode()
        self.kind = kind
        self.headers = dict(headers or {})
        # Who is not known gets one answer a connection: thousands of requests may stand behind each other.
        self.close = close or status in _UNKNOWN
        if status == 401:
            self.headers.setdefault("WWW-Authenticate", "Bearer")


@dataclass(frozen=True, slots=True)
class Head:
    """What comes before the body. Names of headers are in lower case; values are as they came."""

    method: str
    target: str
    headers: Sequence[tuple[str, bytes]]

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def one(self, name: str) -> str | None:
        """The value of a header that may stand once. Raises Answer where it stands twice or is no text."""
        values = [value for key, value in self.headers if key == name]
        if len(values) > 1:
            raise Answer(400, f"{name} stands twice")
        if not values:
            return None
        try:
            return values[0].decode("utf-8")
        except UnicodeDecodeError:
            raise Answer(400, f"{name} is not UTF-8") from None

    def media_type(self) -> str:
        """The content type without its parameters, in lower case; "" where there is none."""
        return (self.one("content-type") or "").partition(";")[0].strip().lower()
