"""What the company asks to do with data, in which words, and what is measured about how it keeps to that."""

from typing import Any

from marshmallow import Schema, fields, validate

from portal import consent, insight
from portal.clock import utc_now
from portal.errors import NotFound
from portal.insight import IndicatorFigure
from portal.web.api.operations import operation
from portal.web.api.schemas import NothingSchema, Strict, line, said
from portal.web.database import db

TEXTS = {"cls_or_instance": fields.String()}
PERIODS, SCOPES = ("day", "week"), ("company", "segment", "campaign", "channel")


class PurposeSchema(Schema):
    """One thing the company asks to do with a customer's data."""

    key = said("Its key.")
    sentence = said("In a sentence.")
    lawful_basis = said("`consent`, `contract`, `legitimate_interest` or `legal_obligation`; it never changes.")
    asks = said("Whether a yes is asked for.", fields.Boolean)
    data_used = said("Which data it uses, in the words in force.", fields.List, **TEXTS)
    recipients = said("Who gets it.", fields.List, **TEXTS)
    retention_days = said("How many days it is kept.", fields.Integer)
    expires_months = said("After how many months a yes ends by itself; 0 for never.", fields.Integer)
    honours_gpc = said("Whether a browser's signal (Sec-GPC) is an objection to it.", fields.Boolean)
    channels = said("By which channels.", fields.List, **TEXTS)
    topics = said("On which topics.", fields.List, **TEXTS)
    carries = said("Which classes of messages may go under it; every other is denied.", fields.List, **TEXTS)
    retired_at = said("Since when it is not done any more.", fields.AwareDateTime, format="iso", allow_none=True)


class PurposesSchema(Schema):
    """Every purpose, in the order in which they are asked."""

    items = fields.List(fields.Nested(PurposeSchema), required=True)


class NoticeSchema(Schema):
    """The words of one version in one language. They never change."""

    version = said("Which version.", fields.Integer)
    language = said("In which language.")
    change = said("What changed: `first`, `editorial`, `narrowing`, `widening` or `controller`.")
    title = said("Its title.")
    summary = said("What is asked, in short.")
    text = said("All of it.")
    data_used = said("The data it names.", fields.List, **TEXTS)
    recipients = said("The recipients it names.", fields.List, **TEXTS)
    sha256 = said("Fingerprint of these words, which entries and receipts name.")
    published_at = said("When they were published.", fields.AwareDateTime, format="iso")
    effective_at = said(
        "From when they count; a later day means that they are scheduled, and may be taken back until then.",
        fields.AwareDateTime,
        format="iso",
    )


class NoticesSchema(Schema):
    """The published words of a purpose, newest version first."""

    purpose = said("Key of the purpose.")
    items = fields.List(fields.Nested(NoticeSchema), required=True)


class FiguresAskedSchema(Strict):
    """Which figures."""

    period = fields.String(
        load_default="week", validate=validate.OneOf(PERIODS), metadata={"description": "By day or by week."}
    )
    scope = fields.String(
        load_default="company",
        validate=validate.OneOf(SCOPES),
        metadata={"description": "About the whole company, or one of its parts."},
    )
    key = line(120, "Which part, by its key; left out for the whole company.", load_default="")


class FigureSchema(Schema):
    """One indicator over one day or week. With fewer than 20 people, only how it is called is told."""

    indicator = said("Which indicator.")
    part = said("Of what part, such as a purpose or a rule; empty for all.")
    day = said("Last day of the period.", fields.Date)
    numerator = said("How often it was so.", fields.Integer, allow_none=True)
    denominator = said("Out of how many.", fields.Integer, allow_none=True)
    low = said("Lower end of the 95 % interval of the share.", fields.Float, allow_none=True)
    high = said("Upper end.", fields.Float, allow_none=True)
    value = said("The median, where the indicator has one.", fields.Float, allow_none=True)
    hidden = said("Whether it rests on so few people that it is not told.", fields.Boolean)


class FiguresSchema(Schema):
    """What was measured, the oldest first."""

    items = fields.List(fields.Nested(FigureSchema), required=True)


@operation("/purposes", summary="What the company asks to do with data", asks=NothingSchema(), answers=PurposesSchema())
def purposes(_asked: dict[str, Any]) -> dict[str, Any]:
    """Every purpose with its ground, data, recipients and times, also those that were retired."""
    terms = consent.terms_in_force(db.session, utc_now())
    return {"items": [as_told(one, terms.get(one.key, {})) for one in consent.purposes(db.session, retired=True)]}


@operation(
    "/purposes/<purpose>/notices", summary="The words of a purpose", asks=NothingSchema(), answers=NoticesSchema()
)
def purpose_notices(_asked: dict[str, Any], purpose: str) -> dict[str, Any]:
    """The published words by version and language, with the fingerprint that entries and receipts name."""
    if purpose not in {one.key for one in consent.purposes(db.session, retired=True)}:
        raise NotFound("There is no such purpose.", code="no-such-purpose")
    published = [one for one in consent.notices(db.session, purpose) if one.published_at is not None]
    return {"purpose": purpose, "items": [words_as_told(one) for one in published]}


@operation("/indicators", summary="What is measured about us", asks=FiguresAskedSchema(), answers=FiguresSchema())
def indicators(asked: dict[str, Any]) -> dict[str, Any]:
    """How we keep to what people allow, by day or week, with its interval; few people are hidden."""
    found = insight.figures_of(
        db.session, period=asked["period"], scope=asked["scope"], scope_key=asked["key"], today=utc_now().date()
    )
    return {"items": [_figure(one) for one in found]}


def as_told(one: consent.Purpose, terms: dict[str, str]) -> dict[str, Any]:
    """A purpose, with the data and recipients that the words in force name."""
    same = (
        "key",
        "sentence",
        "lawful_basis",
        "asks",
        "retention_days",
        "honours_gpc",
        "channels",
        "topics",
        "carries",
        "retired_at",
    )
    return {name: getattr(one, name) for name in same} | {
        "data_used": consent.listed(terms.get("data_used", one.data_used)),
        "recipients": consent.listed(terms.get("recipients", one.recipients)),
        "expires_months": one.expires_months or 0,
    }


def words_as_told(one: consent.Notice) -> dict[str, Any]:
    """The words of one version in one language."""
    same = ("version", "language", "change", "title", "summary", "text", "sha256", "published_at")
    return {name: getattr(one, name) for name in same} | {
        "data_used": consent.listed(one.data_used),
        "recipients": consent.listed(one.recipients),
        "effective_at": one.effective_at or one.published_at,
    }


def _figure(one: IndicatorFigure) -> dict[str, Any]:
    hidden = one.people < insight.FEWEST
    low, high = insight.wilson(one.numerator, one.denominator) if one.denominator and not hidden else (None, None)
    told = {name: None if hidden else getattr(one, name) for name in ("numerator", "denominator", "value")}
    same = {name: getattr(one, name) for name in ("indicator", "part", "day")}
    return same | told | {"low": low, "high": high, "hidden": hidden}
