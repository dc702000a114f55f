"""Phrases from the shell: a transcript goes in, the breach comes out; a site's own list takes force."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.cli.rings_command import Rings
from tests.conftest import ROOT


def call(item: str, *lines: tuple[str, str]) -> bytes:
    """A call on which these lines were said, a second apart from 09:00:02 on, as a feed sends it."""
    kinds: list[tuple[str, dict[str, str]]] = [
        ("call.offered", {"queue": "support"}),
        ("call.answered", {"agent": "li"}),
        *(("call.said", {"who": who, "text": text}) for who, text in lines),
    ]
    events = [
        {
            "specversion": "1.0", "id": f"{item}-{n}", "source": "asr", "sequence": n, "type": kind,
            "subject": f"call/{item}", "time": f"2026-03-02T09:00:{n:02}Z", "data": data,
        }
        for n, (kind, data) in enumerate(kinds)
    ]  # fmt: skip
    return "\n".join(json.dumps(event) for event in events).encode() + b"\n"


def broken(rings: Rings) -> dict[str, str]:
    """The calls on which something forbidden was said, and when."""
    rows = rings.json("breaches", "--norm", "call.forbidden-phrases", "--until", "2026-03-02T10:00:00Z")
    assert all(row["missing"] for row in rows)
    return {row["item"].removeprefix("call/"): row["due"][17:19] for row in rows}


def test_forbidden_words_break_the_norm_when_their_last_piece_is_said(rings: Rings) -> None:
    said = {
        "plain": ["这个我不知道"],
        "split": ["這個我不", "知", "道啊"],
        "half": ["这个没办", "法"],
        "traditional": ["這個您與市裏服務", "部聯繫"],
        "wide": ["Ｉ　ｄｏｎ＇ｔ　", "ＫＮＯＷ"],
        "kind": ["我马上帮您问"],
    }
    calls = [
        call(item, ("agent", "您好"), ("customer", "不知道"), *(("agent", line) for line in lines))
        for item, lines in said.items()
    ]
    calls.append(call("two", ("customer", "不知道"), ("agent", "好的我不"), ("customer", "知道")))
    rings("ingest", "-", stdin=b"".join(calls))
    assert broken(rings) == {"plain": "04", "split": "06", "half": "05", "traditional": "05", "wide": "05"}


def test_a_list_of_ones_own_takes_force_and_mends_nothing_before(rings: Rings, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[set]]\nid = "forbidden.own"\nlevel = "alert"\nphrases = ["随便吧"]\n', "utf-8")
    assert rings("phrases", "check", str(own)).returncode == 0
    assert rings("site", "apply", str(own)).returncode == 0
    assert rings("phrases", "find", "这个随便，吧").returncode == 1
    assert rings("phrases", "find", "不知道").returncode == 0
    rings("ingest", "-", stdin=call("1", ("agent", "您好不知道"), ("agent", "隨便吧")))
    assert broken(rings) == {"1": "03"}
    shown = rings("site").stdout.decode()
    assert "phrases" in shown
    assert "cue cards" in shown


def test_a_store_from_before_there_were_phrases_is_given_the_standard_ones(rings: Rings) -> None:
    rings("ingest", "-", stdin=call("old", ("agent", "您好")))
    with sqlite3.connect(rings.store) as db:
        db.execute("DELETE FROM site WHERE part IN ('phrases', 'cues')")
    db.close()
    assert rings("phrases").stdout == b""
    rings("ingest", "-", stdin=call("new", ("agent", "不知道")))
    assert broken(rings) == {"new": "02"}
    lines = [line for line in rings("site").stdout.decode().splitlines() if "from the beginning" in line]
    assert {"phrases", "cue"} <= {line.split()[0] for line in lines}


def test_a_wrong_list_and_a_wrong_deck_are_told_by_line_and_change_nothing(
    rings: Rings, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[[set]]\nid = "x"\nphrases = [\n  "好",\n  "不",\n]\n', "utf-8")
    answer = rings("phrases", "check", str(wrong))
    assert answer.returncode == 1
    assert answer.stdout.decode().startswith(f"{wrong}:5: ")
    refused = rings("site", "apply", str(wrong))
    assert refused.returncode == 2
    assert refused.stderr.decode().count("\n") == 1
    deck = tmp_path / "deck.toml"
    deck.write_text('[[cue]]\nid = "x"\ntitle = { zh = "甲", en = "A" }\n', "utf-8")
    assert rings("phrases", "check", str(deck)).stdout.decode().startswith(f"{deck}:1: say")
    assert rings("phrases", "check", str(ROOT / "fixtures" / "cues" / "2-line.toml")).returncode == 0
