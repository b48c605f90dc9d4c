"""A customer's ledger, receipts and preferences: read, and written with proof."""

from typing import Any

from flask import current_app, g
from marshmallow import Schema, fields, validate

from portal import accounts, consent, privacy
from portal.audit import Actor
from portal.clock import utc_now
from portal.errors import Invalid
from portal.privacy import CellChange
from portal.web.api.operations import operation
from portal.web.api.schemas import NothingSchema, PageSchema, Strict, instant, line, said
from portal.web.cursors import seal, unseal
from portal.web.database import db

LARGEST_SEQ = 2**31 - 1


class EntrySchema(Schema):
    """One act in a customer's ledger."""

    seq = said("Position in the customer's ledger, without gaps.", fields.Integer)
    event_id = said("The same wherever this act is told.")
    purpose = said("What for; `*` for everything.")
    channel = said("By which channel, `*` for every one.")
    topic = said("On which topic, `*` for every one.")
    action = said("What was done.")
    notice_version = said("Version of the words shown.", fields.Integer, allow_none=True)
    grade = said("How well it is proved: A, B or C; null for what was said here.", allow_none=True)
    occurred_at = said("When it was said.", fields.AwareDateTime, format="iso")
    recorded_at = said("When it was written down.", fields.AwareDateTime, format="iso")
    valid_until = said("When its effect ends by itself.", fields.AwareDateTime, format="iso", allow_none=True)
    actor_type = said("Who acted: `customer`, `team`, `token` or `portal`.")
    method = said("How it reached us.")
    entry_hash = said("Its hash, over the hash of the entry before.")


class EntriesSchema(Schema):
    """A page of a ledger, newest first."""

    customer = said("Ref of the customer.")
    items = fields.List(fields.Nested(EntrySchema), required=True)
    next = said("Cursor of the next page, null on the last.", allow_none=True)


@operation("/customers/<ref>/ledger", summary="Everything a customer said", asks=PageSchema(), answers=EntriesSchema())
def ledger(asked: dict[str, Any], ref: str) -> dict[str, Any]:
    """Every act on every cell, newest first, as it was written down. For how things stood, ask `consents`."""
    customer, secret = accounts.customer_by_ref(db.session, ref), str(current_app.secret_key)
    place = unseal(secret, asked.get("cursor"), 2)
    before = int(place[1]) if place and place[0] == customer.id else None
    rows = consent.history(db.session, customer.id, before=before, limit=asked["limit"] + 1)
    shown = rows[: asked["limit"]]
    more = len(rows) > len(shown)
    return {
        "customer": customer.ref,
        "items": shown,
        "next": seal(secret, [customer.id, shown[-1].seq]) if more else None,
    }


class SaidSchema(Strict):
    """What a customer said to somebody outside, about one cell."""

    purpose = line(60, "What for; `*` for everything that is asked for.", required=True)
    channel = line(60, "By which channel, `*` for every one.", load_default="*")
    topic = line(60, "On which topic, `*` for every one.", load_default="*")
    act = fields.String(
        required=True,
        validate=validate.OneOf(("give", "withdraw", "object", "lift")),
        metadata={
            "description": "`withdraw` and `object` need no proof; `give`, and `lift` of a stop to everything, do."
        },
    )
    method = fields.String(
        required=True,
        validate=validate.OneOf(("phone", "branch", "letter")),
        metadata={"description": "How they said it."},
    )
    evidence = fields.String(
        load_default="",
        validate=validate.Length(max=300),
        metadata={"description": "Where the proof is: number of a recording, place of a letter, hash of a file."},
    )
    grade = fields.String(
        load_default="B",
        validate=validate.OneOf(consent.GRADES),
        metadata={"description": "A receipt or recording, B time with source and wording, C neither: allows nothing."},
    )
    authority = fields.String(
        load_default="self",
        validate=validate.OneOf(("self", "guardian")),
        metadata={"description": "Who said it; `guardian` only for somebody who is recorded to have one."},
    )
    said_at = instant("When they said it, if not now. A yes from before a no does not undo it.")
    seq = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=0, max=LARGEST_SEQ),
        metadata={"description": "`head` of the customer's ledger that was seen; with something newer, 409."},
    )


class ReceiptLineSchema(Schema):
    """A receipt, without what it says."""

    code = said("Its code; `receipts/{code}` gives the document.")
    kind = said("What it is about.")
    issued_at = said("When it was issued.", fields.AwareDateTime, format="iso", attribute="created_at")


class ReceiptLinesSchema(Schema):
    """The newest receipts of a customer."""

    customer = said("Ref of the customer.")
    items = fields.List(fields.Nested(ReceiptLineSchema), required=True)


@operation(
    "/customers/<ref>/consents",
    method="POST",
    status=201,
    writes=True,
    summary="Write down what a customer said",
    asks=SaidSchema(),
    answers=ReceiptLineSchema(),
)
def consent_said(asked: dict[str, Any], ref: str) -> Any:
    """Take a no at once, and a yes only with its proof. The customer reads who wrote it down, and takes it back."""
    customer, now = accounts.customer_by_ref(db.session, ref), utc_now()
    if asked.get("said_at", now) > now:
        raise Invalid("Nobody can have said this yet.", errors={"said_at": ["This is in the future."]})
    return privacy.told(
        db.session,
        customer,
        CellChange(purpose=asked["purpose"], channel=asked["channel"], topic=asked["topic"], act=asked["act"]),
        actor=Actor(type="token", id=g.api_token.id, name=g.api_token.name),
        method=asked["method"],
        evidence=asked["evidence"],
        grade=asked["grade"],
        said_at=asked.get("said_at"),
        authority=asked["authority"],
        expected_seq=asked["seq"],
        now=now,
    )


@operation(
    "/customers/<ref>/receipts", summary="A customer's receipts", asks=NothingSchema(), answers=ReceiptLinesSchema()
)
def receipts(_asked: dict[str, Any], ref: str) -> dict[str, Any]:
    """The newest 50 receipts about what a customer allows, newest first."""
    customer = accounts.customer_by_ref(db.session, ref)
    rows = consent.receipts_of(db.session, customer.id)
    return {"customer": customer.ref, "items": [row for row in rows if row.kind == "consent"]}


class PreferencesSchema(Schema):
    """How, when and how often a customer wants to hear from us; null where they chose nothing."""

    language = said("In which language, such as `it`.", allow_none=True)
    time_zone = said("Where their quiet hours count, as an IANA name.", allow_none=True)
    quiet_from = said("From when nothing disturbs them, local time.", fields.Time, allow_none=True)
    quiet_until = said("Until when.", fields.Time, allow_none=True)
    max_per_week = said("At most so many messages a week that are not owed.", fields.Integer, allow_none=True)
    channel = said("By which channel they like it best.", allow_none=True)
    digest = said("`daily` or `weekly` when what may wait comes in one mail.", allow_none=True)


@operation(
    "/customers/<ref>/preferences",
    summary="How a customer wants to hear from us",
    asks=NothingSchema(),
    answers=PreferencesSchema(),
)
def preferences(_asked: dict[str, Any], ref: str) -> Any:
    """What they chose themselves: language, time zone, quiet hours, at most how often, by which channel."""
    return consent.preference_of(db.session, accounts.customer_by_ref(db.session, ref).id)
