"""The one-shot commands, run as a process as a cron job would: output, exit codes, and what they load."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.rings_command import Rings
from tests.conftest import ROOT

CONTRACT = ROOT / "tests" / "contract"


def test_ingest_counts_events_and_says_everything_twice_is_a_duplicate(rings: Rings) -> None:
    case = str(CONTRACT / "pickup.ndjson")
    assert rings.json("ingest", case) == [{"read": 20, "appended": 20, "duplicate": 0, "rejected": 0}]
    assert rings.json("ingest", case) == [{"read": 20, "appended": 0, "duplicate": 20, "rejected": 0}]


def test_breaches_print_the_contract_case(rings: Rings) -> None:
    rings("ingest", str(CONTRACT / "wait.ndjson"))
    answer = json.loads((CONTRACT / "wait.expected.json").read_text())
    rows = rings.json("breaches", "--until", answer["until"])
    assert [row["item"] for row in rows] == ["call/w", "callback/call/w"]
    assert [row["over_s"] for row in rows] == [30.0, 110.0]
    assert rows[1]["clock"] == "callback.due@contract/wait-2"
    assert list(rows[0]) == [
        "item", "kind", "norm", "rule", "clock", "period", "started", "due", "stopped", "over_s", "missing",
        "owner", "agents", "queue", "severity", "acknowledged_by",
    ]  # fmt: skip


def test_breaches_as_csv_and_of_one_norm(rings: Rings) -> None:
    rings("ingest", str(CONTRACT / "ticket.ndjson"))
    lines = rings("breaches", "--csv", "--norm", "ticket.due").stdout.decode().splitlines()
    assert lines[0].startswith("item,kind,norm")
    assert [line.split(",")[0] for line in lines[1:]] == ["ticket/5"]
    nothing = rings("breaches", "--csv", "--norm", "call.hold.one-minute", "--from", "2020-01-01T00:00:00Z",
                    "--until", "2020-01-02T00:00:00Z").stdout.decode()  # fmt: skip
    assert nothing.splitlines() == lines[:1]


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2026-03-02T01:00:00.500Z", 0),
        ("2026-03-02T01:00:11.000Z", 1),
        ("2026-03-02T01:00:19.001Z", 2),
    ],
)
def test_status_answers_by_its_exit_code(rings: Rings, at: str, code: int) -> None:
    rings("ingest", str(CONTRACT / "pickup.ndjson"))
    answer = rings("status", "--json", "--at", at)
    assert answer.returncode == code, answer
    status = json.loads(answer.stdout)
    assert status["at"].startswith(at[:19])


def test_status_of_a_moment_knows_nothing_of_what_came_later(rings: Rings) -> None:
    rings("ingest", str(CONTRACT / "pickup.ndjson"))
    status = rings.json("status", "--at", "2026-03-02T01:00:40.500Z")[0]
    # By hand: a and b ended at :50 and :40, c at :30, d at :44, e began at :35.
    assert status["open"] == {"call": 3}
    # e has rung for 4.5 s of its 15, a and d are being talked on and have no clock.
    assert [(item["item"], item["norm"]) for item in status["items"]] == [
        ("call/e", "call.pickup.three-rings"),
        ("call/a", None),
        ("call/d", None),
    ]
    level = status["service_level"]["support"]
    assert (level["offered"], level["answered"], level["answered_in_target"]) == (2, 2, 1)
    assert level["share"] == 0.5


def test_status_without_a_store_is_unknown(rings: Rings) -> None:
    answer = rings("status")
    assert answer.returncode == 3
    assert answer.stdout == b""
    assert len(answer.stderr.splitlines()) == 1
    assert rings("status", "--no-such").returncode == 3


def test_bad_lines_are_counted_listed_and_strict(rings: Rings) -> None:
    good = (CONTRACT / "hold.ndjson").read_bytes()
    answer = rings("ingest", "-", "--json", "--strict", stdin=b"{broken\n" + good)
    assert answer.returncode == 1
    assert json.loads(answer.stdout) == {"read": 10, "appended": 9, "duplicate": 0, "rejected": 1}
    rejects = rings.json("rejects")
    assert [(row["line"], row["raw"]) for row in rejects] == [(1, "{broken")]


def test_a_name_used_for_other_content_is_kept_as_said_differently(rings: Rings) -> None:
    line = (CONTRACT / "hold.ndjson").read_bytes().splitlines()[0]
    rings("ingest", "-", stdin=line)
    answer = rings("ingest", "-", "--json", stdin=line.replace(b"support", b"billing"))
    assert json.loads(answer.stdout)["rejected"] == 1
    assert rings.json("rejects")[0]["reason"] == "said_differently"
    assert b"support" in rings("explain", "call/h").stdout


def test_a_row_that_says_something_else_is_named_by_its_line(rings: Rings, tmp_path: Path) -> None:
    mapping, table = tmp_path / "map.toml", tmp_path / "desk.csv"
    mapping.write_text(
        'source = "desk"\nsubject = "ticket/{id}"\nzone = "Europe/Madrid"\nid = "row-{id}"\n'
        '[moment.opened]\ntext = "{at}"\nformat = "%Y-%m-%d %H:%M"\n'
        '[[event]]\ntype = "ticket.opened"\ntime = "opened"\ndata = { queue = "{queue}" }\n'
    )
    rows = "id,at,queue\n7,2026-03-02 09:00,sales\n8,2026-03-02 09:00,sales\n"
    for text in (rows, rows.replace("8,2026-03-02 09:00,sales", "8,2026-03-02 09:00,support")):
        table.write_text(text)
        answer = rings("ingest", str(table), "--map", str(mapping), "--json")
    assert json.loads(answer.stdout)["rejected"] == 1, answer
    assert [(row["reason"], row["line"]) for row in rings.json("rejects")] == [("said_differently", 3)]


def test_explain_shows_the_sum(rings: Rings) -> None:
    rings("ingest", str(CONTRACT / "ticket.ndjson"))
    text = rings("explain", "5").stdout.decode()  # as `rings ack` takes it
    for figure in ("1:06:40", "+ 16:40", "10:23:20.000", "over         10:00"):
        assert figure in text
    sums = rings.json("explain", "ticket/5")[0]["clocks"]
    due = next(one for one in sums if one["norm"] == "ticket.due")
    assert (due["verdict"], due["over_s"]) == ("broken", 600.0)
    assert rings("explain", "ticket/none").returncode == 2


def test_norms_check_names_line_and_reason(rings: Rings, tmp_path: Path) -> None:
    pack = tmp_path / "pack.toml"
    pack.write_text(
        '[[norm]]\nid = "x"\nform = "clock"\nsubject = "call"\n'
        'start = "call.helt"\nstop = "call.ended"\nmost = "soon"\n'
    )
    answer = rings("norms", "check", str(pack))
    assert answer.returncode == 1
    assert [line.split(":")[1] for line in answer.stdout.decode().splitlines()] == ["5", "7"]
    for file in sorted((ROOT / "fixtures/norms").glob("*.toml")):
        assert len(rings("norms", "check", str(file)).stdout.splitlines()) == 1


def test_settings_applied_to_an_empty_store_hold_from_the_beginning(rings: Rings, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text('zone = "Asia/Jerusalem"\ncountry = "IL"\n[limits]\n"call.wait" = "90s"\n')
    assert rings("site", "apply", str(site)).returncode == 0
    rings("ingest", str(CONTRACT / "wait.ndjson"))
    assert [row["item"] for row in rings.json("breaches", "--until", "2026-03-02T01:10:00Z")] == []
    assert "Asia/Jerusalem" in rings("site").stdout.decode()


def test_settings_applied_later_leave_clocks_that_had_started(rings: Rings, tmp_path: Path) -> None:
    site = tmp_path / "site.toml"
    site.write_text('[limits]\n"call.wait" = "90s"\n')
    rings("ingest", str(CONTRACT / "wait.ndjson"))
    rings("site", "apply", str(site))
    assert [row["item"] for row in rings.json("breaches", "--until", "2026-03-02T01:10:00Z")] == ["call/w"]


def test_doctor_rebuilds_without_a_change(rings: Rings, tmp_path: Path) -> None:
    every = tmp_path / "every.ndjson"
    with every.open("w", encoding="utf-8") as file:
        for case in sorted(CONTRACT.glob("*.ndjson")):
            # Each case has items of its own.
            for line in case.read_text(encoding="utf-8").splitlines():
                kind, _, name = json.loads(line)["subject"].partition("/")
                print(line.replace(f'"{kind}/{name}"', f'"{kind}/{case.stem}-{name}"'), file=file)
    assert rings("ingest", str(every)).returncode == 0
    answer = rings("doctor", "--rebuild")
    assert answer.returncode == 0, answer.stdout.decode()
    assert b"0 rows came out differently" in answer.stdout


def test_two_languages(rings: Rings) -> None:
    rings("ingest", str(CONTRACT / "hold.ndjson"))
    assert "保持不超一分钟" in rings("breaches", lang="zh_CN.UTF-8").stdout.decode()
    assert "保持不超一分钟" in rings("breaches", "--lang", "zh").stdout.decode()


@pytest.mark.parametrize(
    "words", [("--help",), ("status", "--help"), ("breaches", "--help"), ("norms", "--help")]
)
def test_help_has_an_example(rings: Rings, words: tuple[str, ...]) -> None:
    answer = rings(*words)
    assert answer.returncode == 0
    assert b"rings" in answer.stdout


def test_unknown_command_is_one_line(rings: Rings) -> None:
    answer = rings("frobnicate")
    assert answer.returncode == 2
    assert len(answer.stderr.splitlines()) == 1


def test_status_loads_neither_textual_nor_rich_nor_the_engine(rings: Rings) -> None:
    rings("ingest", str(CONTRACT / "pickup.ndjson"))
    script = (
        "import sys; from console.cli import main; main(['status', '--json']); main(['status']); "
        "print([name for name in ('textual', 'rich', 'asyncio', 'aiosqlite', 'tomllib', 'dataclasses', "
        "'console.domain.fold') if name in sys.modules], file=sys.stderr)"
    )
    environ = {**os.environ, "RINGS_STORE": str(rings.store)}
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, env=environ, cwd=ROOT, check=True
    )
    assert answer.stderr.decode().strip() == "[]"


COMMANDS = ("status", "breaches", "norms", "site", "rejects", "doctor", "explain call/1", "ingest {day}")


def complaint(rings: Rings, words: str, store: object, code: int) -> str:
    """The one line that a command says of `store`, which it may not read."""
    day = CONTRACT / "pickup.ndjson"
    done = rings(*words.format(day=day).split(), "--store", str(store))
    assert done.returncode == (3 if words == "status" else code), words
    (line,) = done.stderr.decode().splitlines()
    return line


@pytest.mark.parametrize("words", COMMANDS)
def test_what_can_be_no_store_is_named_in_one_line(rings: Rings, words: str, tmp_path: Path) -> None:
    assert "is a folder" in complaint(rings, words, tmp_path, 2)
    assert "postgres://floor/rings" in complaint(rings, words, "postgres://floor/rings", 2)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE other (a)")
    assert "no store of Three Rings" in complaint(rings, words, other, 2)
    junk = tmp_path / "junk.db"
    junk.write_bytes(bytes(range(256)) * 8)
    assert str(junk) in complaint(rings, words, junk, 2)


def test_a_mapping_file_that_is_wrong_is_named(rings: Rings, tmp_path: Path) -> None:
    table, mapping = tmp_path / "t.csv", tmp_path / "map.toml"
    table.write_text("a\n1\n")
    for body in (b"x = [", b"a = 1", b"\xff\xfe", None):
        if body is None:
            mapping.unlink()
        else:
            mapping.write_bytes(body)
        done = rings("ingest", str(table), "--map", str(mapping))
        assert done.returncode == 2
        (line,) = done.stderr.decode().splitlines()
        assert str(mapping) in line
        assert not {"[Errno", "codec"} & set(line.split())


def test_a_norm_that_nobody_knows_is_no_good_news(rings: Rings) -> None:
    rings("ingest", str(CONTRACT / "pickup.ndjson"))
    done = rings("breaches", "--json", "--norm", "call.wiat")
    assert (done.returncode, done.stdout) == (0, b"")
    assert "call.wiat" in done.stderr.decode()


def test_what_status_names_explain_knows(rings: Rings) -> None:
    rings("ingest", str(CONTRACT / "wait.ndjson"))
    (line,) = [line for line in rings("status").stdout.decode().splitlines() if "callback.due" in line]
    item = next(word for word in line.split() if word.startswith("callback/"))
    explained = rings("explain", item)
    assert explained.returncode == 0
    assert item in explained.stdout.decode()


def test_an_empty_file_changes_no_setting(rings: Rings, tmp_path: Path) -> None:
    settings = tmp_path / "site.toml"
    settings.write_text('name = "South"\n')
    assert rings("site", "apply", str(settings)).returncode == 0
    settings.write_text("# later\n\n")
    assert rings("site", "apply", str(settings)).returncode == 2
    shown = rings("site", lang="zh_CN.UTF-8").stdout.decode()
    assert "South" in shown
    assert "自始生效" in shown


@pytest.mark.parametrize(
    ("at", "at_risk", "breached"), [("05", 0, 0), ("08", 1, 0), ("10", 1, 0), ("11", 0, 1)]
)
def test_status_of_a_moment_before_time_alone_broke_it(
    rings: Rings, at: str, at_risk: int, breached: int
) -> None:
    job = {
        "specversion": "1.0", "id": "1", "source": "field", "type": "job.scheduled", "subject": "job/1",
        "time": "2026-03-02T09:00:00Z", "data": {"window_end": "2026-03-02T09:10:00Z"},
    }  # fmt: skip
    rings("ingest", "-", stdin=json.dumps(job).encode())
    (status,) = rings.json("status", "--at", f"2026-03-02T09:{at}:00Z")
    assert (status["at_risk"], status["breached"]) == (at_risk, breached)
    assert status["items"][0]["over_s"] == 60.0 * breached


def test_a_queue_that_nobody_knows_does_not_pass_for_quiet(rings: Rings) -> None:
    rings("ingest", str(CONTRACT / "pickup.ndjson"))
    answer = rings("status", "--queue", "suport")
    assert (answer.returncode, answer.stdout) == (3, b"")
    assert answer.stderr.startswith(b"rings status: nothing ever came in for a queue suport")


def test_a_feed_that_was_heard_since_is_not_silent_at_a_moment_before(rings: Rings) -> None:
    rings("ingest", str(CONTRACT / "pickup.ndjson"))
    with sqlite3.connect(rings.store) as db:
        heard = 1_772_413_260_000  # 2026-03-02T01:01:00Z
        db.execute("INSERT INTO feeds VALUES ('pbx', 'pbx', ?, 1)", (heard,))
    before = rings("status", "--at", "2026-03-02T01:00:00.500Z")
    assert (before.returncode, b"pbx" in before.stdout) == (0, False)
    after = rings("status", "--at", "2026-03-02T01:01:10Z")
    assert b"~ pbx has been silent for 10 s" in after.stdout


def test_a_feed_heard_after_now_is_no_sign_of_life(rings: Rings) -> None:
    rings("ingest", str(CONTRACT / "pickup.ndjson"))
    with sqlite3.connect(rings.store) as db:  # an hour ahead: the machine's clock was put back since
        db.execute(
            "INSERT INTO feeds VALUES ('pbx', 'pbx', ?, 0)", (time.time_ns() // 1_000_000 + 3_600_000,)
        )
    (feed,) = rings.json("status")[0]["feeds"]
    assert feed["state"] == "lost"
