"""What comes in about rights."""

from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from portal.accounts.schemas import Line
from portal.rights.rules import COVERS, KINDS, WAYS

KEY = validate.Regexp(r"^[\w.:-]{1,100}\Z", error="This form is damaged; reload the page.")
WORDS = validate.Length(max=5_000)


def _readable(text: str) -> None:
    if any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text):
        raise ValidationError("Use plain characters.")


class AskSchema(Schema):
    """A request of a customer, in their own words; erasing has a form of its own."""

    kind = fields.String(required=True, validate=validate.OneOf([kind for kind in KINDS if kind != "erase"]))
    words = fields.String(required=True, validate=[validate.Length(min=1, max=5_000), _readable])
    key = fields.String(load_default="", validate=KEY)


class EraseSchema(Schema):
    """The wish to be erased: the password again, what becomes of ideas, and that it is meant."""

    password = fields.String(required=True, validate=validate.Length(min=1, max=1_000))
    ideas = fields.String(required=True, validate=validate.OneOf(("blank", "keep")))
    sure = fields.Boolean(required=True, validate=validate.Equal(True, error="Tick that you mean it."))


class TakenDownSchema(Schema):
    """A request that reached the team by another way."""

    customer = Line(required=True, longest=254)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    came_by = fields.String(required=True, validate=validate.OneOf(WAYS[1:]))
    words = fields.String(load_default="", validate=[WORDS, _readable])
    key = fields.String(load_default="", validate=KEY)


class SettleSchema(Schema):
    """What became of a request, in words the customer reads."""

    granted = fields.Boolean(required=True)
    outcome = fields.String(required=True, validate=[validate.Length(min=1, max=5_000), _readable])


class RemarkSchema(Schema):
    """A remark of the team."""

    note = fields.String(required=True, validate=[validate.Length(min=1, max=2_000), _readable])


class HoldSchema(Schema):
    """What is kept, why, and until which day."""

    covers = fields.List(fields.String(validate=validate.OneOf(COVERS)), load_default=list)
    reason = Line(required=True, longest=500)
    until = fields.Date(required=True)

    @validates_schema
    def something(self, data: dict[str, Any], **_options: Any) -> None:
        """At least one part, and a day that is one."""
        if not data["covers"]:
            raise ValidationError("Choose what is kept.", "covers")
        if data["until"] > date(2100, 1, 1):
            raise ValidationError("Choose a day before 2100.", "until")
