"""What older norms asked for stays as it is once newer ones don't ask for it."""

from __future__ import annotations

from console.domain.event import Event
from tests.domain.story import PACK_TEXT, START
from tests.store.workbench import ingest, made, rebuilt

LATER = START + 3_600_000


def event(seconds: int, type_: str, subject: str) -> Event:
    data = {"customer": "13800000042", "agent": "li"}
    moment = START + seconds * 1000
    return Event(source="crm", id=f"e{seconds}", type=type_, subject=subject, time=moment, data=data)


def norms_without(*texts: str) -> str:
    """The standard norms but for those in which one of these stands."""
    head, *norms = PACK_TEXT.split("[[norm]]")
    return "[[norm]]".join([head, *(norm for norm in norms if not any(text in norm for text in texts))])


def test_what_a_norm_made_stays_open_when_no_norm_makes_such_a_thing_any_more() -> None:
    store = made()
    ingest(store, [event(0, "customer.wished", "customer/+8613800000042")], START)
    store.put_site("norms", norms_without('make = "report.'), LATER, LATER)
    assert rebuilt(store, LATER) == 0
    ingest(store, [event(1, "report.read", "report/another")], LATER)
    report = store.item("report/wish/e0")
    assert report is not None
    assert report.open
    assert report.norm == "report.read"


def test_a_call_of_before_counts_the_calls_that_are_told_of_late() -> None:
    """The customer had asked about the ticket, and again on call/1, before call/2."""
    store = made()
    ingest(store, [event(0, "ticket.opened", "ticket/1"), event(200, "call.offered", "call/2")], LATER)
    store.put_site("norms", norms_without("contacts", "promised"), LATER, LATER)
    ingest(store, [event(100, "call.answered", "call/1")], LATER)
    call = store.item("call/2")
    assert call is not None
    assert call.contacts == 3
