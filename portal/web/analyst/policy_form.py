"""The settings of the contact rules as a form: one field each, read back into what the rules are given."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from portal import treatment
from portal.sentences import Sentence
from portal.web import consent_words

PAIR = re.compile(r"\s*(\d{1,3})\s*/\s*(\d{1,3})\s*")
LINES = {
    "account": _l("accounts"),
    "card": _l("cards"),
    "savings": _l("savings"),
    "loan": _l("loans"),
    "insurance": _l("insurance"),
    "exchange": _l("foreign exchange"),
    "rewards": _l("rewards"),
}
NUMBERS = (
    "complaint_days", "promise_days", "ask_again_hours", "lease_seconds", "email_offer_months", "call_list_days",
    "cooldown_days", "spam_days", "repermission_months", "balance_of", "balance_days", "trust_cross_sell",
    "trust_offers", "trust_lift", "leaving_times", "leaving_least", "leaving_sure",
)  # fmt: skip
TEXTS = ("quiet_from", "quiet_until", "zone_if_unknown")
LIMITED = ("marketing", "research", "repermission", "answer")
LIMITS = ("caps_by_topic", "caps_in_all")


class Limits(fields.Field[list[list[int]]]):
    """Limits as a person writes them, `2/7, 6/30`: at most 2 in 7 days and 6 in 30."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_more: Any) -> Any:
        """The pairs; nothing between the commas is no limit."""
        found = [PAIR.fullmatch(part) for part in str(value).split(",") if part.strip()]
        pairs = [[int(one[1]), int(one[2])] for one in found if one is not None]
        if len(pairs) != len(found) or any(not 1 <= number <= 366 for pair in pairs for number in pair):
            raise ValidationError(Sentence("Write limits like 2/7, 6/30: so many in so many days, each from 1 to 366."))
        return pairs


def _number(name: str) -> fields.Integer | fields.Float:
    """A number with the range the settings have."""
    wanted = treatment.PolicySchema().fields[name]
    kind = fields.Float if isinstance(wanted, fields.Float) else fields.Integer
    return kind(required=True, validate=wanted.validate)


class _NoteSchema(Schema):
    """Every field that is not made from a list of settings."""

    class Meta:
        unknown = RAISE

    quiet_from = fields.String(required=True)
    quiet_until = fields.String(required=True)
    zone_if_unknown = fields.String(load_default="")
    vulnerable_products = fields.List(
        fields.String(validate=validate.OneOf(treatment.PRODUCT_LINES)), load_default=list
    )
    leaving_percent = fields.Float(required=True, validate=validate.Range(0, 100))
    note = fields.String(required=True, validate=validate.Length(min=3, max=300))


_LIMITS = (*LIMITS, *(f"caps_{key}" for key in LIMITED), *(f"channel_{key}" for key in treatment.CHANNELS))
PolicyFormSchema = _NoteSchema.from_dict(
    {**{name: _number(name) for name in NUMBERS}, **{name: Limits(load_default=list) for name in _LIMITS}},
    name="PolicyFormSchema",
)
"""The settings of the contact rules, one field each, and why they change."""


def settings_from(values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that a form says."""
    return {
        **{name: values[name] for name in (*NUMBERS, *TEXTS, *LIMITS, "vulnerable_products")},
        "leaving_rate": round(values["leaving_percent"] / 100, 6),
        "caps": {key: values[f"caps_{key}"] for key in LIMITED if values[f"caps_{key}"]},
        "caps_by_channel": {key: values[f"channel_{key}"] for key in treatment.CHANNELS if values[f"channel_{key}"]},
    }


def as_fields(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as the form shows them."""
    known = treatment.whole(settings)
    caps, channels = known["caps"], known["caps_by_channel"]
    return {
        **{name: known[name] for name in (*NUMBERS, *TEXTS, "vulnerable_products")},
        **{name: _written(known[name]) for name in LIMITS},
        **{f"caps_{key}": _written(caps.get(key, ())) for key in LIMITED},
        **{f"channel_{key}": _written(channels.get(key, ())) for key in treatment.CHANNELS},
        "leaving_percent": round(known["leaving_rate"] * 100, 4),
    }


def in_words(pairs: Any) -> str:
    """Limits as a sentence says them."""
    said = [
        ngettext("at most %(most)s in one day", "at most %(most)s in %(days)s days", days, most=most, days=days)
        for most, days in pairs
    ]
    return str(_(" and ")).join(said) if said else str(_("no limit"))


def said_with() -> dict[str, Any]:
    """What a page needs to say settings as sentences and to ask for them."""
    return {
        "in_words": in_words,
        "channels": [(key, consent_words.of(consent_words.CHANNELS, key)) for key in treatment.CHANNELS],
        "products": list(LINES.items()),
        "lines": lambda keys: ", ".join(str(LINES[key]) for key in keys),
    }


def _written(pairs: Any) -> str:
    return ", ".join(f"{most}/{days}" for most, days in pairs)
