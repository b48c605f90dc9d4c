"""Personal data in the many ways in which people type it, and the numbers that are none."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp import mask_personal_data
from nlp.personal import iban_is_valid, luhn_is_valid

HIDDEN = {
    "email": [
        "ada.b+news@mail.example.co.uk",
        "ada@sub.example.org",
        "ada [at] example [dot] org",
        "ada(at)example.org",
        "ada at example dot org",
        "ADA DOT B AT EXAMPLE DOT COM",
    ],
    "phone": [
        "+44 20 7946 0958",
        "+86 138 0013 8000",
        "0039 333 1234567",
        "(020) 7946 0958",
        "+1 (555) 010-1234",
        "1-800-555-0199",
        "07700 900123",
        "01.23.45.67.89",
        "555.012.3456",
    ],
    "card": ["4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111", "3782 822463 10005"],
    "iban": ["GB82 WEST 1234 5698 7654 32", "gb82west12345698765432", "DE89 3704 0044 0532 0130 00"],
    "account": ["QQ 12 34 56 C", "078-05-1120", "RSSMRA85T10A562S", "12345678Z", "GB82 WEST 1234 5698 7654 33"],
}
LEFT = [
    "£1,234.50",
    "$1,234,567.89",
    "1.234.567,89 EUR",
    "version 2.10.3",
    "10.0.19045",
    "Gecko/20100101",
    "3.14159265",
    "Error 0x80070005",
    "2026-11-23",
    "23.11.2026",
    "10:15:30",
    "2024-2025",
    "order 12345",
    "room 1204",
    "look at the dot on it",
]


@pytest.mark.parametrize(("kind", "secret"), [(kind, secret) for kind, secrets in HIDDEN.items() for secret in secrets])
@pytest.mark.parametrize(("before", "after"), [("", ""), ("Write: ", ", thanks."), ("(", ")"), ("Ada: ", " said so")])
def test_personal_data_is_hidden_however_it_is_typed(kind: str, secret: str, before: str, after: str) -> None:
    assert mask_personal_data(f"{before}{secret}{after}") == f"{before}[{kind}]{after}"


@pytest.mark.parametrize("text", LEFT)
def test_amounts_dates_versions_and_short_numbers_are_left(text: str) -> None:
    assert mask_personal_data(f"It says {text} here") == f"It says {text} here"


def test_a_number_that_looks_like_a_date_is_hidden_beside_the_word_account() -> None:
    assert mask_personal_data("my account 20100101") == "my account [account]"


@st.composite
def secrets(draw: st.DrawFn) -> str:
    """Generated personal data of every kind, in several spellings."""
    letters, digits = "abcdefghijklmnopqrstuvwxyz", "0123456789"
    kind = draw(st.sampled_from(["email", "phone", "card", "iban"]))
    if kind == "email":
        name, host = draw(st.text(letters, min_size=3, max_size=9)), draw(st.text(letters, min_size=3, max_size=9))
        at, dot = draw(st.sampled_from([("@", "."), (" at ", " dot "), ("(at)", "."), (" [at] ", " [dot] ")]))
        return f"{name}{at}{host}{dot}{draw(st.sampled_from(['org', 'com', 'de']))}"
    if kind == "phone":
        gap = draw(st.sampled_from([" ", "-", ""]))
        return gap.join(
            [draw(st.sampled_from(["+39", "+86", "0044"])), "3" + draw(st.text(digits, min_size=8, max_size=8))]
        )
    if kind == "card":
        body = draw(st.text(digits, min_size=15, max_size=15))
        number = next(body + check for check in digits if luhn_is_valid(body + check))
        return draw(st.sampled_from(["", " ", "-"])).join(number[at : at + 4] for at in range(0, 16, 4))
    body = draw(st.text(digits, min_size=18, max_size=18))
    iban = next(f"DE{two:02}{body}" for two in range(2, 99) if iban_is_valid(f"DE{two:02}{body}"))
    spelled = draw(st.sampled_from([iban, iban.lower()]))
    return draw(st.sampled_from(["", " "])).join(spelled[at : at + 4] for at in range(0, 22, 4))


CONTEXT = st.text(st.characters(exclude_categories=("Nd", "Cs")), max_size=30)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CONTEXT, secrets(), CONTEXT)
def test_no_context_lets_personal_data_through(before: str, secret: str, after: str) -> None:
    masked = mask_personal_data(f"{before} {secret} {after}")
    shown = "".join(character for character in masked if character.isalnum())
    hidden = "".join(character for character in secret if character.isalnum())
    assert hidden not in shown
    if hidden.isdigit():
        assert hidden[:8] not in shown
        assert hidden[-8:] not in shown


@pytest.mark.parametrize(
    "said", ["my pin is", "MY PIN IS", "my P\u0130N is", "the p\u0131n:", "otp", "CVV2 =", "Cvc is"]
)
def test_a_code_is_hidden_in_whatever_letters_its_word_is_written(said: str) -> None:
    assert "4711" not in mask_personal_data(f"{said} 4711, and shopping, opinions and cvs were fine")


def test_a_password_with_a_long_s_is_hidden_as_well() -> None:
    assert "Xy7!abc" not in mask_personal_data("my pas\u017fword is Xy7!abc and it works")
