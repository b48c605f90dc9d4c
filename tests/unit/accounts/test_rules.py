"""Passwords, tokens, addresses and how long a sign-in lasts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.passwords import hash_password, verify_password
from portal.accounts.rules import has_control, new_token, normal_email, password_fault, sign_in_is_open, token_hash
from portal.settings import Settings

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CHEAP = Settings(password_time_cost=1, password_memory_kib=64)


@pytest.mark.parametrize(
    "password",
    [
        "candour-demo-2026",
        "the herring sings at noon",
        "Пятнадцать букв и пробелы",
        "我們今天在港口看見很多船和鳥兒們",
        "x7!Kq9#Lm2$Vb5&N",
        "a" * 10 + "bcdefghjk" * 6 + "?",
    ],
)
def test_a_long_password_that_nobody_would_think_of_is_good(password: str) -> None:
    assert password_fault(password, email="ada@example.org", name="Ada Byron") is None


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "too-short"),
        ("fourteen chars", "too-short"),
        ("a" * 257, "too-long"),
        ("a good sentence\nwith two lines", "unreadable"),
        ("a good sentence with a \0 in it", "unreadable"),
        ("aaaaaaaaaaaaaaa", "common"),
        ("abcabcabcabcabcabc", "common"),
        ("123456789012345", "common"),
        ("qwertyuiopasdfgh", "common"),
        ("passwordpassword", "common"),
        ("Password-2024-12!", "common"),
        ("welcomewelcome12", "common"),
        ("qwertyqwerty1234", "common"),
        ("ada.byron.ada.byron", "personal"),
        ("adabyron-adabyron", "personal"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, fault: str) -> None:
    assert password_fault(password, email="adabyron@example.org", name="Ada Byron") == fault


def test_sixty_four_characters_and_more_are_welcome() -> None:
    assert password_fault("".join(chr(97 + n * 7 % 26) for n in range(64)) + " and some more") is None


def test_there_are_no_rules_about_kinds_of_characters() -> None:
    assert password_fault("herring sings at noon") is None


@given(st.text(max_size=300))
def test_any_text_gets_an_answer_and_the_good_ones_can_be_hashed(password: str) -> None:
    fault = password_fault(password)
    assert fault in (None, "too-short", "too-long", "unreadable", "personal", "common")
    if fault is None:
        assert not has_control(password)


def test_a_password_verifies_in_every_way_of_typing_the_same_letters() -> None:
    composed, decomposed = "caf\u00e9 at the harbour", "cafe\u0301 at the harbour"
    kept = hash_password(composed, CHEAP)
    assert verify_password(kept, decomposed, CHEAP)
    assert not verify_password(kept, "cafe at the harbour", CHEAP)


def test_without_a_kept_hash_no_password_is_right() -> None:
    assert not verify_password(None, "nobody has this password", CHEAP)
    assert not verify_password("not a hash", "candour-demo-2026", CHEAP)


def test_tokens_differ_and_their_hash_does_not_show_them() -> None:
    token = new_token()
    assert token != new_token()
    assert len(token) >= 43
    assert token not in token_hash(token)


def test_addresses_are_compared_without_case_and_blanks() -> None:
    assert normal_email("  Ada@Example.ORG ") == "ada@example.org"


@pytest.mark.parametrize(
    ("last_seen", "expires", "ended", "is_open"),
    [
        (timedelta(minutes=-1), timedelta(hours=1), None, True),
        (timedelta(minutes=-30), timedelta(hours=1), None, False),
        (timedelta(minutes=-1), timedelta(0), None, False),
        (timedelta(minutes=-1), timedelta(hours=1), NOW, False),
    ],
)
def test_a_sign_in_ends_by_idling_by_age_or_by_being_ended(
    last_seen: timedelta, expires: timedelta, ended: datetime | None, is_open: bool
) -> None:
    found = sign_in_is_open(
        now=NOW, last_seen_at=NOW + last_seen, expires_at=NOW + expires, ended_at=ended, idle=timedelta(minutes=30)
    )
    assert found is is_open
