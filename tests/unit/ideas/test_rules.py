"""How words are folded, what rises, and what of a name is shown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ideas import rules

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
moments = st.integers(0, 3650).map(
    lambda days: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=days, seconds=days * 7)
)
events = st.lists(st.tuples(st.sampled_from(sorted(rules.POINTS)), moments), min_size=1, max_size=30)


def test_accents_case_and_punctuation_do_not_matter() -> None:
    assert rules.tokens("Così PERCHÉ? così!") == ["cosi", "perche"]
    assert rules.tokens("Zażółć Straße Ærø") == ["zazolc", "strasse", "aero"]


def test_chinese_becomes_pairs_so_that_a_word_inside_a_run_is_found() -> None:
    kept = rules.tokens("轉帳手續費")
    assert kept == ["轉帳", "帳手", "手續", "續費", "費"]
    assert all(any(word.startswith(asked) for word in kept) for asked in rules.tokens("手續")[:1])


def test_mixed_scripts_are_cut_where_the_script_changes() -> None:
    assert rules.tokens("APP登入2次") == ["app", "登入", "入", "2", "次"]


@given(st.text(max_size=300))
def test_whatever_is_typed_only_letters_and_digits_are_left(typed: str) -> None:
    for token in rules.tokens(typed):
        assert 0 < len(token) <= rules.TOKEN_LENGTH
        assert all(char.isalnum() for char in token), token


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing_for_words_without_east_asian_script(typed: str) -> None:
    once = rules.tokens("".join(char for char in typed if ord(char) < 0x2000))
    assert rules.tokens(" ".join(once)) == once


def test_a_vote_is_worth_half_after_two_weeks() -> None:
    trend = rules.trend_of([("vote", NOON)])
    assert rules.points_at(trend, NOON) == pytest.approx(1, rel=1e-5)
    assert rules.points_at(trend, NOON + timedelta(days=14)) == pytest.approx(0.5, rel=1e-5)
    assert rules.points_at(trend, NOON + timedelta(days=42)) == pytest.approx(0.125, rel=1e-5)


def test_many_old_votes_are_passed_by_some_new_ones() -> None:
    old = rules.trend_of([("vote", NOON - timedelta(days=140))] * 200)
    new = rules.trend_of([("vote", NOON)] * 3)
    assert new > old


@given(events)
def test_the_score_is_the_same_kept_step_by_step_or_counted_at_once(happened: list[tuple[str, datetime]]) -> None:
    trend = rules.trend_of(happened[:1])
    for kind, at in happened[1:]:
        trend = rules.trend_with(trend, kind, at)
    assert trend == pytest.approx(rules.trend_of(happened), abs=len(happened))


@given(events, st.sampled_from(sorted(rules.POINTS)), moments)
def test_something_more_never_lowers_the_score(happened: list[tuple[str, datetime]], kind: str, at: datetime) -> None:
    trend = rules.trend_of(happened)
    assert rules.trend_with(trend, kind, at) >= trend


@given(events)
def test_a_score_fits_a_whole_number_of_32_bits(happened: list[tuple[str, datetime]]) -> None:
    assert 0 < rules.trend_of(happened) < 2**31


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Ada Larsen", "Ada"), ("林雅婷", "林○婷"), ("林婷", "林○"), ("Cher", "Cher"), ("", ""), ("  ", "")],
)
def test_others_see_the_given_name_only(name: str, shown: str) -> None:
    assert rules.public_name(name) == shown


def test_the_reason_for_a_likeness_is_words_that_carry_meaning() -> None:
    reason = rules.shared_words("Show me the fee before I send", "The fee should be shown before sending money")
    assert reason == ["fee", "before"]
