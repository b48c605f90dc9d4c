"""What comes in about messages and campaigns."""

from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from portal.accounts.schemas import Line
from portal.outreach.models import CLASSES
from portal.treatment import CHANNELS, PRODUCT_LINES
from portal.treatment.schemas import NAME

KEY = validate.Regexp(r"^[a-z][a-z0-9_-]{1,59}\Z")
TRANSLATED = {"it": "it", "zh_hant": "zh_Hant"}
"""Languages that a message can have besides English, by how its fields end."""
LONGEST = 20_000
DAYS = validate.Range(date(2000, 1, 1), date(2199, 12, 31))
"""Days far from the ends of the calendar, so that every zone has them."""
MOVES = ("approve", "start", "pause", "resume", "release", "stop")


class Words(fields.String):
    """Some paragraphs, without characters that cannot be shown or stored."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **options)).replace("\r\n", "\n").strip()
        if any((letter < " " and letter != "\n") or "\ud800" <= letter <= "\udfff" for letter in text):
            raise ValidationError("Use plain characters.")
        if not text and self.required:
            raise ValidationError("This is needed.")
        return text


class TemplateWordsSchema(Schema):
    """A new version of a message: its words in each language, and the class that its author proposes."""

    class Meta:
        unknown = RAISE

    message_class = fields.String(required=True, validate=validate.OneOf(CLASSES))
    purpose = fields.String(required=True, validate=NAME)
    topic = fields.String(load_default="*", validate=NAME)
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    subject = Line(required=True, longest=200)
    text = Words(required=True, validate=validate.Length(max=LONGEST))
    subject_it = Line(load_default="", longest=200)
    text_it = Words(load_default="", validate=validate.Length(max=LONGEST))
    subject_zh_hant = Line(load_default="", longest=200)
    text_zh_hant = Words(load_default="", validate=validate.Length(max=LONGEST))
    data_used = fields.List(Line(longest=200), load_default=list, validate=validate.Length(max=30))

    @validates_schema
    def whole(self, data: dict[str, Any], **_options: Any) -> None:
        """A translation has a subject and a text, or neither."""
        for language in TRANSLATED:
            if bool(data.get(f"subject_{language}")) != bool(data.get(f"text_{language}")):
                lacks = "subject" if data.get(f"text_{language}") else "text"
                raise ValidationError("Give both the subject and the text, or neither.", f"{lacks}_{language}")


class TemplateSchema(TemplateWordsSchema):
    """A new message."""

    key = fields.String(required=True, validate=KEY)


class ConfirmSchema(Schema):
    """The class that a second person sets."""

    class Meta:
        unknown = RAISE

    message_class = fields.String(required=True, validate=validate.OneOf(CLASSES))


class BecauseSchema(Schema):
    """Why something is turned down, stopped or let go on."""

    class Meta:
        unknown = RAISE

    because = Line(required=True, longest=300)


class CampaignWordsSchema(Schema):
    """What a campaign is: who gets what, why, when, and who is kept as those who get nothing."""

    class Meta:
        unknown = RAISE

    name = Line(required=True, longest=120)
    segment_key = fields.String(required=True, validate=NAME)
    template_key = fields.String(required=True, validate=NAME)
    reason = Line(required=True, longest=500)
    starts_on = fields.Date(required=True, validate=DAYS)
    ends_on = fields.Date(required=True, validate=DAYS)
    control_percent = fields.Integer(load_default=0, validate=validate.Range(0, 50))
    priority = fields.Integer(load_default=0, validate=validate.Range(0, 9))
    product_line = fields.String(load_default="", validate=validate.OneOf(["", *PRODUCT_LINES]))
    cross_sell = fields.Boolean(load_default=False)


class CampaignSchema(CampaignWordsSchema):
    """A new campaign."""

    key = fields.String(required=True, validate=KEY)


class MoveSchema(Schema):
    """Something done to a campaign; why, where that is asked."""

    class Meta:
        unknown = RAISE

    act = fields.String(required=True, validate=validate.OneOf(MOVES))
    because = Line(load_default="", longest=300)
