"""May we contact these many people: asked at once, answered from one state of the ledger."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from portal import accounts, consent, segments, treatment
from portal.clock import utc_now
from portal.errors import Conflict
from portal.treatment import CHANNELS, CLASSES, PRODUCT_LINES, RULES, BulkAnswer, BulkWish
from portal.web import many_words
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
    campaign = line(120, "Key of the campaign it is part of.", load_default="")
    product_line = fields.String(
        load_default="",
        validate=validate.OneOf(["", *PRODUCT_LINES]),
        metadata={"description": "What it is about; empty when that is not said, and then it counts as about all."},
    )
    cross_sell = fields.Boolean(
        load_default=False, metadata={"description": "Whether it offers something that they do not have yet."}
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


class ManyReasonSchema(Schema):
    """How many are decided in one way for one reason."""

    outcome = said("`allow`, `hold` or `deny`.")
    rule = said("The rule that decides; empty when all pass.")
    code = said("What it says, as a code.")
    people = said("How many.", fields.Integer)
    words = said("The same in words, in the language asked for.")


class ManyAnswerSchema(Schema):
    """Who may be contacted, by all rules and the settings in force."""

    allowed = said("Refs of those who may be.", fields.List, cls_or_instance=fields.String())
    counts = said(
        "How many for each code; `allowed` is one of them, and of each one the reason that decides counts.",
        fields.Dict,
        keys=fields.String(),
        values=fields.Integer(),
    )
    reasons = said(
        "The same with rule and words, most first.", fields.List, cls_or_instance=fields.Nested(ManyReasonSchema)
    )
    held_from = said("Of those who are held, the first moment until which.", fields.AwareDateTime, allow_none=True)
    held_until = said("Of those who are held, the last moment until which.", fields.AwareDateTime, allow_none=True)
    position = said("The answer knows every entry of the ledger up to this position.", fields.Integer)
    policy_version = said("Version of the settings that the answer rests on.", fields.Integer)
    covers = said("The rules that were asked, which are all.", fields.List, cls_or_instance=fields.String())


@operation(
    "/permissions/bulk",
    method="POST",
    summary="May we contact these many people?",
    asks=ManySchema(),
    answers=ManyAnswerSchema(),
)
def permissions_bulk(asked: dict[str, Any]) -> dict[str, Any]:
    """One answer from one state of the ledger, equal to asking about each. Nothing may be sent on it: claim that."""
    head = consent.horizon(db.session)
    if head < asked.pop("at_least_position"):
        raise Conflict("The ledger has not come so far yet.", code="behind", position=head)
    named, key = asked.pop("customers", None), asked.pop("segment", None)
    segment_id = None if key is None else segments.segment(db.session, key).id
    among = None if named is None else accounts.ids_of_refs(db.session, named)
    answer = treatment.may_contact(
        db.session, BulkWish(**asked, segment_id=segment_id), now=utc_now(), among=among
    )  # fmt: skip
    return _told(answer)


def _told(answer: BulkAnswer) -> dict[str, Any]:
    first, last = answer.held or (None, None)
    return {
        "allowed": accounts.refs_of_ids(db.session, answer.allowed.tolist()),
        "counts": answer.counts,
        "reasons": [
            {**vars(reason), "people": people, "words": str(many_words.REASONS.get(reason.code, reason.code))}
            for reason, people in answer.reasons
        ],
        "held_from": first,
        "held_until": last,
        "position": answer.position,
        "policy_version": answer.policy_version,
        "covers": list(RULES),
    }
