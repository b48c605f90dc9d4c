"""What comes in about accounts: one schema per act, for pages and commands alike."""

import re
import unicodedata
from typing import Any
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, validate

from portal.accounts.rules import ROLES, SCOPES, has_control
from portal.sentences import Sentence

_BETWEEN = re.compile(r"[\s()./\-\u2010-\u2015]")
_E164 = re.compile(r"\+[1-9][0-9]{7,14}")
_CODE = re.compile(r"[0-9]{6}")


class Line(fields.String):
    """One line of text: blanks around it dropped, no control characters, not longer than `longest` characters."""

    def __init__(self, *, longest: int = 200, **options: Any) -> None:
        super().__init__(**options)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **options)).strip()
        if has_control(text):
            raise ValidationError("Use plain characters on one line.")
        if len(text) > self.longest:
            raise ValidationError(Sentence("Use at most %(longest)s characters.", longest=self.longest))
        if not text and self.required:
            raise ValidationError("This is needed.")
        return text


class Address(Line):
    """An e-mail address, in lower case."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = super()._deserialize(value, attr, data, **options).lower()
        validate.Email(error="Write an e-mail address such as name@example.org.")(text)
        return text


class SignInSchema(Schema):
    """Signing in. Nothing is said here about what an address or password may look like: the answer is one for all."""

    email = fields.String(required=True, validate=validate.Length(max=1000))
    password = fields.String(required=True, validate=validate.Length(max=5000))
    next = fields.String()


class SignUpSchema(Schema):
    """A new account for a customer."""

    name = Line(required=True, longest=100)
    email = Address(required=True, longest=254)
    password = fields.String(required=True, validate=validate.Length(max=5000))


class AskResetSchema(Schema):
    """Asking for a new password."""

    email = Address(required=True, longest=254)


class NewPasswordSchema(Schema):
    """Choosing a password by a mailed link."""

    password = fields.String(required=True, validate=validate.Length(max=5000))


class ChangePasswordSchema(Schema):
    """Changing one's password."""

    old = fields.String(required=True, validate=validate.Length(max=5000))
    new = fields.String(required=True, validate=validate.Length(max=5000))


class ChangeAddressSchema(Schema):
    """Another address, asked for with the password."""

    email = Address(required=True, longest=254)
    password = fields.String(required=True, validate=validate.Length(max=5000))


class Number(Line):
    """A number with its country, as networks write it: `+`, then digits alone (E.164)."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = unicodedata.normalize("NFKC", super()._deserialize(value, attr, data, **options))
        bare = _BETWEEN.sub("", text)
        bare = f"+{bare[2:]}" if bare.startswith("00") else bare
        if not bare.startswith("+"):
            raise ValidationError("Begin with + and the code of the country, such as +44 for the United Kingdom.")
        if not _E164.fullmatch(bare):
            raise ValidationError("This is not a whole number. Write it such as +44 7700 900123.")
        return bare


class Code(Line):
    """The digits of a code, however they were grouped when typed."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text = unicodedata.normalize("NFKC", super()._deserialize(value, attr, data, **options))
        bare = _BETWEEN.sub("", text)
        if not _CODE.fullmatch(bare):
            raise ValidationError("The code is the six digits of the text message.")
        return bare


class NumberSchema(Schema):
    """A customer's own number for calls and texts."""

    number = Number(required=True, longest=40)


class NumberCodeSchema(Schema):
    """The code that came to a number, and for which asking the form was shown."""

    code = Code(required=True, longest=40)
    asked = Line(required=True, longest=40)


class TeamMemberSchema(Schema):
    """Somebody new who works here."""

    name = Line(required=True, longest=100)
    email = Address(required=True, longest=254)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    team = Line(longest=100)


class OwnSchema(Schema):
    """What a team member chose for themselves."""

    language = Line(required=True, longest=20)
    time_zone = fields.String(load_default=None, validate=validate.OneOf(sorted(available_timezones())))


class RoleSchema(Schema):
    """Another role for a team member."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))


class TokenSchema(Schema):
    """A new API token."""

    name = Line(required=True, longest=100)
    scopes = fields.List(fields.String(validate=validate.OneOf(SCOPES)), required=True, validate=validate.Length(min=1))
    submission_key = Line(required=True, longest=64)
