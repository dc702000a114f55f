"""Checklists: those that are shipped fit the norms, and a mistake in a site's own is named with its line."""

from __future__ import annotations

import pytest

from console.bootstrap import standard_checklists
from console.domain.checklists import TOLD, parse_checklists
from console.domain.event import Event
from console.domain.tables import TableError
from tests.domain.story import PACK
from widgets.cells import cell_width

SHIPPED = parse_checklists(standard_checklists())


def test_every_inspection_of_the_pack_has_its_list() -> None:
    held = {norm for each in SHIPPED if each.of_item for norm in each.by_norm()}
    lists = {f"floor.inspected[checklist={each.id}]" for each in SHIPPED if not each.of_item}
    for norm in PACK.norms:
        if norm.check is not None and norm.form == "inspection":
            assert norm.id in held or lists & set(norm.check.on.texts), norm.id
    assert held <= PACK.by_id.keys()


def test_what_a_list_writes_is_what_its_norms_look_at() -> None:
    for each in SHIPPED:
        for norm in each.by_norm() if each.of_item else ():
            seen = {"norm": norm, "checklist": each.id, "failed": ["so"]}
            event = Event(source="a", id="1", type=TOLD[each.about], subject="x/1", time=0, data=seen)
            check = PACK.by_id[norm].check
            if check is None:
                continue  # a clock, which being looked at stops
            assert (check.on.met_by(event, {}), check.lists) == (True, "failed"), (each.id, norm)
            assert PACK.by_id[norm].subject == each.about


@pytest.mark.parametrize("language", ["zh", "en"])
def test_lists_about_items_fit_a_phone(language: str) -> None:
    for each in SHIPPED:
        if each.of_item:
            assert cell_width(each.name[language]) <= 24, each.id
            long = [item.id for item in each.items if cell_width(item.text[language]) > 30]
            assert long == [], each.id


@pytest.mark.parametrize(
    ("line", "wrong", "told"),
    [
        ('about = "area"', 'about = "room"', "line 4: about: 'room' is unknown"),
        ('about = "area"', 'about = "job"', "needs the norm"),
        ('about = "area"', 'when = { type = "visit" }', "are for lists about items"),
        ("must = true", 'norm = "job.other"', "are for lists about items"),
        ("must = true", "norm = 3", "norm is the id of one"),
        ("must = true", 'record = ["job step"]', "a list of types of event"),
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
