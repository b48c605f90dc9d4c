"""Decisions as they were recorded, what customers asked for by right, and the words that are sent."""

from typing import Any

from flask import current_app
from marshmallow import Schema, fields, validate

from portal import accounts, outreach, rights, treatment
from portal.accounts.models import Customer
from portal.treatment import Decision
from portal.web.api.operations import operation
from portal.web.api.schemas import NothingSchema, PageSchema, RuleResultSchema, line, said
from portal.web.cursors import seal, unseal
from portal.web.database import db


class DecisionsAskedSchema(PageSchema):
    """Which decisions."""

    customer = line(40, "Only about this customer (C-…).")
    outcome = fields.String(
        validate=validate.OneOf(("allow", "hold", "deny", "expire")),
        metadata={"description": "Only with this outcome."},
    )


class DecisionLineSchema(Schema):
    """One decision, in a line."""

    decision = said("Ref of the decision (D-…).")
    customer = said("Ref of the customer.")
    channel = said("By which channel.")
    message_class = said("What kind of message.")
    purpose = said("What for.")
    topic = said("On which topic.")
    outcome = said("`allow`, `hold`, `deny` or `expire`.")
    decisive_rule = said("The rule that decided.", allow_none=True)
    hold_until = said("Until when it was held.", fields.AwareDateTime, format="iso", allow_none=True)
    ledger_seq = said("Position of the customer's ledger that was looked at.", fields.Integer)
    policy_version = said("Version of the settings of the rules.", fields.Integer)
    decided_at = said("When.", fields.AwareDateTime, format="iso")


class DecisionsSchema(Schema):
    """A page of decisions, newest first."""

    items = fields.List(fields.Nested(DecisionLineSchema), required=True)
    next = said("Cursor of the next page, null on the last.", allow_none=True)


class DecisionRecordSchema(DecisionLineSchema):
    """One decision with every rule's result."""

    rules = fields.List(fields.Nested(RuleResultSchema), required=True)
    entry_hash = said("Its hash, over the hash of the decision before about this customer.")


class RightsRequestSchema(Schema):
    """What a customer asked for by right."""

    request = said("Ref of the request (Q-…).", attribute="ref")
    kind = said("`access`, `erase`, `object`, `restrict`, `correct` or `complaint`.")
    state = said("Where it stands.")
    came_by = said("How it reached us.")
    asked_at = said("When its clock began.", fields.AwareDateTime, format="iso")
    due_at = said("When it is due.", fields.AwareDateTime, format="iso")
    settled_at = said("When it was settled.", fields.AwareDateTime, format="iso", allow_none=True)
    outcome = said("What became of it, in the words the customer reads; empty while it is open.")


class RightsRequestsSchema(Schema):
    """What a customer asked for, newest first."""

    customer = said("Ref of the customer.")
    items = fields.List(fields.Nested(RightsRequestSchema), required=True)


class TemplateSchema(Schema):
    """The words of a message, in their newest version."""

    key = said("Its key.")
    version = said("Its version.", fields.Integer)
    message_class = said("What kind of message.")
    purpose = said("What for.")
    topic = said("On which topic.")
    channel = said("By which channel.")
    subject = said("Its subject; `$name` and the like are blanks.")
    text = said("Its text.")
    data_used = said(
        "Which data it uses and who gets it, as notices name them; with none it counts as all of them.",
        fields.List,
        cls_or_instance=fields.String(),
    )


class TemplatesSchema(Schema):
    """Every template, by key."""

    items = fields.List(fields.Nested(TemplateSchema), required=True)


@operation("/decisions", summary="Decisions", asks=DecisionsAskedSchema(), answers=DecisionsSchema())
def decisions(asked: dict[str, Any]) -> dict[str, Any]:
    """What was decided about contacts, newest first."""
    secret = str(current_app.secret_key)
    place = unseal(secret, asked.get("cursor"), 1)
    rows = treatment.decisions_page(
        db.session,
        outcome=asked.get("outcome"),
        customer_ref=asked.get("customer"),
        after=int(place[0]) if place else None,
        limit=asked["limit"] + 1,
    )
    shown = rows[: asked["limit"]]
    more = len(rows) > len(shown)
    return {
        "items": [_line(found, customer) for found, customer in shown],
        "next": seal(secret, [shown[-1][0].id]) if more else None,
    }


@operation("/decisions/<decision>", summary="One decision", asks=NothingSchema(), answers=DecisionRecordSchema())
def decision(_asked: dict[str, Any], decision: str) -> dict[str, Any]:
    """One decision with every rule's result, as it was recorded."""
    found = treatment.decision(db.session, decision)
    customer = db.session.get_one(Customer, found.customer_id)
    return {**_line(found, customer), "rules": found.rules, "entry_hash": found.entry_hash}


def _line(found: Decision, customer: Customer) -> dict[str, Any]:
    names = "channel message_class purpose topic outcome decisive_rule hold_until ledger_seq policy_version decided_at"
    return {"decision": found.ref, "customer": customer.ref} | {name: getattr(found, name) for name in names.split()}


@operation(
    "/customers/<ref>/requests",
    summary="What a customer asked for by right",
    asks=NothingSchema(),
    answers=RightsRequestsSchema(),
)
def rights_requests(_asked: dict[str, Any], ref: str) -> dict[str, Any]:
    """Access, erasure, objection, restriction, correction, complaint: each with its clock and what became of it."""
    customer = accounts.customer_by_ref(db.session, ref)
    return {"customer": customer.ref, "items": rights.requests_of(db.session, customer.id)}


@operation("/templates", summary="Message templates", asks=NothingSchema(), answers=TemplatesSchema())
def templates(_asked: dict[str, Any]) -> dict[str, Any]:
    """The words that are sent, each with its class and purpose."""
    return {"items": outreach.templates(db.session)}
