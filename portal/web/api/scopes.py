"""Which scope each endpoint of the API asks for. What is not in here is refused; a test reads this table too."""

from typing import Final

SCOPES: Final[dict[str, str]] = {
    "api.feedback_submit": "feedback:write",
    "api.contact_event": "contact-events:write",
    "api.signals": "signals:read",
    "api.segments": "segments:read",
    "api.members": "segments:read",
    "api.decision_preview": "decisions:preview",
    "api.changes": "changes:read",
    "api.acknowledge": "changes:read",
    "api.decision_claim": "decisions:claim",
    "api.permissions_bulk": "permissions:read",
    "api.consent_said": "consents:write",
    "api.preferences_said": "consents:write",
    "api.pause_said": "consents:write",
    "api.right_asked": "requests:write",
    "api.ledger": "consents:read",
    "api.receipts": "consents:read",
    "api.preferences": "consents:read",
    "api.decisions": "decisions:read",
    "api.decision": "decisions:read",
    "api.rights_requests": "requests:read",
    "api.templates": "templates:read",
    "api.consents": "consents:read",
    "api.receipt": "consents:read",
    "api.entitlements": "entitlements:read",
    "api.marks": "marks:read",
    "api.mark_set": "marks:write",
    "api.mark_ended": "marks:write",
    "api.holders": "marks:read",
    "api.holder_said": "marks:write",
    "api.call_registers": "call-registers:read",
    "api.call_register_brought": "call-registers:write",
    "api.merges": "merges:read",
    "api.merged": "merges:write",
    "api.parted": "merges:write",
    "api.pause_ended": "consents:write",
    "api.me": "me:read",
}
OPEN: Final = frozenset({"api.openapi", "api.guide", "api.problems"})
"""What anybody may read: what the API is, not what it holds."""
