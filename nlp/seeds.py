"""How alike a sentence is to the seed phrases of each need: words and pairs of words, weighted by how rare they are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from .remembering import Remembered
from .taxonomy import Need
from .vectors import CONTENT, content_stems
from .words import Word

_PAIR_SHARE: Final = 0.8
"""A pair of words counts a little less than its words."""
_ONE_WORD_SHARE: Final = 0.5
"""What is left of a likeness that rests on a single word."""
_NONE: Final = frozenset[str]()


_Stem = tuple[str, float, Mapping[str, str]]
"""A stem of some seed, how rare it is, and the pairs it begins that stand in a seed, by their second stem."""
_STRANGE: Final[_Stem] = ("", 0.0, {})
"""A word that carries content and stands in no seed."""


class Nearest:
    """How near a sentence comes to the nearest seed of each need that shares a word with it."""

    __slots__ = ("_asked", "_products", "_stems")

    def __init__(
        self, asked: Mapping[str, float], products: Mapping[str, float], stems: Mapping[str, set[str]]
    ) -> None:
        self._asked = asked
        self._products = products
        self._stems = stems

    def of(self, key: str) -> float:
        """Its likeness to a need, from 0 to 1: less when it rests on a single word."""
        product = self._products.get(key, 0.0)
        if not product:
            return 0.0
        shared = self._stems[key].intersection(self._asked) if len(self._asked) > 1 else ()
        return product if len(shared) > 1 else _ONE_WORD_SHARE * product

    def above(self, least: float) -> list[tuple[str, float]]:
        """The needs whose likeness is not below ``least``."""
        # Few come so near before a single word is made to count less, and only for these that is looked at.
        told = [(key, self.of(key)) for key, product in self._products.items() if product >= least]
        return [(key, likeness) for key, likeness in told if likeness >= least]


_FAR: Final = Nearest({}, {}, {})


class Seeds:
    """The seed phrases of all needs, ready to be compared with.

    ``_words`` tells of every word met what it is to the seeds: nothing, a stem of theirs, or a stranger.
    """

    __slots__ = ("_idf", "_keys", "_pairs", "_places", "_stems", "_words")

    def __init__(self, needs: Iterable[Need]) -> None:
        said = [(need.key, _features(content_stems(seed.lower().split()))) for need in needs for seed in need.seeds]
        self._idf = _rarities([features for _, features in said])
        self._keys = [key for key, _ in said]
        self._places: dict[str, list[tuple[int, float]]] = {}
        self._stems: dict[str, set[str]] = {}
        self._pairs: dict[str, dict[str, str]] = {}
        self._words = Remembered(self._told_by)
        for at, (key, features) in enumerate(said):
            for feature, weight in self._weighed({feature: self._idf[feature] for feature in features}).items():
                self._places.setdefault(feature, []).append((at, weight))
            self._stems.setdefault(key, set()).update(feature for feature in features if " " not in feature)
        for pair in self._idf:
            first, _, second = pair.partition(" ")
            if second:
                self._pairs.setdefault(first, {})[second] = pair

    def nearest(self, keys: Sequence[str]) -> Nearest:
        """What the seeds of all needs say of the words of a sentence."""
        asked = self._asked(keys)
        if not asked:
            return _FAR
        products: dict[int, float] = {}
        for feature, weight in asked.items():
            for at, its in self._places[feature]:
                products[at] = products.get(at, 0.0) + weight * its
        nearest: dict[str, float] = {}
        named = self._keys
        for at, product in products.items():
            key = named[at]
            if product > nearest.get(key, 0.0):
                nearest[key] = product
        return Nearest(asked, nearest, self._stems)

    def likeness_to(self, key: str, keys: Sequence[str]) -> float:
        """The likeness to the nearest seed of one need."""
        own = self._stems.get(key, _NONE)
        if own.isdisjoint(map(CONTENT.__getitem__, keys)):
            return 0.0
        asked = self._asked(keys)
        products: dict[int, float] = {}
        for feature, weight in asked.items():
            for at, its in self._places[feature]:
                if self._keys[at] == key:
                    products[at] = products.get(at, 0.0) + weight * its
        return Nearest(asked, {key: max(products.values(), default=0.0)}, self._stems).of(key)

    def _asked(self, keys: Sequence[str]) -> dict[str, float]:
        """The weights of the features that some seed holds as well."""
        told = list(filter(None, map(self._words.__getitem__, keys)))
        weights = {stem[0]: stem[1] for stem in told if stem is not _STRANGE}
        if not weights:
            return weights
        if len(weights) == 1 and len(told) == 1:
            return dict.fromkeys(weights, 1.0)
        if len(told) > 1:
            for (_, _, pairs), (second, _, _) in pairwise(told):
                if second in pairs:
                    weights[pairs[second]] = self._idf[pairs[second]]
        return self._weighed(weights)

    def shared(self, key: str, words: Sequence[Word]) -> list[Word]:
        """The words that also stand in the seeds of a need."""
        stems = self._stems.get(key, _NONE)
        return [word for word in words if CONTENT[word[0]] in stems]

    def _told_by(self, word: str) -> _Stem | None:
        stem = CONTENT[word]
        if stem is None:
            return None
        return (stem, self._idf[stem], self._pairs.get(stem, {})) if stem in self._idf else _STRANGE

    @staticmethod
    def _weighed(weights: dict[str, float]) -> dict[str, float]:
        """The same brought to length 1."""
        length = math.sqrt(sum([weight * weight for weight in weights.values()])) or 1.0
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
