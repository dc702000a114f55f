"""What is wrong with a norm is named with its line and the reason, for the keys that are easily misused."""

from __future__ import annotations

import pytest

from console.domain.pack_file import parse_pack
from console.domain.tables import TableError

HEAD = '[[norm]]\nid = "x"\nsubject = "ticket"\n'
CLOCK = HEAD + 'form = "clock"\nstart = "ticket.opened"\nstop = "ticket.closed"\nmost = "1h"\n'
GATE = HEAD + 'form = "gate"\non = "ticket.closed"\nneeds = "ticket.contacted"\n'
TASK = HEAD + 'form = "task"\non = "ticket.closed"\nmake = "callback.requested"\nitem = "callback/{item}"\n'
SHARE = HEAD + (
    'form = "count"\non = "ticket.closed"\nevery = "day"\nat = "end"\nshare = 0.3\n'
    'make = "followup.selected"\nitem = "followup/{key}"\n'
)
LAST = {CLOCK: 8, GATE: 7, TASK: 8, SHARE: 11}


@pytest.mark.parametrize(
    ("norm", "more", "reason"),
    [
        (CLOCK, 'arm = "ticket.hummed"', "arm: 'ticket.hummed' is no type of event"),
        (CLOCK, 'arm = "call.held"', "arm: no ticket is told of 'call.held'"),
        (CLOCK, 'arm = "item.escalated"', "arm: no ticket is told of 'item.escalated'"),
        (CLOCK, 'arm = "field:due"', "arm: 'field:due' is no type of event"),
        (CLOCK, 'anew = "ticket.reopened"', "a clock has no 'anew'"),
        (CLOCK, 'warn = "2 working days before field:due"', "warn: a length from the start"),
        (
            CLOCK,
            'otherwise = "0 working days before field:due"',
            "'0 working days before field:due' is no limit",
        ),
        (GATE, 'anew = "job.rescheduled"', "anew: no ticket is told of 'job.rescheduled'"),
        (GATE, "why = 3", "why: a text, not 3"),
        (GATE, 'arm = "ticket.opened"', "a gate has no 'arm'"),
        (TASK, 'until = "ticket.confirmed"', "until needs 'settle'"),
        (TASK, 'settle = "job.left"\nuntil = "ticket.confirmed"', "'job.left' is told to nothing that"),
        (
            TASK,
            'settle = "callback.done"\nuntil = "ticket.confirmed"\nrenew = true',
            "what is renewed ends when it is, and has no 'until'",
        ),
        (SHARE, 'until = "ticket.confirmed"', "a count has no 'until'"),
        (SHARE, 'each = "area"', "a count has no 'each'"),
    ],
)
def test_each_mistake_has_its_line_and_reason(norm: str, more: str, reason: str) -> None:
    parse_pack(norm)
    with pytest.raises(TableError) as caught:
        parse_pack(norm + more)
    found = [problem for problem in caught.value.problems if reason in problem.text]
    assert found, caught.value
    assert found[0].line in range(LAST[norm], LAST[norm] + 1 + more.count("\n"))


def test_what_may_be_asked_anew_after_a_persons_act_is_fine() -> None:
    check = parse_pack(GATE + 'anew = ["ticket.reopened", "item.reassigned"]').norms[0].check
    assert check is not None
    assert sorted(check.anew.types) == ["item.reassigned", "ticket.reopened"]


def test_a_value_that_no_mark_can_be_matches_none() -> None:
    """Such a norm speaks of nobody's item; it stops nothing."""
    norm = parse_pack(CLOCK + 'when = { marks = [["new"]] }').norms[0]
    assert not norm.applies({"marks": frozenset({"new"})}.get)
