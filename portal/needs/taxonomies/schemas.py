"""What comes in when the needs are edited: one need, a note, a text to try."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from nlp.taxonomy import FAMILIES, SERVQUAL
from portal.accounts import Line
from portal.sentences import Sentence

LONGEST_TEXT = 5_000
LONGEST_LIST = 60_000
KEY = validate.Regexp(
    r"\A[a-z][a-z0-9_]{0,39}\Z", error=Sentence("Begin with a small letter; then small letters, digits and _.")
)
SEEDS = validate.Length(5, 15, error=Sentence("Give 5 to 15 of these, one in each line."))


class Lines(fields.Field[list[str]]):
    """A list of texts, typed one in each line; blank lines are left out."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[str]:
        if not isinstance(value, str):
            raise ValidationError(Sentence("Type one in each line."))
        if len(value) > LONGEST_LIST:
            raise ValidationError(Sentence("This is too long."))
        return [" ".join(line.split()) for line in value.splitlines() if line.strip()]


class NeedSchema(Schema):
    """One need as its form has it. `seen` is the fingerprint of what the form was opened with."""

    class Meta:
        """How marshmallow shall take it."""

        unknown = RAISE

    name = Line(longest=60, required=True)
    gloss = Line(longest=300, required=True)
    family = fields.String(required=True, validate=validate.OneOf(FAMILIES))
    servqual = fields.String(required=True, validate=validate.OneOf(SERVQUAL))
    seeds = Lines(required=True, validate=SEEDS)
    core = Lines(load_default=list)
    unmet = Lines(load_default=list)
    met = Lines(load_default=list)
    wished = Lines(load_default=list)
    phrases = Lines(load_default=list)
    hints = Lines(load_default=list)
    examples_for = Lines(load_default=list)
    examples_against = Lines(load_default=list)
    seen = fields.String(load_default="", validate=validate.Length(max=40))


class NewNeedSchema(NeedSchema):
    """A need that is not there yet, with the key it shall have for good."""

    key = fields.String(required=True, validate=KEY)


class SeenSchema(Schema):
    """What an act rests on: the fingerprint of a need, or the number of saves of a draft, as it was shown."""

    seen = fields.String(load_default="", validate=validate.Length(max=40))


class RevisionSchema(Schema):
    """As it was shown: how often the draft had been saved."""

    revision = fields.Integer(required=True, validate=validate.Range(min=1, max=2**31 - 1))


class PublishTaxonomySchema(RevisionSchema):
    """Put the draft in force, saying what changes."""

    note = Line(longest=400, required=True)


class DraftFromSchema(Schema):
    """From which version a draft begins; the one in force when left out."""

    number = fields.Integer(load_default=None, validate=validate.Range(min=1, max=2**31 - 1))


class TrySchema(Schema):
    """A text to read by the version in force and by the draft."""

    text = fields.String(required=True, validate=validate.Length(1, LONGEST_TEXT))
