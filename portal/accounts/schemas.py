"""What comes in about accounts: one schema per act, for pages and commands alike."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from portal.accounts.rules import ROLES, SCOPES, has_control
from portal.sentences import Sentence


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


class TeamMemberSchema(Schema):
    """Somebody new who works here."""

    name = Line(required=True, longest=100)
    email = Address(required=True, longest=254)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    team = Line(longest=100)


class RoleSchema(Schema):
    """Another role for a team member."""

    role = fields.String(required=True, validate=validate.OneOf(ROLES))


class TokenSchema(Schema):
    """A new API token."""

    name = Line(required=True, longest=100)
    scopes = fields.List(fields.String(validate=validate.OneOf(SCOPES)), required=True, validate=validate.Length(min=1))
    submission_key = Line(required=True, longest=64)
