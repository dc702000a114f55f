"""`rings users`: who signs in at a shared terminal, as what, and with which PIN."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, chosen_store, complain, on_store, print_json, read
from console.cli.pins import NoPin, ask_pin

if TYPE_CHECKING:
    from console.domain.instants import Millis
    from console.locale.catalogue import Catalogue
    from console.service.ports import Store, Writer
    from console.store.reading import SqliteReader

DONE, REFUSED = 0, 2

_DEEDS = ("add", "pin", "role", "remove")


def main(words: Sequence[str]) -> int:
    parser = Parser("users", words, "rings users add li --role lead")
    say = parser.say
    parser.add_argument("what", choices=("list", *_DEEDS), nargs="?", default="list", help=say("users.what"))
    parser.add_argument("name", metavar="NAME", nargs="?", help=say("users.name"))
    parser.add_argument("new_role", metavar="ROLE", nargs="?", help=say("users.new_role"))
    parser.add_argument("--role", metavar="ROLE", default="", help=say("users.role"))
    parser.add_argument("--stdin", action="store_true", help=say("users.stdin"))
    parser.add_argument("--no-pin", action="store_true", help=say("users.no_pin"))
    parser.shared("json")
    options = parser.options()
    say = catalogue(options.lang)
    from console.domain.roles import ROLES
    from console.service.users import UserProblem

    if options.what == "list":
        return read("users", options, lambda reader, now: _list(reader, now, options))
    if not options.name:
        parser.error(f"{options.what} NAME")
    if options.new_role and options.what != "role":
        parser.error(f"{options.what} NAME")
    role = options.new_role if options.what == "role" else options.role
    if role not in ROLES and (role or options.what == "role"):
        parser.error(f"{options.what} {options.name}: {', '.join(ROLES)}")
    new = options.what == "add"

    def work() -> int:
        print(_carry_out(options, role, say))
        return DONE

    try:
        return on_store("users", options, work, failed=REFUSED, new=new)
    except NoPin as why:
        return complain("users", str(why), REFUSED)
    except UserProblem as problem:
        return complain("users", say(str(problem), name=options.name), REFUSED)


def _list(reader: SqliteReader, now: Millis, options: argparse.Namespace) -> int:
    from console.domain.instants import format_utc
    from console.feeds.sanitise import clean_text
    from console.output.columns import aligned
    from console.service.users import listed

    users, say = listed(reader, now), catalogue(options.lang)
    if options.json:
        for user in users:
            print_json(
                {
                    "user": user.name,
                    "name": user.called,
                    "role": user.role,
                    "role_from": user.role_from,
                    "pin": user.pinned,
                    "pin_set": format_utc(user.changed) if user.changed is not None else None,
                    "held_for_s": -(-user.wait // 1000),
                }
            )
        return DONE
    rows = []
    for user in users:
        pin = say("users.pinned" if user.pinned else "users.unpinned")
        if user.wait:
            pin = say.of(pin, say("users.held", seconds=-(-user.wait // 1000)))
        role = say.word("role", user.role)
        if user.role_from == "settings":
            role = say("users.role_from_settings", role=role)
        rows.append([clean_text(text) for text in (user.name, user.called, role, pin)])
    print(*(aligned(rows) if rows else [say("users.none")]), sep="\n")
    return DONE


def _carry_out(options: argparse.Namespace, role: str, say: Catalogue) -> str:
    """Do what was asked for; answers the line that says so."""
    from console.bootstrap import who
    from console.service import users
    from console.service.pins import hashed

    name, actor = options.name, who()
    if options.what == "role":
        _write(options, lambda writer, now: users.set_role(writer, name, role, actor, now))
        return say("users.done.role", name=name, role=say.word("role", role))
    if options.what == "remove":
        _write(options, lambda writer, now: users.remove(writer, name, actor, now))
        return say("users.done.remove", name=name)
    if options.what == "add":
        pin = "" if options.no_pin else hashed(_new_pin(options, say))
        _write(options, lambda writer, now: users.add(writer, name, role, pin, actor, now))
        return say("users.done.add_unpinned" if options.no_pin else "users.done.add", name=name)
    present = None if _may_set(options, actor) else _ask(options, say, "present")
    pin = "" if options.no_pin else hashed(_new_pin(options, say))
    _on_store(options, lambda store, now: _set_pin(store, options, pin, present, actor, now))
    return say("users.done.pin_removed" if options.no_pin else "users.done.pin", name=name)


def _may_set(options: argparse.Namespace, actor: str) -> bool:
    """Whether the PIN may be set without knowing the present one."""
    from console.service.users import may_set

    found: list[bool] = []

    def look(reader: SqliteReader, now: Millis) -> int:
        found.append(may_set(reader, options.name, actor, now))
        return DONE

    code = read("users", options, look)
    if code != DONE:
        raise SystemExit(code)
    return found[0]


async def _set_pin(
    store: Store, options: argparse.Namespace, pin: str, present: str | None, actor: str, now: Millis
) -> None:
    from console.service import users

    proven = False
    if present is not None:
        proof = await users.prove(store, options.name, present, now, only=options.name)
        if not proof.user:
            raise users.UserProblem(f"refusal.{proof.reason}")
        proven = True
    await store.write(lambda writer: users.set_pin(writer, options.name, pin, actor, now, proven=proven))


def _new_pin(options: argparse.Namespace, say: Catalogue) -> str:
    """A PIN that may be one; typed twice at a terminal."""
    from console.domain.pin import pin_fault

    pin = _ask(options, say, "new")
    if fault := pin_fault(pin):
        raise NoPin(say(f"users.fault.{fault}"))
    if not options.stdin and _ask(options, say, "again") != pin:
        raise NoPin(say("users.fault.differ"))
    return pin


def _ask(options: argparse.Namespace, say: Catalogue, what: str) -> str:
    return ask_pin(say(f"users.ask.{what}", name=options.name), say, stdin=options.stdin)


def _write(options: argparse.Namespace, work: Callable[[Writer, Millis], object]) -> None:
    async def write(store: Store, now: Millis) -> None:
        await store.write(lambda writer: work(writer, now))

    _on_store(options, write)


def _on_store(options: argparse.Namespace, work: Callable[[Store, Millis], Awaitable[None]]) -> None:
    from console.bootstrap import open_store, store_clock

    async def run() -> None:
        store = await open_store(chosen_store(options))
        try:
            await work(store, (await store_clock(store)).now())
        finally:
            await store.close()

    asyncio.run(run())
