"""Checklists: those that are shipped fit the norms, and a mistake in a site's own is named with its line."""

from __future__ import annotations

import pytest

from console.bootstrap import standard_checklists
from console.domain.checklists import parse_checklists
from console.domain.tables import TableError
from tests.domain.story import PACK

SHIPPED = parse_checklists(standard_checklists())


def test_every_inspection_of_the_pack_has_its_list() -> None:
    lists = {each.id: each for each in SHIPPED}
    wanted = {
        name.partition("[checklist=")[2].rstrip("]")
        for norm in PACK.norms
        if norm.check is not None
        for name in norm.check.on.texts
        if "[checklist=" in name
    }
    assert wanted == {"quiet", "notice", "area-book"} <= lists.keys()
    assert {each.norm for each in SHIPPED if each.about == "call"} <= PACK.by_id.keys()
    assert lists["quiet"].during == "visit"


@pytest.mark.parametrize(
    ("line", "wrong", "told"),
    [
        ('about = "area"', 'about = "room"', "line 4: about: 'room' is unknown"),
        ('about = "area"', 'about = "call"', "needs the norm"),
        ('zh = "有价格表", ', "", "line 6: items: 'prices' needs a text in zh and en"),
        ('id = "prices"', 'id = "box"', "'box' is here twice"),
        ("must = true", 'must = "no"', "must is true or false"),
        ("must = true", "must = true, possible = true", "a must or where possible"),
        ("must = true", 'record = ["job.flew"]', "a list of types of event"),
    ],
)
def test_a_mistake_is_named_with_its_line(line: str, wrong: str, told: str) -> None:
    text = """[[checklist]]
id = "notice"
name = { zh = "公示", en = "Notices" }
about = "area"
items = [
  { id = "prices", must = true, text = { zh = "有价格表", en = "prices are posted" } },
  { id = "box", text = { zh = "有意见箱", en = "there is an opinion box" } },
]
"""
    assert [item.must for item in parse_checklists(text)[0].items] == [True, False]
    assert line in text
    with pytest.raises(TableError, match=told.replace("[", r"\[")):
        parse_checklists(text.replace(line, wrong))
