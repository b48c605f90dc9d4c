"""An index to which texts are added and from which they are removed one by one, and which is asked at any time.

New texts gather in a small pack; packs of like size are merged, so that adding stays cheap and asking looks at few of
them (the logarithmic method of Bentley and Saxe, 1980). Likeness is the cosine of TF-IDF vectors within each family of
features, averaged by their shares. A question first ranks all that share a rare enough feature, then compares the best.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from .fingerprint import BUCKETS, FAMILIES, SHARES, Fingerprint, Ids, family_of, fingerprint
from .segments import Floats, Segment, loudness, merged

_BUDGET: Final = 300_000
"""Entries looked at for one question at most, the rarest features first: what bounds the time of an answer."""
_COMPARED: Final = 200
"""Candidates that are compared exactly, at least."""
_PACK: Final = 256


@dataclass(frozen=True, slots=True)
class _Question:
    """A fingerprint weighted by the rarity of its features: ``weights`` have length 1 in each family."""

    ids: Ids
    weights: Floats
    shares: Floats


class SimilarTexts:
    """Texts by key. Not safe for several threads at once."""

    __slots__ = ("_holding", "_loose", "_places", "_segments")

    def __init__(self) -> None:
        self._segments: list[Segment] = []
        self._loose: dict[str, Fingerprint] = {}
        self._places: dict[str, tuple[Segment, int]] = {}
        self._holding = np.zeros(BUCKETS * len(FAMILIES), dtype=np.int32)
        """How many texts hold each feature; memory is only taken where it is not zero."""

    def __len__(self) -> int:
        return len(self._places) + len(self._loose)

    def __contains__(self, key: str) -> bool:
        return key in self._places or key in self._loose

    def add(self, key: str, text: str) -> None:
        """Put a text under a key; a text already under that key is replaced."""
        self.add_fingerprint(key, fingerprint(text))

    def add_fingerprint(self, key: str, kept: Fingerprint) -> None:
        """Put a text under a key by its fingerprint."""
        self.remove(key)
        self._loose[key] = kept
        self._holding[kept.ids] += 1
        if len(self._loose) >= _PACK:
            self._pack()

    def extend(self, kept: Mapping[str, Fingerprint]) -> None:
        """Add many at once, as when an index is filled from where fingerprints are kept."""
        for key in kept:
            self.remove(key)
        self._loose.update(kept)
        for one in kept.values():
            self._holding[one.ids] += 1
        if len(self._loose) >= _PACK:
            self._pack()

    def remove(self, key: str) -> None:
        """Take a text out; an unknown key is no error."""
        kept = self._loose.pop(key, None)
        if kept is None and key in self._places:
            segment, place = self._places.pop(key)
            segment.keys[place] = None
            kept = segment.at(place)
        if kept is not None:
            self._holding[kept.ids] -= 1

    def query(self, text: str, limit: int = 5, floor: float = 0.2) -> list[tuple[str, float]]:
        """At most ``limit`` keys with their likeness (0 to 1, at least ``floor``), most alike first, ties by key."""
        return self.nearest(fingerprint(text), limit, floor)

    def nearest(self, asked: Fingerprint, limit: int = 5, floor: float = 0.2) -> list[tuple[str, float]]:
        """As :meth:`query`, by fingerprint. An empty one is like nothing."""
        question = self._question(asked)
        if question is None:
            return []
        likely = self._likely(question, max(limit * 8, _COMPARED))
        likeness = self._likeness(question, [kept for _, kept in likely])
        scored = [(key, round(float(one), 6)) for (key, _), one in zip(likely, likeness, strict=True)]
        return sorted((pair for pair in scored if pair[1] >= max(floor, 1e-6)), key=lambda pair: (-pair[1], pair[0]))[
            :limit
        ]

    def exactly_nearest(self, asked: Fingerprint, limit: int = 5) -> list[tuple[str, float]]:
        """Compare with every text: slow, and the truth against which the recall of :meth:`nearest` is measured."""
        question = self._question(asked)
        if question is None:
            return []
        everybody = [
            *self._loose.items(),
            *((key, segment.at(place)) for key, (segment, place) in self._places.items()),
        ]
        likeness = self._likeness(question, [kept for _, kept in everybody])
        scored = [(key, round(float(one), 6)) for (key, _), one in zip(everybody, likeness, strict=True) if one > 0]
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def _pack(self) -> None:
        newest = Segment.of(list(self._loose), list(self._loose.values()))
        self._loose = {}
        while self._segments and len(self._segments[-1]) <= 2 * len(newest):
            newest = merged(self._segments.pop(), newest)
        self._segments.append(newest)
        for place, key in enumerate(newest.keys):
            if key is not None:
                self._places[key] = newest, place

    def _rarity(self, ids: Ids) -> Floats:
        rarity: Floats = np.log(1.0 + (1.0 + len(self)) / (1.0 + self._holding[ids])).astype(np.float32)
        return rarity

    def _question(self, asked: Fingerprint) -> _Question | None:
        if not len(asked.ids):
            return None
        weights = loudness(asked.counts) * self._rarity(asked.ids)
        families = family_of(asked.ids)
        lengths = np.sqrt(np.bincount(families, weights=weights**2, minlength=len(FAMILIES)))
        shares = np.where(lengths > 0, SHARES, 0.0)
        # A text of one word has no pairs: what it cannot have takes no share.
        return _Question(
            asked.ids,
            (weights / lengths[families]).astype(np.float32),
            (shares / shares.sum()).astype(np.float32),
        )

    def _likely(self, question: _Question, most: int) -> list[tuple[str, Fingerprint]]:
        """Those that may be nearest: everybody not yet packed, and the best of each segment."""
        found: list[tuple[float, str, Fingerprint]] = [(np.inf, key, kept) for key, kept in self._loose.items()]
        chosen = self._affordable(question)
        for segment in self._segments:
            ranks = _ranked(segment, question, chosen, self._rarity(question.ids))
            best = np.argpartition(-ranks, most)[:most] if len(ranks) > most else np.arange(len(ranks))
            for place in best[ranks[best] > 0].tolist():
                key = segment.keys[place]
                if key is not None:
                    found.append((float(ranks[place]), key, segment.at(place)))
        found.sort(key=lambda item: (-item[0], item[1]))
        return [(key, kept) for _, key, kept in found[: most + len(self._loose)]]

    def _affordable(self, question: _Question) -> npt.NDArray[np.int64]:
        """Places of the question's features, rarest first, as many as the budget of entries allows; one at least."""
        held = self._holding[question.ids]
        order = np.argsort(held, kind="stable")
        enough = int(np.searchsorted(np.cumsum(held[order]), _BUDGET, side="right"))
        return order[: max(1, enough)]

    def _likeness(self, question: _Question, prints: list[Fingerprint]) -> Floats:
        """The likeness of each to the question, from 0 to 1."""
        if not prints:
            return np.zeros(0, np.float32)
        ids = np.concatenate([one.ids for one in prints])
        whose = np.repeat(np.arange(len(prints)), [len(one.ids) for one in prints])
        weights = loudness(np.concatenate([one.counts for one in prints])) * self._rarity(ids)
        slots = family_of(ids).astype(np.int64) * len(prints) + whose
        lengths = np.sqrt(np.bincount(slots, weights=weights**2, minlength=len(FAMILIES) * len(prints)))
        lengths[lengths == 0] = 1.0
        at = np.minimum(np.searchsorted(question.ids, ids), len(question.ids) - 1)
        shared = question.ids[at] == ids
        products = weights[shared] * question.weights[at[shared]]
        cosines = np.bincount(slots[shared], weights=products, minlength=len(lengths)) / lengths
        together: Floats = np.minimum(1.0, question.shares @ cosines.reshape(len(FAMILIES), -1))
        return together


def _ranked(segment: Segment, question: _Question, chosen: npt.NDArray[np.int64], rarity: Floats) -> Floats:
    """A quick measure of likeness for every place of a segment: as the exact one, but lengths know no rarity."""
    at = np.searchsorted(segment.features, question.ids[chosen])
    known = at < len(segment.features)
    known[known] = segment.features[at[known]] == question.ids[chosen][known]
    ranks = np.zeros(len(segment), np.float32)
    if not known.any():
        return ranks
    chosen, at = chosen[known], at[known]
    first, last = segment.first[at], segment.first[at + 1]
    sizes = last - first
    # All slices first[i]:last[i] in one go.
    entries = np.repeat(first - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes) + np.arange(sizes.sum())
    families = family_of(question.ids[chosen])
    factors = question.weights[chosen] * rarity[chosen] * question.shares[families]
    holders = segment.holders[entries]
    weights = np.repeat(factors, sizes) * loudness(segment.times[entries])
    weights /= segment.lengths[np.repeat(families, sizes), holders]
    summed: Floats = np.bincount(holders, weights=weights, minlength=len(segment)).astype(np.float32)
    return summed
