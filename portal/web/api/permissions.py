"""May we contact these many people: asked at once, answered from one state of the ledger."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from portal import accounts, consent, segments, treatment
from portal.clock import utc_now
from portal.errors import Conflict
from portal.treatment import CHANNELS, CLASSES, BulkWish
from portal.web.api.changes import position
from portal.web.api.operations import operation
from portal.web.api.schemas import Strict, line, said
from portal.web.database import db

MOST = 100_000


class ManySchema(Strict):
    """What somebody would like to send, and to whom: a segment, named customers, or everybody when neither is named."""

    purpose = line(60, "What for.", required=True)
    channel = fields.String(
        required=True, validate=validate.OneOf(CHANNELS), metadata={"description": "By which channel."}
    )
    topic = line(60, "On which topic, `*` for none in particular.", load_default="*")
    message_class = fields.String(
        load_default="marketing",
        validate=validate.OneOf(CLASSES),
        metadata={"description": "What kind of message; what is owed is not held by a pause."},
    )
    segment = line(60, "Key of the segment whose members are asked about; being grouped must be allowed, too.")
    customers = fields.List(
        fields.String(validate=validate.Length(min=1, max=40)),
        validate=validate.Length(min=1, max=MOST),
        metadata={"description": "Refs of the customers that are asked about; those who do not exist are left out."},
    )
    at_least_position = position("Refuse to answer from a ledger that has not come so far.", load_default=0)

    @validates_schema
    def one_way(self, data: dict[str, Any], **_: Any) -> None:
        """A segment and a list at once would leave open which of them counts."""
        if "segment" in data and "customers" in data:
            raise ValidationError("Name a segment or customers, not both.", "customers")


class ManyAnswerSchema(Schema):
    """Who may be contacted, as far as the rules named in `covers` go."""

    allowed = said("Refs of those who may be.", fields.List, cls_or_instance=fields.String())
    counts = said(
        "How many for each reason; `allowed` is one of them, and the weightiest reason counts.",
        fields.Dict,
        keys=fields.String(),
        values=fields.Integer(),
    )
    position = said("The answer knows every entry of the ledger up to this position.", fields.Integer)
    covers = said(
        "The rules that were asked; the others decide when a contact is claimed.",
        fields.List,
        cls_or_instance=fields.String(),
    )


@operation(
    "/permissions/bulk",
    method="POST",
    summary="May we contact these many people?",
    asks=ManySchema(),
    answers=ManyAnswerSchema(),
)
def permissions_bulk(asked: dict[str, Any]) -> dict[str, Any]:
    """One answer from one state of the ledger, equal to asking about each. Nothing may be sent on it: claim that.

    It covers suppression, addresses, objections, consent with channel and topic, and pauses; not what needs a person's
    own story, such as complaints, caps and quiet hours.
    """
    head = consent.horizon(db.session)
    if head < asked["at_least_position"]:
        raise Conflict("The ledger has not come so far yet.", code="behind", position=head)
    segment = segments.segment(db.session, asked["segment"]) if "segment" in asked else None
    wish = BulkWish(
        asked["purpose"], asked["channel"], asked["topic"], asked["message_class"], segment.id if segment else None
    )
    among = accounts.ids_of_refs(db.session, asked["customers"]) if "customers" in asked else None
    answer = treatment.may_contact(db.session, wish, now=utc_now(), among=among)
    return {
        "allowed": accounts.refs_of_ids(db.session, answer.allowed.tolist()),
        "counts": answer.counts,
        "position": answer.position,
        "covers": list(treatment.COVERED),
    }
