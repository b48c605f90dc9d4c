"""What the company recorded about a customer that stops or limits contact, and who holds something with them."""

from typing import Any

from flask import g
from marshmallow import Schema, fields

from portal import accounts, audit, treatment
from portal.audit import Actor
from portal.clock import utc_now
from portal.treatment import HOLDS, MARKS, JointHolder, Mark
from portal.web.api.operations import operation
from portal.web.api.schemas import NothingSchema, said
from portal.web.database import db


class MarkLineSchema(Schema):
    """One mark."""

    kind = said(f"One of {', '.join(f'`{kind}`' for kind in MARKS)}.")
    stage = said("`coming`, `holds`, `over` (its time ran out) or `ended` (by a person).")
    note = said("What proves it.")
    since = said("From when it counts.", fields.AwareDateTime, format="iso")
    until = said("From when it does not count any more by itself.", fields.AwareDateTime, format="iso", allow_none=True)
    set_at = said("When it was recorded.", fields.AwareDateTime, format="iso")
    set_by = said("By whom.")
    ended_at = said("When somebody ended it.", fields.AwareDateTime, format="iso", allow_none=True)
    ended_by = said("Who ended it.", allow_none=True)


class MarksSchema(Schema):
    """Everything recorded about a customer, newest first."""

    customer = said("Ref of the customer.")
    items = fields.List(fields.Nested(MarkLineSchema), required=True)


class HolderLineSchema(Schema):
    """Somebody who holds something together with a customer."""

    name = said("Who.")
    state = said(f"One of {', '.join(f'`{state}`' for state in HOLDS)}.")
    proof = said("What proves it.")
    said_at = said("When it was written down.", fields.AwareDateTime, format="iso")
    recorded_by = said("By whom.")


class HoldersSchema(Schema):
    """Everybody who holds something together with a customer, by name."""

    customer = said("Ref of the customer.")
    items = fields.List(fields.Nested(HolderLineSchema), required=True)


@operation("/customers/<ref>/marks", summary="What holds contact back", asks=NothingSchema(), answers=MarksSchema())
def marks(_asked: dict[str, Any], ref: str) -> dict[str, Any]:
    """What was recorded that stops or limits contact, also what ended: death, a court's order, a guardian, care."""
    customer, now = accounts.customer_by_ref(db.session, ref), utc_now()
    return {"customer": customer.ref, "items": [_mark(one, now) for one in treatment.marks_of(db.session, customer.id)]}


@operation(
    "/customers/<ref>/marks",
    method="POST",
    status=201,
    writes=True,
    summary="Record what holds contact back",
    asks=treatment.MarkSchema(),
    answers=MarkLineSchema(),
)
def mark_set(asked: dict[str, Any], ref: str) -> dict[str, Any]:
    """It counts in the next decision, and stops what waits to be sent. Days are taken from their beginning in UTC."""
    customer, now = accounts.customer_by_ref(db.session, ref), utc_now()
    made = treatment.set_mark(db.session, customer.id, by=g.api_token.name, now=now, **asked)
    _noted("mark.set", customer.ref, kind=made.kind)
    return _mark(made, now)


@operation(
    "/customers/<ref>/marks/end",
    method="POST",
    writes=True,
    summary="Record that it does not hold any more",
    asks=treatment.EndMarkSchema(),
    answers=MarkLineSchema(),
)
def mark_ended(asked: dict[str, Any], ref: str) -> dict[str, Any]:
    """End the mark of this kind. It stays readable; ended twice, it stays as it was ended first."""
    customer, now = accounts.customer_by_ref(db.session, ref), utc_now()
    ended = treatment.end_mark_of(db.session, customer.id, asked["kind"], by=g.api_token.name, now=now)
    _noted("mark.ended", customer.ref, kind=ended.kind)
    return _mark(ended, now)


@operation("/customers/<ref>/holders", summary="Who holds it together", asks=NothingSchema(), answers=HoldersSchema())
def holders(_asked: dict[str, Any], ref: str) -> dict[str, Any]:
    """Everybody who holds something together with a customer, and whether they agree to being contacted."""
    customer = accounts.customer_by_ref(db.session, ref)
    return {
        "customer": customer.ref,
        "items": [_holder(one) for one in treatment.holders_of(db.session, customer.id)],
    }


@operation(
    "/customers/<ref>/holders",
    method="POST",
    status=201,
    writes=True,
    summary="Write down what a holder said",
    asks=treatment.HolderSchema(),
    answers=HolderLineSchema(),
)
def holder_said(asked: dict[str, Any], ref: str) -> dict[str, Any]:
    """Nothing is offered before all of them agree, nor once one of them took it back."""
    customer, now = accounts.customer_by_ref(db.session, ref), utc_now()
    made = treatment.set_holder(
        db.session, customer.id, asked["name"], asked["state"], by=g.api_token.name, now=now, note=asked["proof"]
    )
    _noted("holder.set", customer.ref, state=made.state)
    return _holder(made)


def _mark(one: Mark, now: Any) -> dict[str, Any]:
    names = ("kind", "note", "until", "set_at", "set_by", "ended_at", "ended_by")
    return {name: getattr(one, name) for name in names} | {"stage": one.stage(now), "since": one.since or one.set_at}


def _holder(one: JointHolder) -> dict[str, Any]:
    return {
        "name": one.name, "state": one.state, "proof": one.note, "said_at": one.said_at,
        "recorded_by": one.recorded_by,
    }  # fmt: skip


def _noted(act: str, ref: str, **detail: Any) -> None:
    by = Actor(type="token", id=g.api_token.id, name=g.api_token.name)
    audit.record(db.session, act=act, by=by, subject=f"customer:{ref}", detail=detail, now=utc_now())
