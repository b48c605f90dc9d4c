"""Rows of an import of customers."""

from datetime import date
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, validate

from portal.accounts import Address, Line
from portal.sentences import Sentence

ZONES = frozenset(available_timezones())
ATTRIBUTE = "attribute."
COLUMNS = ("external_ref", "name", "email", "language", "time_zone", "country", "since", "products")


def _no_later_than_today(day: date) -> None:
    if day.year < 1900:
        raise ValidationError("before 1900")


class CustomerRow(Schema):
    """One customer: `external_ref` is the company's own number, `products` are separated by semicolons."""

    external_ref = Line(
        required=True, longest=100, error_messages={"required": Sentence("missing"), "null": Sentence("missing")}
    )
    name = Line(
        required=True, longest=100, error_messages={"required": Sentence("missing"), "null": Sentence("missing")}
    )
    email = Address(longest=254)
    language = fields.String(validate=validate.Regexp(r"^[a-z]{2}$", error=Sentence("not a code such as en")))
    time_zone = fields.String(validate=validate.OneOf(ZONES, error=Sentence("not a zone such as Europe/London")))
    country = fields.String(validate=validate.Regexp(r"^[A-Z]{2}$", error=Sentence("not a code such as GB")))
    since = fields.Date(
        validate=_no_later_than_today,
        error_messages={"invalid": Sentence("not a date such as 2026-11-23"), "format": Sentence("not a date")},
    )
    products = fields.List(Line(longest=60))
    attributes = fields.Dict(keys=Line(longest=60), values=Line(longest=500))
