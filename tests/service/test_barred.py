"""Orders beyond somebody's role: refused in the service, said at the key and on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.actions.action import Situation
from console.actions.registry import BY_ID
from console.cli import main
from console.domain.command import Command, Refusal
from console.domain.pack import Pack
from console.domain.rules import Rules
from console.domain.site import parse_site
from console.locale.catalogue import load
from console.screens.floor import Floor
from console.screens.head import Head
from console.screens.times import Times
from console.screens.words import Words
from console.service.model import Done
from tests.conftest import StillClock
from tests.domain.story import at, story

SITE = '[roles]\nviewer = ["guest"]\nadmin = ["chen"]\n'


async def test_the_service_refuses_what_the_role_does_not_allow(open_desk) -> None:
    desk = await open_desk(StillClock(at(100)), site=SITE)
    await desk.ingest(story("ticket/1", (100, "opened")))
    note = {"text": "seen"}
    refused, done = await desk.act(
        [
            Command("c1", "note", "ticket/1", "guest", 0, note),
            Command("c2", "note", "ticket/1", "li", 0, note),
        ]
    )
    assert refused == Refusal("ticket/1", "needs_supervisor")
    assert isinstance(done, Done)


def test_a_key_says_so_before_any_dialog() -> None:
    site = parse_site(SITE)
    asked = Situation(barred=lambda verb: site.barred(verb, "guest"))
    assert BY_ID["note"].refusal(asked) == "refusal.needs_supervisor"
    assert BY_ID["filter"].refusal(asked) == ""


def test_settings_are_put_in_force_by_whom_they_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "site.toml"
    file.write_text(SITE)
    words = ["site", "apply", str(file), "--store", str(tmp_path / "rings.db"), "--lang", "en"]
    monkeypatch.setattr("console.bootstrap.who", lambda: "li")
    assert main(words) == 0
    assert "from now on it takes chen to put anything in force; you are li" in capsys.readouterr().out
    assert main(words) == 2
    assert "it takes an administrator" in capsys.readouterr().err
    monkeypatch.setattr("console.bootstrap.who", lambda: "chen")
    assert main(words) == 0
    assert "from now on" not in capsys.readouterr().out


@pytest.mark.parametrize(("site", "told"), [(SITE, "guest · viewer"), ("", "guest")])
def test_the_head_says_as_what_somebody_sits_here_where_roles_are_told_apart(site: str, told: str) -> None:
    rules = Rules(Pack(()), parse_site(site))
    words = Words.of(load("en"), rules, Times(rules.site.tzinfo))
    assert Head(words, Floor(at(0)), "guest").second(at(0), short=True)[1][0].text == told
