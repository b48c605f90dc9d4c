"""Fingerprints packed side by side, findable by feature: the immutable building block of the index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .fingerprint import FAMILIES, Counts, Fingerprint, Ids, family_of

Places = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Texts by place and by feature.

    ``ids[starts[p]:starts[p + 1]]`` and ``counts`` of the same slice are the fingerprint at place ``p``.
    ``features`` are the distinct feature numbers in order; ``holders[first[f]:first[f + 1]]`` are the places that
    hold the f-th, with their ``times``. ``lengths[family, p]`` is the length of that family's part, without rarity.
    ``keys[p]`` is None once the text was removed.
    """

    keys: list[str | None]
    starts: npt.NDArray[np.int64]
    ids: Ids
    counts: Counts
    features: Ids
    first: npt.NDArray[np.int64]
    holders: Places
    times: Counts
    lengths: Floats

    @classmethod
    def of(cls, keys: Sequence[str], prints: Sequence[Fingerprint]) -> Segment:
        """Pack fingerprints, each under its key."""
        sizes = np.array([len(one.ids) for one in prints], dtype=np.int64)
        starts = np.concatenate(([0], np.cumsum(sizes)))
        ids = np.concatenate([one.ids for one in prints]) if prints else np.zeros(0, np.uint32)
        counts = np.concatenate([one.counts for one in prints]) if prints else np.zeros(0, np.uint8)
        places = np.repeat(np.arange(len(prints), dtype=np.int32), sizes)
        order = np.argsort(ids, kind="stable")
        features, first = np.unique(ids[order], return_index=True)
        return cls(
            list(keys), starts, ids, counts, features, np.append(first, len(ids)), places[order], counts[order],
            _lengths(ids, counts, places, len(prints)),
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.keys)

    def at(self, place: int) -> Fingerprint:
        """The fingerprint at a place."""
        part = slice(self.starts[place], self.starts[place + 1])
        return Fingerprint(self.ids[part], self.counts[part])

    def left(self) -> tuple[list[str], list[Fingerprint]]:
        """What was not removed."""
        living = [(key, self.at(place)) for place, key in enumerate(self.keys) if key is not None]
        return [key for key, _ in living], [one for _, one in living]


def _lengths(ids: Ids, counts: Counts, places: Places, number: int) -> Floats:
    families, squares = family_of(ids), loudness(counts) ** 2
    lengths: Floats = np.zeros((len(FAMILIES), number), np.float32)
    for family in range(len(FAMILIES)):
        own = families == family
        lengths[family] = np.sqrt(np.bincount(places[own], weights=squares[own], minlength=number))
    lengths[lengths == 0] = 1.0
    return lengths


def loudness(counts: Counts) -> Floats:
    """How much a feature weighs that occurs so often in one text: once 1, ten times 3.3."""
    loud: Floats = (1.0 + np.log(counts.astype(np.float32))).astype(np.float32)
    return loud


def merged(one: Segment, other: Segment) -> Segment:
    """Both in one, without what was removed."""
    keys, prints = one.left()
    more_keys, more_prints = other.left()
    return Segment.of(keys + more_keys, prints + more_prints)
