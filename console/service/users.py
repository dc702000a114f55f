"""Those who sign in: who they are, their PINs, and proving one of them. Each change is an event."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from console.domain.command import Refusal
from console.domain.event import OURS, Event
from console.domain.frozen import frozen
from console.domain.pin import name_fault
from console.domain.roles import ROLES
from console.domain.tries import FORGOTTEN, Tries
from console.service import pins
from console.service.handing import person
from console.service.names import NOTE
from console.service.user import Proof, User

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.domain.site import Site
    from console.service.handing import Giving
    from console.service.ports import Reader, Store, Writer

SUBJECT = "site/users"
"""What all events of users are about."""


class UserProblem(Exception):
    """It was not done; the message is a catalogue key that says why."""


@frozen
class Listed:
    """One user as the floor has them: what they are, and whose word that is ("users", "settings", "others");
    when their PIN was set, and for how many milliseconds nothing more is tried for them."""

    name: str
    called: str
    role: str
    role_from: str
    pinned: bool
    changed: Millis | None
    wait: Millis


def listed(reader: Reader, now: Millis) -> list[Listed]:
    """Everybody who may sign in, and whom else the settings give a role."""
    site = reader.rulebook().at(now).site
    known = {user.name: user for user in reader.users.all()}
    names = [*known, *(name for name in site.roles.named if site.agent(name) not in known)]
    return [_listed(reader, site, known.get(name, User(name)), now) for name in sorted(names)]


def _listed(reader: Reader, site: Site, user: User, now: Millis) -> Listed:
    role, named = site.role(user.name), {site.agent(name) for name in site.roles.named}
    origin = "users" if user.role == role else "settings" if user.name in named else "others"
    wait = reader.users.tries(_key(user.name)).wait(now)
    called = site.agent_name(user.name)
    return Listed(user.name, called, role, origin, bool(user.pin), user.changed, wait)


def add(writer: Writer, name: str, role: str, pin: str, actor: str, now: Millis) -> str:
    """Have somebody sign in from now on; `pin` is the hash of their PIN (empty: none yet). Answers their name
    here. Raises UserProblem."""
    site = _allowed(writer, actor, now)
    name = site.agent(name)
    if fault := name_fault(name):
        raise UserProblem(f"users.fault.{fault}")
    if writer.users.get(name) is not None:
        raise UserProblem("users.refused.there")
    data = {"role": role} if role else {}
    user = User(name, role, pin, now, now if pin else None)
    _put(writer, user, "site.user_added", actor, now, {**data, "pin": bool(pin)})
    return name


def set_role(writer: Writer, name: str, role: str, actor: str, now: Millis) -> None:
    """Have somebody be something else from now on. Raises UserProblem, also where the settings say what."""
    _allowed(writer, actor, now)
    _put(writer, replace(_known(writer, name), role=role), "site.user_changed", actor, now, {"role": role})


def may_set(reader: Reader, name: str, actor: str, now: Millis) -> bool:
    """Whether `actor` may set the PIN of `name` without knowing it: whoever puts users in force may.
    Everybody else sets their own alone, once they have proven the present one. Raises UserProblem."""
    site = reader.rulebook().at(now).site
    user = reader.users.get(site.agent(name))
    if user is None:
        raise UserProblem("users.refused.unknown")
    barred = site.barred("users", actor)
    if barred and site.agent(actor) != user.name:
        raise UserProblem(f"refusal.{barred}")
    return not barred or not user.pin


def set_pin(writer: Writer, name: str, pin: str, actor: str, now: Millis, *, proven: bool = False) -> None:
    """Give somebody another PIN (its hash; empty takes it from them), and forget wrong tries. `proven`: the
    present one was. Raises UserProblem."""
    if not may_set(writer, name, actor, now) and not proven:
        raise UserProblem("refusal.wrong_pin")
    user = replace(_known(writer, name), pin=pin, changed=now if pin else None)
    writer.users.put_tries(_key(user.name), None)
    _put(writer, user, "site.pin_set" if pin else "site.pin_removed", actor, now, {})


def remove(writer: Writer, name: str, actor: str, now: Millis) -> None:
    """Have somebody sign in no more; what they did stays theirs. Raises UserProblem."""
    _allowed(writer, actor, now)
    user = _known(writer, name)
    writer.users.remove(user.name)
    writer.users.put_tries(_key(user.name), None)
    _tell(writer, "site.user_removed", now, {"actor": actor, "user": user.name})


async def prove(store: Store, name: str, pin: str, now: Millis, *, only: str = "") -> Proof:
    """Whether somebody who gives that name and PIN is who they say. The name may be that of a person, or the
    beginning of one; `only` is who alone would do.

    A try is counted before it is looked at, so that nobody gets more of them at several consoles. What is
    answered, and how long that takes, says nothing of whether it is the name or the PIN that is wrong.
    """

    def begin(writer: Writer) -> tuple[User | None, bytes, Tries, Millis]:
        site = writer.rulebook().at(now).site
        meant = _named(writer, site.agent(only or person(site, name.strip())))
        key = _key(meant)
        before = writer.users.tries(key)
        tries, wait = before.another(now), before.wait(now)
        if not wait:
            writer.users.forget_tries(now - FORGOTTEN)
            writer.users.put_tries(key, tries)
        return writer.users.get(meant), key, tries, wait

    user, key, tries, wait = await store.write(begin)
    if wait:
        return Proof(reason="held", wait=wait)
    right = await asyncio.to_thread(pins.matches, pin, user.pin if user else "")
    if user is not None and right:
        await store.write(lambda writer: writer.users.put_tries(key, None))
        return Proof(user.name)

    def count(writer: Writer) -> Millis:
        if user is not None and tries.wait(now):
            _tell(writer, "site.sign_in_held", now, {"user": user.name, "wrong": tries.wrong})
        return writer.users.tries(key).wait(now)

    return Proof(reason="wrong_pin", wait=await store.write(count))


async def sign_in(store: Store, name: str, pin: str, now: Millis, *, before: str, only: str = "") -> Proof:
    """As `prove`, and on record: who sits there from now on, and who did `before`."""
    proof = await prove(store, name, pin, now, only=only)
    if proof.user:
        data = {"actor": proof.user, "user": proof.user, "before": before}
        await store.write(lambda writer: _tell(writer, "site.signed_in", now, data))
    return proof


async def prove_taker(store: Store, wish: Giving, pin: str, desk: str, now: Millis) -> bool | Refusal:
    """Whether a PIN proves who takes a shift over, or why they may not. Where nobody has a PIN all names are
    believed; where somebody has, a taker without one can do it at their own console alone (`desk`)."""
    site = (await store.read(lambda reader: reader.rulebook())).at(now).site
    taker = site.agent(person(site, wish.by))
    if taker not in site.pinned:
        at_home = not site.pinned or taker == site.agent(desk)
        return False if at_home else Refusal(wish.item, "no_taker_pin")
    if not pin:
        return Refusal(wish.item, "needs_pin")
    proof = await prove(store, taker, pin, now, only=taker)
    return True if proof.user else Refusal(wish.item, proof.reason)


def _named(reader: Reader, meant: str) -> str:
    """A user's name, however its letters were typed: telephones begin with a capital."""
    alike = [user.name for user in reader.users.all() if user.name.casefold() == meant.casefold()]
    return meant if meant in alike or len(alike) != 1 else alike[0]


def _allowed(writer: Writer, actor: str, now: Millis) -> Site:
    site = writer.rulebook().at(now).site
    if barred := site.barred("users", actor):
        raise UserProblem(f"refusal.{barred}")
    return site


def _known(writer: Writer, name: str) -> User:
    user = writer.users.get(writer.rulebook().latest.site.agent(name))
    if user is None:
        raise UserProblem("users.refused.unknown")
    return user


def _put(writer: Writer, user: User, kind: str, actor: str, now: Millis, data: dict[str, Any]) -> None:
    assert user.role in ("", *ROLES)
    writer.users.put(user)
    if user.role and writer.rulebook().latest.site.role(user.name) != user.role:
        raise UserProblem("users.refused.settings")  # what they say holds, and the change is taken back
    _tell(writer, kind, now, {"actor": actor, "user": user.name, **data})


def _tell(writer: Writer, kind: str, now: Millis, data: dict[str, Any]) -> None:
    """Write the event; a hash is no part of it. What was kept of who is what is so no more."""
    if kind not in ("site.signed_in", "site.sign_in_held"):
        writer.put_meta(NOTE, "")
    name = secrets.token_hex(12)
    writer.add_event(Event(source=OURS, id=name, type=kind, subject=SUBJECT, time=now, data=data), now)


def _key(name: str) -> bytes:
    """What stands for a name among the tries: a PIN may have been typed for it."""
    return hashlib.blake2b(name.encode(errors="replace"), digest_size=16).digest()
