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
