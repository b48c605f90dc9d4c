"""Audit: who did what, as rows nobody changes."""

from portal.audit.actions import record
from portal.audit.models import AuditEntry
from portal.audit.queries import acts, page
from portal.audit.rules import PORTAL, Actor

__all__ = ["PORTAL", "Actor", "AuditEntry", "acts", "page", "record"]
