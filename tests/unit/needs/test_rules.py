"""Who wins about a tag, what is sure enough, and what the portal says."""

import pytest

from portal.needs import rules
from portal.needs.rules import Verdict


def verdict(number: int, tag: int, said: str, by: str = "customer", new: int | None = None) -> Verdict:
    return Verdict(number, tag, new, said, 3 if by == "team" else 1, by)


def test_only_sure_or_confirmed_needs_make_signals() -> None:
    assert rules.makes_signal(rules.SIGNAL_THRESHOLD, "rule", "none")
    assert not rules.makes_signal(rules.SIGNAL_THRESHOLD - 1, "rule", "none")
    assert rules.makes_signal(499, "rule", "accepted")
    assert rules.makes_signal(None, "human", "none")
    assert not rules.makes_signal(None, "seed", "none")


@pytest.mark.parametrize(
    ("confidence", "source", "review", "strength"),
    [
        (700, "rule", "none", 700),
        (700, "rule", "accepted", 1000),
        (None, "human", "none", 1000),
        (None, "rule", "none", 0),
    ],
)
def test_a_person_is_certain_and_a_reader_as_sure_as_it_says(
    confidence: int | None, source: str, review: str, strength: int
) -> None:
    assert rules.strength_of(confidence, source, review) == strength


def test_the_customers_last_word_counts() -> None:
    said = [
        verdict(1, 1, "reject"),
        verdict(2, 1, "accept"),
        verdict(3, 2, "correct", new=3),
        verdict(4, 4, "reject", "team"),
    ]
    assert rules.denied_by_customer(said) == {2}
    assert rules.said_by_customer(said) == {3}
    assert rules.said_by_customer([*said, verdict(5, 3, "reject")]) == set()


def test_a_stronger_reviewer_decides_and_an_equal_one_may_change_it() -> None:
    earlier = [verdict(1, 1, "accept", "team")]
    assert rules.outranked(earlier, rules.CUSTOMER_WEIGHT)
    assert not rules.outranked(earlier, rules.TEAM_WEIGHT)


def test_earlier_words_need_a_permission_of_their_own() -> None:
    assert rules.may_rest(False, False)
    assert not rules.may_rest(True, False)
    assert rules.may_rest(True, True)


def test_the_portal_says_plainly_what_it_understood() -> None:
    said = rules.acknowledgement(
        [("Fair cost", "unmet"), ("Being answered", "unmet"), ("Clarity", "wished")],
        readable=True,
        language="English",
        distress=False,
        wants_answer=True,
    )
    assert said == (
        "This reads as a problem with fair cost, a problem with being answered and a wish about clarity. "
        "If that is not right, say so beside your words. A person will answer."
    )


def test_the_portal_owns_up_when_it_understood_nothing_and_leaves_distress_to_people() -> None:
    unread = rules.acknowledgement([], readable=False, language="Italian", distress=False, wants_answer=True)
    assert "could not read this automatically (it looks like Italian)" in unread
    assert "not sure" in rules.acknowledgement([], readable=True, language="", distress=False, wants_answer=False)
    hurt = rules.acknowledgement([("Support", "unmet")], readable=True, language="", distress=True, wants_answer=True)
    assert hurt.endswith("A person will read this first.")


def test_distress_is_not_every_safety_flag() -> None:
    assert rules.is_distress(["regulator", "hardship"])
    assert not rules.is_distress(["regulator", "data_rights", "abuse"])


@pytest.mark.parametrize(
    ("confidence", "is_estimate", "source", "word"),
    [
        (None, False, "human", "person"),
        (None, True, "rule", "estimate"),
        (499, True, "rule", "unsure"),
        (500, True, "rule", "estimate"),
        (500, False, "rule", "fairly"),
        (800, True, "rule", "fairly"),
        (900, True, "rule", "very"),
    ],
)
def test_how_sure_is_said_in_a_word(confidence: int | None, is_estimate: bool, source: str, word: str) -> None:
    assert rules.sureness(confidence, is_estimate, source) == word
