"""The head's pieces: a floor without a name of its own is not told as the product twice."""

from __future__ import annotations

import pytest

from console.domain.pack import Pack
from console.domain.rules import Rules
from console.domain.site import Site
from console.locale.catalogue import load
from console.screens.floor import Floor
from console.screens.head import Head
from console.screens.times import Times
from console.screens.words import Words


@pytest.mark.parametrize(
    ("site", "shown"), [(Site(), ["Three Rings"]), (Site(name="South"), ["Three Rings", "South"])]
)
def test_the_product_is_named_once(site: Site, shown: list[str]) -> None:
    words = Words.of(load("en"), Rules(Pack(()), site), Times(site.tzinfo))
    left, _ = Head(words, Floor(0), "li").first(0)
    assert [part.text for part in left if part.text] == shown
