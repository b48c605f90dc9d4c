"""Condition trees as SQL, for whole sets of customers: the same trees that `rules.compiled` turns into functions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.segments.features import Column, table
from portal.segments.models import Membership
from portal.segments.rules import NUMBER, OPS, TRUTH, Tree, feature, features_in, in_order, kind_of


@dataclass(frozen=True)
class LiveSegment:
    """A live segment with the definition in force."""

    id: int
    key: str
    name: str
    version: int
    definition_id: int
    tree: Tree
    placed_at: datetime | None
    swept_at: datetime | None


def condition(tree: Tree, columns: Mapping[str, Column], inside: Mapping[str, Column]) -> Column:
    """A tree as one SQL condition.

    :param columns: the column of each feature; :param inside: the condition of each segment a tree may refer to.
    """
    if "all" in tree:
        return sa.and_(sa.true(), *(condition(part, columns, inside) for part in tree["all"])).self_group()
    if "any" in tree:
        return sa.or_(sa.false(), *(condition(part, columns, inside) for part in tree["any"])).self_group()
    if "not" in tree:
        return sa.not_(condition(tree["not"], columns, inside))
    if "in_segment" in tree:
        return inside.get(tree["in_segment"], sa.false())
    return sa.func.coalesce(_leaf(tree, columns), sa.false())


def _leaf(tree: Tree, columns: Mapping[str, Column]) -> Column:
    name, op, value = tree["feature"], tree["op"], tree["value"]
    values: Sequence[Any] = value if op == "in" else [value]
    compare = OPS["=="] if op == "in" else OPS[op]
    tests = [_test(_column(name, item, columns), item, compare) for item in values]
    return tests[0] if len(tests) == 1 else sa.or_(*tests)


def _test(column: Column, value: Any, compare: Any) -> Column:
    if kind_of(value) == TRUTH:
        return column if value else sa.not_(column)
    found: Column = compare(column, value)
    return found


def _column(name: str, value: Any, columns: Mapping[str, Column]) -> Column:
    known = feature(name)
    if known is not None and known.code == "attribute":
        return columns[f"{name}:{'number' if kind_of(value) == NUMBER else 'text'}"]
    return columns[name]


def conditions(trees: Mapping[str, Tree], columns: Mapping[str, Column]) -> dict[str, Column]:
    """All trees as SQL conditions by segment key, parents first."""
    found: dict[str, Column] = {}
    for key in in_order(trees):
        found[key] = condition(trees[key], columns, found)
    return found


def matching(trees: Mapping[str, Tree], key: str, now: datetime) -> sa.Select[tuple[int]]:
    """The ids of the permitted customers for whom the tree of `key` holds; the others are those it may refer to."""
    features = table(features_in(trees.values()), now)
    return sa.select(features.source.c.customer_id).where(conditions(trees, features.values)[key])


def differing(live: Sequence[LiveSegment], now: datetime) -> sa.Select[tuple[int]]:
    """The ids of customers who should be in a segment and are not, or are and should not be."""
    trees = {segment.key: segment.tree for segment in live}
    features = table(features_in(trees.values()), now)
    holds = conditions(trees, features.values)
    placed = sa.select(
        features.source.c.customer_id, *(holds[segment.key].label(f"in_{segment.id}") for segment in live)
    ).cte("placed")
    parts: list[Any] = []
    for segment in live:
        inside = placed.c[f"in_{segment.id}"]
        is_open = sa.and_(Membership.segment_id == segment.id, Membership.valid_to.is_(None))
        there = sa.select(Membership.id).where(is_open, Membership.customer_id == placed.c.customer_id).exists()
        parts.append(sa.select(placed.c.customer_id).where(inside, ~there))
        joined = sa.outerjoin(Membership, placed, placed.c.customer_id == Membership.customer_id)
        parts.append(
            sa.select(Membership.customer_id).select_from(joined).where(is_open, ~sa.func.coalesce(inside, sa.false()))
        )
    found = sa.union(*parts).subquery("differing")
    return sa.select(found.c.customer_id).order_by(found.c.customer_id)
