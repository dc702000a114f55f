"""Messages to people through apprise: WeCom, DingTalk, Feishu, Bark, ServerChan, e-mail, ntfy and a hundred
more, each named by one URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from console.outbox.postman import Sent
from console.outbox.refusals import listen

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.service.notice import Notice

EXTRA = "three-rings[notify]"


class NoLibrary(Exception):
    """The library that this needs is not installed; EXTRA names what brings it."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to people. `serves` are the roles and persons whom it reaches, `url` is apprise's and secret.
    `repeats`: a message may arrive twice with no harm, so one that may be lost is sent again."""

    name: str
    serves: frozenset[str]
    url: str = field(repr=False)
    language: str = ""
    repeats: bool = True


def library() -> Any:
    """apprise, loaded when it is first needed: it is large. Raises NoLibrary."""
    try:
        import apprise
    except ImportError:
        raise NoLibrary(EXTRA) from None
    return apprise


def usable(url: str) -> bool:
    """Whether apprise knows what to do with this URL. Raises NoLibrary."""
    return library().Apprise.instantiate(url, suppress_exceptions=True) is not None


class PeopleSender:
    """Sends messages through one channel."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    @property
    def name(self) -> str:
        return self._channel.name

    @property
    def repeats(self) -> bool:
        return self._channel.repeats

    def send(self, notice: Notice, now: Millis) -> Sent:
        try:
            apprise = library()
        except NoLibrary:
            return Sent(False, "no_library", never=True)
        asset = apprise.AppriseAsset(app_id="Three Rings", app_desc="Three Rings", app_url="")
        told = apprise.Apprise(asset=asset)
        if not told.add(self._channel.url):
            return Sent(False, "bad_url", never=True)
        refused = listen(told[0])
        done = told.notify(
            title=str(notice.data.get("title", "")),
            body=str(notice.data.get("body", "")),
            notify_type=apprise.NotifyType.FAILURE,
            body_format=apprise.NotifyFormat.TEXT,
        )
        if done:
            return Sent(True)
        # Where the service itself said no, it has not got it. Else nobody knows: apprise tells no more.
        return Sent(False, refused[-1]) if refused else Sent(False, "refused", maybe=True)
