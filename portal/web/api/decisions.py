"""Asks whether somebody may be contacted: as advice, or for the record, which is what a message may be sent on."""

from datetime import datetime
from typing import Any

from flask import g
from marshmallow import fields, validate

from portal import accounts, consent, downstream, outreach, treatment
from portal.accounts import Customer
from portal.clock import utc_now
from portal.errors import Conflict
from portal.web.api.operations import operation
from portal.web.api.schemas import ClaimSchema, VerdictSchema, instant, line
from portal.web.database import db
from portal.web.identity import current_settings


class DecisionAskedSchema(treatment.IntentSchema):
    """What somebody would like to send, and to whom."""

    customer = line(40, "Ref of the customer (C-…).", required=True)
    not_before = instant("It waits until then.", load_default=None, allow_none=True)
    expires_at = instant("From when it would make no sense any more.", load_default=None, allow_none=True)
    at_least_seq = fields.Integer(
        load_default=0,
        strict=True,
        validate=validate.Range(0, 2**31 - 1),
        metadata={"description": "Refuse when the customer's ledger has not come to this entry yet."},
    )


class DecisionClaimedSchema(DecisionAskedSchema):
    """What somebody is about to send, and to whom."""

    key = line(120, "Your own name for this wish: the same one again is decided once.", required=True)


@operation(
    "/decisions/preview",
    method="POST",
    summary="Would we be allowed to send this?",
    asks=DecisionAskedSchema(),
    answers=VerdictSchema(),
)
def decision_preview(asked: dict[str, Any]) -> dict[str, Any]:
    """What the rules would decide now, with every reason. Nothing is recorded; nothing may be sent on this answer.

    Of a template known here (`name@version`), what a second person confirmed it as counts: code `template-differs`.
    """
    customer = _customer(asked)
    wish = outreach.as_named(db.session, asked)
    intent = treatment.IntentFacts(key="preview", customer_id=customer.id, **wish)
    verdict = treatment.preview(db.session, intent, now=utc_now())
    return {
        "outcome": verdict.outcome.outcome,
        "hold_until": verdict.outcome.hold_until,
        "decisive_rule": verdict.outcome.decisive,
        "ledger_seq": verdict.ledger_seq,
        "policy_version": verdict.policy.version,
        "rules": [result.as_json() for result in verdict.outcome.results],
    }


@operation(
    "/decisions",
    method="POST",
    status=201,
    writes=True,
    summary="May we send this now?",
    asks=DecisionClaimedSchema(),
    answers=ClaimSchema(),
)
def decision_claim(asked: dict[str, Any]) -> dict[str, Any]:
    """Decide for the record, with every reason. What is allowed may be sent before `claim_until`, and not after it.

    The same key gives the same decision while it may be sent on; what was held or denied, or not sent in time, is
    decided anew. A wish that differs from what its template (`name@version`) was confirmed as is refused: code
    `template-differs`; without a confirmed one, nothing counts as what must be told. A system that contacts customers
    and does not know what changed is refused: code `fenced`.
    """
    customer, key = _customer(asked), f"token:{g.api_token.id}:{asked.pop('key')}"
    asked = outreach.as_named(db.session, asked)
    now, minutes = utc_now(), current_settings().fence_minutes
    accounts.lock_customer(db.session, customer.id)
    downstream.check_fence(db.session, g.api_token.id, customer.id, now=now, minutes=minutes)
    intent = treatment.IntentFacts(key=key, customer_id=customer.id, caller=g.api_token.name, **asked)
    return _told(treatment.claim(db.session, intent, now=now, held=True))


def _customer(asked: dict[str, Any]) -> Customer:
    """Whom it is about, their row held when this writes.

    :raises Conflict: code `ledger-behind`, when the caller knows of an entry that is not here yet.
    """
    customer, wanted = accounts.customer_by_ref(db.session, asked.pop("customer")), asked.pop("at_least_seq")
    seq = consent.head(db.session, customer.id) if wanted else 0
    if seq < wanted:
        raise Conflict("The customer's ledger has not come that far.", code="ledger-behind", ledger_seq=seq)
    return customer


def _told(found: treatment.Decision) -> dict[str, Any]:
    until: datetime | None = found.claim_until
    return {
        "ref": found.ref,
        "attempt": found.attempt,
        "outcome": found.outcome,
        "hold_until": found.hold_until,
        "claim_until": until,
        "decisive_rule": found.decisive_rule,
        "ledger_seq": found.ledger_seq,
        "policy_version": found.policy_version,
        "counterfactual": found.counterfactual,
        "rules": found.rules,
    }
