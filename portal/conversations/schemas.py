"""What comes in: what somebody types into a form, what the team answers, and the rows of an import."""

from datetime import UTC, date, datetime, time
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from portal.accounts import Line
from portal.conversations import rules
from portal.sentences import Sentence

PROMISED = ("missed", "apologised", "ahead", "all")
"""Lists of promises: not kept and nobody apologised; apologised for; still to come; every one."""


class Words(fields.String):
    """What somebody wrote. Kept as typed; refused when it cannot be stored, is empty or too long."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **options))
        fault = rules.fault_in_text(rules.cleaned(text))
        if fault:
            raise ValidationError(rules.fault_message(fault))
        return rules.cleaned(text)


class Key(fields.String):
    """The hidden key that makes sending a form twice have one effect."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            validate=validate.Regexp(r"^[A-Za-z0-9:_-]{8,100}$", error=Sentence("Reload the page.")), **options
        )


def score() -> fields.Integer:
    """One of the five."""
    return fields.Integer(validate=validate.OneOf(rules.SCORES, error=Sentence("Choose one of the five.")))


class SaySchema(Schema):
    """Saying something. `website` is a field people do not see; only programs fill it in."""

    text = Words(required=True)
    may_reply = fields.Boolean(required=True, error_messages={"required": Sentence("Choose yes or no.")})
    submission_key = Key(required=True)
    rating = score()
    website = fields.String(validate=validate.Length(max=0, error=Sentence("Leave this field empty.")))


class PreviewSchema(Schema):
    """A draft, to see how it reads. Nothing of it is kept; what is too long is read as far as we read."""

    text = fields.String(load_default="")
    may_reply = fields.Raw()
    submission_key = fields.Raw()
    rating = fields.Raw()
    website = fields.Raw()


class WriteBackSchema(Schema):
    """Writing back in a conversation."""

    text = Words(required=True)
    submission_key = Key(required=True)


class RateSchema(Schema):
    """How it was, or that it is taken back."""

    rating = score()
    back = fields.Boolean()


class AnswerSchema(Schema):
    """The team's answer. `kind` is what the pressed button says; a promise needs its day and what is promised."""

    text = Words(required=True)
    submission_key = Key(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(("answer", "promise", "note")))
    promise_due = fields.Date()
    promise_text = Line(longest=200)


class TurnsQuery(Schema):
    """Which of one's conversations to list."""

    state = fields.String(
        validate=validate.OneOf(("open", "waiting_customer", "waiting_team", "answered", "closed")), load_default=None
    )
    after = fields.String(load_default=None)


class InboxQuery(Schema):
    """Which conversations the team wants to see. Whether `need` is one of the taxonomy, the asker finds out.

    `sorry` is a promise that somebody wants to apologise for.
    """

    state = fields.String(
        validate=validate.OneOf(("waiting_team", "waiting_customer", "answered", "open", "closed", "all")),
        load_default="waiting_team",
    )
    need = Line(longest=60, load_default=None)
    sentiment = fields.String(validate=validate.OneOf(("negative", "neutral", "positive", "mixed")), load_default=None)
    who = fields.String(validate=validate.OneOf(("me", "nobody")), load_default=None)
    unsure = fields.Boolean(load_default=False)
    sorry = fields.Integer(validate=validate.Range(1, 2**31 - 1), load_default=None)
    after = fields.String(load_default=None)


class AssignSchema(Schema):
    """Who answers: oneself, or nobody in particular."""

    to = fields.String(required=True, validate=validate.OneOf(("me", "nobody")))


class PromiseSchema(Schema):
    """How a promise ended."""

    outcome = fields.String(required=True, validate=validate.OneOf(("kept", "broken")))


class ApologySchema(Schema):
    """What is said to a customer to whom a promise was not kept."""

    apology = Words(required=True)
    submission_key = Key(required=True)


class PromisesQuery(Schema):
    """Which promises the team wants to see."""

    which = fields.String(validate=validate.OneOf(PROMISED), load_default=PROMISED[0])
    after = fields.String(load_default=None)


LONGEST_CUSTOMER, LONGEST_ID = 254, 200


class FeedbackRow(Schema):
    """One row of feedback: the words, and if known whose, when, and the row's own number."""

    class Meta:
        """Other columns of the file are not ours to judge."""

        unknown = EXCLUDE

    text = fields.String(
        required=True,
        error_messages={
            "required": Sentence("missing"),
            "null": Sentence("missing"),
            "invalid": Sentence("not a text"),
        },
    )
    customer = Line(longest=LONGEST_CUSTOMER, allow_none=True)
    at = fields.String(allow_none=True)
    rating = fields.String(allow_none=True)
    id = Line(longest=LONGEST_ID, allow_none=True)


def import_text(value: str) -> str:
    """The text of an import row as it is kept.

    :raises ValueError: with the reason it is refused.
    """
    if not value.strip():
        raise ValueError("text: missing")
    if len(value) * 4 > rules.IMPORT_LIMIT_BYTES and len(value.encode("utf-8", "replace")) > rules.IMPORT_LIMIT_BYTES:
        raise ValueError(f"text: longer than {rules.IMPORT_LIMIT_BYTES:,} bytes")
    kept = rules.cleaned(value)
    if not kept.strip():
        raise ValueError("text: nothing but invisible characters")
    return kept


def instant(value: str, now: datetime) -> datetime:
    """An ISO 8601 date or date and time, in UTC unless it says otherwise.

    :raises ValueError: when it is none, lies in the future, or before 1970.
    """
    text = value.strip()
    try:
        if len(text) == 10:
            found = datetime.combine(date.fromisoformat(text), time(), UTC)
        else:
            found = datetime.fromisoformat(text)
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("at: not a date such as 2026-11-23 or 2026-11-23T09:30:00Z") from None
    if found > now:
        raise ValueError("at: in the future")
    if found.year < 1970:
        raise ValueError("at: before 1970")
    return found
