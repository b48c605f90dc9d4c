"""The API for machines: one module for each kind of thing."""

from portal.web.api import (
    changes,
    contact_events,
    customers,
    decisions,
    feedback,
    guide,
    ledgers,
    marks,
    me,
    merges,
    permissions,
    receipts,
    records,
    registers,
    segments,
    signals,
    wishes,
)
from portal.web.api.blueprint import blueprint

__all__ = [
    "blueprint",
    "changes",
    "contact_events",
    "customers",
    "decisions",
    "feedback",
    "guide",
    "ledgers",
    "marks",
    "me",
    "merges",
    "permissions",
    "receipts",
    "records",
    "registers",
    "segments",
    "signals",
    "wishes",
]
