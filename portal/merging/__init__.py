"""Merging: two customers who turned out to be one person become one, and can be parted again."""

from portal.merging.actions import merge, standing_merge, unmerge
from portal.merging.models import CustomerMerge
from portal.merging.moving import MOVES, STAY, counts_of
from portal.merging.queries import (
    CellAfter,
    Pair,
    attributes_side_by_side,
    cells_after,
    merge_by_ref,
    merges,
    suggestions,
)
from portal.merging.schemas import MergeSchema, PairSchema

__all__ = [
    "MOVES", "STAY", "CellAfter", "CustomerMerge", "MergeSchema", "Pair", "PairSchema", "attributes_side_by_side",
    "cells_after", "counts_of", "merge", "merge_by_ref", "merges", "standing_merge", "suggestions", "unmerge",
]  # fmt: skip
