"""What an intent, a policy and a rule must look like when they come in."""

from datetime import time
from typing import Any
from zoneinfo import available_timezones

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates

from portal.sentences import Sentence
from portal.treatment.facts import CLASSES

NAME = validate.Regexp(r"^[a-z0-9_*-]{1,60}$", error=Sentence("Use small letters, digits, - and _."))
CHANNELS = ("in_app", "email", "sms", "phone", "post", "push")


class IntentSchema(Schema):
    """A wish to send something, as a page or another system states it to ask whether it may."""

    class Meta:
        unknown = RAISE

    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    message_class = fields.String(required=True, validate=validate.OneOf(CLASSES))
    purpose = fields.String(required=True, validate=NAME)
    topic = fields.String(load_default="*", validate=NAME)
    campaign = fields.String(load_default="", validate=validate.Length(max=120))
    reason = fields.String(load_default="", validate=validate.Length(max=500))
    segment_key = fields.String(load_default=None, allow_none=True, validate=NAME)
    expires_at = fields.AwareDateTime(load_default=None, allow_none=True)


class PolicySchema(Schema):
    """The settings of the contact rules."""

    class Meta:
        unknown = RAISE

    complaint_days = fields.Integer(required=True, strict=True, validate=validate.Range(0, 365))
    promise_days = fields.Integer(required=True, strict=True, validate=validate.Range(0, 365))
    caps = fields.Dict(
        keys=fields.String(validate=validate.OneOf(CLASSES)),
        values=fields.List(
            fields.List(fields.Integer(validate=validate.Range(1, 366)), validate=validate.Length(equal=2))
        ),
        required=True,
    )
    quiet_from = fields.String(required=True)
    quiet_until = fields.String(required=True)
    zone_if_unknown = fields.String(required=True)
    ask_again_hours = fields.Integer(required=True, strict=True, validate=validate.Range(1, 168))
    lease_seconds = fields.Integer(required=True, strict=True, validate=validate.Range(5, 600))

    @validates("quiet_from", "quiet_until")
    def is_a_time(self, value: str, **_: Any) -> None:
        """Such as 20:00."""
        try:
            time.fromisoformat(value)
        except ValueError:
            raise ValidationError("Use a time such as 20:00.") from None

    @validates("zone_if_unknown")
    def is_a_zone(self, value: str, **_: Any) -> None:
        """An IANA name, or empty to wait until the zone is known."""
        if value and value not in available_timezones():
            raise ValidationError("There is no such time zone.")


class RuleSchema(Schema):
    """What follows from being in a segment, as an analyst writes it down."""

    class Meta:
        unknown = RAISE

    key = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9_-]{1,59}$"))
    name = fields.String(required=True, validate=validate.Length(min=2, max=120))
    sentence = fields.String(required=True, validate=validate.Length(min=10, max=500))
    kind = fields.String(required=True, validate=validate.OneOf(["grant", "contact"]))
    segment_key = fields.String(required=True, validate=NAME)
    benefit_key = fields.String(load_default=None, allow_none=True, validate=NAME)
    template_key = fields.String(load_default=None, allow_none=True, validate=NAME)
