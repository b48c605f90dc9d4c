"""What may come in about benefits and grants."""

from marshmallow import Schema, fields, validate

from portal.accounts import Line
from portal.sentences import Sentence


class BenefitSchema(Schema):
    """A new kind of thing that can be granted. `amount` is in `unit`, `days_valid` in days, 0 for without end."""

    key = fields.String(
        required=True,
        validate=validate.Regexp(
            r"^[a-z][a-z0-9_]{1,39}\Z", error=Sentence("Use small letters, digits and _; a letter first.")
        ),
    )
    name = Line(required=True, longest=80)
    unit = Line(required=True, longest=40)
    gloss = Line(required=True, longest=500)
    how_to_use = Line(required=True, longest=500)
    amount = fields.Integer(required=True, validate=validate.Range(1, 1_000_000))
    days_valid = fields.Integer(required=True, validate=validate.Range(0, 3650))


class GrantSchema(Schema):
    """A grant by hand. `customer` is the customer's public name, the company's number, or the e-mail address."""

    customer = Line(required=True, longest=254)
    benefit = Line(required=True, longest=40)
    amount = fields.Integer(required=True, validate=validate.Range(1, 1_000_000))
    why = Line(required=True, longest=300)
    submission_key = Line(required=True, longest=64)


class UseSchema(Schema):
    """A use written down by staff."""

    customer = Line(required=True, longest=254)
    benefit = Line(required=True, longest=40)
    amount = fields.Integer(required=True, validate=validate.Range(1, 1_000_000))
    submission_key = Line(required=True, longest=64)
