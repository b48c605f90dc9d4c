"""Which entries an act of a customer makes."""

import pytest

from portal.privacy.rules import act_to_undo, actions_for


@pytest.mark.parametrize(
    ("act", "state", "expected"),
    [
        ("give", None, ("granted",)),
        ("give", "denied", ("granted",)),
        ("give", "open", ("granted",)),
        ("give", "granted", ()),
        ("give", "objected", ("objection_lifted", "granted")),
        ("withdraw", "granted", ("withdrawn",)),
        ("withdraw", None, ("refused",)),
        ("withdraw", "denied", ()),
        ("withdraw", "objected", ()),
        ("object", "granted", ("objected",)),
        ("object", "objected", ()),
        ("lift", "objected", ("objection_lifted",)),
        ("lift", "granted", ()),
    ],
)
def test_an_act_makes_the_entries_that_are_missing_and_no_others(
    act: str, state: str | None, expected: tuple[str, ...]
) -> None:
    assert actions_for(act, state) == expected


def test_saying_yes_again_counts_only_when_it_adds_something() -> None:
    assert actions_for("give", "granted", new_words=True) == ("reaffirmed",)


@pytest.mark.parametrize(
    ("was", "act"), [("granted", "give"), ("denied", "withdraw"), ("objected", "object"), (None, "withdraw")]
)
def test_undoing_brings_back_what_was_and_a_no_stands_in_for_silence(was: str | None, act: str) -> None:
    assert act_to_undo(was) == act
