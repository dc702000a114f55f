"""Rows that are kept in words: what stands on the board is what it would say if put into words anew."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.instants import DAY, HOUR, MINUTE, SECOND
from console.screens.rows import Painter
from console.service.model import QueueRow
from tests.depth import deep
from tests.ui.test_row_texts import NOW, ROW, words

WORDS = words()

_away = st.one_of(
    st.integers(-3 * MINUTE, 3 * MINUTE),
    st.integers(-13 * MINUTE, 13 * MINUTE),
    st.integers(-2 * HOUR, 2 * HOUR),
    st.integers(-3 * DAY, 3 * DAY),
    st.sampled_from(
        [step * whole for step in (SECOND, MINUTE, HOUR) for whole in (-60, -10, -1, 0, 1, 10, 60)]
    ),
)
_moments = st.builds(lambda away: NOW + away, _away)
_maybe = st.one_of(st.none(), _moments)


@st.composite
def _rows(draw: st.DrawFn) -> QueueRow:
    due = draw(_maybe)
    # One that runs, in whole minutes, is what most rows of a board are.
    due = draw(st.sampled_from([due, NOW + draw(st.integers(2 * MINUTE, 2 * HOUR))]))
    if due is not None and due > NOW + MINUTE and draw(st.booleans()):
        return ROW._replace(due=due, warn=draw(st.integers(NOW + 1, due)), opened=draw(_moments))
    return ROW._replace(
        band=draw(st.integers(0, 4)),
        due=due,
        warn=draw(st.one_of(st.none(), _moments)) if due is not None else None,
        paused=draw(st.one_of(st.none(), st.none(), _moments)) if due is not None else None,
        opened=draw(_moments),
        snoozed=draw(_maybe),
        norm=draw(st.sampled_from(["call.hold.one-minute", "callback.due"])),
        state=draw(st.sampled_from(["held", "tried"])),
        tries=draw(st.integers(0, 2)),
        next_try=draw(_maybe),
    )


_steps = st.lists(
    st.one_of(
        st.integers(0, 3),
        st.integers(0, 2 * SECOND),
        st.integers(-SECOND, 3 * MINUTE),
        st.integers(-HOUR, HOUR),
        st.sampled_from([SECOND, MINUTE, 15 * MINUTE, DAY]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=deep(150))
@given(_rows(), _steps)
def test_a_row_that_was_kept_reads_as_one_put_into_words_now(row: QueueRow, steps: list[int]) -> None:
    painter, now = Painter(WORDS), NOW
    for step in steps:
        now += step
        assert painter.row(row, now) == Painter(WORDS).row(row, now), now - NOW


@settings(max_examples=deep(100))
@given(_rows())
def test_a_row_is_put_anew_at_the_very_moment_that_it_reads_otherwise(row: QueueRow) -> None:
    painter, now = Painter(WORDS), NOW
    for _ in range(6):
        kept = painter._kept.get(row.id)
        now = kept.until if kept else now
        for near in (now - 1, now, now + 1):
            assert painter.row(row, near) == Painter(WORDS).row(row, near), near - NOW


def test_what_did_not_change_is_not_put_into_words_again() -> None:
    quiet = ROW._replace(warn=NOW + HOUR, due=NOW + 90 * MINUTE + 30 * SECOND)
    painter = Painter(WORDS)
    first = painter.row(quiet, NOW)
    assert painter.row(quiet, NOW + 20 * SECOND) is first
    assert painter.row(quiet._replace(owner="wang"), NOW + 20 * SECOND) != first
    assert painter.row(quiet, NOW + 20 * SECOND, gone=True) != first


def test_a_row_whose_customer_is_shown_is_masked_again_when_that_ends() -> None:
    painter = Painter(words())
    quiet = ROW._replace(warn=NOW + HOUR, due=NOW + 2 * HOUR)
    masked = painter.row(quiet, NOW)
    shown = painter._words.shown
    shown.show(quiet.id, 60)
    assert "13800000042" in painter.row(quiet, NOW).cells["customer"].text
    shown.hide()
    assert painter.row(quiet, NOW) == masked


def test_a_painter_stays_while_its_words_do() -> None:
    said = words()
    painter = Painter(said, {"asterisk"})
    assert painter.mixed(said, ["asterisk"], short=False) is painter
    assert painter.mixed(said, [], short=False) is not painter
    assert painter.mixed(said, {"asterisk"}, short=True) is not painter
    assert painter.mixed(words(), {"asterisk"}, short=False) is not painter


def test_what_was_for_today_has_its_day_before_it_at_midnight() -> None:
    before = (
        NOW - NOW % DAY + 16 * HOUR - 20 * SECOND
    )  # twenty to midnight in Shanghai, and no minute is full
    promise = ROW._replace(
        norm="callback.due",
        warn=before - DAY,
        due=before - HOUR - 10 * SECOND,
        opened=before - 3 * DAY - 10 * SECOND,
    )
    painter = Painter(WORDS)
    today = painter.row(promise, before).cells["why"].text
    assert today.endswith(" 22:59")
    assert painter.row(promise, before + 20 * SECOND).cells["why"].text.endswith("03-02 22:59")
