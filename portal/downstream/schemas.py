"""What a system must look like when somebody adds it."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from portal.downstream.rules import CONSENT, EVENTS
from portal.sentences import Sentence

KEY = validate.Regexp(r"^[a-z0-9_-]{1,60}$", error=Sentence("Use small letters, digits, - and _."))
ONE_LINE = validate.Regexp(r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$", error=Sentence("A name is one line of text."))


class SystemSchema(Schema):
    """A system that shall be told of changes."""

    class Meta:
        unknown = RAISE

    name = fields.String(required=True, validate=[validate.Length(min=2, max=80), ONE_LINE])
    how = fields.String(required=True, validate=validate.OneOf(["feed", "webhook"]))
    url = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=500))
    purposes = fields.List(fields.String(validate=KEY), load_default=list, validate=validate.Length(max=100))
    events = fields.List(fields.String(validate=validate.OneOf(EVENTS)), load_default=list)
    sends = fields.Boolean(load_default=False)
    submission_key = fields.String(required=True, validate=validate.Length(min=1, max=60))

    @validates_schema
    def fits(self, data: dict[str, Any], **_: Any) -> None:
        """A webhook needs an address and something to be told of; the feed has changes of consent alone."""
        if data["how"] == "webhook" and not data["url"]:
            raise ValidationError(Sentence("Say at which address it is called."), "url")
        if data["how"] == "webhook" and not data["events"]:
            raise ValidationError(Sentence("Choose what it is told of."), "events")
        if data["sends"] and data["how"] == "webhook" and CONSENT not in data["events"]:
            raise ValidationError(Sentence("A system that sends must be told of changes of consent."), "events")
