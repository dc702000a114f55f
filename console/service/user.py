"""Who signs in, and what the store keeps of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from console.domain.frozen import frozen

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.tries import Tries


@frozen
class User:
    """Somebody who may sign in. `role` is empty where the settings say what they are; `pin` is the salted
    hash of their PIN (empty: none), set at `changed`."""

    name: str
    role: str = ""
    pin: str = ""
    added: Millis = 0
    changed: Millis | None = None


@frozen
class Proof:
    """What came of a name and a PIN: `user` is who it is. Where it is nobody, `reason` says why, as a
    catalogue key (`refusal.…`), and `wait` for how many milliseconds nothing more is tried."""

    user: str = ""
    reason: str = ""
    wait: Millis = 0


class UserReader(Protocol):
    """What is read of them."""

    def all(self) -> list[User]:
        """Everybody, by name."""
        ...

    def get(self, name: str) -> User | None:
        """One of them."""
        ...

    def tries(self, key: bytes) -> Tries:
        """The wrong PINs that came for a name lately, by its digest."""
        ...


class UserWriter(UserReader, Protocol):
    """What is written of them, in a transaction."""

    def put(self, user: User) -> None:
        """Write a user, in place of the one of that name."""
        ...

    def remove(self, name: str) -> None:
        """Take a user away."""
        ...

    def put_tries(self, key: bytes, tries: Tries | None) -> None:
        """Count wrong PINs for a name, or forget them."""
        ...

    def forget_tries(self, before: Millis) -> None:
        """Forget those of which the last came before that."""
        ...
