"""Condition trees as values: what they ask for, how they depend on each other, whether they hold for one customer.

A tree is JSON: `{"all": [...]}`, `{"any": [...]}`, `{"not": ...}`, `{"feature": ..., "op": ..., "value": ...}` or
`{"in_segment": key}`. A feature without a value makes its condition false, never unknown, here and in SQL alike.
"""

import operator
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.errors import Invalid
from portal.sentences import Sentence

Tree = dict[str, Any]
Value = int | bool | str
Facts = Mapping[str, Value | None]
Holds = Callable[[Facts, Mapping[str, bool]], bool]
"""Whether a tree holds, given the customer's features and in which segments they are."""

WINDOWS = (30, 90, 180)
NUMBER, TRUTH, TEXT = "number", "truth", "text"
OPS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, ">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt,
}  # fmt: skip
OPS_OF_KIND = {NUMBER: (*OPS, "in"), TRUTH: ("==",), TEXT: ("==", "in")}
_NAME = r"[a-z][a-z0-9_]{0,39}"
_PATTERNS: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...] = (
    ("need-count", re.compile(rf"need\.(?P<key>{_NAME})\.count\.(?P<days>30|90|180)d"), (NUMBER,)),
    ("need-strength", re.compile(rf"need\.(?P<key>{_NAME})\.strength\.(?P<days>30|90|180)d"), (NUMBER,)),
    ("negative-count", re.compile(r"sentiment\.negative\.count\.(?P<days>30|90|180)d"), (NUMBER,)),
    ("votes", re.compile(r"idea\.votes\.(?P<days>30|90|180)d"), (NUMBER,)),
    ("tenure", re.compile(r"tenure\.months"), (NUMBER,)),
    ("last-message", re.compile(r"message\.last_days"), (NUMBER,)),
    ("product", re.compile(rf"product\.(?P<key>{_NAME})"), (TRUTH,)),
    ("attribute", re.compile(rf"attribute\.(?P<key>{_NAME})"), (NUMBER, TEXT)),
    ("language", re.compile(r"language"), (TEXT,)),
)


@dataclass(frozen=True)
class Feature:
    """One thing known of a customer that a condition may ask for.

    :ivar code: what it measures; :ivar kinds: the kinds of value it has; :ivar key: need, product or attribute;
    :ivar days: length of its window in days, 0 when it has none.
    """

    name: str
    code: str
    kinds: tuple[str, ...]
    key: str = ""
    days: int = 0


def feature(name: str) -> Feature | None:
    """The feature with this name, None when there is none."""
    for code, pattern, kinds in _PATTERNS:
        match = pattern.fullmatch(name)
        if match:
            found = match.groupdict()
            return Feature(name, code, kinds, found.get("key") or "", int(found.get("days") or 0))
    return None


def kind_of(value: Value) -> str:
    """Which kind of value this is."""
    if isinstance(value, bool):
        return TRUTH
    return NUMBER if isinstance(value, int) else TEXT


def leaves(tree: Tree) -> Iterator[Tree]:
    """Every leaf of a tree, from left to right."""
    for name in ("all", "any"):
        for part in tree.get(name, ()):
            yield from leaves(part)
    if "not" in tree:
        yield from leaves(tree["not"])
    if "feature" in tree or "in_segment" in tree:
        yield tree


def features_in(trees: Iterable[Tree]) -> list[str]:
    """The distinct features these trees ask for, sorted."""
    return sorted({leaf["feature"] for tree in trees for leaf in leaves(tree) if "feature" in leaf})


def parents_in(tree: Tree) -> set[str]:
    """The segments a tree refers to."""
    return {leaf["in_segment"] for leaf in leaves(tree) if "in_segment" in leaf}


def in_order(trees: Mapping[str, Tree]) -> list[str]:
    """The keys of these segments, each after the segments it refers to.

    :raises Invalid: code `cycle` when a segment refers to itself through others, `no-such-segment` when one is missing.
    """
    done: list[str] = []
    waiting = {key: parents_in(tree) for key, tree in sorted(trees.items())}
    missing = {parent for parents in waiting.values() for parent in parents} - set(trees)
    if missing:
        raise Invalid(
            Sentence("There is no live segment called “%(missing)s” to build on.", missing=sorted(missing)[0]),
            code="no-such-segment",
            missing=sorted(missing),
        )
    while waiting:
        ready = [key for key, parents in waiting.items() if parents <= set(done)]
        if not ready:
            raise Invalid(
                Sentence("These segments refer to each other in a circle: %(waiting)s.", waiting=", ".join(waiting)),
                code="cycle",
            )
        done += ready
        for key in ready:
            del waiting[key]
    return done


def compiled(tree: Tree) -> Holds:
    """The tree as one function of a customer's features and segments."""
    if "all" in tree:
        parts = [compiled(part) for part in tree["all"]]
        return lambda facts, inside: all(part(facts, inside) for part in parts)
    if "any" in tree:
        parts = [compiled(part) for part in tree["any"]]
        return lambda facts, inside: any(part(facts, inside) for part in parts)
    if "not" in tree:
        part = compiled(tree["not"])
        return lambda facts, inside: not part(facts, inside)
    if "in_segment" in tree:
        key = tree["in_segment"]
        return lambda _facts, inside: inside.get(key, False)
    return _compiled_leaf(tree["feature"], tree["op"], tree["value"])


def _compiled_leaf(name: str, op: str, value: Any) -> Holds:
    if op == "in":
        kinds = {(kind_of(item), item) for item in value}
        return lambda facts, _inside: facts.get(name) is not None and (kind_of(facts[name]), facts[name]) in kinds  # type: ignore[arg-type]
    compare, kind = OPS[op], kind_of(value)

    def holds(facts: Facts, _inside: Mapping[str, bool]) -> bool:
        found = facts.get(name)
        return found is not None and kind_of(found) == kind and compare(found, value)

    return holds


def trace(tree: Tree, facts: Facts, inside: Mapping[str, bool], signals: Mapping[str, Collection[int]]) -> Tree:
    """The tree again, with `holds` at every node, `found` at every leaf, and the signals a leaf rests on.

    :param signals: for each feature, the ids of the signals that made it what it is.
    """
    holds = compiled(tree)(facts, inside)
    for name in ("all", "any"):
        if name in tree:
            return {name: [trace(part, facts, inside, signals) for part in tree[name]], "holds": holds}
    if "not" in tree:
        return {"not": trace(tree["not"], facts, inside, signals), "holds": holds}
    if "in_segment" in tree:
        return {**tree, "holds": holds}
    shown: Tree = {**tree, "holds": holds, "found": facts.get(tree["feature"])}
    if signals.get(tree["feature"]):
        shown["signals"] = sorted(signals[tree["feature"]])
    return shown


def signals_in(evidence: Tree) -> list[int]:
    """The ids of all signals that a trace names, outside of a `not`."""
    found: set[int] = set()
    for name in ("all", "any"):
        for part in evidence.get(name, ()):
            found.update(signals_in(part))
    if evidence.get("holds"):
        found.update(evidence.get("signals", ()))
    return sorted(found)


def sentence(tree: Tree) -> Tree:
    """The tree as phrases with codes, for a translator to put into words.

    Codes: `all`, `any`, `not` (with `parts`), `in-segment` (with `segment`), and the code of each feature with
    `key`, `days`, `op` and `value`.
    """
    for name in ("all", "any"):
        if name in tree:
            return {"code": name, "parts": [sentence(part) for part in tree[name]]}
    if "not" in tree:
        return {"code": "not", "parts": [sentence(tree["not"])]}
    if "in_segment" in tree:
        return {"code": "in-segment", "segment": tree["in_segment"]}
    found = feature(tree["feature"])
    if found is None:
        return {"code": "unknown", "key": tree["feature"], "op": tree["op"], "value": tree["value"]}
    return {"code": found.code, "key": found.key, "days": found.days, "op": tree["op"], "value": tree["value"]}
