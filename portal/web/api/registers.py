"""Registers of people who want no calls: which copies there are, and a newer one."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from portal import audit, treatment
from portal.audit import Actor
from portal.clock import utc_now
from portal.web.api.operations import operation
from portal.web.api.schemas import NothingSchema, said
from portal.web.database import db

MOST = 100_000


class RegisterBroughtSchema(treatment.RegisterSchema):
    """A copy of a register with its numbers."""

    numbers = fields.List(
        fields.String(validate=validate.Length(min=1, max=40)),
        required=True,
        validate=validate.Length(min=1, max=MOST),
        metadata={"description": "Every number in it, written in any way; only fingerprints of them are kept."},
    )
    try_only = fields.Boolean(
        load_default=False,
        metadata={"description": "Say what it would change, and change nothing."},
    )


class RegisterLineSchema(Schema):
    """One copy of a register."""

    name = said("What the register is called.")
    state = said("`live` counts, a `draft` waits to be confirmed, `replaced` gave way to a newer copy.")
    taken_at = said("As of when the copy is.", fields.AwareDateTime, format="iso")
    numbers = said("How many numbers it has.", fields.Integer)
    sha256 = said("Fingerprint of the copy.")


class RegistersSchema(Schema):
    """Every copy that was brought in, newest first."""

    items = fields.List(fields.Nested(RegisterLineSchema), required=True)


class RegisterChangeSchema(RegisterLineSchema):
    """A copy, and what it changes."""

    added = said("So many are not to be called any more.", fields.Integer)
    gone = said("So many are not in the register any more.", fields.Integer)
    same = said("So many are as before.", fields.Integer)


@operation("/call-registers", summary="Do-not-call registers", asks=NothingSchema(), answers=RegistersSchema())
def call_registers(_asked: dict[str, Any]) -> dict[str, Any]:
    """The copies of do-not-call registers, with the day each is of; the live ones are looked into before a call."""
    return {"items": treatment.registers(db.session)}


@operation(
    "/call-registers",
    method="POST",
    status=201,
    writes=True,
    summary="Bring in a copy of a do-not-call register",
    asks=RegisterBroughtSchema(),
    answers=RegisterChangeSchema(),
)
def call_register_brought(asked: dict[str, Any]) -> dict[str, Any]:
    """It takes the place of the older copy of its name at once, or, when only tried, changes nothing."""
    now, name = utc_now(), g.api_token.name
    source = treatment.LineList(asked["numbers"], name=asked["name"], taken_at=asked["taken_on"])
    made = treatment.stage_register(db.session, source, by=name, now=now)
    change = treatment.difference(db.session, made)
    told = {each: getattr(made, each) for each in ("name", "state", "taken_at", "numbers", "sha256")}
    if asked["try_only"]:
        treatment.discard_register(db.session, made.id)
        return told | change._asdict()
    treatment.put_in_force(db.session, made.id, by=name, now=now)
    by = Actor(type="token", id=g.api_token.id, name=name)
    detail = {"numbers": made.numbers, "sha256": made.sha256}
    audit.record(db.session, act="call-register.live", by=by, subject=f"register:{made.id}", detail=detail, now=now)
    return told | change._asdict() | {"state": made.state}
