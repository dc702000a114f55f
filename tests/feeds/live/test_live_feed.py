"""A live exchange: the recordings played over a socket tell what their files tell, whatever happens to the
line; a cut of any length leaves no call that isn't there, and claims nothing that nobody heard."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from console.domain.event import Event
from console.domain.instants import SECOND, Millis, parse_rfc3339
from console.feeds.asterisk import read_recording
from console.service.ports import Writer
from console.service.problem import StoreProblem
from tests.feeds.live.live_kit import RECORDINGS, Line, line_to, played, told, truth_of
from tests.feeds.live.live_pbx import LivePbx, StillTime, eventually, settle, wire

NEAR: Millis = 200
NAMES = ["a-answered", "b-long-ring", "c-second-agent", "d-abandoned", "e-hold", "g-agents"]


@pytest.mark.parametrize("name", NAMES)
async def test_a_recording_tells_over_a_socket_what_its_file_tells(name: str, tmp_path: Path) -> None:
    reads = played(name)
    async with line_to(LivePbx(StillTime(reads[0][0])), tmp_path / "rings.db") as line:
        await line.settled()
        await line.pbx.play(reads)
        live = await line.events()
        assert await line.rejects() == []
    from_file = [each for each in read_recording(RECORDINGS / f"{name}.ami") if isinstance(each, Event)]
    assert told(live) == told(from_file)


# ── cuts and restarts ─────────────────────────────────────────────────────────────────────────────

Away = Callable[[Line], Awaitable[None]]


async def cut(line: Line) -> None:
    """The line breaks; the exchange can't be reached."""
    line.pbx.refusing = True
    line.pbx.cut()
    await eventually(lambda: line.feed._link is None, "the feed notices")
    await line.flushed()
    await settle()


async def cut_back(line: Line) -> None:
    line.pbx.refusing = False


async def stop(line: Line) -> None:
    """The daemon is stopped as it should be."""
    await line.flushed()
    await line.stop()


async def killed(line: Line) -> None:
    """The daemon is killed: what was not yet written is gone, and nobody says goodbye."""
    await line.kill()


async def start_again(line: Line) -> None:
    await line.start()
    await line.settled()


AWAYS = [
    pytest.param(cut, cut_back, id="cut"),
    pytest.param(stop, start_again, id="stopped"),
    pytest.param(killed, start_again, id="killed"),
]


async def play_with_gap(line: Line, name: str, at: float, seconds: float, away: Away, back: Away) -> None:
    """Play a recording; `at` of its way the line is away for `seconds`. Afterwards all is settled."""
    reads = played(name)
    begin = round(reads[0][0] + at * (reads[-1][0] - reads[0][0]))
    end = begin + round(seconds * SECOND)
    await line.settled()
    await line.pbx.play([read for read in reads if read[0] < begin])
    await line.time.move_to(begin)
    await away(line)
    await line.pbx.play([read for read in reads if begin <= read[0] < end])
    await line.time.move_to(end)
    await back(line)
    await line.pbx.play([read for read in reads if read[0] >= end])
    await line.time.move(30)
    await line.settled()


Whole = tuple[set[tuple[str, str]], list[Event]]
_UNCUT: dict[str, Whole] = {}


async def uncut(name: str, folder: Path) -> Whole:
    """The same, heard without a break: which norms were broken, and the events of the calls."""
    if name not in _UNCUT:
        reads = played(name)
        async with line_to(LivePbx(StillTime(reads[0][0])), folder / "uncut.db") as line:
            await line.settled()
            await line.pbx.play(reads)
            await line.time.move(30)
            _UNCUT[name] = await line.broken(), await line.events("call")
    return _UNCUT[name]


GAPS = [
    ("a-answered", 0.35, 5),
    ("b-long-ring", 0.3, 5),
    ("b-long-ring", 0.3, 45),
    ("e-hold", 0.3, 45),
    ("a-answered", 0.35, 600),
]


@pytest.mark.parametrize(("away", "back"), AWAYS)
@pytest.mark.parametrize(("name", "at", "seconds"), GAPS)
async def test_a_gap_leaves_no_ghost_and_invents_no_call(
    name: str, at: float, seconds: float, away: Away, back: Away, tmp_path: Path
) -> None:
    calls = {f"call/{call['linkedid']}": call for call in truth_of(name)["calls"]}
    wholly_broken, _ = await uncut(name, tmp_path)
    async with line_to(
        LivePbx(StillTime(played(name)[0][0])), tmp_path / "rings.db", retry_most=2000
    ) as line:
        await play_with_gap(line, name, at, seconds, away, back)
        events = await line.events("call")
        broken = await line.broken()
        assert await line.open_calls() == set()
        assert set(await line.rejects()) <= {"ami.cut"}
    assert {event.subject for event in events} <= set(calls)
    ends = [event for event in events if event.type in ("call.ended", "call.abandoned", "call.lost")]
    assert len(ends) == len({event.subject for event in events})
    for event in ends:
        ended = calls[event.subject]["ended_at"] * 1000
        if event.type == "call.lost":
            assert parse_rfc3339(event.data["not_before"]) - NEAR <= ended <= event.time
        else:
            assert abs(event.time - ended) <= NEAR
    # No breach is claimed that was none; one that is not claimed touches what nobody heard.
    assert broken <= wholly_broken
    unsure = {event.subject for event in events if "not_before" in event.data or event.data.get("estimated")}
    heard = {event.subject for event in events}
    assert {item for _, item in wholly_broken - broken if item in heard} <= unsure


@pytest.mark.parametrize(("away", "back"), AWAYS)
async def test_a_gap_in_which_nothing_happened_changes_nothing(
    away: Away, back: Away, tmp_path: Path
) -> None:
    """In the middle of a hold of 70 s, with two callers before it: not one event more, fewer or otherwise."""
    _, whole = await uncut("e-hold", tmp_path)
    reads = played("e-hold")
    quiet = max(range(1, len(reads)), key=lambda index: reads[index][0] - reads[index - 1][0])
    begin = (reads[quiet - 1][0] + 500 - reads[0][0]) / (reads[-1][0] - reads[0][0])
    seconds = (reads[quiet][0] - reads[quiet - 1][0]) / SECOND - 1.5
    assert seconds > 1
    async with line_to(
        LivePbx(StillTime(reads[0][0])), tmp_path / "rings.db", retry_first=500, retry_most=500
    ) as line:
        await play_with_gap(line, "e-hold", begin, seconds, away, back)
        events = await line.events("call")
        assert line.pbx.logins == 2
    assert told(events) == told(whole)


async def test_an_exchange_that_was_restarted_has_lost_its_calls(tmp_path: Path) -> None:
    reads = played("a-answered")
    async with line_to(LivePbx(StillTime(reads[0][0])), tmp_path / "rings.db") as line:
        await line.settled()
        await line.pbx.play(reads[:30])
        going = await line.open_calls()
        assert len(going) > 1
        await cut(line)
        line.pbx.floor.channels.clear()
        line.pbx.floor.waiting.clear()
        line.pbx.uptime = lambda: 0
        line.pbx.refusing = False
        await line.time.move(10)
        await line.settled()
        lost = [event for event in await line.events("call") if event.type == "call.lost"]
    assert {event.subject: event.data["reason"] for event in lost} == dict.fromkeys(going, "restart")


async def test_a_link_that_is_lost_before_the_lists_came_closes_no_gap(tmp_path: Path) -> None:
    """Whoever hung up in the first gap did so after its beginning, not after that of the second one."""
    reads = played("a-answered")
    async with line_to(LivePbx(StillTime(reads[0][0])), tmp_path / "rings.db", retry_most=1000) as line:
        await line.settled()
        await line.pbx.play(reads[:30])
        going, heard = await line.open_calls(), line.time.now()
        await cut(line)
        line.pbx.floor.channels.clear()
        line.pbx.floor.waiting.clear()
        await line.time.move(5)
        line.pbx.refusing = False
        line.pbx.replies["QueueStatus"] = lambda action: []
        line.time.rest = settle
        for _ in range(20):
            await line.time.move(0.1)
        assert line.pbx.logins == 2
        assert line.feed._link is not None
        await cut(line)
        line.pbx.refusing = False
        line.pbx.replies.clear()
        for _ in range(20):
            await line.time.move(0.1)
        await line.settled()
        lost = [event for event in await line.events("call") if event.type == "call.lost"]
    assert {event.subject for event in lost} == going
    assert {parse_rfc3339(event.data["not_before"]) for event in lost} == {heard}


def block(event: str, **fields: str) -> bytes:
    caller = {"Channel": "PJSIP/carrier-0000000a", "Uniqueid": "1800000000.1", "Linkedid": "1800000000.1"}
    return wire({"Event": event, **caller, "Queue": "support", **fields})


LEG = {
    "DestUniqueid": "1800000001.2", "DestChannel": "PJSIP/1001-00000002", "Interface": "PJSIP/1001",
    "MemberName": "Li Na",
}  # fmt: skip


async def test_a_telephone_that_stopped_ringing_while_the_daemon_was_down_rings_no_more(
    tmp_path: Path,
) -> None:
    async with line_to(LivePbx(StillTime(1_800_000_000_000)), tmp_path / "rings.db") as line:
        await line.settled()
        await line.pbx.say(block("Newchannel"))
        await line.pbx.say(block("QueueCallerJoin", Position="1"))
        await line.pbx.say(block("Newchannel", Uniqueid=LEG["DestUniqueid"], Channel=LEG["DestChannel"]))
        await line.pbx.say(block("AgentCalled", **LEG))
        await killed(line)
        await line.pbx.say(block("Hangup", Uniqueid=LEG["DestUniqueid"], Channel=LEG["DestChannel"]))
        await line.time.move(8)
        await line.start()
        await line.settled()
        (missed,) = [event for event in await line.events("call") if event.type == "call.ring_missed"]
        assert (missed.data["agent"], missed.data["reason"]) == ("PJSIP/1001", "unknown")
        row = await line.store.read(lambda reader: reader.item("call/1800000000.1"))
        assert row is not None
        assert row.state == "waiting"


async def test_what_was_said_of_a_gap_is_said_once_however_often_the_daemon_starts(tmp_path: Path) -> None:
    reads = played("a-answered")
    async with line_to(LivePbx(StillTime(reads[0][0])), tmp_path / "rings.db") as line:
        await line.settled()
        await line.pbx.play(reads[:30])
        await cut(line)
        line.pbx.floor.channels.clear()
        line.pbx.floor.waiting.clear()
        line.pbx.refusing = False
        await line.time.move(10)
        await line.settled()
        before = told(await line.events("call"))
        assert any(each[2] == "call.lost" for each in before)
        for away in (stop, killed):
            await away(line)
            await line.time.move(5)
            await line.start()
            await line.settled()
        assert told(await line.events("call")) == before
        assert await line.rejects() == []


# ── a bad line ────────────────────────────────────────────────────────────────────────────────────


async def feed_state(line: Line) -> tuple[Millis, bool]:
    await settle(40)
    (state,) = await line.store.read(lambda reader: reader.feeds())
    return state.heard, state.lost


async def test_a_frozen_line_is_noticed_and_left(tmp_path: Path) -> None:
    reads = played("a-answered")
    async with line_to(LivePbx(StillTime(reads[0][0])), tmp_path / "rings.db") as line:
        await line.settled()
        await line.pbx.play(reads[:30])
        assert (await feed_state(line))[1] is False
        line.pbx.stalled = True
        froze = line.time.now()
        await line.time.move(9)
        assert line.feed.settled
        for _ in range(30):
            await line.time.move(0.5)
        assert not line.feed.settled
        heard, lost = await feed_state(line)
        assert (heard <= froze, lost) == (True, True)
        line.pbx.stalled = False
        line.pbx.cut()
        await line.time.move(20)
        await line.settled()
        assert line.pbx.logins == 2
        assert (await feed_state(line))[1] is False


async def test_a_quiet_line_is_alive_and_says_so(tmp_path: Path) -> None:
    start = 1_800_000_000_000
    async with line_to(LivePbx(StillTime(start)), tmp_path / "rings.db") as line:
        await line.settled()
        for _ in range(12):
            await line.time.move(5)
        assert line.feed.settled
        assert line.pbx.logins == 1
        assert len(line.pbx.asked("Ping")) == 6
        for _ in range(50):
            line.feed._pending._changed = True  # type: ignore[union-attr]
            line.feed._pending._wake.set()  # type: ignore[union-attr]
            heard, lost = await feed_state(line)
            if heard - start >= 50 * SECOND:
                break
        assert (heard - start >= 50 * SECOND, lost) == (True, False)


@pytest.mark.parametrize("index", [12, 25, 33, 40])
async def test_bad_bytes_cost_no_more_than_what_they_hid(index: int, tmp_path: Path) -> None:
    """Every line of one read is spoilt, its ends of blocks too: the lists tell what it said."""
    reads = played("a-answered")
    calls = {f"call/{call['linkedid']}" for call in truth_of("a-answered")["calls"]}
    async with line_to(LivePbx(StillTime(reads[0][0])), tmp_path / "rings.db") as line:
        await line.settled()
        await line.pbx.play(
            reads,
            change=lambda at, data: (
                data.translate(bytes(255 - code for code in range(256))) if at == index else data
            ),
        )
        await line.time.move(30)
        await line.settled()
        rejects = await line.rejects()
        events = await line.events("call")
        assert await line.open_calls() == set()
        assert line.pbx.logins == 1
        assert len(line.pbx.asked("QueueStatus")) >= 2
    assert rejects
    assert {event.subject for event in events} <= calls


async def test_what_the_store_can_t_take_is_kept_until_it_can_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full for a while: the line is dropped when too much waits, nothing heard is lost."""
    monkeypatch.setattr("console.feeds.asterisk.live.pending.ROOM", 20)
    reads = played("a-answered")
    async with line_to(LivePbx(StillTime(reads[0][0])), tmp_path / "rings.db") as line:
        await line.settled()
        write, full = line.store.write, True
        line.time.rest = settle

        async def refuse(work: Callable[[Writer], Any]) -> Any:
            if full:
                raise StoreProblem("full")
            return await write(work)

        monkeypatch.setattr(line.store, "write", refuse)
        for read in reads[:60]:
            await line.pbx.play([read])
            if not line.feed.settled:
                break
        await eventually(lambda: line.feed._link is None, "the line is dropped")
        waiting = len(line.feed._pending._waiting)  # type: ignore[union-attr]
        assert 20 <= waiting < 60
        full = False
        line.time.rest = line._rest
        await line.flushed()
        assert len(await line.events()) >= waiting - 1
        await line.time.move(5)
        await line.settled()


# ── signing on ────────────────────────────────────────────────────────────────────────────────────


async def test_a_wrong_secret_is_tried_ever_more_seldom_and_never_sent(tmp_path: Path) -> None:
    async with line_to(LivePbx(StillTime(0)), tmp_path / "rings.db", secret="wr0ng") as line:
        for _ in range(240):
            await line.time.move(1)
            await settle()
        tries = line.pbx.asked("Login")
        assert 6 <= len(tries) <= 14
        assert all("wr0ng" not in str(action) for action in line.pbx.actions)
        assert await feed_state(line) == (0, True)
        assert not line.feed.settled


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that signs itself, with its key in the same file."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl")
    path = tmp_path_factory.mktemp("tls") / "pbx.pem"
    making = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=pbx.test"
    subprocess.run(
        [
            "openssl",
            *making.split(),
            "-addext",
            "subjectAltName=DNS:pbx.test",
            "-keyout",
            path,
            "-out",
            f"{path}.crt",
        ],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.mark.parametrize(("trusted", "name"), [(True, "pbx.test"), (True, "other.test"), (False, "pbx.test")])
async def test_over_tls_only_the_right_exchange_is_trusted(
    trusted: bool, name: str, certificate: Path, tmp_path: Path
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    settings = {"tls": True, "ca": str(certificate) if trusted else "", "server_name": name}
    async with line_to(LivePbx(StillTime(0)), tmp_path / "rings.db", server_tls=context, **settings) as line:
        if trusted and name == "pbx.test":
            await line.settled()
            assert line.pbx.logins == 1
        else:
            await eventually(lambda: line.feed._link is None and line.time.awaited, "it is turned away")
            assert line.pbx.actions == []
