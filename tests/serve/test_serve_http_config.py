"""The `[[http]]` tables of the daemon's settings: what is taken, and what each mistake is called."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from console.domain.instants import MINUTE, SECOND
from console.serve.config import read_config
from tests.conftest import ROOT
from tests.serve.test_serve_config import complaint, written

GOOD = """
[[http]]
listen = "127.0.0.1:8480"
body_time = "20s"

[[http.source]]
name = "crm"
secret_file = "secret"
rate = 5

[[http.source]]
name = "desk"
mapping = "zammad"
proof = "github-sha1"
secret_file = "secret"
"""


def test_a_good_file_is_taken_as_it_stands(tmp_path: Path) -> None:
    (listener,) = read_config(written(tmp_path, GOOD), {}).http
    assert (listener.name, listener.metrics, listener.body_time) == ("127.0.0.1:8480", True, 20 * SECOND)
    crm, desk = listener.sources
    assert (crm.path, crm.secret, crm.sources) == ("/events/crm", b"hush", {"crm"})
    assert (crm.limits.rate, crm.limits.burst, crm.tolerance) == (5, 10, 5 * MINUTE)
    assert desk.path == "/hooks/desk"
    assert desk.mapping is not None
    assert desk.mapping.source == "zammad"
    assert "hush" not in repr(listener)


def test_a_socket_needs_no_proof_and_may_have_ipv6_beside_it(tmp_path: Path) -> None:
    text = """
[[http]]
listen = "unix:http.sock"
mode = "660"
[[http.source]]
name = "crm"
proof = "none"
[[http]]
listen = "[::1]:9000"
[[http.source]]
name = "erp"
secret_file = "secret"
sources = ["*"]
"""
    socket, port = read_config(written(tmp_path, text), {}).http
    assert (socket.path, socket.mode, socket.sources[0].scheme) == (str(tmp_path / "http.sock"), 0o660, None)
    assert (port.host, port.port, port.name) == ("::1", 9000, "[::1]:9000")


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('"127.0.0.1:8480"', '"0.0.0.0:8480"', 3, "http.1.listen: is beyond this machine"),
        ('"127.0.0.1:8480"', '"localhost"', 3, "http.1.listen: must be unix:PATH or an address and a port"),
        ('"127.0.0.1:8480"', '"127.0.0.1:99999"', 3, "http.1.listen: must be a whole number"),
        ('"127.0.0.1:8480"', '"127.0.0.1:8480"\nmode = "660"', 4, "http.1.mode: "),
        ('"20s"', '"20h"', 4, "http.1.body_time: must be between"),
        ("body_time", "body_tmie", 4, "http.1.body_tmie: unknown key; did you mean 'body_time'?"),
        ('"crm"', '"c rm"', 7, "http.1.source.1.name: "),
        ('secret_file = "secret"\nrate', "rate", 6, "http.1.source.1.secret_file: is missing"),
        ("rate = 5", 'proof = "none"', 9, "http.1.source.1.proof: is needed"),
        ("rate = 5", 'proof = "gihtub"', 9, "'gihtub' is unknown; did you mean 'github'?"),
        ("rate = 5", 'proof = "standard"', 8, "http.1.source.1.secret_file: holds less than 16 bytes"),
        ("rate = 5", "rate = 0", 9, "http.1.source.1.rate: must be more than 0"),
        ("rate = 5", "size = 0", 9, "http.1.source.1.size: must be a whole number from 1"),
        ("rate = 5", 'sources = ["console"]', 9, "http.1.source.1.sources: 'console' is what the people"),
        ('"zammad"', '"zamad"', 13, "http.1.source.2.mapping: no ready mapping is called 'zamad'"),
        ('"zammad"', '"zammad.toml"', 13, "http.1.source.2.mapping: "),
        ('"desk"', '"crm"', 12, "http.1.source.2.name: 'crm' is the name of another feed already"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, line: int, says: str, tmp_path: Path) -> None:
    assert old in GOOD
    message = complaint(tmp_path, GOOD.replace(old, new, 1))
    assert message.startswith(f"{line}: "), message
    assert says in message


def test_what_is_exposed_shows_no_metrics_unless_it_is_told_to(tmp_path: Path) -> None:
    text = GOOD.replace('"127.0.0.1:8480"', '"0.0.0.0:8480"\nexposed = true')
    (listener,) = read_config(written(tmp_path, text), {}).http
    assert not listener.metrics


def test_a_mapping_may_lie_beside_the_settings_and_be_called_like_a_secret(tmp_path: Path) -> None:
    text = (ROOT / "fixtures" / "mappings" / "zammad.toml").read_text(encoding="utf-8")
    (tmp_path / "zammad.toml").write_text(
        text.replace('source = "zammad"', 'source = "ours"'), encoding="utf-8"
    )
    (tmp_path / "zammad").write_text("a secret", encoding="utf-8")
    for given, source in (("zammad", "zammad"), ("zammad.toml", "ours")):
        (listener,) = read_config(written(tmp_path, GOOD.replace('"zammad"', f'"{given}"')), {}).http
        assert listener.sources[1].mapping is not None
        assert listener.sources[1].mapping.source == source
    (tmp_path / "zammad.toml").write_text("source = 7", encoding="utf-8")
    wrong = complaint(tmp_path, GOOD.replace('"zammad"', '"zammad.toml"'))
    assert "http.1.source.2.mapping: " in wrong


def test_without_its_library_it_says_what_to_install(tmp_path: Path) -> None:
    """As a process of its own: modules that are loaded stay loaded."""
    path = written(tmp_path, "\n" + GOOD)
    code = (
        "import sys; sys.modules['h11'] = None\n"
        "from console.cli import main\n"
        f"sys.exit(main(['serve', '--config', {str(path)!r}, '--check']))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"{path}:3: http.1: needs h11: pip install 'three-rings[serve]'" in done.stderr


def test_every_key_is_documented() -> None:
    text = (ROOT / "docs" / "serve.md").read_text(encoding="utf-8")
    shown = "\n".join(re.findall(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    (listener,) = tomllib.loads(shown)["http"]
    sources = listener.pop("source")
    assert set(listener) == {
        "listen", "mode", "exposed", "metrics", "connections", "head_time", "body_time", "idle_time",
    }  # fmt: skip
    assert {key for source in sources for key in source} == {
        "name", "proof", "secret_file", "sources", "tolerance", "mapping",
        "size", "depth", "batch", "rate", "burst",
    }  # fmt: skip
