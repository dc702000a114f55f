"""Clocks, masks and rows: what one line of the board says."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from console.bootstrap import standard_pack
from console.domain.instants import DAY, HOUR, MINUTE, SECOND, parse_rfc3339
from console.domain.lengths import lag
from console.domain.pack_file import parse_pack
from console.domain.roster import Agent
from console.domain.rules import Rules
from console.domain.site import Site
from console.locale.catalogue import load
from console.screens.clocks import clock_text
from console.screens.masks import mask_customer, mask_name, mask_number
from console.screens.rows import Painter, columns
from console.screens.times import Times
from console.screens.words import ASCII, FULL, Words
from console.service.model import QueueRow
from widgets.cells import cell_width
from widgets.live_table_model import arrange

NOW = parse_rfc3339("2026-03-02T09:31:07+08:00")
PACK = parse_pack(standard_pack())
SITE = Site(name="South floor", agents={"li": Agent("li", "Li Na"), "wang": Agent("wang", "Wang Fang")})
SHANGHAI = ZoneInfo("Asia/Shanghai")

ROW = QueueRow(
    id="call/1", kind="call", band=0, severity=1, at=0, norm="call.hold.one-minute", clock="c",
    warn=NOW - 27_000, due=NOW - 12_000, paused=None, customer="+8613800000042", name="", queue="support",
    owner="li", asked=None, state="held", opened=NOW - 3 * MINUTE, since=NOW, tries=0, level="", snoozed=None,
    acknowledged=False, promises=1, hand=1, mine=False, source="asterisk",
)  # fmt: skip


def words(language: str = "en", marks: object = FULL) -> Words:
    return Words.of(load(language), Rules(PACK, SITE), Times(SHANGHAI), marks)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("warn", "due", "text"),
    [
        (-2 * MINUTE, -1, "+0:00"),
        (-2 * MINUTE, -72 * SECOND, "+1:12"),
        (-HOUR, -10 * MINUTE + 1, "+9:59"),
        (-HOUR, -10 * MINUTE, "+10m"),
        (-9 * HOUR, -3 * HOUR, "+3h"),
        (-9 * DAY, -47 * HOUR, "+47h"),
        (-9 * DAY, -2 * DAY, "+2d"),
        (0, 0, "0:00"),
        (-5, 7_001, "0:08"),
        (-5, 8 * MINUTE + 40 * SECOND, "8:40"),
        (-5, 6 * HOUR, "6h"),
        (1, 59 * SECOND, "<1m"),
        (1, 15 * MINUTE - 1, "15m"),
        (1, 14 * MINUTE + 1, "14m"),
        (1, 3 * HOUR, "3h"),
    ],
)
def test_a_clock_in_a_few_cells(warn: int, due: int, text: str) -> None:
    row = ROW._replace(warn=NOW + warn, due=NOW + due)
    assert clock_text(row, NOW) == text
    assert len(text) <= 5


def test_a_paused_clock_stands_still_and_none_says_nothing() -> None:
    paused = ROW._replace(band=3, warn=NOW + HOUR, due=NOW + 2 * HOUR, paused=NOW)
    assert clock_text(paused, NOW) == clock_text(paused, NOW + 5 * MINUTE) == "2h"
    assert clock_text(ROW._replace(band=4, warn=None, due=None, norm=""), NOW) == ""


def test_lag() -> None:
    assert [lag(moment) for moment in (0, 4_999, MINUTE, 2 * MINUTE + 1, 3 * HOUR)] == [
        "0s",
        "4s",
        "1m",
        "2m",
        "3h",
    ]


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800000042", "138****0042"),
        ("+8613800000042", "138****0042"),
        ("+442071234567", "+44****4567"),
        ("021-6288 1234", "021****1234"),
        ("95588", "****88"),
        ("1001", "****"),
        ("", "****"),
    ],
)
def test_numbers_are_masked(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王*明"),
        ("刘洋", "刘*"),
        ("欧阳如玉", "欧**玉"),
        ("深圳市第一百货公司", "深**司"),
        ("Anna Berg", "Anna B*"),
        ("Omar", "O*"),
        (" ", ""),
    ],
)
def test_names_are_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_a_customer_by_name_then_by_number() -> None:
    assert mask_customer("王小明", "+8613800000042") == "王*明"
    assert mask_customer("", "+8613800000042") == "138****0042"
    assert mask_customer("", "acme") == "a*"
    assert mask_customer("", "") == ""
    assert mask_customer("\u202egnp\x1b[2J", "") == "g*"


def cells(row: QueueRow, language: str = "en", **more: object) -> dict[str, str]:
    painted = Painter(words(language, more.pop("marks", FULL)), **more).row(row, NOW)  # type: ignore[arg-type]
    return {key: cell.text for key, cell in painted.cells.items()}


def test_a_row_reads_as_a_sentence() -> None:
    assert cells(ROW) == {
        "clock": "▲ +0:12", "what": "call", "customer": "138****0042", "queue": "support",
        "owner": "Li Na", "state": "on hold", "why": "hold 1m", "age": "3m",
    }  # fmt: skip
    assert cells(ROW, "zh_CN")["state"] == "保持中"
    assert cells(ROW, "zh_CN")["why"] == "保持1分"


def test_what_people_did_stands_before_the_kind() -> None:
    row = ROW._replace(kind="callback", promises=2, acknowledged=True, level="lead", snoozed=NOW + 1)
    assert cells(row)["what"] == "✓↑z callback ×2"
    assert cells(row._replace(snoozed=NOW - 1), marks=ASCII)["what"] == "v^ callback x2"


def test_asked_for_is_no_owner_yet() -> None:
    assert cells(ROW._replace(asked="wang"))["owner"] == "Li Na → Wang Fang ?"
    assert cells(ROW._replace(owner=None, asked="#billing"))["owner"] == "— → #billing ?"
    assert cells(ROW._replace(owner=None))["owner"] == "—"


def test_a_silent_feed_marks_its_rows_and_keeps_the_clock_loud() -> None:
    painted = Painter(words(), {"asterisk"}).row(ROW, NOW)
    assert painted.cells["clock"].text == "~ +0:12"
    assert painted.cells["clock"].style == "breached"
    assert painted.cells["state"].text == "on hold ?"


def test_a_promise_says_for_when() -> None:
    row = ROW._replace(kind="callback", norm="callback.due", state="tried", tries=2)
    assert cells(row)["why"] == "callback 09:30"
    assert cells(row)["state"] == "tried ×2"


def test_a_norm_that_is_no_longer_in_force_is_named_by_its_id() -> None:
    assert cells(ROW._replace(norm="call.old"))["why"] == "call.old"


def test_only_the_clock_column_has_a_colour() -> None:
    painted = Painter(words()).row(ROW, NOW)
    assert {key for key, cell in painted.cells.items() if cell.style} == {"clock"}


def test_the_clock_column_holds_every_clock() -> None:
    for phone in (True, False):
        (clock,) = (column for column in columns(load("en"), phone=phone) if column.key == "clock")
        assert clock.width == cell_width("▲ +59:5")


def test_titles_fit_their_columns() -> None:
    for language in ("en", "zh_CN"):
        for column in columns(load(language), phone=False):  # type: ignore[arg-type]
            assert cell_width(column.title) <= (column.min_width or column.width)


def test_times_are_the_site_s_and_say_so_elsewhere() -> None:
    times = Times(SHANGHAI, ZoneInfo("Europe/Berlin"))
    assert times.second(NOW, NOW) == "09:31:07"
    assert times.exact(NOW + 204, NOW) == "09:31:07.204"
    assert times.minute(NOW - DAY, NOW) == "03-01 09:31"
    assert times.zone_mark(NOW) == "+08:00"
    assert Times(SHANGHAI, ZoneInfo("Asia/Hong_Kong")).zone_mark(NOW) == ""
    assert Times(SHANGHAI).zone_mark(NOW) == ""


def test_a_wide_screen_gives_the_queue_its_share() -> None:
    placed = arrange(columns(load("zh_CN"), phone=False), 196)
    (width,) = [column.width for column in placed if column.column.key == "queue"]
    assert width >= cell_width("高端客户专席与投诉升级处理组")
