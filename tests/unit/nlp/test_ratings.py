"""Ratings as people write them, what they are worth, and what only looks like one."""

import pytest

from nlp.ratings import ratings_in
from nlp.words import words_of


def rated(text: str) -> list[float]:
    return [round(one.value, 2) for one in ratings_in(text, [word.key for word in words_of(text)])]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10/10", 1.0), ("0/10", -1.0), ("1/5", -1.0), ("3/5", 0.0), ("2.5/5 for short trips", 0.0), ("11/10", 1.0),
        ("7 out of 10", 0.67), ("two out of five", -0.75), ("five stars", 1.0), ("One star.", -1.0),
        ("a single star", -1.0), ("★★☆☆☆", -0.75), ("⭐⭐⭐⭐⭐", 1.0), ("⭐", -1.0), ("-10/10", -1.0),
        ("3/5 stars", 0.0), ("4.5 stars", 0.88),
    ],
)  # fmt: skip
def test_a_rating_is_worth_what_it_says(text: str, value: float) -> None:
    assert rated(text) == [value]


@pytest.mark.parametrize(
    "text",
    ["open 24/7", "on 5/10 at noon", "5/10/2026", "1/5 of it", "9 out of 10 times", "a five star hotel", "you ⭐ you"],
)
def test_dates_parts_and_hotels_are_no_ratings(text: str) -> None:
    assert rated(text) == []


def test_a_good_mark_that_is_not_given_is_a_bad_one() -> None:
    assert rated("I can't give it 5 stars") == [-0.5]
    assert rated("used to be a 10/10") == [-0.5]
    assert rated("I would give it 10/10") == [1.0]
