"""What comes in about preferences, purposes and words."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from portal.accounts.schemas import Line
from portal.consent.carrying import CLASSES
from portal.consent.notices import CHANGES
from portal.consent.parts import KINDS

CHANNELS = ("in_app", "email", "sms", "phone", "post", "push")
DIGESTS = ("daily", "weekly")
BASES = ("contract", "consent", "legitimate_interest", "legal_obligation")
KEY = validate.Regexp(r"^[a-z][a-z0-9_-]{1,39}\Z", error="Use small letters, digits and dashes.")


class PreferenceSchema(Schema):
    """How, when and how often a customer wants to hear from us; what is left out is not chosen."""

    language = fields.String(load_default=None, validate=validate.Regexp(r"^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*\Z"))
    time_zone = fields.String(load_default=None)
    quiet_from = fields.Time(load_default=None)
    quiet_until = fields.Time(load_default=None)
    max_per_week = fields.Integer(load_default=None, validate=validate.Range(min=0, max=50))
    channel = fields.String(load_default=None, validate=validate.OneOf(CHANNELS))
    digest = fields.String(load_default=None, validate=validate.OneOf(DIGESTS))

    @validates_schema
    def whole(self, data: dict[str, Any], **_options: Any) -> None:
        """A zone that exists; quiet hours with both ends, which differ."""
        if data["time_zone"] is not None and data["time_zone"] not in available_timezones():
            raise ValidationError("There is no such time zone.", "time_zone")
        start, end = data["quiet_from"], data["quiet_until"]
        if (start is None) != (end is None) or (start is not None and start == end):
            raise ValidationError("Quiet hours need a beginning and another end.", "quiet_until")


class PurposeSchema(Schema):
    """A new purpose."""

    key = fields.String(required=True, validate=KEY)
    sentence = Line(required=True, longest=120)
    lawful_basis = fields.String(required=True, validate=validate.OneOf(BASES))
    data_used = Line(required=True, longest=1000)
    recipients = Line(required=True, longest=1000)
    retention_days = fields.Integer(required=True, validate=validate.Range(min=1, max=36500))
    expires_months = fields.Integer(load_default=0, validate=validate.Range(min=0, max=120))
    asks = fields.Boolean(load_default=False)
    honours_gpc = fields.Boolean(load_default=False)
    channels = fields.List(fields.String(validate=validate.OneOf(CHANNELS)), load_default=list)
    topics = Line(load_default="", longest=300)
    carries = fields.List(fields.String(validate=validate.OneOf(CLASSES)), load_default=None)


class CarriesSchema(Schema):
    """Which classes of messages may go under a purpose."""

    carries = fields.List(fields.String(validate=validate.OneOf(CLASSES)), load_default=list)


class AmendSchema(Schema):
    """The ground of a purpose, how long its data is kept, and how long a yes to it lasts."""

    lawful_basis = fields.String(required=True, validate=validate.OneOf(BASES))
    retention_days = fields.Integer(required=True, validate=validate.Range(min=1, max=36500))
    expires_months = fields.Integer(required=True, validate=validate.Range(min=0, max=120))


class PartSchema(Schema):
    """A channel or topic for a purpose, or words for one it has."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    key = fields.String(required=True, validate=KEY)
    name = Line(required=True, longest=60)


class PartKeySchema(PartSchema):
    """Which channel or topic is retired."""

    class Meta:
        """What is not said."""

        exclude = ("name",)


class NoticeSchema(Schema):
    """New words for a purpose, or changed words of a draft."""

    title = Line(required=True, longest=120)
    summary = Line(required=True, longest=400)
    text = fields.String(required=True, validate=validate.Length(min=1, max=20_000))
    change = fields.String(load_default="editorial", validate=validate.OneOf(CHANGES))
    language = fields.String(load_default="en", validate=validate.Regexp(r"^[a-z]{2,3}([_-][A-Za-z0-9]{2,8})?\Z"))
    data_used = Line(load_default=None, longest=1000)
    recipients = Line(load_default=None, longest=1000)
    version = fields.Integer(load_default=None, validate=validate.Range(min=1, max=1_000_000))

    @validates_schema
    def readable(self, data: dict[str, Any], **_options: Any) -> None:
        """No characters that cannot be shown or stored."""
        if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in data.get("text", "")):
            raise ValidationError("Use plain characters.", "text")


class PublishSchema(Schema):
    """Publishing the draft one has read: its fingerprint must still be the same. Without a day, it counts at once."""

    effective_on = fields.Date(load_default=None, validate=validate.Range(max=date(2100, 1, 1)))
    sha256 = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{64}\Z"))
