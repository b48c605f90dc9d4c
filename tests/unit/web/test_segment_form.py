"""The form that builds segments says what the tree says, both ways; CSV cells cannot become formulas."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.web.analyst.segment_form import rows_from, tree_of
from portal.web.forms import Submitted
from portal.web.sheets import RISKY, cell

leaves = st.sampled_from(
    [
        {"feature": "need.cost.count.90d", "op": ">=", "value": 2},
        {"feature": "need.cost.count.90d", "op": "in", "value": [1, 3]},
        {"feature": "product.card", "op": "==", "value": True},
        {"feature": "product.card", "op": "==", "value": False},
        {"feature": "language", "op": "in", "value": ["en", "it"]},
        {"feature": "attribute.town", "op": "==", "value": "Port Ellery"},
        {"feature": "attribute.visits", "op": "<", "value": -3},
        {"in_segment": "savers"},
    ]
)
conditions = leaves | leaves.map(lambda leaf: {"not": leaf})
flat = conditions | st.builds(
    lambda join, parts: {join: parts}, st.sampled_from(["all", "any"]), st.lists(conditions, min_size=2, max_size=5)
)


def filled_in(tree: dict[str, Any]) -> Submitted:
    known = rows_from(tree)
    assert known is not None
    parts = {name: [row[name] for row in known[1]] for name in ("sense", "feature", "op", "value")}
    return Submitted(values={"join": known[0], "tree": "", **parts})


@given(flat)
def test_what_the_form_shows_is_what_it_saves(tree: dict[str, Any]) -> None:
    assert tree_of(filled_in(tree)) == tree


def test_a_definition_nested_deeper_than_rows_is_left_to_json() -> None:
    leaf = {"feature": "language", "op": "==", "value": "it"}
    assert rows_from({"all": [{"any": [leaf, leaf]}, leaf]}) is None
    assert rows_from({"not": {"not": leaf}}) is None


def test_in_a_segment_no_means_not_in_it() -> None:
    values = {
        "join": "all",
        "tree": "",
        "sense": ["is"],
        "feature": ["in_segment:savers"],
        "op": ["=="],
        "value": ["no"],
    }
    assert tree_of(Submitted(values=values)) == {"not": {"in_segment": "savers"}}


@pytest.mark.parametrize("start", RISKY)
def test_no_cell_begins_a_formula(start: str) -> None:
    assert cell(f"{start}SUM(A1)") == f"'{start}SUM(A1)"
    assert cell(-5) == -5
    assert cell(None) == ""


@given(st.text())
def test_no_text_at_all_begins_a_formula(text: str) -> None:
    assert not cell(text).startswith(RISKY)
