"""What comes in about tags: a person's verdict, a need somebody adds, and what to look for in lists."""

from marshmallow import Schema, ValidationError, fields, validate

from portal.accounts import Line
from portal.needs import rules
from portal.needs.claims import taxonomy
from portal.needs.in_force import in_force
from portal.sentences import Sentence

WEEKS = (12, 26, 52, 104)
STATE = validate.OneOf(rules.STATES, error=Sentence("Choose whether it is met, not met or wished."))


def known_need(key: str) -> None:
    """Refuse what the taxonomy does not have."""
    if key not in taxonomy().needs:
        raise ValidationError("There is no such need.")


def need_ever_known(key: str) -> None:
    """Refuse what no version of the taxonomy has; what only an earlier one had can still be looked for."""
    if key not in in_force().names:
        raise ValidationError("There is no such need.")


class ReviewSchema(Schema):
    """A verdict on a tag; the pressed button says which. What it is instead counts only for a correction."""

    verdict = fields.String(required=True, validate=validate.OneOf(("accept", "correct", "reject")))
    corrected_to = Line(longest=60)
    corrected_state = fields.String(validate=STATE)


class AddTagSchema(Schema):
    """A need that nobody has seen in a message yet."""

    need = fields.String(required=True, validate=known_need)
    state = fields.String(required=True, validate=STATE)


class AddIntentSchema(Schema):
    """Something wanted that nobody has seen in a message yet."""

    intent = fields.String(required=True, validate=validate.OneOf(rules.INTENTS))


class NotAlikeSchema(Schema):
    """Which other message is about something else, by its public name."""

    other = Line(longest=40, required=True)


class NeedsQuery(Schema):
    """Which weeks and which need a chart is about."""

    need = fields.String(validate=need_ever_known, load_default=None)
    weeks = fields.Integer(validate=validate.OneOf(WEEKS), load_default=26)


class SignalsQuery(Schema):
    """Which signals to list."""

    need = fields.String(validate=need_ever_known, load_default=None)
    state = fields.String(validate=STATE, load_default=None)
    customer = Line(longest=40, load_default=None)
    since = fields.Date(load_default=None)
    after = fields.String(load_default=None)
