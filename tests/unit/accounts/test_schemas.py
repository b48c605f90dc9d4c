"""What comes in about accounts is checked before anything looks at it."""

import pytest
from marshmallow import Schema, ValidationError

from portal.accounts.schemas import NewPasswordSchema, SignInSchema, SignUpSchema, TeamMemberSchema, TokenSchema

GOOD = {"name": "Ada", "email": "ada@example.org", "password": "herring sings at noon"}


def test_an_address_is_kept_in_lower_case_without_blanks() -> None:
    assert SignUpSchema().load({**GOOD, "email": " Ada@Example.org "})["email"] == "ada@example.org"


@pytest.mark.parametrize("email", ["ada", "ada@", "a b@example.org", "ada@example.org\r\nBcc: ben@example.org", ""])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(ValidationError):
        SignUpSchema().load({**GOOD, "email": email})


@pytest.mark.parametrize("name", ["", "   ", "A\0da", "A\nda", "\ud800", "x" * 101])
def test_a_name_is_one_plain_line(name: str) -> None:
    with pytest.raises(ValidationError):
        SignUpSchema().load({**GOOD, "name": name})


SCHEMAS: list[type[Schema]] = [SignInSchema, SignUpSchema, NewPasswordSchema, TeamMemberSchema, TokenSchema]
COLUMNS = ("role", "customer_id", "confirmed_at", "password_hash", "scope")


@pytest.mark.parametrize(
    ("schema", "extra"), [(one, name) for one in SCHEMAS for name in COLUMNS if name not in one().fields]
)
def test_nobody_can_send_a_column_that_was_not_asked_for(schema: type[Schema], extra: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        schema().load({extra: "admin"})
    assert extra in refusal.value.messages_dict


def test_a_token_needs_scopes_that_exist() -> None:
    with pytest.raises(ValidationError):
        TokenSchema().load({"name": "CRM", "scopes": ["everything"], "submission_key": "K-2222222222"})
    good = {"name": "CRM", "scopes": ["signals:read"], "submission_key": "K-2222222222"}
    assert TokenSchema().load(good)["scopes"] == ["signals:read"]
