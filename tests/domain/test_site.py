"""Settings as a floor writes them: what is not said is what holds everywhere, and each length is read."""

from __future__ import annotations

import pytest

from console.domain.instants import MINUTE
from console.domain.site import _LENGTHS, SettingsError, Site, parse_site


def test_an_empty_file_is_the_settings_that_hold_where_nobody_says_anything() -> None:
    assert parse_site("") == Site()


@pytest.mark.parametrize("key", _LENGTHS)
def test_every_length_of_time_is_read_and_a_wrong_one_is_named(key: str) -> None:
    assert getattr(parse_site(f'{key} = "7m"'), key) == 7 * MINUTE
    with pytest.raises(SettingsError, match=f"^{key}: "):
        parse_site(f'{key} = "soon"')


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('nme = "x"', "unknown key 'nme'"),
        ("name = 3", "name: a text, not 3"),
        ('country = "cn"', "country: two capital letters"),
        ('zone = "Mars/Base"', "zone: "),
        ("[areas]\nnorth = 3", "areas: a table for each"),
        ("[areas.north]\nboss = 3", "areas.north: unknown key 'boss'"),
        ("[areas.north]\ntrip = 3", "trip: true or false"),
        ("[roles]\nli = 3", "roles"),
    ],
)
def test_what_is_wrong_is_said_with_its_key(text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=f"^{told}"):
        parse_site(text)
