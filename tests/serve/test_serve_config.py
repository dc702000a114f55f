"""`rings serve --check`: every mistake is one line that names the file, the line and the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.domain.instants import SECOND
from console.serve.config import ConfigError, read_config
from tests.conftest import ROOT

GOOD = """
store = "floor.db"

[log]
level = "warning"

[[asterisk]]
name = "pbx1"              # how the head of the console calls it
host = "pbx.example"
user = "console"
secret_file = "secret"
heartbeat = "5s"

[asterisk.give_to_agent]
context = "rings-agents"
exten = "{device}"
"""


def written(folder: Path, text: str) -> Path:
    secret = folder / "secret"
    secret.write_text("hush\n")
    secret.chmod(0o600)
    path = folder / "serve.toml"
    path.write_text(text)
    return path


def complaint(folder: Path, text: str) -> str:
    path = written(folder, text)
    with pytest.raises(ConfigError) as error:
        read_config(path, {})
    message = str(error.value)
    assert message.startswith(f"{path}:")
    assert len(message.splitlines()) == 1
    return message.removeprefix(f"{path}:")


def test_a_good_file_is_taken_as_it_stands(tmp_path: Path) -> None:
    config = read_config(written(tmp_path, GOOD), {})
    assert (config.store, config.level) == (str(tmp_path / "floor.db"), "warning")
    (connected,) = config.asterisk
    exchange = connected.exchange
    assert (exchange.name, exchange.host, exchange.port) == ("pbx1", "pbx.example", 5038)
    assert (exchange.secret, exchange.heartbeat, exchange.tls) == ("hush", 5 * SECOND, False)
    assert connected.moves.agent is not None
    assert connected.moves.agent.filled(device="1001") == "1001"
    assert connected.moves.queue is None
    assert "hush" not in repr(config)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('"warning"', '"loud"', 5, "log.level: one of debug, info, warning, error"),
        ("level", "levl", 5, "log.levl: unknown key; did you mean 'level'?"),
        ('host = "pbx.example"', "host = 7", 9, "asterisk.1.host: must be a text"),
        (
            'user = "console"',
            'user = "a\\nAction: Originate"',
            10,
            "asterisk.1.user: must be one line of text",
        ),
        ('user = "console"\n', "", 7, "asterisk.1.user: is missing"),
        ('"secret"', '"nowhere"', 11, "asterisk.1.secret_file: "),
        ('"5s"', '"5 parsecs"', 12, "asterisk.1.heartbeat: "),
        ('"5s"', '"2h"', 12, "asterisk.1.heartbeat: must be between 1s and 60s"),
        ("heartbeat", "retry_most", 12, ""),
        ('"{device}"', '"{phone}"', 16, "asterisk.1.give_to_agent.exten: {phone} is nothing"),
        ("[asterisk.give_to_agent]", "[asterisk.give_to_agnet]", 14, "did you mean 'give_to_agent'?"),
        ("exten =", "exten", 16, "not TOML: "),
        ('"pbx1"', '"pbx1', 8, "not TOML: "),
        ('name = "pbx1"', 'name = "pbx1"\nca = "ca.pem"', 9, "asterisk.1.ca: is of no use without tls"),
        ('name = "pbx1"', 'name = "pbx1"\nport = 70000', 9, "asterisk.1.port: must be a whole number"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, line: int, says: str, tmp_path: Path) -> None:
    assert old in GOOD
    if not says:
        # Not less than what it begins with.
        new, says = 'retry_first = "6s"\nretry_most', "asterisk.1.retry_most: must not be less"
        line = 13
    message = complaint(tmp_path, GOOD.replace(old, new, 1))
    assert message.startswith(f"{line}: "), message
    assert says in message


def test_the_second_exchange_of_a_name_is_the_one_that_is_wrong(tmp_path: Path) -> None:
    two = '[[asterisk]]\nname = "a"\nuser = "u"\nsecret_file = "secret"\nsystem = "one"\n'
    assert complaint(tmp_path, two + two).startswith("7: asterisk.2.name: 'a' is the name of another feed")
    assert complaint(tmp_path, two + two.replace('"a"', '"b"')).startswith("10: asterisk.2.system: ")
    other = two.replace('"a"', '"b"').replace('system = "one"\n', "")
    assert complaint(tmp_path, two + other).startswith("6: asterisk.2.system: with several exchanges")


def test_a_secret_that_others_can_read_is_refused_unless_systemd_hands_it_over(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(ConfigError, match=r":11: asterisk.1.secret_file: .* can be read by others"):
        read_config(path, {})
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "secret").write_text("from systemd")
    (connected,) = read_config(path, {"CREDENTIALS_DIRECTORY": str(credentials)}).asterisk
    assert connected.exchange.secret == "from systemd"


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    path.write_bytes(b"store = 'x'\n\xff\n")
    with pytest.raises(ConfigError, match=":2: not UTF-8 text"):
        read_config(path, {})


def test_every_key_is_documented() -> None:
    """docs/serve.md shows a file with every key in it, which is a good one."""
    import re
    import tomllib

    text = (ROOT / "docs" / "serve.md").read_text(encoding="utf-8")
    shown = "\n".join(block for block in re.findall(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    table = tomllib.loads(shown)
    from console.feeds.asterisk.live import Exchange

    keys = set(Exchange.__dataclass_fields__) - {"secret"} | {"secret_file"}
    keys |= {"give_to_agent", "give_to_queue", "call_back", "pause", "listen", "ring", "act_within"}
    assert set(table["asterisk"][0]) == keys
    assert set(table) >= {"store", "log", "asterisk", "file", "fifo", "folder"}
    shared = {"name", "path", "source", "quiet"}
    assert set(table["file"][0]) == shared | {"rotated"}
    assert set(table["fifo"][0]) == shared
    assert set(table["folder"][0]) == shared | {"pattern", "map", "settle"}
