"""Near-duplicates kept together: whoever splits texts that were copied measures memory, not reading.

Texts whose pieces of four characters overlap by :data:`ALIKE` (Jaccard) are one group, and so are their neighbours.
Candidates come from MinHash signatures cut into bands, and each pair is checked exactly.
"""

from __future__ import annotations

import random
import re
import zlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

ALIKE: Final = 0.6
_SIZE: Final = 4
_BANDS: Final = 12
_ROWS: Final = 3
_PRIME: Final = (1 << 31) - 1
_MOST: Final = 50
"""Texts of one bucket that are compared with each other; in larger buckets each is compared with the first ones."""
_NOISE = re.compile(r"[\W_\d]+")
Hashes = NDArray[np.int64]


def near_duplicate_groups(texts: Sequence[str], given: Sequence[Hashable | None] | None = None) -> list[int]:
    """For each text the number of its group: the place of the group's first text. ``given`` groups stay together."""
    shingles = [_shingles(text) for text in texts]
    parents = list(range(len(texts)))
    first: dict[Hashable, int] = {}
    for place, group in enumerate(given or ()):
        if group is not None:
            _join(parents, first.setdefault(group, place), place)
    for one, other in _candidates(shingles):
        if _root(parents, one) != _root(parents, other) and _likeness(shingles[one], shingles[other]) >= ALIKE:
            _join(parents, one, other)
    return [_root(parents, place) for place in range(len(texts))]


def grouped_folds(groups: Sequence[int], labels: Sequence[Hashable], folds: int, seed: int = 7) -> list[int]:
    """For each row the number of its fold; a group is never divided, and labels are dealt out evenly."""
    members: dict[int, list[int]] = defaultdict(list)
    for row, group in enumerate(groups):
        members[group].append(row)
    order = sorted(members)
    random.Random(seed).shuffle(order)  # noqa: S311  (not for secrets)
    order.sort(key=lambda group: (str(labels[members[group][0]]), -len(members[group])))
    sizes = [0] * folds
    fold_of = [0] * len(groups)
    for place, group in enumerate(order):
        # Whose turn it is, unless that fold is already well ahead of the smallest.
        turn = place % folds
        chosen = turn if sizes[turn] <= min(sizes) + 2 else sizes.index(min(sizes))
        sizes[chosen] += len(members[group])
        for row in members[group]:
            fold_of[row] = chosen
    return fold_of


def grouped_split(groups: Sequence[int], count: int, seed: int = 7) -> list[int]:
    """The rows of whole groups, drawn at random until ``count`` rows are there: a larger count holds a smaller one."""
    members: dict[int, list[int]] = defaultdict(list)
    for row, group in enumerate(groups):
        members[group].append(row)
    order = sorted(members)
    random.Random(seed).shuffle(order)  # noqa: S311  (not for secrets)
    drawn: list[int] = []
    for group in order:
        if len(drawn) >= count:
            break
        drawn += members[group]
    return sorted(drawn)


def _shingles(text: str) -> Hashes:
    kept = _NOISE.sub(" ", text.lower()).strip() or text.strip()
    padded = f" {kept} "
    pieces = {padded[at : at + _SIZE] for at in range(max(1, len(padded) - _SIZE + 1))}
    return np.array(sorted({zlib.crc32(piece.encode("utf-8", "replace")) % _PRIME for piece in pieces}), np.int64)


def _candidates(shingles: Sequence[Hashes]) -> Iterator[tuple[int, int]]:
    if not shingles:
        return
    draw = np.random.default_rng(11)
    factors = draw.integers(1, _PRIME, _BANDS * _ROWS)
    shifts = draw.integers(0, _PRIME, _BANDS * _ROWS)
    every = np.concatenate(shingles)
    starts = np.cumsum([0, *(len(one) for one in shingles)])[:-1]
    for band in range(_BANDS):
        signature = [
            np.minimum.reduceat((every * factors[row] + shifts[row]) % _PRIME, starts)
            for row in range(band * _ROWS, (band + 1) * _ROWS)
        ]
        yield from _within_buckets(zip(*(column.tolist() for column in signature), strict=True))


def _within_buckets(signatures: Iterable[Hashable]) -> Iterator[tuple[int, int]]:
    buckets: dict[Hashable, list[int]] = defaultdict(list)
    for place, signature in enumerate(signatures):
        for other in buckets[signature][:_MOST]:
            yield other, place
        buckets[signature].append(place)


def _likeness(one: Hashes, other: Hashes) -> float:
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / (len(one) + len(other) - both)


def _root(parents: list[int], place: int) -> int:
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = parents[place]
    return place


def _join(parents: list[int], one: int, other: int) -> None:
    first, second = sorted((_root(parents, one), _root(parents, other)))
    parents[second] = first
