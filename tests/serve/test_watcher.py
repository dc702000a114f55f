"""The watcher on a fast clock: who is told of a breach at night, and what ends that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from console.domain.calendar import Hours
from console.domain.command import Command
from console.domain.event import Event
from console.domain.instants import HOUR, MINUTE, SECOND, Millis, format_utc, parse_rfc3339
from console.domain.ladder import Ladder, Quiet, Step
from console.domain.rota import Rota, Shift
from console.outbox.notify import Channel
from console.outbox.webhook import Webhook
from console.serve.telling import Settings
from console.serve.watcher import Watcher
from console.service.notice import Notice
from tests.conftest import StillClock

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = parse_rfc3339("2026-03-02T23:00:00+08:00")

STEPS = (
    Step("supervisor", within=10 * MINUTE),
    Step("lead", after=30 * MINUTE, every=20 * MINUTE, times=2),
    Step("on-call", after=45 * MINUTE),
)
ROTA = Rota(
    SHANGHAI,
    (
        Shift(("li",), Hours(0, 1440), frozenset({0})),
        Shift(("wang",), Hours(0, 1440), frozenset({1, 2, 3})),
        Shift(("zhao",), Hours(0, 1440)),
    ),
)
PEOPLE = Settings(
    channels=(
        Channel("floor", frozenset({"supervisor"}), "json://x", "en"),
        Channel("leads", frozenset({"lead"}), "json://x", "zh"),
        Channel("li-phone", frozenset({"li"}), "json://x", "en"),
        Channel("wang-phone", frozenset({"wang", "zhao"}), "json://x", "en"),
    ),
    ladder=Ladder(STEPS),
    rota=ROTA,
)


def event(at: Millis, type_: str, subject: str, **data: Any) -> Event:
    return Event(source="pbx", id=f"{type_}:{subject}:{at}", type=type_, subject=subject, time=at, data=data)


def owed(number: str, due: Millis, **data: Any) -> Event:
    """A promise to call back."""
    more = {"customer": "+8613800000042", "due": format_utc(due), **data}
    return event(due - 3 * HOUR, "callback.requested", f"callback/{number}", **more)


class Night:
    """A store, a watcher on it, and a clock that a test winds on."""

    def __init__(self, desk: Any, clock: StillClock, settings: Settings) -> None:
        self.desk, self.clock = desk, clock
        self._settings = settings
        self._seen: set[str] = set()
        self.restart()

    def restart(self) -> None:
        self.watcher = Watcher(self.desk, self.desk._store, self.clock, self._settings, {})  # type: ignore[arg-type]

    def all(self) -> Any:
        return self.desk._store.read(
            lambda reader: [
                reader.notice(row[0])
                for row in reader._db.execute("SELECT id FROM notices ORDER BY made, channel")
            ]
        )

    async def look(self, minutes: float) -> list[Notice]:
        """Look once, so many minutes after the night began; what is new to be told, by channel."""
        self.clock.set(NIGHT + round(minutes * MINUTE))
        await self.watcher.look()
        fresh = [one for one in await self.all() if one.id not in self._seen]
        self._seen.update(one.id for one in fresh)
        return fresh

    async def play(self, minutes: Sequence[float]) -> list[tuple[float, str]]:
        told: list[tuple[float, str]] = []
        for minute in minutes:
            told += [(minute, one.channel) for one in await self.look(minute)]
        return told

    async def acknowledge(self, item: str, actor: str = "wang") -> None:
        row = (await self.desk.rows([item]))[item]
        await self.desk.act([Command(f"a{self.clock.now()}", "acknowledge", item, actor, row.hand)])


async def night(open_desk: Any, settings: Settings = PEOPLE, site: str = "") -> Night:
    clock = StillClock(NIGHT - 2 * HOUR)
    desk = await open_desk(clock, site=site or 'zone = "Asia/Shanghai"\ncountry = "CN"\n')
    one = Night(desk, clock, settings)
    await one.look(-120)
    return one


async def test_a_night_with_two_escalations(open_desk: Any) -> None:
    here = await night(open_desk)
    await here.desk.ingest(
        [
            owed("1", NIGHT, customer="+8613800000042"),
            owed("2", NIGHT + 40 * MINUTE, customer="+8613800000043"),
        ]
    )
    assert await here.play([0]) == []
    told = await here.play([minute + 0.01 for minute in range(35)])
    # The first: the supervisor at once, the lead when nobody acknowledged for ten minutes and twenty later.
    assert [(int(minute), who) for minute, who in told] == [(0, "floor"), (10, "leads"), (30, "leads")]
    await here.acknowledge("callback/1")
    told = await here.play([minute + 0.01 for minute in range(35, 180)])
    # The second, forty minutes later; by then Tuesday has begun and Wang is on call.
    assert [(int(minute), who) for minute, who in told] == [
        (40, "floor"),
        (50, "leads"),
        (70, "leads"),
        (85, "wang-phone"),
    ]
    # It stands in the item's history, and changed nothing else.
    view = await here.desk.view("callback/2")
    told_of = [entry for entry in view.timeline if entry.event.type == "clock.notified"]
    assert [entry.event.data["to"] for entry in told_of] == ["supervisor", "lead", "lead", "on-call"]
    assert not any(entry.ignored for entry in told_of)
    assert (view.row.hand, view.row.state) == (0, "requested")


async def test_an_acknowledgement_at_another_console_ends_it_for_months(open_desk: Any) -> None:
    here = await night(open_desk)
    await here.desk.ingest([owed("1", NIGHT)])
    assert await here.play([1]) == [(1, "floor")]
    other = await open_desk(here.clock, actor="zhao")
    row = (await other.rows(["callback/1"]))["callback/1"]
    await other.act([Command("b1", "acknowledge", "callback/1", "zhao", row.hand)])
    assert await here.play([2, 60, 600, 60 * 24, 60 * 24 * 90]) == []


async def test_a_daemon_that_was_down_for_hours_tells_once_and_only_what_is_so(open_desk: Any) -> None:
    here = await night(open_desk)
    promises = [owed(str(n), NIGHT + n * MINUTE, customer=f"+86138000001{n:02d}") for n in range(12)]
    await here.desk.ingest(promises)
    here.clock.set(NIGHT + 4 * HOUR)
    await here.desk.ingest([event(NIGHT + HOUR, "callback.reached", f"callback/{n}") for n in range(4)])
    here.restart()
    told = await here.look(300)
    assert sorted(one.channel for one in told) == ["floor", "leads", "wang-phone"]
    (floor,) = (one for one in told if one.channel == "floor")
    assert floor.data["title"] == "8 breaches"
    assert floor.data["body"].startswith("callback ×8")
    assert "callback 4" in floor.data["body"]
    assert "callback 3" not in floor.data["body"]
    here.restart()
    assert await here.look(301) == []


async def test_what_is_told_is_masked_and_says_what_how_long_and_how_to_end_it(open_desk: Any) -> None:
    here = await night(open_desk)
    await here.desk.ingest([owed("1", NIGHT, name="王小明", queue="billing", agent="li")])
    (one,) = await here.look(2)  # it broke 23:00, and two minutes have gone by
    assert one.data["title"] == "critical: callback"
    body = one.data["body"]
    assert "王*明" in body
    assert "billing" in body
    assert "over by 2 min, since 23:00" in body
    text = repr(await here.all())
    assert "王小明" not in text
    assert "13800000042" not in text


async def test_quiet_hours_hold_back_until_the_morning_and_tell_of_all_as_one(open_desk: Any) -> None:
    quiet = Quiet(Hours(22 * 60, 31 * 60), loud=frozenset())
    settings = replace(PEOPLE, ladder=Ladder((Step("supervisor"),), quiet=quiet), rota=None)
    here = await night(open_desk, settings)
    await here.desk.ingest(
        [owed(str(n), NIGHT + n * MINUTE, customer=f"+86138000001{n:02d}") for n in range(3)]
    )
    assert await here.play(range(1, 60, 7)) == []
    here.clock.set(NIGHT + HOUR)
    await here.desk.ingest([event(NIGHT + HOUR, "callback.reached", "callback/0")])
    assert await here.play([61, 300, 479]) == []
    # It is seven in the morning.
    (one,) = await here.look(480)
    assert one.data["title"] == "2 breaches"
    assert "1 more broke in the quiet hours and are over." in one.data["body"]
    assert await here.play([481, 500, 2000]) == []


async def test_a_burst_is_told_as_one_and_then_one_a_minute_until_it_is_over(open_desk: Any) -> None:
    settings = replace(PEOPLE, ladder=Ladder((Step("supervisor"),), burst=2, window=MINUTE), rota=None)
    here = await night(open_desk, settings)
    promises = [owed(str(n), NIGHT + n * SECOND, customer=f"+8613800{n:06d}") for n in range(60)]
    await here.desk.ingest(promises)
    told = [
        (second, one)
        for second in (0, 1, 2, 3, 20, 40, 60, 61, 62, 90)
        for one in await here.look(second / 60)
    ]
    assert [second for second, _ in told] == [1, 2, 62]
    assert told[-1][1].data["title"] == "58 breaches"
    assert told[-1][1].data["body"].endswith("\nand 55 more: rings breaches")
    # It goes on, breach by breach: once a minute it is told of, where each could have a burst of its own.
    await here.desk.ingest(
        [owed(f"b{n}", NIGHT + (100 + 20 * n) * SECOND, customer=f"+8613900{n:06d}") for n in range(12)]
    )
    assert [second for second in range(102, 320, 10) if await here.look(second / 60)] == [122, 182, 242, 302]


async def test_a_snoozed_item_is_told_of_when_its_snooze_ends(open_desk: Any) -> None:
    here = await night(open_desk)
    await here.desk.ingest([owed("1", NIGHT)])
    here.clock.set(NIGHT - MINUTE)
    row = (await here.desk.rows(["callback/1"]))["callback/1"]
    until = {"until": format_utc(NIGHT + 20 * MINUTE)}
    await here.desk.act([Command("s1", "snooze", "callback/1", "li", row.hand, until)])
    assert await here.play([0, 1, 19]) == []
    assert [who for _, who in await here.play([20])] == ["floor"]


async def test_a_gap_in_the_rota_is_told_ahead_and_once_and_the_lead_stands_in(open_desk: Any) -> None:
    week = Rota(SHANGHAI, (Shift(("li",), Hours(0, 1440), frozenset({1, 2, 3, 4, 5, 6})),))
    here = await night(open_desk, replace(PEOPLE, rota=week))
    # It is Monday, 21:00, and two more Mondays begin in the next fourteen days.
    assert {one.channel for one in await here.all()} == {"leads"}
    assert sorted((one.data["body"], one.data["title"]) for one in await here.all()) == [
        ("值班表在 2026-03-09 00:00 至 2026-03-10 00:00 之间有空档。", "值班表有空档"),
        ("值班表在 2026-03-16 00:00 至 2026-03-17 00:00 之间有空档。", "值班表有空档"),
        ("值班表在 21:00 至 2026-03-03 00:00 之间有空档。", "无人值班"),
    ]
    here.restart()
    assert [each.data["body"] for each in await here.look(-60)] == []
    await here.desk.ingest([owed("1", NIGHT)])
    told = [one for minute in range(1, 60) for one in await here.look(minute)]
    (stood_in,) = (each for each in told if each.address == "on-call")
    assert stood_in.channel == "leads"
    assert "当前无人值班" in stood_in.data["body"]


async def test_a_gap_that_can_wait_wakes_nobody_in_quiet_hours(open_desk: Any) -> None:
    week = Rota(SHANGHAI, (Shift(("li",), Hours(0, 1440), frozenset({0, 2, 3, 4, 5, 6})),))
    quiet = Quiet(Hours(20 * 60, 31 * 60))
    here = await night(open_desk, replace(PEOPLE, rota=week, ladder=replace(PEOPLE.ladder, quiet=quiet)))
    # It is Monday, 21:00: the Tuesday that begins in the night can't wait, that of next week can.
    (tonight,) = await here.all()
    assert tonight.data["body"].startswith("值班表在 2026-03-03 00:00 至")
    bodies = {one.data["body"][5:15] for one in await here.look(8 * 60)}
    assert "2026-03-10" in bodies


async def test_a_system_hears_of_each_breach_once_and_of_its_end(open_desk: Any) -> None:
    hook = Webhook("desk", "http://127.0.0.1:9/", bytes(32))
    here = await night(open_desk, Settings(webhooks=(hook,)))
    await here.desk.ingest([owed("1", NIGHT)])
    (broke,) = [one for minute in range(30) for one in await here.look(minute)]
    assert broke.data["type"] == "clock.breached"
    assert broke.data["data"]["clock"].startswith("callback.due@pbx/")
    assert broke.data["data"]["broke"] == format_utc(NIGHT)
    assert "1380" not in repr(broke)
    await here.acknowledge("callback/1")
    (end,) = [one for minute in range(30, 60) for one in await here.look(minute)]
    assert end.data["type"] == "clock.acknowledged"


async def test_thousands_at_once_are_few_messages_to_a_system_and_nothing_is_left_out(open_desk: Any) -> None:
    hook = Webhook("desk", "http://127.0.0.1:9/", bytes(32))
    here = await night(open_desk, replace(PEOPLE, webhooks=(hook,), rota=None, ladder=Ladder(STEPS[:1])))
    await here.desk.ingest(
        [owed(str(n), NIGHT + n * SECOND, customer=f"+8613800{n:06d}") for n in range(250)]
    )
    told = [one.data for one in await here.look(60) if one.channel == "desk"]
    told.sort(key=lambda one: -one["data"]["more"])
    assert [one["type"] for one in told] == ["clock.many"] * 3
    assert [(one["data"]["count"], one["data"]["more"]) for one in told] == [(250, 150), (250, 50), (250, 0)]
    each = [breach for one in told for breach in one["data"]["told"]]
    # The worst first: all are as severe, so those that broke first.
    assert [one["item"] for one in each] == [f"callback/{n}" for n in range(250)]
    assert {one["type"] for one in each} == {"clock.breached"}
    # Each item's history says so, also of those that were more than one transaction writes.
    for item in ("callback/0", "callback/249"):
        view = await here.desk.view(item)
        assert [entry.event.type for entry in view.timeline].count("clock.notified") == 1
    assert await here.look(61) == []


async def test_a_beat_missed_again_after_an_acknowledgement_is_a_new_breach(open_desk: Any) -> None:
    settings = replace(PEOPLE, ladder=Ladder((Step("supervisor"),), frozenset(range(4))), rota=None)
    here = await night(open_desk, settings)
    here.clock.set(NIGHT + 3 * SECOND)
    await here.desk.ingest(
        [
            event(NIGHT, "call.offered", "call/1"),
            event(NIGHT + SECOND, "call.answered", "call/1", agent="li"),
            event(NIGHT + 2 * SECOND, "call.muted", "call/1"),
        ]
    )
    store = here.desk._store
    rows = await store.read(lambda reader: reader.clocks_of("call/1"))
    (beat,) = (row for row in rows if row.rule == "every")
    step = (beat.due - beat.started) / MINUTE
    first = (beat.due - NIGHT) / MINUTE
    told = [one for n in range(3) for one in await here.look(first + n * step + 0.01)]
    mine = [one for one in told if one.data["clocks"][0][1].startswith(beat.name)]
    assert len(mine) == 1
    await here.acknowledge("call/1")
    assert [one for one in await here.look(first + 2 * step + 0.02) if beat.name in repr(one)] == []
    again = [one for one in await here.look(first + 3 * step + 0.03) if beat.name in repr(one)]
    assert [one.data["clocks"][0][1] for one in again] == [f"{beat.name}#4"]
