"""What `rings doctor` says of feeds and channels that work, and of those that don't."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from console.cli.doctor import trial_words
from console.locale.catalogue import load
from console.serve.config import Config, read_config
from console.serve.probes import Found, probe, send
from console.service.model import FeedState
from tests.feeds.live.live_pbx import SECRET, LivePbx, StillTime
from tests.outbox.stand_ins import web

EN, ZH = load("en"), load("zh_CN")
NOW = 1_790_000_000_000


def settings(folder: Path, text: str, **secrets: str) -> Config:
    for name, secret in secrets.items():
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    path = folder / "serve.toml"
    path.write_text(text)
    return read_config(path, {})


async def told(found: AsyncIterator[Found]) -> list[tuple[bool, str]]:
    """What was found, but for whether the daemon runs; each has a sentence in both languages."""
    results = [each async for each in found]
    for language in ("en", "zh_CN"):
        assert all(f"probe.{each.key}" in load(language) for each in results)
    return [(each.fine, each.key) for each in results if not each.key.startswith("serves")]


def heard(*names: str, lost: bool = False) -> dict[str, FeedState]:
    return {name: FeedState(name, name, NOW - 60_000, lost=lost) for name in names}


async def test_an_exchange_lets_us_in_or_why_not(tmp_path: Path) -> None:
    pbx = LivePbx(StillTime(0))
    port = await pbx.open()
    text = '[[asterisk]]\nname = "pbx"\nuser = "console"\nsecret_file = "{}"\nport = {}\nanswer = "1s"\n'
    good = settings(tmp_path, text.format("right", port), right=SECRET)
    assert await told(probe(good, {}, NOW)) == [(True, "asterisk_fine")]
    assert len(pbx.asked("Logoff")) == 1
    # Who is connected is not asked again.
    assert await told(probe(good, heard("serve", "pbx"), NOW)) == [(True, "asterisk_connected")]
    assert len(pbx.asked("Login")) == 1
    bad = settings(tmp_path, text.format("wrong", port), wrong="not it")
    assert await told(probe(bad, {}, NOW)) == [(False, "asterisk_login")]
    await pbx.close()
    assert await told(probe(good, {}, NOW)) == [(False, "asterisk_unreachable")]


async def test_what_is_followed_must_be_there_and_what_runs_must_be_heard_of(tmp_path: Path) -> None:
    config = settings(
        tmp_path,
        "".join(
            f'[[{kind}]]\nname = "{name}"\npath = "{name}"\n'
            for kind, name in (("file", "f"), ("fifo", "p"), ("folder", "d"))
        ),
    )
    assert await told(probe(config, {}, NOW)) == [(False, "missing")] * 3
    (tmp_path / "f").touch()
    os.mkfifo(tmp_path / "p")
    (tmp_path / "d").touch()
    assert await told(probe(config, {}, NOW)) == [(True, "readable"), (True, "readable"), (False, "other")]
    (tmp_path / "d").unlink()
    (tmp_path / "d").mkdir()
    known = heard("serve", "f") | heard("p", lost=True)
    # Nothing is said twice of what is at fault already.
    assert (await told(probe(config, known, NOW)))[3:] == [(False, "silent"), (False, "unheard")]


async def test_a_test_goes_through_every_channel(tmp_path: Path) -> None:
    with web() as there:
        text = (
            '[[notify]]\nname = "floor"\nfor = "supervisor"\nsecret_file = "url"\nlanguage = "zh"\n'
            f'[[webhook]]\nname = "desk"\nurl = "http://127.0.0.1:{there.port}/in"\nsecret_file = "key"\n'
        )
        key = "whsec_" + base64.b64encode(bytes(32)).decode()
        config = settings(tmp_path, text, url=f"json://127.0.0.1:{there.port}/people", key=key)
        assert await told(probe(config, {}, NOW)) == [(True, "reached")]
        assert there.got == []
        assert await told(send(config, trial_words("en"), NOW)) == [(True, "sent")] * 2
        first: dict[str, Any] = there.got[0].json
        # As a breach would be told there, whatever the terminal speaks.
        assert (first["title"], first["message"]) == (ZH("probe.title"), ZH("probe.body"))
        assert there.got[1].json["type"] == "rings.test"
        assert there.got[1].json["title"] == EN("probe.title")
    assert await told(send(config, trial_words(None), NOW)) == [(False, "not_sent")] * 2
