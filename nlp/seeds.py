"""How alike a sentence is to the seed phrases of each need: words and pairs of words, weighted by how rare they are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from .taxonomy import Need
from .vectors import content_stems, is_stop, stem
from .words import Word

_PAIR_SHARE: Final = 0.8
"""A pair of words counts a little less than its words."""
_ONE_WORD_SHARE: Final = 0.5
"""What is left of a likeness that rests on a single word."""
_NONE: Final = frozenset[str]()

_REMEMBERED: Final = 50_000


class Seeds:
    """The seed phrases of all needs, ready to be compared with; ``_unknown`` are words met that no seed holds."""

    __slots__ = ("_idf", "_keys", "_places", "_stems", "_unknown")

    def __init__(self, needs: Iterable[Need]) -> None:
        said = [(need.key, _features(content_stems(seed.lower().split()))) for need in needs for seed in need.seeds]
        self._idf = _rarities([features for _, features in said])
        self._keys = [key for key, _ in said]
        self._places: dict[str, list[tuple[int, float]]] = {}
        self._stems: dict[str, set[str]] = {}
        self._unknown: set[str] = set()
        for at, (key, features) in enumerate(said):
            for feature, weight in self._vector(features).items():
                self._places.setdefault(feature, []).append((at, weight))
            self._stems.setdefault(key, set()).update(feature for feature in features if " " not in feature)

    def likeness(self, words: Sequence[Word]) -> dict[str, float]:
        """The likeness to the nearest seed of each need that shares a word, from 0 to 1."""
        asked = self._asked([word[0] for word in words])
        if not asked:
            return {}
        products: dict[int, float] = {}
        for feature, weight in asked.items():
            for at, its in self._places[feature]:
                products[at] = products.get(at, 0.0) + weight * its
        nearest: dict[str, float] = {}
        for at, product in products.items():
            key = self._keys[at]
            if product > nearest.get(key, 0.0):
                nearest[key] = product
        return {key: self._weakened(key, product, asked) for key, product in nearest.items()}

    def likeness_to(self, key: str, words: Sequence[Word]) -> float:
        """The likeness to the nearest seed of one need."""
        own = self._stems.get(key, _NONE)
        asked = self._asked([word[0] for word in words]) if own else {}
        if own.isdisjoint(asked):
            return 0.0
        products: dict[int, float] = {}
        for feature, weight in asked.items():
            for at, its in self._places[feature]:
                if self._keys[at] == key:
                    products[at] = products.get(at, 0.0) + weight * its
        nearest = max(products.values(), default=0.0)
        return self._weakened(key, nearest, asked) if nearest > 0.0 else 0.0

    def _weakened(self, key: str, product: float, asked: Mapping[str, float]) -> float:
        """A likeness, less when it rests on a single word."""
        return product if len(self._stems[key].intersection(asked)) > 1 else _ONE_WORD_SHARE * product

    def _asked(self, keys: Sequence[str]) -> dict[str, float]:
        """The weights of the features that some seed holds as well."""
        if self._unknown.issuperset(keys):
            return {}
        stems = content_stems(keys)
        if self._idf.keys().isdisjoint(stems):
            if len(self._unknown) >= _REMEMBERED:
                self._unknown.clear()
            self._unknown.update(keys)
            return {}
        return self._vector(self._known_features(stems))

    def shared(self, key: str, words: Sequence[Word]) -> list[Word]:
        """The words that also stand in the seeds of a need."""
        stems = self._stems.get(key, _NONE)
        return [word for word in words if not is_stop(word.key) and stem(word.key) in stems]

    def _known_features(self, stems: Sequence[str]) -> list[str]:
        """As :func:`_features`, without pairs that no seed can hold."""
        known = self._idf
        pairs = [f"{first} {second}" for first, second in pairwise(stems) if first in known and second in known]
        return [*(one for one in stems if one in known), *pairs]

    def _vector(self, features: Sequence[str]) -> dict[str, float]:
        idf = self._idf
        weights = {feature: idf[feature] for feature in features if feature in idf}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {feature: weight / length for feature, weight in weights.items()}


def _features(stems: Sequence[str]) -> list[str]:
    return [*stems, *(f"{first} {second}" for first, second in pairwise(stems))]


def _rarities(seeds: Sequence[Sequence[str]]) -> dict[str, float]:
    """How rare each feature is among all seeds."""
    counts: dict[str, int] = {}
    for features in seeds:
        for feature in set(features):
            counts[feature] = counts.get(feature, 0) + 1
    return {
        feature: (_PAIR_SHARE if " " in feature else 1.0) * math.log(1 + len(seeds) / count)
        for feature, count in counts.items()
    }
