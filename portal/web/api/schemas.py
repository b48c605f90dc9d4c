"""What the API takes and gives. Confidence and strength are thousandths inside, and 0…1 out here."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, fields, validate

EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
LARGEST_PAGE = 200


def line(longest: int, description: str, **more: Any) -> fields.String:
    """A text of at least one character."""
    return fields.String(validate=validate.Length(min=1, max=longest), metadata={"description": description}, **more)


def instant(description: str, **more: Any) -> fields.AwareDateTime:
    """An instant in ISO 8601; without an offset it counts as UTC."""
    within = validate.Range(min=EARLIEST, max=LATEST)
    return fields.AwareDateTime(
        format="iso", default_timezone=UTC, validate=within, metadata={"description": description}, **more
    )


def said(description: str, field: type[fields.Field[Any]] = fields.String, **more: Any) -> fields.Field[Any]:
    """Something the answer always has."""
    return field(required=True, metadata={"description": description}, **more)


class Strict(Schema):
    """Parent of what comes in: a name that is not known is refused, not ignored."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE


class NothingSchema(Strict):
    """Takes nothing."""


class PageSchema(Strict):
    """Which part of a list."""

    cursor = line(500, "What `next` said on the page before; left away for the first page.")
    limit = fields.Integer(
        load_default=50,
        validate=validate.Range(min=1, max=LARGEST_PAGE),
        metadata={"description": "How many items at most."},
    )


class FeedbackSchema(Strict):
    """What a customer said elsewhere, to be read like what is said in the portal."""

    text = line(5000, "The customer's own words.", required=True)
    customer = line(40, "Ref of the customer (C-…); left away for somebody unknown, whose words make no signals.")
    customer_external_ref = line(200, "Your own number for the customer, instead of `customer`.")
    written_at = instant("When it was written, if not now. Not in the future.")
    external_id = line(200, "Your own number for this feedback; sent again under it, nothing happens twice.")
    may_reply = fields.Boolean(load_default=True, metadata={"description": "Whether an answer is welcome."})
    rating = fields.Integer(
        validate=validate.Range(min=1, max=5),
        metadata={"description": "How it was for them, if they said: 1 very bad, 2 bad, 3 neither, 4 good, 5 best."},
    )


class FeedbackAnswerSchema(Schema):
    """Where the feedback went."""

    message = said("Ref of the message (M-…).")
    conversation = said("Ref of the conversation it opened.")
    receipt = said("Code of the receipt; whoever has it can follow the conversation in the portal.")
    customer = said("Ref of the customer.", allow_none=True)
    rating = said("What is kept of how it was for them.", fields.Integer, allow_none=True)
    reading = said("`waiting` until the reader has been there, then `read`, `not_read` or `failed`.")


class ContactEventSchema(Strict):
    """What a provider tells about a contact. Name the customer in one of three ways."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(["reply_stop", "hard_bounce", "spam_complaint"]),
        metadata={"description": "A reply with STOP, an address that does not exist, or a report as spam."},
    )
    event_id = line(
        200, "The provider's own number for this; sent again under it, nothing happens twice.", required=True
    )
    channel = fields.String(
        load_default="email",
        validate=validate.OneOf(["email", "sms", "phone", "post", "push"]),
        metadata={"description": "The channel it is about."},
    )
    email = line(320, "Address the message went to.")
    customer = line(40, "Ref of the customer (C-…), instead of `email`.")
    customer_external_ref = line(200, "Your own number for the customer, instead of `email`.")
    occurred_at = instant("When it happened, if not now. Not in the future.")


class ContactEventAnswerSchema(Schema):
    """The same for known and unknown addresses."""

    event_id = said("The number that was sent.")
    accepted = said("Always true: it has been taken.", fields.Boolean)


class ConsentLineageSchema(Schema):
    """The ledger entry that lets this signal leave."""

    entry_seq = said("Position in the customer's ledger.", fields.Integer)
    notice_version = said("Version of the words the customer agreed to.", fields.Integer, allow_none=True)


class LineageSchema(Schema):
    """What a signal rests on."""

    message = said("Ref of the message.")
    spans = said(
        "Places in the text the claim rests on, as [start, end] in characters.",
        fields.List,
        cls_or_instance=fields.List(fields.Integer()),
    )
    reader_version = said("Version of the reader, or of the person's review, that made the claim.")
    source = said("`reader`, or `human` when a person corrected it.")
    consent = fields.Nested(ConsentLineageSchema, required=True)


class SignalSchema(Schema):
    """One dated sign that a customer has a need."""

    id = said("Number of the signal; it never changes.", fields.Integer)
    customer = said("Ref of the customer.")
    need = said("Key of the need in the taxonomy.")
    need_state = said("`unmet`, `met` or `wished`.")
    strength = said("0 to 1.", fields.Float)
    polarity = said("-1 (painful) to 1 (pleased).", fields.Float)
    observed_at = said("When the customer wrote it.", fields.AwareDateTime, format="iso")
    lineage = fields.Nested(LineageSchema, required=True)


class SignalsSchema(Schema):
    """A page of signals, oldest first."""

    items = fields.List(fields.Nested(SignalSchema), required=True)
    next = said("Cursor of the next page; null on the last one.", allow_none=True)


class SegmentSchema(Schema):
    """A named group of customers."""

    key = said("Its name in addresses.")
    name = said("Its name for people.")
    why = said("What it is for.")
    state = said("`draft`, `live` or `retired`.")
    version = said("Version of the definition in force.", fields.Integer)
    definition = said("The condition as a tree.", fields.Dict)
    members = said("How many customers are in it now.", fields.Integer)


class SegmentsSchema(Schema):
    """Every segment."""

    items = fields.List(fields.Nested(SegmentSchema), required=True)


class MemberSchema(Schema):
    """One customer in a segment."""

    customer = said("Ref of the customer.")
    since = said("When the membership began.", fields.AwareDateTime, format="iso")
    cause = said("What made it begin: `signal`, `time`, `consent`, `definition`, `reader`, `correction`, ….")
    evidence = said("How the definition came out true, condition by condition.", fields.Dict)


class MembersSchema(Schema):
    """A page of members, newest first; only of those who allow it at this moment."""

    items = fields.List(fields.Nested(MemberSchema), required=True)
    next = said("Cursor of the next page; null on the last one.", allow_none=True)


class RuleResultSchema(Schema):
    """What one rule said."""

    number = said("Its place in the order of the rules.", fields.Integer)
    rule = said("Its name.")
    result = said("`pass`, `hold`, `deny` or `skip`.")
    code = said("Why, as a stable code.")
    params = said("Particulars of the reason.", fields.Dict)
    until = said("The first instant at which it would say something else, when time alone does that.", allow_none=True)
    remedy = said("What else would change a deny; empty when nothing is needed.")


class VerdictSchema(Schema):
    """What would be decided, with every reason. Nothing is recorded and nothing is sent."""

    outcome = said("`allow`, `hold`, `deny` or `expire`.")
    hold_until = said("Until when it would be held.", fields.AwareDateTime, format="iso", allow_none=True)
    decisive_rule = said("The rule that decided; null when every rule passed.", allow_none=True)
    ledger_seq = said("Position of the customer's ledger that was looked at.", fields.Integer)
    policy_version = said("Version of the settings of the rules; 0 before an admin changed any.", fields.Integer)
    rules = fields.List(fields.Nested(RuleResultSchema), required=True)


class ClaimSchema(VerdictSchema):
    """What was decided, for the record. Send only when it says `allow`, and only before `claim_until`."""

    ref = said("Its name (D-…).")
    attempt = said("How often this wish was decided by now.", fields.Integer)
    claim_until = said("Until when it may be sent on this; null when not.", fields.AwareDateTime, format="iso",
                       allow_none=True)  # fmt: skip
    counterfactual = said("From when, or under which acts, it would be allowed.", fields.Dict)


class CellSchema(Schema):
    """One cell of what a customer allows."""

    purpose = said("What for.")
    channel = said("By which channel, `*` for every one.")
    topic = said("On which topic, `*` for every one.")
    state = said("What was said last about this cell: `granted`, `denied`, `objected`, `paused` or `never`.")
    allowed = said("What follows for it now, all cells considered.", fields.Boolean)
    reason = said("Why, as a stable code.")
    seq = said("Ledger entry it rests on; null when nothing was said.", fields.Integer, allow_none=True)
    since = said("Since when.", fields.AwareDateTime, format="iso", allow_none=True)
    notice_version = said("Version of the words shown.", fields.Integer, allow_none=True)


class MomentSchema(Strict):
    """For which moment it is asked; left away, now."""

    known_at = instant("What was recorded later does not count. Not in the future.")
    valid_at = instant("At which moment it was in force; as `known_at` when left away.")


class ConsentsSchema(Schema):
    """Everything a customer was asked, and how it stands."""

    customer = said("Ref of the customer.")
    head = said("Position of the newest ledger entry known then, 0 when there is none.", fields.Integer)
    items = fields.List(fields.Nested(CellSchema), required=True)


class BalanceSchema(Schema):
    """What a customer has of one benefit."""

    benefit = said("Key of the benefit.")
    name = said("Its name.")
    unit = said("What is counted.")
    granted = said("In valid grants.", fields.Integer)
    used = said("Of these.", fields.Integer)
    left = said("Still to use.", fields.Integer)
    until = said("When the first of what is left ends.", fields.AwareDateTime, format="iso", allow_none=True)


class EntitlementsSchema(Schema):
    """What a customer may use now."""

    customer = said("Ref of the customer.")
    items = fields.List(fields.Nested(BalanceSchema), required=True)


class MeSchema(Schema):
    """The token that asks."""

    name = said("What it was named.")
    prefix = said("Its first characters.")
    scopes = said("What it may do.", fields.List, cls_or_instance=fields.String())
    created_at = said("When it was made.", fields.AwareDateTime, format="iso")
    company = said("Whose portal this is.")


class ProblemSchema(Schema):
    """Why a request was refused (RFC 9457). Some codes carry particulars beside these."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = INCLUDE

    type = said("Address that explains this kind of problem.")
    title = said("What kind of problem it is, in a sentence.")
    detail = said("What was wrong this time, in a sentence.")
    status = said("The HTTP status again.", fields.Integer)
    code = said("The kind of problem, stable.")
    errors = fields.Dict(metadata={"description": "What is wrong, by field."})
