"""What a row of consents may hold, which columns a file has, and what comes with an upload."""

from datetime import UTC, date, datetime, time
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from portal.accounts import Line
from portal.importing.rules import ANSWERS, GRADES
from portal.sentences import Sentence

COLUMNS = ("customer", "purpose", "answer", "channel", "topic", "at", "grade", "source", "wording", "evidence")
NEEDED = ("customer", "purpose", "answer")
LONGEST_CUSTOMER, LONGEST_EVIDENCE = 254, 500
MISSING: dict[str, Any] = {"required": Sentence("missing"), "null": Sentence("missing")}


def moment(value: str) -> datetime:
    """A day or an instant; one without a zone is taken as UTC, a day as its beginning.

    :raises ValidationError: when it is neither.
    """
    try:
        if len(value) == 10:
            return datetime.combine(date.fromisoformat(value), time.min, tzinfo=UTC)
        found = datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValidationError(Sentence("not a date such as 2026-11-23")) from None


class CellSchema(Schema):
    """The part of a row that many share, so that it is checked once: cell, answer, grade, source and wording."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE

    purpose = Line(required=True, longest=40, error_messages=MISSING)
    channel = Line(load_default="*", longest=40)
    topic = Line(load_default="*", longest=40)
    answer = fields.String(
        required=True,
        error_messages=MISSING,
        validate=validate.OneOf(
            tuple(ANSWERS), error=Sentence("neither yes, no, granted, refused, withdrawn nor objected")
        ),
    )
    grade = fields.String(validate=validate.OneOf(GRADES, error=Sentence("neither A, B nor C")))
    source = Line(load_default="", longest=100)
    wording = Line(load_default="", longest=500)


class ProofSchema(Schema):
    """The part of a row that is its own: who, and what proves it."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE

    customer = Line(required=True, longest=LONGEST_CUSTOMER, error_messages=MISSING)
    evidence = Line(load_default="", longest=LONGEST_EVIDENCE)


class UploadSchema(Schema):
    """What comes beside an uploaded file: the names its columns have, where they differ from ours."""

    key = Line(required=True, longest=40)
    columns = Line(load_default="", longest=500)


def columns_from(text: str) -> dict[str, str]:
    """Names of columns, written as `customer=CUST_NO, at=SIGNED`, by what they mean here.

    :raises ValidationError: naming the part that cannot be understood.
    """
    found: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not column or name not in COLUMNS:
            raise ValidationError(
                Sentence(
                    "“%(part)s” is not understood. Write such as customer=CUST_NO; on the left one of %(columns)s.",
                    part=part[:60],
                    columns=", ".join(COLUMNS),
                )
            )
        found[name] = column
    return found
