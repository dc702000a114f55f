"""Customers as the board shows them: masked, and through the gate that all drawn text passes."""

from __future__ import annotations

from console import masks
from widgets.cells import plain


def mask_number(number: str) -> str:
    """A telephone number with its middle hidden: `138****0042`."""
    return masks.mask_number(plain(number))


def mask_name(name: str) -> str:
    """A name of which the most is hidden: `王*明`, `Anna B*`."""
    return masks.mask_name(plain(name))


def mask_customer(name: str, customer: str) -> str:
    """Who the customer is, by name where one is known; empty where nothing is."""
    return masks.mask_customer(plain(name), plain(customer))


def customer_open(name: str, customer: str) -> str:
    """All that is known of who the customer is, for whoever asked for it on record: `13800000042 王小明`."""
    return " ".join(filter(None, (masks.open_number(plain(customer)), plain(name))))


def mask_id(item: str) -> str:
    """An item's id with the customer's number in it hidden."""
    return masks.mask_id(plain(item))


def mask_text(text: str, customer: str = "") -> str:
    """Running text with what could be telephone numbers hidden, the customer's own however it is written."""
    return masks.mask_text(plain(text), customer)
