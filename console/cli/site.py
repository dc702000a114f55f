"""`rings site`: the settings and norms in force, and putting others in force."""

from __future__ import annotations

import argparse
import asyncio
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.common import Parser, catalogue, chosen_store, complain, moment, problem_text, read

if TYPE_CHECKING:
    from console.domain.calendar import Calendar
    from console.holidays.fill import Filled
    from console.locale.catalogue import Catalogue
    from console.service.site import Applied
    from console.store.reading import SqliteReader

Note = tuple[str, dict[str, str]]
"""A text by its key, and its values."""


def main(words: Sequence[str]) -> int:
    parser = Parser("site", words, "rings site apply floor.toml")
    say = parser.say
    parser.add_argument("what", choices=("show", "apply"), nargs="?", default="show")
    parser.add_argument("file", metavar="FILE", nargs="?", help=say("cli.site.file"))
    parser.add_argument("--from", dest="since", type=moment, metavar="TIME", help=say("cli.site.from"))
    options = parser.options()
    say = catalogue(options.lang)
    if options.what == "show":
        return read("site", options, lambda reader, now: _show(reader, say))
    if not options.file:
        parser.error("apply FILE")
    from console.service.problem import StoreProblem
    from console.service.site import NotAllowed, SettingsError

    path = Path(options.file)
    try:
        body = path.read_text(encoding="utf-8")
        if all(not line.strip() or line.lstrip().startswith("#") for line in body.splitlines()):
            # It would put every setting back to what it was before there were any.
            return complain("site", say("cli.site.empty", file=options.file), 2)
        applied, filled, notes = asyncio.run(_apply(options, body, path.parent))
    except OSError as error:
        return complain("site", f"{options.file}: {error.strerror}", 2)
    except UnicodeDecodeError:
        return complain("site", say("cli.norms.not_utf8", file=options.file), 2)
    except SettingsError as error:
        return complain("site", f"{options.file}: {error}", 2)
    except NotAllowed as error:
        return complain("site", say(f"refusal.{error}"), 2)
    except StoreProblem as problem:
        return complain("site", problem_text(problem, say, chosen_store(options)), 2)
    print(say(f"cli.site.applied_{applied.part}", hash=applied.digest[:12]))
    for one in filled.found if filled else ():
        first, last = one.known_from, one.known_until
        print(
            say("calendar.found", name=one.name, days=len(one.off), source=one.source, first=first, last=last)
        )
    for key, event in filled.passed_over if filled else ():
        print(say("calendar.passed_over", key=key, event=event))
    for key, values in notes:
        print(say(key, **values))
    return 0


async def _apply(
    options: argparse.Namespace, body: str, folder: Path
) -> tuple[Applied, Filled | None, list[Note]]:
    """What was put in force, what was filled into it, and what to tell of it besides."""
    from console.bootstrap import open_store, store_clock, who
    from console.service.site import apply

    store = await open_store(chosen_store(options))
    try:
        now = (await store_clock(store)).now()
        filled = None
        if "calendars" in body:
            from console.domain.instants import to_datetime
            from console.holidays.fill import fill

            filled = fill(body, folder, to_datetime(now).date())
            body = filled.text
        applied = await apply(
            store, body, actor=who(), event_id=uuid.uuid4().hex, now=now, since=options.since
        )
        rules = (await store.read(lambda reader: reader.rulebook())).latest
        named = {**rules.site.limits, **rules.site.hours} if applied.part in ("settings", "norms") else {}
        notes: list[Note] = [
            ("calendar.no_norm", {"norm": norm}) for norm in named if norm not in rules.pack.by_id
        ]
        if rules.site.barred("apply", who()):
            admins = [user for user, role in rules.site.roles.named.items() if role == "admin"]
            notes.append(("cli.site.barred_now", {"user": who(), "names": ", ".join(admins)}))
        return applied, filled, notes
    finally:
        await store.close()


def _show(reader: SqliteReader, say: Catalogue) -> int:
    from console.domain.hours import WEEKDAYS
    from console.domain.instants import format_utc

    site = reader.rulebook().latest.site
    print(f"name           {site.name}")
    print(f"zone           {site.zone}")
    print(f"country        {site.country}")
    print(f"ring_cycle     {site.ring_cycle / 1000:g} s")
    print(f"lost_after     {site.lost_after / 3_600_000:g} h")
    print(f"short_abandon  {site.short_abandon / 1000:g} s")
    if site.lock_after is not None:
        print(f"lock_after     {site.lock_after / 60_000:g} min")
    if site.lock_board:
        print("lock_board     true")
    for norm, span in site.limits.items():
        print(f"limit          {norm} = {span}")
    for calendar in site.calendars.values():
        print(f"calendar       {calendar.name} = {_week(calendar)} ({calendar.zone})")
        if calendar.known_until is not None:
            first, last = calendar.known_from, calendar.known_until
            print(f"               {say('calendar.known', first=first, last=last)}")
    for norm, name in site.hours.items():
        print(f"hours          {norm} = {name}")
    for shift in site.shift_hours:
        days = (
            ""
            if len(shift.days) == len(WEEKDAYS)
            else f" ({' '.join(WEEKDAYS[day] for day in sorted(shift.days))})"
        )
        print(f"shift          {shift.name} = {shift.hours}{days}")
    for user, role in site.roles.named.items():
        print(f"role           {user} = {role}")
    for agent in site.agents.values():
        aliases = ", ".join(alias for alias, name in site.agent_aliases.items() if name == agent.id)
        print(f"agent          {agent.id} = {agent.name}{f' ({aliases})' if aliases else ''}")
    for effective, part, digest in reader.site_versions():
        key = "since" if effective else "always"
        print(
            say(f"cli.site.{key}", part=say(f"cli.site.{part}"), hash=digest[:12], time=format_utc(effective))
        )
    return 0


def _week(calendar: Calendar) -> str:
    """`mon-fri 09:00-12:00 13:30-18:00, sat 09:00-12:00`: days in a row with the same hours together."""
    from itertools import groupby

    from console.domain.hours import WEEKDAYS

    told = []
    for hours, days in groupby(zip(calendar.week, WEEKDAYS, strict=True), key=lambda pair: pair[0]):
        names = [name for _, name in days]
        if hours:
            of = names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"
            told.append(" ".join([of, *(str(span) for span in hours)]))
    return ", ".join(told)
