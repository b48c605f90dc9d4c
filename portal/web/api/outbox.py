"""What waits for a gateway (text, notification, phone, post): to look at, to be given out, and what became of it."""

from collections.abc import Iterable
from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from portal import accounts, audit, gateways, outreach, privacy
from portal.audit import Actor
from portal.clock import utc_now
from portal.errors import Invalid, NotFound
from portal.gateways import GatewayMessage
from portal.web.api.operations import operation
from portal.web.api.schemas import Strict, instant, line, said
from portal.web.database import db
from portal.web.identity import current_settings

LARGEST, MOST_LEASED = 200, 50
LARGEST_ID = 2**31 - 1
WAY = {"description": "Which way: `sms`, `phone`, `post` or `push`."}


class WaitingAskedSchema(Strict):
    """Which part of what waits."""

    channel = fields.String(required=True, validate=validate.OneOf(gateways.WAYS), metadata=WAY)
    after = fields.Integer(
        load_default=0,
        validate=validate.Range(0, LARGEST_ID),
        metadata={"description": "`position` of the last one of the answer before; 0 for the beginning."},
    )
    limit = fields.Integer(
        load_default=50, validate=validate.Range(1, LARGEST), metadata={"description": "How many at most."}
    )


class WaitingSchema(Schema):
    """One message that waits, without its words: those are given out with a lease."""

    message = said("Ref of the message (G-…); it stays the same however often it is given out.")
    position = said("Its place in the order.", fields.Integer)
    channel = said("Which way.")
    customer = said("Ref of the customer.")
    decision = said("Ref of the decision that allowed it.")
    state = said("`waiting`, or `leased` while a gateway has it.")
    created_at = said("When it was decided first.", fields.AwareDateTime, format="iso")
    not_before = said("It is given out from then.", fields.AwareDateTime, format="iso")
    leased_until = said("Until when the gateway that has it may send it.", fields.AwareDateTime, format="iso",
                        allow_none=True)  # fmt: skip


class WaitingPageSchema(Schema):
    """A part of what waits, oldest first."""

    items = fields.List(fields.Nested(WaitingSchema), required=True)


class LeaseAskedSchema(Strict):
    """What a gateway would like to send now."""

    channel = fields.String(required=True, validate=validate.OneOf(gateways.WAYS), metadata=WAY)
    limit = fields.Integer(
        load_default=10, strict=True, validate=validate.Range(1, MOST_LEASED),
        metadata={"description": "How many at most."},
    )  # fmt: skip


class LeasedSchema(Schema):
    """One message to send. Send it before `send_before` or not at all; then ask for it again."""

    message = said("Ref of the message (G-…): a gateway that saw it before has sent it.")
    customer = said("Ref of the customer.")
    decision = said("Ref of the decision that allows it.")
    to = said("The number, address or device.")
    subject = said("Title, for ways that have one.")
    text = said("The very words.")
    language = said("Language of the words.")
    lease = said("How often it was given out by now.", fields.Integer)
    send_before = said("Until when it may be sent.", fields.AwareDateTime, format="iso")


class LeasesSchema(Schema):
    """What was given out; each was decided again just now."""

    items = fields.List(fields.Nested(LeasedSchema), required=True)


class ReportSchema(Strict):
    """What became of a message."""

    message = line(40, "Ref of the message (G-…).", required=True)
    outcome = fields.String(
        required=True, validate=validate.OneOf(gateways.OUTCOMES),
        metadata={"description": "`handed_over` when it left, and later `delivered`, `failed` (will never arrive), "
                  "`bounced` (nobody is reached there) or `opted_out` (they said stop)."},
    )  # fmt: skip
    note = line(200, "Your own word for why, such as a provider's code; nothing personal.")
    occurred_at = instant("When it happened, if not now. Not in the future.")


class ReportedSchema(Schema):
    """How far a message has come."""

    message = said("Ref of the message.")
    state = said("Where it stands now.")
    news = said("Whether this changed anything.", fields.Boolean)


class PointSchema(Strict):
    """Where a customer is reached besides by mail."""

    kind = fields.String(
        required=True, validate=validate.OneOf(accounts.POINT_KINDS),
        metadata={"description": "`number` (calls and texts), `address` (letters) or `device` (notifications)."},
    )  # fmt: skip
    value = line(500, "The number, the address or the token of the device; null forgets it.", required=True,
                 allow_none=True)  # fmt: skip
    verified_at = instant("When somebody made sure that it is theirs. Without it nothing is sent there.")


class PointKeptSchema(Schema):
    """What is kept now."""

    customer = said("Ref of the customer.")
    kind = said("`number`, `address` or `device`.")
    known = said("Whether there is one.", fields.Boolean)
    verified_at = said("When it was made sure.", fields.AwareDateTime, format="iso", allow_none=True)


@operation("/outbox", summary="What waits for a gateway", asks=WaitingAskedSchema(), answers=WaitingPageSchema())
def outbox(asked: dict[str, Any]) -> dict[str, Any]:
    """What waits or was given out, the oldest first, without addresses and words. Nothing may be sent on this."""
    rows = gateways.waiting_page(db.session, asked["channel"], after=asked["after"], limit=asked["limit"])
    refs = _refs(rows)
    return {
        "items": [
            {
                "message": one.ref, "position": one.id, "channel": one.channel, "customer": refs[one.customer_id],
                "decision": one.decision_ref, "state": one.state, "created_at": one.created_at,
                "not_before": one.not_before, "leased_until": one.leased_until,
            }
            for one in rows
        ]
    }  # fmt: skip


@operation(
    "/outbox/leases", method="POST", summary="Take messages to send", asks=LeaseAskedSchema(), answers=LeasesSchema()
)
def outbox_lease(asked: dict[str, Any]) -> dict[str, Any]:
    """Decide again about the oldest messages and give out those that may still go, each to one gateway at a time.

    What was withdrawn meanwhile never comes. Send before `send_before`, then report; what is not reported is given out
    again, after a new decision.
    """
    given = outreach.give_out(
        db.session, asked["channel"], by=f"token:{g.api_token.id}", limit=asked["limit"], now=utc_now()
    )
    refs = _refs([one.message for one in given])
    return {
        "items": [
            {
                "message": message.ref, "customer": refs[message.customer_id], "decision": message.decision_ref,
                "to": message.to_point, "subject": message.subject,
                "text": outreach.text_of(db.session, message, current_settings()),
                "language": message.language, "lease": message.lease, "send_before": until,
            }
            for message, until in given
        ]
    }  # fmt: skip


@operation(
    "/outbox/reports",
    method="POST",
    writes=True,
    summary="Say what became of a message",
    asks=ReportSchema(),
    answers=ReportedSchema(),
)
def outbox_report(asked: dict[str, Any]) -> dict[str, Any]:
    """Say that a message left, arrived, failed, found nobody, or was answered with stop. Said again, nothing changes.

    The customer reads it beside the decision. `bounced` stops this way until it is confirmed anew; `opted_out`
    withdraws all we send on our own account this way.
    """
    now = utc_now()
    at = asked.get("occurred_at", now)
    if at > now:
        raise Invalid("This cannot have happened yet.", errors={"occurred_at": ["This is in the future."]})
    message, news = privacy.hear_of_message(
        db.session, asked["message"], outcome=asked["outcome"], note=asked.get("note", ""), at=at, actor=_token(),
        now=now,
    )  # fmt: skip
    return {"message": message.ref, "state": message.state, "news": news}


@operation(
    "/customers/<ref>/contact-points",
    method="POST",
    writes=True,
    summary="Say where a customer is reached",
    asks=PointSchema(),
    answers=PointKeptSchema(),
)
def point_said(asked: dict[str, Any], ref: str) -> dict[str, Any]:
    """Keep a number, an address or a device, or forget it. A new value is not confirmed until you say when it was."""
    customer, now, kind = accounts.customer_by_ref(db.session, ref), utc_now(), asked["kind"]
    if customer.erased_at is not None:
        raise NotFound("There is no such customer.", code="no-such-customer")
    verified_at = asked.get("verified_at")
    if verified_at is not None and verified_at > now:
        raise Invalid("This cannot have happened yet.", errors={"verified_at": ["This is in the future."]})
    kept = None
    if asked["value"] is None:
        accounts.drop_point(db.session, customer.id, kind)
    else:
        kept = accounts.set_point(
            db.session, customer.id, kind=kind, value=asked["value"].strip(), verified_at=verified_at,
            source=g.api_token.name, now=now,
        )  # fmt: skip
    audit.record(
        db.session, act="contact-point.told", by=_token(), subject=customer.ref, now=now, detail={"kind": kind}
    )
    return {
        "customer": customer.ref, "kind": kind, "known": kept is not None,
        "verified_at": kept.verified_at if kept is not None else None,
    }  # fmt: skip


def _token() -> Actor:
    return Actor(type="token", id=g.api_token.id, name=g.api_token.name)


def _refs(messages: Iterable[GatewayMessage]) -> dict[int, str]:
    ids = sorted({one.customer_id for one in messages})
    return dict(zip(ids, accounts.refs_of_ids(db.session, ids), strict=True))
