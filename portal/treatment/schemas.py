"""What an intent, a policy and a rule must look like when they come in."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import available_timezones

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates

from portal.accounts import Line
from portal.sentences import Sentence
from portal.treatment.marking import HOLDS
from portal.treatment.models import MARKS
from portal.treatment.policy import CHANNELS, CLASSES, DEFAULT_POLICY, PRODUCT_LINES

NAME = validate.Regexp(r"^[a-z0-9_*-]{1,60}$", error=Sentence("Use small letters, digits, - and _."))
CAPS = fields.List(
    fields.List(fields.Integer(validate=validate.Range(1, 366)), validate=validate.Length(equal=2))
)  # fmt: skip
DAYS, MONTHS, SHARE = validate.Range(0, 366), validate.Range(0, 60), validate.Range(0, 1)


class IntentSchema(Schema):
    """A wish to send something, as a page or another system states it to ask whether it may."""

    class Meta:
        unknown = RAISE

    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    message_class = fields.String(required=True, validate=validate.OneOf(CLASSES))
    purpose = fields.String(required=True, validate=NAME)
    topic = fields.String(load_default="*", validate=NAME)
    campaign = fields.String(load_default="", validate=validate.Length(max=120))
    reason = fields.String(load_default="", validate=validate.Length(max=500))
    segment_key = fields.String(load_default=None, allow_none=True, validate=NAME)
    expires_at = fields.AwareDateTime(load_default=None, allow_none=True)
    contact_point = fields.String(load_default="", validate=validate.Length(max=254))
    product_line = fields.String(load_default="", validate=validate.OneOf(["", *PRODUCT_LINES]))
    cross_sell = fields.Boolean(load_default=False)
    data_used = fields.List(
        fields.String(validate=validate.Length(1, 120)), load_default=list, validate=validate.Length(max=30)
    )
    priority = fields.Integer(load_default=0, strict=True, validate=validate.Range(-100, 100))
    not_before = fields.AwareDateTime(load_default=None, allow_none=True)
    template = fields.String(load_default="", validate=validate.Length(max=120))

    @post_load
    def as_values(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As `IntentFacts` keeps them."""
        return {**data, "data_used": tuple(sorted(set(data["data_used"])))} if "data_used" in data else data


def _whole(name: str, within: validate.Range) -> fields.Integer:
    """A whole number that older settings do not have."""
    return fields.Integer(load_default=DEFAULT_POLICY[name], strict=True, validate=within)


def _part(name: str, within: validate.Range) -> fields.Float:
    """A number that older settings do not have."""
    return fields.Float(load_default=DEFAULT_POLICY[name], validate=within)


class PolicySchema(Schema):
    """The settings of the contact rules."""

    class Meta:
        unknown = RAISE

    complaint_days = fields.Integer(required=True, strict=True, validate=validate.Range(0, 365))
    promise_days = fields.Integer(required=True, strict=True, validate=validate.Range(0, 365))
    caps = fields.Dict(keys=fields.String(validate=validate.OneOf(CLASSES)), values=CAPS, required=True)
    caps_by_channel = fields.Dict(
        keys=fields.String(validate=validate.OneOf(CHANNELS)),
        values=CAPS,
        load_default=DEFAULT_POLICY["caps_by_channel"],
    )
    caps_by_topic = fields.List(CAPS.inner, load_default=DEFAULT_POLICY["caps_by_topic"])
    caps_in_all = fields.List(CAPS.inner, load_default=DEFAULT_POLICY["caps_in_all"])
    quiet_from = fields.String(required=True)
    quiet_until = fields.String(required=True)
    zone_if_unknown = fields.String(required=True)
    ask_again_hours = fields.Integer(required=True, strict=True, validate=validate.Range(1, 168))
    lease_seconds = fields.Integer(required=True, strict=True, validate=validate.Range(5, 600))
    email_offer_months = _whole("email_offer_months", MONTHS)
    call_list_days = _whole("call_list_days", DAYS)
    vulnerable_products = fields.List(
        fields.String(validate=validate.OneOf(PRODUCT_LINES)), load_default=DEFAULT_POLICY["vulnerable_products"]
    )
    cooldown_days = _whole("cooldown_days", DAYS)
    spam_days = _whole("spam_days", DAYS)
    repermission_months = _whole("repermission_months", MONTHS)
    trust_cross_sell = _part("trust_cross_sell", SHARE)
    trust_offers = _part("trust_offers", SHARE)
    trust_lift = _part("trust_lift", SHARE)
    leaving_rate = _part("leaving_rate", SHARE)
    leaving_times = _part("leaving_times", validate.Range(0, 100))
    leaving_least = _whole("leaving_least", validate.Range(0, 1000))
    leaving_sure = _part("leaving_sure", validate.Range(0.5, 0.999))
    balance_of = _whole("balance_of", validate.Range(0, 20))
    balance_days = _whole("balance_days", DAYS)

    @validates("quiet_from", "quiet_until")
    def is_a_time(self, value: str, **_: Any) -> None:
        """Such as 20:00."""
        try:
            time.fromisoformat(value)
        except ValueError:
            raise ValidationError("Use a time such as 20:00.") from None

    @validates("zone_if_unknown")
    def is_a_zone(self, value: str, **_: Any) -> None:
        """An IANA name, or empty to wait until the zone is known."""
        if value and value not in available_timezones():
            raise ValidationError("There is no such time zone.")


class RuleWordsSchema(Schema):
    """What may be changed of a rule."""

    class Meta:
        unknown = RAISE

    name = fields.String(required=True, validate=validate.Length(min=2, max=120))
    sentence = fields.String(required=True, validate=validate.Length(min=10, max=500))
    segment_key = fields.String(required=True, validate=NAME)
    benefit_key = fields.String(load_default=None, allow_none=True, validate=NAME)
    template_key = fields.String(load_default=None, allow_none=True, validate=NAME)


class RuleSchema(RuleWordsSchema):
    """What follows from being in a segment, as an analyst writes it down."""

    key = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9_-]{1,59}$"))
    kind = fields.String(required=True, validate=validate.OneOf(["grant", "contact"]))


class Day(fields.Date):
    """A day, as the instant it begins in UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        found: date = super()._deserialize(value, attr, data, **options)
        if not 1900 <= found.year <= 2200:
            raise ValidationError("Use a day such as 2026-11-23.")
        return datetime.combine(found, time.min, tzinfo=UTC)


class MarkSchema(Schema):
    """What the team records about a customer, what it rests on, and for how long."""

    class Meta:
        unknown = RAISE

    kind = fields.String(required=True, validate=validate.OneOf(MARKS))
    note = Line(required=True, longest=300)
    since = Day(load_default=None, allow_none=True)
    until = Day(load_default=None, allow_none=True)


class EndMarkSchema(Schema):
    """Which mark of a customer does not hold any more."""

    class Meta:
        unknown = RAISE

    kind = fields.String(required=True, validate=validate.OneOf(MARKS))


class HolderSchema(Schema):
    """Somebody who holds something together with a customer, whether they agree, and where that is written down."""

    class Meta:
        unknown = RAISE

    name = Line(required=True, longest=100)
    state = fields.String(required=True, validate=validate.OneOf(HOLDS))
    proof = Line(required=True, longest=300)


class RegisterSchema(Schema):
    """A copy of a do-not-call register: what it is called, and of which day it is."""

    class Meta:
        unknown = RAISE

    name = Line(required=True, longest=100)
    taken_on = Day(required=True)
