"""Courses: who is called to confirm by when, whom a message is for, and what the settings say of it."""

from __future__ import annotations

import pytest

from console.domain.instants import parse_rfc3339
from console.domain.item import Effect
from tests.domain.story import event, folded, site

COURSE = "visit/course"
BEGINS = "2026-03-09T09:00:00+08:00"


def made(step: str, settings: str = "", **data: object) -> Effect:
    """What one step of a course makes, after another trainee's form came back."""
    told = [
        event(0, "visit.attended", COURSE, type="training", step="reply", customer="13900000001", name="Ma"),
        event(60, "visit.attended", COURSE, type="training", step=step, **data),
    ]
    effects = folded(told, COURSE, 120, site(settings)).effects
    return max(effects, key=lambda effect: effect.time)


@pytest.mark.parametrize(
    ("settings", "due"),
    [
        ("", "2026-03-05T09:00:00+08:00"),
        (
            '[limits]\n"training.confirm" = "1 working day before field:window_start"',
            "2026-03-06T09:00:00+08:00",
        ),
        ('[limits]\n"training.confirm" = "1d"', "2026-03-03T09:01:00+08:00"),
        (
            '[calendars.six]\nweekdays = ["09:00-17:00"]\nsat = ["09:00-17:00"]\n'
            '[hours]\n"training.confirm" = "six"',
            "2026-03-06T09:00:00+08:00",
        ),
    ],
)
def test_who_signed_up_is_called_two_working_days_before(settings: str, due: str) -> None:
    call = made("reply", settings, window_start=BEGINS, customer="13900000002")
    assert (call.type, call.data["customer"]) == ("callback.requested", "13900000002")
    assert parse_rfc3339(call.data["due"]) == parse_rfc3339(due)


def test_a_message_is_for_whom_it_names_and_not_for_who_was_named_before() -> None:
    call = made("message", name="Bai", text="ring home")
    assert (call.data["name"], "customer" in call.data, call.data["note"]) == ("Bai", False, "ring home")


def test_a_question_that_was_answered_makes_nothing() -> None:
    assert made("question", answered=True).norm == "training.confirm"
    assert made("question", text="why?").norm == "training.answers-later"


def test_a_course_is_nobodys_own_visit() -> None:
    told = event(
        0, "visit.attended", COURSE, type="training", step="reply", customer="13900000001", name="Ma"
    )
    course = folded([told], COURSE, 60)
    assert (course.customer, course.name) == ("", "")
