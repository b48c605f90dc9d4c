"""Texts like this one."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp import Fingerprint, SimilarTexts, fingerprint

IDEAS = {
    "dark": "Please add a dark mode to the app",
    "night": "A dark theme for the app at night would be kind to my eyes",
    "joint": "Joint accounts for couples",
    "atm": "More cash machines in small towns",
    "export": "Export my statement as a spreadsheet",
}


def index() -> SimilarTexts:
    similar = SimilarTexts()
    for key, text in IDEAS.items():
        similar.add(key, text)
    return similar


def test_a_rewording_finds_its_idea_first() -> None:
    found = index().query("could the app have a darker mode please")
    assert found[0][0] == "dark"
    assert "joint" not in dict(found)


def test_the_same_text_is_wholly_alike() -> None:
    assert index().query(IDEAS["joint"])[0] == ("joint", 1.0)


def test_a_removed_text_is_not_found_and_a_changed_one_is_found_by_its_new_words() -> None:
    similar = index()
    similar.remove("atm")
    similar.remove("never there")
    similar.add("joint", "Cards for children")
    assert similar.query("cash machines in towns") == []
    assert similar.query("a card for a child")[0][0] == "joint"
    assert len(similar) == len(IDEAS) - 1


def test_nothing_is_like_nothing() -> None:
    assert index().query("") == []
    assert SimilarTexts().query("dark mode") == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), st.text(max_size=40))), max_size=30))
def test_adding_and_removing_in_any_order_equals_an_index_made_anew(steps: list[tuple[str, str | None]]) -> None:
    grown, left = SimilarTexts(), {}
    for key, text in steps:
        if text is None:
            grown.remove(key)
            left.pop(key, None)
        else:
            grown.add(key, text)
            left[key] = text
    anew = SimilarTexts()
    for key, text in left.items():
        anew.add(key, text)
    for text in [*left.values(), "a b c", "dark mode"]:
        assert grown.query(text, limit=10, floor=0.0) == anew.query(text, limit=10, floor=0.0)


@given(st.text(max_size=300))
def test_a_kept_fingerprint_is_the_one_that_was_made(text: str) -> None:
    made = fingerprint(text)
    kept = Fingerprint.from_bytes(made.to_bytes())
    assert kept.ids.tolist() == made.ids.tolist() == sorted(set(made.ids.tolist()))
    assert kept.counts.tolist() == made.counts.tolist()
    assert all(made.counts)


def test_bytes_that_are_no_fingerprint_are_refused() -> None:
    with pytest.raises(ValueError, match="no fingerprint"):
        Fingerprint.from_bytes(b"123")


def test_what_a_text_begins_with_counts_more_than_what_it_mentions() -> None:
    similar = SimilarTexts()
    similar.add("about", "Standing orders are hard to change.\nI tried on the train while somebody spoke of dark mode.")
    similar.add("aside", "I like dark mode.\nI use it on trains. Then somebody spoke of standing orders, which change.")
    assert similar.query("standing orders: change")[0][0] == "about"


def test_among_many_texts_the_nearest_are_those_that_comparing_with_every_one_finds() -> None:
    chance = random.Random(11)
    words = [f"{a}{b}{c}" for a in "bdfgklm" for b in "aeiou" for c in ("nt", "rst", "lk", "m")]
    similar = SimilarTexts()
    similar.extend({f"{at:04}": fingerprint(" ".join(chance.choices(words, k=12))) for at in range(3000)})
    for at in range(700):
        similar.add(f"later {at:04}", " ".join(chance.choices(words, k=12)))
    for at in range(0, 3000, 3):
        similar.remove(f"{at:04}")
    assert len(similar) == 2700
    for _ in range(20):
        asked = fingerprint(" ".join(chance.choices(words, k=10)))
        assert similar.nearest(asked, 10, floor=0.0) == similar.exactly_nearest(asked, 10)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Is there a cure for eczema on the hands?", "Which treatment helps dermatitis of the hand?"),
        ("When can an infant get its first shot?", "At how many months is a baby vaccinated for the first time?"),
        ("Will I be reimbursed when the parcel is lost?", "Do you refund a lost delivery?"),
    ],
)
def test_two_words_for_one_thing_bring_questions_together(asked: str, meant: str) -> None:
    index = SimilarTexts()
    index.add("meant", meant)
    for number, other in enumerate(OTHER_QUESTIONS):
        index.add(f"other {number}", other)
    assert index.query(asked, limit=1, floor=0.0)[0][0] == "meant"


OTHER_QUESTIONS = (
    "Is there a branch for me to go to?",
    "When can I get my first card?",
    "Will I be called when the form is signed?",
    "How do I find my number on the hand-out?",
    "Where is the lost property office?",
    "Which seat has the first view of the sea?",
)
