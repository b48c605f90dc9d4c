"""What comes in about consent: only the cell a person touched, and the ledger position they saw."""

from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from portal.accounts.schemas import Line
from portal.consent import GRADES
from portal.privacy.rules import ACTS

KEY = validate.Regexp(r"^[\w.:-]{1,100}\Z", error="This form is damaged; reload the page.")

PART = validate.Regexp(r"^(\*|[\w.:-]{1,100})\Z", error="This form is damaged; reload the page.")

CELL = validate.Regexp(
    r"^(\*|[\w.:-]{1,100})( (\*|[\w.:-]{1,100})){2}\Z", error="This form is damaged; reload the page."
)
"""Purpose, channel and topic."""

NUMBER = 2**31 - 1
AUTHORITIES = ("self", "guardian")
"""Who may say yes for a customer: they themselves, or whoever guards them."""


class SeenSchema(Schema):
    """An act on the ledger as the person saw it. `key` makes a form that comes twice count once."""

    seq = fields.Integer(required=True, validate=validate.Range(min=0, max=NUMBER))
    key = fields.String(load_default="", validate=KEY)
    next = fields.String()


class ChangeSchema(SeenSchema):
    """One touched cell."""

    purpose = fields.String(required=True, validate=PART)
    channel = fields.String(load_default="*", validate=PART)
    topic = fields.String(load_default="*", validate=PART)
    act = fields.String(required=True, validate=validate.OneOf(ACTS))
    notice = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=NUMBER))
    earlier_words = fields.Boolean(load_default=False)


class UndoSchema(Schema):
    """Undoing one receipt."""

    receipt = fields.String(required=True, validate=validate.Length(max=100))


class ToldStopSchema(Schema):
    """What a customer told the team to stop, how they told it, and what the team noted."""

    purpose = fields.String(required=True, validate=KEY)
    method = fields.String(required=True, validate=validate.OneOf(("phone", "branch", "letter")))
    note = Line(load_default="", longest=300)


class ToldSchema(Schema):
    """What a customer told somebody here about one cell: a yes needs a proof and its grade, a no needs nothing."""

    cell = fields.String(required=True, validate=CELL)
    act = fields.String(required=True, validate=validate.OneOf(("give", "withdraw", "object", "lift")))
    method = fields.String(required=True, validate=validate.OneOf(("phone", "branch", "letter")))
    grade = fields.String(load_default="B", validate=validate.OneOf(GRADES))
    authority = fields.String(load_default="self", validate=validate.OneOf(AUTHORITIES))
    note = Line(load_default="", longest=300)
    said_on = fields.Date(load_default=None)
    seq = fields.Integer(required=True, validate=validate.Range(min=0, max=NUMBER))
    key = fields.String(load_default="", validate=KEY)


class PauseSchema(SeenSchema):
    """Pausing for some months, or until a day."""

    months = fields.Integer(load_default=None, validate=validate.OneOf((1, 3, 6)))
    until = fields.Date(load_default=None, validate=validate.Range(max=date(2100, 1, 1)))

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_options: Any) -> None:
        """Either months or a day."""
        if (data["months"] is None) == (data["until"] is None):
            raise ValidationError("Choose how long.", "until")
