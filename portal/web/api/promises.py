"""What was promised to customers, and saying sorry for what was not kept."""

from datetime import datetime
from typing import Any

from flask import current_app, g
from marshmallow import Schema, fields, validate

from portal import audit, conversations
from portal.audit import Actor
from portal.clock import utc_now
from portal.conversations import PromiseRow, Speaker
from portal.conversations.schemas import PROMISED
from portal.errors import NotFound
from portal.web.api.operations import operation
from portal.web.api.schemas import PageSchema, Strict, line, said
from portal.web.cursors import seal, unseal
from portal.web.database import db

LARGEST_ID = 2**31 - 1


class PromisesAskedSchema(PageSchema):
    """Which promises."""

    which = fields.String(
        validate=validate.OneOf(PROMISED), load_default=PROMISED[0],
        metadata={"description": "`missed` (not kept by its day, nobody apologised), `apologised`, `ahead` or `all`."},
    )  # fmt: skip


class PromiseLineSchema(Schema):
    """One promise."""

    promise = said("Its number.", fields.Integer)
    conversation = said("Ref of the conversation it was made in (T-…).")
    customer = said("Ref of the customer; null for somebody known only by a receipt code.", allow_none=True)
    text = said("What was promised.")
    due_at = said("By when.", fields.AwareDateTime, format="iso")
    state = said("`open`, `kept`, `late` or `broken`; an apology does not change it.")
    settled_at = said("When it was kept or given up.", fields.AwareDateTime, format="iso", allow_none=True)
    apologised_at = said("When somebody apologised for it.", fields.AwareDateTime, format="iso", allow_none=True)
    apology = said("Ref of the message that apologised (M-…).", allow_none=True)


class PromisesSchema(Schema):
    """Promises, the first due first."""

    items = fields.List(fields.Nested(PromiseLineSchema), required=True)
    next = said("Cursor of the next page; null on the last one.", allow_none=True)


class ApologyAskedSchema(Strict):
    """What is said to the customer, and by whom."""

    text = line(5000, "The words, which the customer reads in their conversation.", required=True)
    by = line(100, "Name of the person who says sorry; the customer reads it.", required=True)


class ApologySchema(Schema):
    """What was recorded."""

    promise = said("Number of the promise.", fields.Integer)
    conversation = said("Ref of the conversation.")
    message = said("Ref of the message that apologises.")
    apologised_at = said("When.", fields.AwareDateTime, format="iso")


@operation("/promises", summary="Promises", asks=PromisesAskedSchema(), answers=PromisesSchema())
def promises(asked: dict[str, Any]) -> dict[str, Any]:
    """What the team promised to customers, the first due first; without `which`, what waits for an apology."""
    secret = str(current_app.secret_key)
    place = unseal(secret, asked.get("cursor"), 2)
    after = (datetime.fromisoformat(place[0]), int(place[1])) if place else None
    rows = conversations.promises_page(
        db.session, asked["which"], utc_now(), after=after, limit=asked["limit"] + 1
    )  # fmt: skip
    shown = rows[: asked["limit"]]
    last = shown[-1].promise if len(rows) > len(shown) else None
    return {
        "items": [_line(row) for row in shown],
        "next": seal(secret, [last.due_at.isoformat(), last.id]) if last else None,
    }


@operation(
    "/promises/<promise>/apology",
    method="POST",
    status=201,
    writes=True,
    summary="Apologise for a promise that was not kept",
    asks=ApologyAskedSchema(),
    answers=ApologySchema(),
)
def promise_apologised(asked: dict[str, Any], promise: str) -> dict[str, Any]:
    """The words become an answer in the conversation. The promise stays not kept; what it held back may go on."""
    number = int(promise) if promise.isascii() and promise.isdigit() and len(promise) < 11 else 0
    if not 0 < number <= LARGEST_ID:
        raise NotFound("There is no such promise.")
    now, by = utc_now(), Speaker(g.api_token.account_id, asked["by"])
    message = conversations.apologise(db.session, by, number, text=asked["text"], now=now)
    audit.record(
        db.session, act="promise.apologised", by=Actor("token", g.api_token.id, g.api_token.name),
        subject=f"conversation:{message.conversation.ref}", detail={"promise": number}, now=now,
    )  # fmt: skip
    return {
        "promise": number,
        "conversation": message.conversation.ref,
        "message": message.ref,
        "apologised_at": now,
    }


def _line(row: PromiseRow) -> dict[str, Any]:
    one = row.promise
    return {
        "promise": one.id,
        "conversation": row.conversation.ref,
        "customer": row.customer.ref if row.customer else None,
        "apology": row.apology,
        **{name: getattr(one, name) for name in ("text", "due_at", "state", "settled_at", "apologised_at")},
    }
