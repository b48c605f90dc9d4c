"""The API for machines: one module for each kind of thing."""

from portal.web.api import (
    changes,
    contact_events,
    customers,
    decisions,
    feedback,
    guide,
    ledgers,
    me,
    permissions,
    receipts,
    records,
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
    "me",
    "permissions",
    "receipts",
    "records",
    "segments",
    "signals",
    "wishes",
]
