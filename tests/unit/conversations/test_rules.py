"""Texts and states of conversations."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.conversations import rules


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\n  Charged twice. Nobody answers.", "Charged twice"),
        ("Why is it so?\nMore", "Why is it so?"),
        ("费用太高了。没有人回答。", "费用太高了"),
        ("...", "..."),
        ("word " * 40, "word " * 14 + "word…"),
        ("x" * 100, "x" * 79 + "…"),
        ("", ""),
    ],
)
def test_a_title_is_the_first_sentence_cut_between_words(text: str, title: str) -> None:
    assert rules.title_of(text.strip(" ")) == title


@given(st.text())
def test_any_text_gets_a_title_of_one_short_line(text: str) -> None:
    title = rules.title_of(text)
    assert len(title) <= rules.TITLE_LIMIT
    assert "\n" not in title


@given(st.text())
def test_what_is_found_fit_can_be_stored_as_it_is(text: str) -> None:
    if rules.fault_in_text(text) is None:
        kept = rules.cleaned(text)
        assert kept.strip()
        assert "\x00" not in kept
        assert kept.encode("utf-8").decode("utf-8") == kept == rules.cleaned(kept)


def test_line_ends_are_made_alike_and_bidi_marks_are_left_alone() -> None:
    assert rules.cleaned("a\r\nb\rc\x07\u202ed") == "a\nb\nc\u202ed"


@pytest.mark.parametrize(
    ("text", "promised", "state"),
    [
        ("It is back.", False, "answered"),
        ("Which day was it? ", False, "waiting_customer"),
        ("是哪一天？", False, "waiting_customer"),
        ("I will tell you. Right?", True, "waiting_team"),
    ],
)
def test_the_last_word_says_whose_turn_it_is(text: str, promised: bool, state: str) -> None:
    assert rules.state_after_answer(text, promised=promised) == state


def test_attempts_are_ever_further_apart() -> None:
    pauses = [rules.pause_before_retry(attempt) for attempt in range(1, 5)]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=5)


def test_a_code_may_be_typed_any_way() -> None:
    assert rules.readable_code(" m-7q2m  91xk-4d2p 8rtv ") == "M-7Q2M-91XK-4D2P-8RTV"


@pytest.mark.parametrize(
    ("answer", "promise"),
    [
        (
            "You are right, and I am sorry. We will tell you by Friday what they decide.",
            "We will tell you by Friday what they decide",
        ),
        ("It is back today. I'll call you on Monday. Sorry again.", "I'll call you on Monday"),
        ("We are on it.", "We are on it"),
    ],
)
def test_a_promise_without_words_of_its_own_is_the_sentence_that_says_what_will_be_done(
    answer: str, promise: str
) -> None:
    assert rules.promise_of(answer) == promise


@pytest.mark.parametrize(
    ("value", "worst", "best", "score"),
    [
        ("1", 1, 5, 1), ("5", 1, 5, 5), (" 3,4 ", 1, 5, 3), ("0", 0, 10, 1), ("3", 0, 10, 2), ("10", 0, 10, 5),
        ("6", 0, 10, 3), ("7", 1, 7, 5), ("1", 6, 1, 5), ("6", 6, 1, 1),
    ],
)  # fmt: skip
def test_a_rating_on_another_scale_is_the_nearest_of_five_steps(
    value: str, worst: float, best: float, score: int
) -> None:
    assert rules.score_of(value, worst, best) == score


@pytest.mark.parametrize("value", ["0", "6", "good", "nan", "inf", "", "5/5"])
def test_what_is_no_number_of_the_scale_is_no_rating(value: str) -> None:
    with pytest.raises(ValueError, match="not a number from 1 to 5"):
        rules.score_of(value, 1, 5)
