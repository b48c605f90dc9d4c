"""What each rule looks at is said, so that whoever has no such facts of their own is decided as everybody else."""

import ast
import inspect
from collections.abc import Iterator

import pytest

from portal.treatment import care, ground, pace
from portal.treatment.rules import READS, TABLE
from portal.treatment.stories import TELLERS

FUNCTIONS = {
    one.name: one
    for module in (ground, care, pace)
    for one in ast.parse(inspect.getsource(module)).body
    if isinstance(one, ast.FunctionDef)
}


def looked_at(function: str, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every fact that a function, or one that it calls, looks at."""
    for node in ast.walk(FUNCTIONS[function]):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "facts":
            yield node.attr
        called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if called in FUNCTIONS and called not in seen:
            yield from looked_at(called, seen | {function, called})


@pytest.mark.parametrize("rule", [rule for rule, _number, _function in TABLE])
def test_a_rule_looks_at_nothing_but_what_it_says(rule: str) -> None:
    function = next(function for name, _number, function in TABLE if name == rule)
    seen = set(looked_at(function.__name__))
    assert seen
    assert seen <= READS[rule]


def test_whatever_can_be_somebodys_own_is_told_of_many() -> None:
    shared = {
        "erased",
        "suppressed",
        "address",
        "restrictions",
        "profiling",
        "grade",
        "call_list_at",
        "control",
        "carries",
    }
    told = frozenset({"paused", "claims"}).union(*(facts for facts, _tell in TELLERS))  # those two by columns
    refs = {"allowed_seq", "allowed_since", "rights_ref", "distress_ref", "promise_ref", "paused_until", "trust_floors"}
    refs |= {"apologised_at", "apologised_ref", "rated_score", "rated_ref"}
    of_one = {fact for facts in READS.values() for fact in facts if not fact.startswith("campaign_")}
    assert of_one - shared - refs - {"zone_source"} == told
