"""Asks whether somebody may be contacted, without contacting anybody."""

from typing import Any

from portal import accounts, treatment
from portal.clock import utc_now
from portal.web.api.operations import operation
from portal.web.api.schemas import VerdictSchema, instant, line
from portal.web.database import db


class DecisionAskedSchema(treatment.IntentSchema):
    """What somebody would like to send, and to whom."""

    customer = line(40, "Ref of the customer (C-…).", required=True)
    expires_at = instant("From when it would make no sense any more.", load_default=None, allow_none=True)


@operation(
    "/decisions/preview",
    method="POST",
    summary="Would we be allowed to send this?",
    asks=DecisionAskedSchema(),
    answers=VerdictSchema(),
)
def decision_preview(asked: dict[str, Any]) -> dict[str, Any]:
    """What the rules would decide now, with every reason. Nothing is recorded; nothing may be sent on this answer."""
    customer = accounts.customer_by_ref(db.session, asked.pop("customer"))
    intent = treatment.IntentFacts(key="preview", customer_id=customer.id, **asked)
    verdict = treatment.preview(db.session, intent, now=utc_now())
    return {
        "outcome": verdict.outcome.outcome,
        "hold_until": verdict.outcome.hold_until,
        "decisive_rule": verdict.outcome.decisive,
        "ledger_seq": verdict.ledger_seq,
        "policy_version": verdict.policy.version,
        "rules": [result.as_json() for result in verdict.outcome.results],
    }
