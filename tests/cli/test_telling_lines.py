"""The ladder as `rings serve --check` tells it, and a breach that is told of within its first minute."""

from __future__ import annotations

from console.cli.telling import told_lines
from console.domain.instants import MINUTE, SECOND, parse_rfc3339
from console.domain.ladder import Climb, Ladder, Step
from console.domain.pack import Pack
from console.domain.rules import Rules
from console.domain.site import Site
from console.locale.catalogue import load
from console.outbox.wording import write_up
from console.serve.telling import Channel, Settings
from console.service.told import Bundle, Entry


def test_the_ladder_is_told_to_the_second() -> None:
    steps = (
        Step("supervisor", within=90 * SECOND),
        Step("lead", after=10 * SECOND, every=20 * MINUTE, times=3),
    )
    settings = Settings((Channel("floor", frozenset({"lead"}), "json://x", "en"),), ladder=Ladder(steps))
    assert list(told_lines(settings, load("en")))[1:] == [
        "ladder: supervisor after 0 min, the next when nobody acknowledged for 90 s",
        "ladder: lead after 10 s, every 20 min, 3 times",
    ]
    assert list(told_lines(settings, load("zh_CN")))[2] == "升级：10 秒后通知 lead，每 20 分钟一次，共 3 次"


def test_what_broke_just_now_is_not_over_by_no_minutes() -> None:
    broke = parse_rfc3339("2026-03-02T09:30:44+08:00")
    climb = Climb(clock="hold@pbx/1", item="call/1", norm="hold", severity=1, broke=broke, found=broke)
    bundle = Bundle((Entry(climb, Step("lead"), 1, None),), Rules(Pack(()), Site()), broke + 10 * SECOND)
    body = write_up(bundle, load("en"))["body"]
    assert body.splitlines()[0] == "call 1 · broken at 09:30"
