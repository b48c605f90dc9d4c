"""Condition trees: what is refused, how they depend on each other, when they hold and what the trace says."""

from typing import Any

import pytest
from marshmallow import ValidationError

from portal.errors import Invalid
from portal.segments.rules import compiled, feature, features_in, in_order, sentence, signals_in, trace
from portal.segments.schemas import MAX_DEPTH, checked_tree

COST = {"feature": "need.cost.count.90d", "op": ">=", "value": 2}
ITALIAN = {"feature": "language", "op": "==", "value": "it"}


def deep(levels: int) -> dict[str, Any]:
    tree: dict[str, Any] = COST
    for _ in range(levels):
        tree = {"not": tree}
    return tree


@pytest.mark.parametrize(
    "tree",
    [
        {},
        [],
        "cost",
        {"all": []},
        {"all": [COST], "any": [COST]},
        {"feature": "need.cost.count.91d", "op": ">=", "value": 2},
        {"feature": "need.cost.count.90d", "op": ">=", "value": 2.5},
        {"feature": "need.cost.count.90d", "op": ">=", "value": "2"},
        {"feature": "need.cost.count.90d", "op": ">=", "value": True},
        {"feature": "need.cost.count.90d", "op": ">=", "value": 2**40},
        {"feature": "need.cost.count.90d", "op": "like", "value": 2},
        {"feature": "language", "op": ">", "value": "it"},
        {"feature": "language", "op": "==", "value": "a\x00b"},
        {"feature": "language", "op": "in", "value": []},
        {"feature": "product.card", "op": ">=", "value": True},
        {**COST, "extra": 1},
        {"in_segment": "Not A Key"},
        deep(MAX_DEPTH),
        {"any": [COST] * 61},
    ],
)
def test_a_tree_that_is_not_well_formed_is_refused(tree: Any) -> None:
    with pytest.raises(ValidationError):
        checked_tree(tree)


@pytest.mark.parametrize(
    "tree", [COST, {"all": [COST, {"not": ITALIAN}]}, deep(MAX_DEPTH - 1), {"in_segment": "savers"}]
)
def test_a_well_formed_tree_comes_back_as_it_was(tree: Any) -> None:
    assert checked_tree(tree) == tree


def test_parents_come_before_their_children() -> None:
    trees = {"a": {"in_segment": "b"}, "b": {"all": [{"in_segment": "c"}, COST]}, "c": COST}
    assert in_order(trees) == ["c", "b", "a"]


def test_segments_in_a_circle_are_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        in_order({"a": {"in_segment": "b"}, "b": {"not": {"in_segment": "a"}}})
    assert refusal.value.code == "cycle"


def test_a_segment_that_is_not_there_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        in_order({"a": {"in_segment": "ghost"}})
    assert refusal.value.code == "no-such-segment"


def test_a_feature_without_a_value_makes_its_condition_false_and_its_negation_true() -> None:
    leaf = {"feature": "attribute.town", "op": "==", "value": "Millbrook"}
    assert not compiled(leaf)({}, {})
    assert compiled({"not": leaf})({}, {})


def test_one_is_not_true_and_text_is_not_a_number() -> None:
    assert not compiled({"feature": "product.card", "op": "==", "value": True})({"product.card": 1}, {})
    assert not compiled({"feature": "attribute.a", "op": "in", "value": [1]})({"attribute.a": "1"}, {})


def test_the_trace_says_what_was_found_and_names_the_signals_that_carried_it() -> None:
    tree = {"all": [COST, {"not": ITALIAN}]}
    shown = trace(tree, {"need.cost.count.90d": 2, "language": "en"}, {}, {"need.cost.count.90d": [9, 4]})
    assert shown == {
        "all": [
            {**COST, "holds": True, "found": 2, "signals": [4, 9]},
            {"not": {**ITALIAN, "holds": False, "found": "en"}, "holds": True},
        ],
        "holds": True,
    }
    assert signals_in(shown) == [4, 9]


def test_signals_of_a_condition_that_does_not_hold_carry_nothing() -> None:
    tree = {"any": [{**COST, "value": 5}, {"feature": "language", "op": "==", "value": "en"}]}
    shown = trace(tree, {"need.cost.count.90d": 2, "language": "en"}, {}, {"need.cost.count.90d": [4]})
    assert shown["holds"]
    assert signals_in(shown) == []


def test_features_are_named_once_and_understood() -> None:
    assert features_in([{"all": [COST, ITALIAN]}, COST]) == ["language", "need.cost.count.90d"]
    known = feature("need.cost.strength.30d")
    assert known is not None
    assert (known.code, known.key, known.days) == ("need-strength", "cost", 30)
    assert feature("need.cost.count.30") is None


def test_a_sentence_keeps_the_structure_and_the_numbers() -> None:
    phrase = sentence({"any": [COST, {"not": {"in_segment": "savers"}}]})
    assert phrase == {
        "code": "any",
        "parts": [
            {"code": "need-count", "key": "cost", "days": 90, "op": ">=", "value": 2},
            {"code": "not", "parts": [{"code": "in-segment", "segment": "savers"}]},
        ],
    }
