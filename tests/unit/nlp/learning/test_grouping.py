"""Near-duplicates stay together, whatever is drawn."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.learning import grouped_folds, grouped_split, near_duplicate_groups

TEXTS = [
    "My card has not arrived after two weeks",
    "I love the new app",
    "my card has not arrived after two weeks!!",
    "My card has not arrived after 3 weeks",
    "Why was I charged a fee abroad?",
]


def test_copies_with_another_mark_or_number_are_one_group() -> None:
    groups = near_duplicate_groups(TEXTS)
    assert groups[0] == groups[2]
    assert len({groups[0], groups[1], groups[4]}) == 3


def test_given_groups_are_kept_together() -> None:
    groups = near_duplicate_groups(TEXTS, ["x", "x", None, None, None])
    assert groups[0] == groups[1]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=12), st.integers(2, 5))
def test_any_texts_can_be_grouped_and_no_group_is_divided(texts: list[str], folds: int) -> None:
    groups = near_duplicate_groups(texts)
    assert len(groups) == len(texts)
    fold_of = grouped_folds(groups, ["a"] * len(texts), folds)
    assert len({(group, fold) for group, fold in zip(groups, fold_of, strict=True)}) == len(set(groups))
    drawn = {groups[row] for row in grouped_split(groups, len(texts) // 2)}
    assert len(grouped_split(groups, len(texts) // 2)) == sum(group in drawn for group in groups)
