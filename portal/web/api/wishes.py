"""What a customer told another system that they wish: how we may write, a pause, and what they ask for by right."""

from typing import Any

from flask import g
from marshmallow import fields, validate, validates_schema

from portal import accounts, audit, consent, outreach, privacy, rights
from portal.audit import Actor
from portal.clock import utc_now
from portal.consent.schemas import PreferenceSchema
from portal.errors import Invalid
from portal.privacy.schemas import PauseSchema
from portal.web.api.ledgers import LARGEST_SEQ, EntrySchema, PreferencesSchema
from portal.web.api.operations import operation
from portal.web.api.records import RightsRequestSchema
from portal.web.database import db
from portal.web.identity import current_settings
from portal.web.language import offered_languages


class PauseSaidSchema(PauseSchema):
    """A pause for some months or until a day, as a customer told it to somebody outside."""

    class Meta:
        """A form that comes twice is known by its key; here it is the Idempotency-Key."""

        exclude = ("key", "next")

    method = fields.String(
        required=True,
        validate=validate.OneOf(("phone", "branch", "letter")),
        metadata={"description": "How they said it."},
    )
    seq = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=0, max=LARGEST_SEQ),
        metadata={"description": "`head` of the customer's ledger that was seen; with something newer, 409."},
    )


@operation(
    "/customers/<ref>/preferences",
    method="POST",
    writes=True,
    summary="Write down how a customer wants to hear from us",
    asks=PreferenceSchema(),
    answers=PreferencesSchema(),
)
def preferences_said(asked: dict[str, Any], ref: str) -> Any:
    """Keep all of what they chose, like the form on their own page: what is left out is chosen no more."""
    if asked["language"] not in (None, *dict(offered_languages())):
        raise Invalid(
            "Something in this request is not as it must be.",
            errors={"language": ["The portal does not speak this language yet."]},
        )
    customer, now = accounts.customer_by_ref(db.session, ref), utc_now()
    accounts.lock_customer(db.session, customer.id)
    before = consent.preference_of(db.session, customer.id).digest
    kept = consent.set_preference(db.session, customer, now=now, **asked)
    if kept.digest != before:
        outreach.regroup(db.session, customer.id, now)
    audit.record(db.session, act="preferences.told", by=_token(), subject=customer.ref, now=now)
    return kept


@operation(
    "/customers/<ref>/pause",
    method="POST",
    status=201,
    writes=True,
    summary="Write down that a customer wants a pause",
    asks=PauseSaidSchema(),
    answers=EntrySchema(),
)
def pause_said(asked: dict[str, Any], ref: str) -> Any:
    """Hold everything that is not an answer, for some months or until a day. They end it themselves when they like."""
    customer, now = accounts.customer_by_ref(db.session, ref), utc_now()
    months = asked["months"]
    return consent.pause(
        db.session,
        customer,
        until=consent.months_later(now, months).date() if months else asked["until"],
        zone=current_settings().default_zone,
        actor=g.api_token.name,
        actor_type="token",
        method=asked["method"],
        expected_seq=asked["seq"],
        now=now,
    )


class PauseEndedSchema(PauseSaidSchema):
    """That a customer wants to hear from us again."""

    class Meta:
        """Nothing about how long: it is over."""

        exclude = ("key", "next", "months", "until")

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_options: Any) -> None:
        """There is nothing to choose."""


@operation(
    "/customers/<ref>/pause/end",
    method="POST",
    status=201,
    writes=True,
    summary="Write down that a customer's pause is over",
    asks=PauseEndedSchema(),
    answers=EntrySchema(),
)
def pause_ended(asked: dict[str, Any], ref: str) -> Any:
    """End a pause before its day, as the customer said. What they allowed before is allowed again, and nothing else."""
    customer, now = accounts.customer_by_ref(db.session, ref), utc_now()
    return consent.resume(
        db.session,
        customer,
        actor=g.api_token.name,
        actor_type="token",
        method=asked["method"],
        expected_seq=asked["seq"],
        now=now,
    )


@operation(
    "/customers/<ref>/requests",
    method="POST",
    status=201,
    writes=True,
    summary="Take down what a customer asks for by right",
    asks=rights.TakenDownSchema(exclude=("customer", "key")),
    answers=RightsRequestSchema(),
)
def right_asked(asked: dict[str, Any], ref: str) -> Any:
    """Its clock begins now. Who asks to be erased is told by mail, and can take it back for seven days."""
    customer, now = accounts.customer_by_ref(db.session, ref), utc_now()
    made = privacy.take_down(db.session, customer, **asked, by=g.api_token.name, settings=current_settings(), now=now)
    audit.record(
        db.session, act="rights.taken-down", by=_token(), subject=made.ref, detail={"kind": made.kind}, now=now
    )
    return made


def _token() -> Actor:
    return Actor(type="token", id=g.api_token.id, name=g.api_token.name)
