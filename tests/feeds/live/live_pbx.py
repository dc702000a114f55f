"""An exchange to listen to: a server that plays the recordings with their timing, cuts, stalls and corrupts
the line, and answers actions. Time stands still but for the test moving it, so a minute costs no time."""

from __future__ import annotations

import asyncio
import hashlib
import heapq
import ssl
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from console.domain.instants import SECOND, Millis
from console.feeds.asterisk.framing import Block, Framer

USER, SECRET, CHALLENGE = "console", "s3cret", "840415273"


class StillTime:
    """Time that a test moves; whoever sleeps is woken on the way."""

    def __init__(self, now: Millis) -> None:
        self._now = now
        self._sleepers: list[tuple[Millis, int, asyncio.Future[None]]] = []
        self._count = 0
        self.rest: Callable[[], Awaitable[None]] = settle

    def now(self) -> Millis:
        return self._now

    async def sleep(self, length: Millis) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self._now + length, self._count, future))
        await future

    @property
    def awaited(self) -> bool:
        """Whether anybody sleeps."""
        return any(not future.done() for _, _, future in self._sleepers)

    async def move_to(self, moment: Millis) -> None:
        """Let time pass until `moment`, with all that happens on the way."""
        await self.rest()
        while self._sleepers and self._sleepers[0][0] <= moment:
            due, _, future = heapq.heappop(self._sleepers)
            if future.done():
                continue
            self._now = max(self._now, due)
            future.set_result(None)
            await self.rest()
        self._now = max(self._now, moment)

    async def move(self, seconds: float) -> None:
        await self.move_to(self._now + round(seconds * SECOND))


async def settle(turns: int = 3) -> None:
    """Let what is under way over sockets and threads come to rest."""
    for _ in range(turns):
        await asyncio.sleep(0.001)


async def eventually(true: Callable[[], bool], what: str = "") -> None:
    for _ in range(20_000):
        if true():
            return
        await asyncio.sleep(0.001)
    raise AssertionError(f"never: {what}")


def reads_of(path: Path) -> list[tuple[Millis, bytes]]:
    """A recording as its reads: when each arrived, and its bytes."""
    data = path.read_bytes()
    rows = [row.split("\t") for row in path.with_suffix(".ts").read_text().splitlines() if row[0] != "#"]
    starts = [int(offset) for offset, _ in rows]
    times = [int(seconds.replace(".", "")[:13]) for _, seconds in rows]
    return [
        (at, data[start:end]) for at, start, end in zip(times, starts, [*starts[1:], len(data)], strict=True)
    ]


class Floor:
    """What the exchange knows by itself, heard or unheard: its channels, lines and members."""

    def __init__(self) -> None:
        self._framer = Framer()
        self.channels: dict[str, dict[str, str]] = {}
        self.waiting: dict[str, tuple[str, Millis]] = {}
        self.members: dict[tuple[str, str], dict[str, str]] = {}

    def see(self, data: bytes, at: Millis) -> None:
        for frame in self._framer.feed(data, at):
            if isinstance(frame, Block) and frame.event and not frame.get("ActionID"):
                self._take(frame, at)

    def _take(self, block: Block, at: Millis) -> None:
        get, uid = block.get, block.get("Uniqueid")
        if block.event == "Newchannel":
            self.channels[uid] = {"born": str(at), "Application": "", "ApplicationData": "", "BridgeId": ""}
        channel = self.channels.get(uid)
        if channel is not None:
            for key in ("Channel", "ChannelState", "CallerIDNum", "CallerIDName", "Linkedid"):
                if get(key):
                    channel[key] = get(key)
        if block.event == "Hangup":
            self.channels.pop(uid, None)
            self.waiting.pop(uid, None)
        elif block.event == "QueueCallerJoin":
            self.waiting[uid] = (get("Queue"), at)
            if channel is not None:
                channel["Application"], channel["ApplicationData"] = "Queue", f"{get('Queue')},t,,,300"
        elif block.event == "QueueCallerLeave":
            self.waiting.pop(uid, None)
        elif block.event == "DialBegin" and get("DestUniqueid") in self.channels:
            self.channels[get("DestUniqueid")]["Application"] = "AppQueue"
        elif block.event in ("BridgeEnter", "BridgeLeave") and channel is not None:
            channel["BridgeId"] = get("BridgeUniqueid") if block.event == "BridgeEnter" else ""
            channel["held"] = ""
        elif block.event in ("Hold", "Unhold") and channel is not None:
            for other in self.channels.values():
                if other is not channel and other["BridgeId"] and other["BridgeId"] == channel["BridgeId"]:
                    other["held"] = "1" if block.event == "Hold" else ""
        elif block.event in ("QueueMemberStatus", "QueueMemberPause", "QueueMemberAdded"):
            self.members[get("Queue"), get("Interface")] = {
                key: get(name)
                for key, name in {
                    "Name": "MemberName",
                    "Location": "Interface",
                    "StateInterface": "StateInterface",
                    "Status": "Status",
                    "Paused": "Paused",
                    "PausedReason": "PausedReason",
                    "Wrapuptime": "Wrapuptime",
                }.items()
            }
        elif block.event == "QueueMemberRemoved":
            self.members.pop((get("Queue"), get("Interface")), None)

    def queue_status(self, action: str, now: Millis) -> Iterator[dict[str, str]]:
        queues = {queue for queue, _ in self.members} | {queue for queue, _ in self.waiting.values()}
        rows: list[dict[str, str]] = [{"Event": "QueueParams", "Queue": queue} for queue in sorted(queues)]
        rows += [
            {"Event": "QueueMember", "Queue": queue, **member} for (queue, _), member in self.members.items()
        ]
        for uid, (queue, since) in self.waiting.items():
            channel = self.channels[uid]
            names = {key: channel.get(key, "") for key in ("Channel", "CallerIDNum", "CallerIDName")}
            waited = str((now - since) // SECOND)
            rows.append({"Event": "QueueEntry", "Queue": queue, "Uniqueid": uid, **names, "Wait": waited})
        return _list(rows, action, "QueueStatusComplete")

    def channel_list(self, action: str, now: Millis) -> Iterator[dict[str, str]]:
        rows = []
        for uid, channel in self.channels.items():
            age = (now - int(channel["born"])) // SECOND
            row = {"Event": "Status", "Uniqueid": uid, **channel, "Seconds": str(age)}
            row["BridgeID"], row["Data"] = row.pop("BridgeId"), row.pop("ApplicationData")
            row["Variable"] = f"CHANNEL(onhold)={row.pop('held', '') or 0}"
            del row["born"]
            rows.append(row)
        return _list(rows, action, "StatusComplete")


def _list(rows: list[dict[str, str]], action: str, complete: str) -> Iterator[dict[str, str]]:
    yield {"Response": "Success", "ActionID": action, "EventList": "start"}
    for row in rows:
        yield {**row, "ActionID": action}
    yield {"Event": complete, "ActionID": action, "EventList": "Complete", "ListItems": str(len(rows))}


def wire(block: dict[str, str]) -> bytes:
    return "".join(f"{key}: {value}\r\n" for key, value in block.items()).encode() + b"\r\n"


class LivePbx:
    """The server. `heard_by` gives the number of bytes that the feed has taken in."""

    def __init__(self, time: StillTime) -> None:
        self.time = time
        self.floor = Floor()
        self.actions: list[dict[str, str]] = []
        self.replies: dict[str, Callable[[dict[str, str]], list[dict[str, str]]]] = {}
        self.logins = 0
        self.sent = 0
        self.taken: Callable[[], int] = lambda: 0
        self.stalled = False
        self.refusing = False
        self.uptime: Callable[[], int] = lambda: 1_000_000
        self._signed_on = False
        self._whole = True
        self._fresh = True
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self, tls: ssl.SSLContext | None = None) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        self.cut()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def cut(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
            self._writer = None

    @property
    def connected(self) -> bool:
        return self._writer is not None

    def asked(self, name: str) -> list[dict[str, str]]:
        return [action for action in self.actions if action["Action"] == name]

    async def say(self, data: bytes, *, seen: bool = False) -> None:
        """Send bytes, and wait until the feed has them. The exchange knows what it says, heard or not."""
        if not seen:
            self.floor.see(data, self.time.now())
        whole, self._whole = self._whole, data.endswith(b"\r\n\r\n")
        if self._writer is None or not self._signed_on or self.stalled:
            return
        if self._fresh and not whole:
            # Whoever has just come is told of what happens from now on: no half of an event.
            data = data.partition(b"\r\n\r\n")[2]
        self._fresh = False
        self._writer.write(data)
        self.sent += len(data)
        await eventually(lambda: self.taken() >= self.sent or self._writer is None, "the feed takes bytes")

    async def play(
        self, reads: list[tuple[Millis, bytes]], *, change: Callable[[int, bytes], bytes] | None = None
    ) -> None:
        """Say what was recorded, when it was."""
        for index, (at, data) in enumerate(reads):
            await self.time.move_to(at)
            self.floor.see(data, at)
            await self.say(change(index, data) if change else data, seen=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            writer.transport.abort()
            return
        self._writer, self._signed_on, self._fresh = writer, False, True
        self._send(b"Asterisk Call Manager/9.0.0\r\n")
        try:
            while text := await reader.readuntil(b"\r\n\r\n"):
                lines = (line.partition(": ") for line in text.decode().strip().split("\r\n"))
                action = {key: value for key, _, value in lines}
                self.actions.append(action)
                if not self.stalled:
                    for block in self._answer(action):
                        self._send(wire(block))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if self._writer is writer:
                self._writer = None

    def _send(self, data: bytes) -> None:
        if self._writer is not None:
            self._writer.write(data)
            self.sent += len(data)

    def _answer(self, action: dict[str, str]) -> list[dict[str, str]]:
        name, number = action["Action"], action["ActionID"]
        fine = {"Response": "Success", "ActionID": number}
        if name in self.replies:
            return self.replies[name](action)
        if name == "Challenge":
            return [{**fine, "Challenge": CHALLENGE}]
        if name == "Login":
            key = hashlib.md5((CHALLENGE + SECRET).encode()).hexdigest()
            if (action.get("Username"), action.get("Key")) != (USER, key) or "Secret" in action:
                return [{**fine, "Response": "Error", "Message": "Authentication failed"}]
            self.logins += 1
            self._signed_on = True
            return [
                {**fine, "Message": "Authentication accepted"},
                {"Event": "FullyBooted", "Uptime": str(self.uptime()), "Status": "Fully Booted"},
            ]
        if name == "QueueStatus":
            return list(self.floor.queue_status(number, self.time.now()))
        if name == "Status":
            return list(self.floor.channel_list(number, self.time.now()))
        if name == "Logoff":
            return [{**fine, "Response": "Goodbye"}]
        return [fine]
