"""Where output goes that can't take everything: a poor encoding, a closed stdout, a full disk."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sqlite3
import sys
import threading
from pathlib import Path

import pytest

from console.cli import main
from tests.conftest import ROOT


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RINGS_STORE", str(tmp_path / "rings.db"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    main(["ingest", str(ROOT / "tests" / "contract" / "pickup.ndjson")])
    return tmp_path


def test_where_signs_cannot_be_written_their_twins_are(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="ascii"))
    assert main(["status", "--at", "2026-03-02T01:00:19.001Z"]) == 2
    head, first = out.getvalue().decode("ascii").splitlines()[:2]
    assert head.startswith("# 1 breached   ! ")
    assert first.startswith("#")


def test_an_answer_nobody_reads_is_an_exit_code_still(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["status", "--at", "2026-03-02T01:00:19.001Z"]) == 2


def test_a_time_that_ends_before_it_begins_is_no_good_news(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backwards = ["--from", "2026-03-03T00:00:00Z", "--until", "2026-03-02T00:00:00Z"]
    capsys.readouterr()
    assert main(["breaches", *backwards]) == 2
    assert capsys.readouterr() == ("", "rings breaches: --from must lie before --until\n")


def test_a_full_disk_is_said_in_a_line(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", open("/dev/full", "w", encoding="utf-8"))  # noqa: SIM115
    assert main(["paths"]) == 3
    assert capsys.readouterr().err == "rings paths: the output can't be written: No space left on device\n"


def test_a_disk_that_fills_up_in_the_midst_is_said_in_a_line(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Nothing is held back: the first line that is printed finds the disk full.
    raw = open("/dev/full", "wb", buffering=0)  # noqa: SIM115
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, "utf-8", write_through=True))
    assert main(["paths"]) == 3
    assert capsys.readouterr().err == "rings paths: the output can't be written: No space left on device\n"


def test_a_closed_stdin_is_empty(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["ingest", "-"]) == 0
    assert capsys.readouterr() == ("0 read, 0 new, 0 known already, 0 rejected\n", "")


@pytest.mark.parametrize(
    "words", [["ack", "a\x1b[2Jb"], ["status", "--queue", "\u202eb"], ["paths", "\x9b2J"]]
)
def test_what_is_typed_is_nothing_that_a_terminal_obeys(
    store: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with contextlib.suppress(SystemExit):
        main(words)
    assert "?" in (err := capsys.readouterr().err)
    assert err.rstrip("\n").isprintable()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["ack", "\udcff"], 2),
        (["status", "--queue", "\udcff"], 3),
        (["ingest", "a" * 5000], 2),
        (["status", "--at", "9999-12-31T23:59:59Z"], 3),
        (["breaches", "--until", "0001-01-01T00:00:00Z"], 2),
    ],
)
def test_what_nobody_can_mean_is_misuse_and_no_fault(
    store: Path, words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        found = main(words)
    except SystemExit as stopped:
        found = stopped.code
    err = capsys.readouterr().err
    assert (found, err.count("\n"), "wrong" in err) == (code, 1, False)


def test_as_many_rows_as_anybody_could_want(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["status", "--at", "2026-03-02T01:00:19.001Z"], ["rejects"], ["refusals"]):
        assert main([*words, "--limit", str(10**30)]) in (0, 2)
    assert capsys.readouterr().err == ""
    with pytest.raises(SystemExit):
        main(["rejects", "--limit", "-1"])
    assert "'-1': a number, 0 or more" in capsys.readouterr().err


def test_whose_store_it_is_that_may_not_be_read(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorcode, error.sqlite_errorname = sqlite3.SQLITE_CANTOPEN, "SQLITE_CANTOPEN"
        raise error

    # As it is for whoever isn't the owner; the tests may be run by root, whom nothing is refused.
    monkeypatch.setattr(sqlite3, "connect", refused)
    monkeypatch.setattr(os, "access", lambda *_: False)
    for command, code in (("status", 3), ("breaches", 2), ("doctor", 2)):
        assert main([command]) == code
        err = capsys.readouterr().err
        assert f"{store}/rings.db belongs to {store.owner()} and can't be read; run rings as that user" in err
        assert err.count("\n") == 1


def test_doctor_tells_before_the_disk_is_full(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = os.statvfs(store)
    little = os.statvfs_result((*here[:1], 1_048_576, here[2], 90, 63, *here[5:]))
    monkeypatch.setattr(os, "statvfs", lambda _: little)
    assert main(["doctor"]) == 1
    assert "mend  only 63 MB are free on the disk" in capsys.readouterr().out


def test_a_pipe_is_read_as_a_file_is(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    told = (ROOT / "tests/contract/hold.ndjson").read_bytes()
    writer = threading.Thread(target=pipe.write_bytes, args=(told,))
    writer.start()
    assert main(["ingest", str(pipe), "--json", "--store", str(tmp_path / "new.db")]) == 0
    writer.join()
    assert json.loads(capsys.readouterr().out)["appended"] == told.count(b"\n")


def test_the_name_of_a_bad_file_is_nothing_that_a_terminal_obeys(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (bad := tmp_path / "a\x1b[2J\x9b\u202eb.ndjson").write_text("{nope\n")
    main(["ingest", str(bad)])
    capsys.readouterr()
    for words in (["rejects"], ["rejects", "--json"]):
        assert main(words) == 0
        out = capsys.readouterr().out
        assert "a[2Jb.ndjson" in out
        assert out.replace("\n", "").isprintable()
