"""What a complaint is about, as the team says it on the page of the conversation."""

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from portal import audit, conversations, treatment
from portal.audit import Actor
from portal.clock import utc_now
from portal.web.api.operations import operation
from portal.web.api.schemas import Strict, said
from portal.web.database import db

ALL = "*"


class AboutSchema(Strict):
    """Which product line a complaint is about."""

    line = fields.String(
        required=True, allow_none=True, validate=validate.OneOf([ALL, *treatment.PRODUCT_LINES]),
        metadata={"description": "One of the lines; `*` for every one; null leaves it to the words of the complaint."},
    )  # fmt: skip


class ComplaintLineSchema(Schema):
    """What counts now."""

    conversation = said("Ref of the conversation.")
    line = said("The line it is about; `*` for every one; null when its words say it.", allow_none=True)


@operation(
    "/conversations/<conversation>/product-line",
    method="POST",
    writes=True,
    summary="Say which product a complaint is about",
    asks=AboutSchema(),
    answers=ComplaintLineSchema(),
)
def complaint_line(asked: dict[str, Any], conversation: str) -> dict[str, Any]:
    """Offers of that line stay off while the complaint is open; others may go on. It counts at once."""
    found, line = conversations.conversation_by_ref(db.session, conversation), asked["line"]
    conversations.say_product_line(db.session, found, "" if line == ALL else line)
    audit.record(
        db.session, act="complaint.line", by=Actor("token", g.api_token.id, g.api_token.name),
        subject=f"conversation:{found.ref}", detail={"line": line}, now=utc_now(),
    )  # fmt: skip
    return {"conversation": found.ref, "line": line}
