"""The README says what is: its keys are the registry's, its links lead somewhere."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from tests.readme import PICTURE, with_keys

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_keys_are_those_of_the_registry() -> None:
    assert with_keys(README) == README, "make readme draws them again"


def test_its_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)", README):
        assert link.startswith("https://") or (ROOT / link).exists(), link


def test_its_picture_is_of_the_app() -> None:
    picture = PICTURE.read_text(encoding="utf-8")
    assert "DEMO" in picture
    assert "<svg" in picture
