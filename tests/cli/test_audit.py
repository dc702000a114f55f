"""`rings audit`: what of the log can be proved, and what a seal proves."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import sqlite3
from pathlib import Path

import pytest

from console.store import auditing
from console.store.auditing import Audit
from tests.cli.backup_kit import at_night, fill, names, said, stores
from tests.conftest import ROOT

__all__ = ["stores"]

UNGUARD = "DROP TRIGGER events_kept_update; DROP TRIGGER events_kept_delete;"


@pytest.fixture
def store(tmp_path: Path, stores: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two missed calls: events 1 to 3 are of call/1, 4 to 6 of call/2."""
    return at_night(tmp_path, stores, monkeypatch, "rings.db")


def by_hand(store: Path, script: str) -> None:
    """What somebody does to the file who can write it, and puts the guards back."""
    with contextlib.closing(sqlite3.connect(store)) as db:
        guards = db.execute("SELECT sql FROM sqlite_master WHERE name LIKE 'events_kept_%'").fetchall()
        db.executescript(UNGUARD + script)
        for (sql,) in guards:
            db.execute(sql)
        db.commit()


def seal_of(capsys: pytest.CaptureFixture[str]) -> str:
    code, out, _ = said(capsys, "audit", "seal")
    assert code == 0
    return out.strip()


def test_a_whole_store_is_whole_and_stays_as_it_is(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = store.read_bytes()
    assert said(capsys, "audit", "verify") == (0, "6 events: nothing wrong\n", "")
    assert said(capsys, "audit", "verify", "--rows", "--lang", "zh")[:2] == (
        0,
        "事件 6 及由其得出的一切：没有问题\n",
    )
    _, out, _ = said(capsys, "audit", "verify", "--json")
    assert json.loads(out) == {"events": 6, "last": 6, "found": 0, "remarks": 0}
    assert store.read_bytes() == before
    assert names(store.parent) == {"rings.db"}


BY_HAND = {
    "UPDATE events SET data = json_set(data, '$.queue', 'sales') WHERE seq = 2": [
        "event 2 (pbx/1-ringing, call/1): it does not say what it said when it came in"
    ],
    "UPDATE events SET time = time - 1 WHERE seq = 5": [
        "event 5 (pbx/2-ringing, call/2): it does not say what it said when it came in"
    ],
    "UPDATE events SET data = x'ff00' WHERE seq = 5": [
        "event 5 (pbx/2-ringing, call/2): it does not say what it said when it came in"
    ],
    "UPDATE events SET actor = 'wang' WHERE seq = 4": [
        "event 4 (pbx/2-offered, call/2): it stands under the name of wang"
    ],
    "DELETE FROM events WHERE seq = 2": [
        "events 2 to 2 are gone",
        "event 3 of call/1 has number 3 among its events, where 2 was due",
        "call/1: its row counts 3 events, the log has 2",
    ],
    "DELETE FROM events WHERE item = 'call/1'; DELETE FROM items WHERE id = 'call/1'": [
        "events 1 to 3 are gone"
    ],
    "DELETE FROM events WHERE seq = 6": ["call/2: its row counts 3 events, the log has 2"],
    "DROP INDEX events_name; INSERT INTO events SELECT 7, source, id, 'call/9', 1, type, time, sequence, "
    "positional, data, digest, received, actor FROM events WHERE seq = 6": [
        "index events_name of the store's schema",
        "event 7 (pbx/2-abandoned, call/9): it does not say what it said when it came in",
        "event 7 has the name of another one, pbx/2-abandoned",
    ],
    "UPDATE site SET body = replace(body, '60s', '90s') WHERE part = 'norms'": [
        "norms in force since 1970-01-01T00:00:00.000Z: the text is not that of its hash"
    ],
    "INSERT INTO site SELECT 1000, part, hash, body, applied FROM site WHERE part = 'norms'": [
        "norms in force since 1970-01-01T00:00:01.000Z: no event put it in force"
    ],
}


@pytest.mark.parametrize(("script", "found"), BY_HAND.items())
def test_what_was_changed_by_hand_is_named(
    store: Path, capsys: pytest.CaptureFixture[str], script: str, found: list[str]
) -> None:
    by_hand(store, script)
    code, out, err = said(capsys, "audit", "verify")
    *lines, last = out.splitlines()
    assert (code, err, len(lines)) == (1, "", len(found)), out
    assert all(line.startswith(wanted) for wanted, line in zip(found, lines, strict=True)), out
    assert f"found: {len(found)}" in last


def test_a_guard_that_is_off_is_named(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.closing(sqlite3.connect(store)) as db:
        db.execute("DROP TRIGGER events_kept_update")
    code, out, _ = said(capsys, "audit", "verify")
    assert (code, out.count("trigger events_kept_update")) == (1, 1)


def test_settings_are_those_that_somebody_put_in_force(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = store.with_name("site.toml")
    for text in ('zone = "Asia/Shanghai"\n', 'zone = "Europe/Berlin"\n'):
        settings.write_text(text)
        assert said(capsys, "site", "apply", settings, "--from", "2026-03-01T00:00:00Z")[0] == 0
    assert said(capsys, "audit", "verify")[0] == 0
    other = 'zone = "America/New_York"\n'
    values = (other, hashlib.sha256(other.encode()).hexdigest())
    with contextlib.closing(sqlite3.connect(store)) as db, db:
        db.execute("UPDATE site SET body = ?, hash = ? WHERE effective > 0", values)
    _, out, _ = said(capsys, "audit", "verify")
    assert out.startswith("settings in force since 2026-03-01T00:00:00.000Z: not the text that event 8 put")
    with contextlib.closing(sqlite3.connect(store)) as db, db:
        db.execute("DELETE FROM site WHERE effective > 0")
    assert "settings that event 8 put in force from 2026-03-01" in said(capsys, "audit", "verify")[1]


def test_who_signs_in_is_whom_the_events_let_in(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in ("add li --no-pin --role lead", "add wang --no-pin", "add chen --no-pin", "remove chen"):
        assert said(capsys, "users", *words.split())[0] == 0
    assert said(capsys, "audit", "verify")[0] == 0
    with contextlib.closing(sqlite3.connect(store)) as db, db:
        db.execute("UPDATE users SET role = 'admin' WHERE name = 'li'")
        db.execute("UPDATE users SET pin = 'scrypt$', changed = 1 WHERE name = 'wang'")
        db.execute("INSERT INTO users SELECT 'zhao', role, pin, added, changed FROM users WHERE name = 'li'")
    _, out, _ = said(capsys, "audit", "verify")
    assert out.splitlines()[:-1] == [
        "li is admin here; the events say lead",
        "wang: the PIN was set or taken away at another time than the events say",
        "zhao signs in here, and no event says so",
    ]
    with contextlib.closing(sqlite3.connect(store)) as db, db:
        db.execute("DELETE FROM users")
    assert "li signs in here by what the events say, and is not there" in said(capsys, "audit", "verify")[1]


def test_a_clock_that_was_put_back_is_told_and_nothing_worse(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by_hand(store, "UPDATE events SET received = received - 61000 WHERE seq > 3")
    code, out, _ = said(capsys, "audit", "verify")
    assert (code, out.count("\n")) == (0, 2)
    assert "came in 61 s before the one before it" in out
    by_hand(store, "UPDATE events SET received = received + 1000 WHERE seq > 3")
    assert said(capsys, "audit", "verify")[1].count("\n") == 1  # so long writers may wait for each other


def test_rows_are_held_against_the_log_on_a_copy(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by_hand(store, "UPDATE items SET note = 'all is well' WHERE id = 'call/2'")
    before = store.read_bytes()
    assert said(capsys, "audit", "verify")[0] == 0
    code, out, _ = said(capsys, "audit", "verify", "--rows")
    assert (code, out.splitlines()[0].startswith("call/2: its row, clocks or effects")) == (1, True)
    assert out.count("\n") == 2
    assert store.read_bytes() == before
    assert names(store.parent) == {"rings.db"}


def test_a_seal_proves_that_nothing_before_it_was_changed(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seal = seal_of(capsys)
    assert re.fullmatch(r"6-[0-9a-f]{64}", seal)
    fill(store, "3")
    assert said(capsys, "audit", "verify", "--seal", seal)[:2] == (0, "9 events: nothing wrong\n")
    # What no digest covers, a seal does.
    by_hand(store, "UPDATE events SET received = received + 1 WHERE seq = 6")
    assert said(capsys, "audit", "verify")[0] == 0
    code, out, _ = said(capsys, "audit", "verify", "--seal", seal)
    assert (code, out.splitlines()[0]) == (
        1, "the seal does not hold: something up to event 6 was changed or taken away",
    )  # fmt: skip
    newer = seal_of(capsys)
    by_hand(store, "DELETE FROM events WHERE seq > 6; DELETE FROM items WHERE id LIKE '%/3'")
    _, out, _ = said(capsys, "audit", "verify", "--seal", newer)
    assert out.startswith("the seal does not hold: the log ends at event 6, the seal's at 9\n")


def test_what_retain_took_is_not_missed(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "ingest", ROOT / "tests/contract/pickup.ndjson")
    seal = seal_of(capsys)
    _, out, _ = said(capsys, "retain", "--after", "30d", "--remove")
    assert said(capsys, "audit", "verify")[0] == 0
    with contextlib.closing(sqlite3.connect(store)) as db:
        events, last = db.execute("SELECT count(*), max(seq) FROM events").fetchone()
    assert events < last, out
    code, out, _ = said(capsys, "audit", "verify", "--seal", seal)
    assert (code, out.startswith("the seal can't be proved any more: rings retain")) == (1, True)


def test_whoever_writes_waits_for_nobody_who_audits(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "PORTION", 1)
    by_hand(store, "UPDATE events SET actor = 'wang'")
    with contextlib.closing(sqlite3.connect(store, timeout=0)) as db:
        for number, _ in enumerate(Audit(store).findings()):
            with db:
                db.execute("INSERT OR REPLACE INTO meta VALUES ('busy', ?)", (str(number),))
        assert number == 5


def test_what_is_misused_is_one_line(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["audit", "verify", "--seal", "6-xyz"], ["audit", "seal", "--rows"], ["audit"]):
        with pytest.raises(SystemExit) as stopped:
            said(capsys, *words)
        assert (stopped.value.code, capsys.readouterr().err.count("\n")) == (2, 1)
    code, _, err = said(capsys, "audit", "verify", "--store", store.with_name("none.db"))
    assert (code, err.startswith("rings audit: no store at")) == (2, True)
