"""Stage 10: texts like this one. A small inverted index of words and pieces of words, weighted by rarity."""

from __future__ import annotations

import heapq
import math
from typing import Final

from .intake import take_in
from .vectors import hybrid_features

_SHARES: Final = {"w": 1.0, "p": 0.7, "c": 0.35}
"""How much one word, one pair of neighbours and one piece of a word count."""
_COMMON: Final = 2_000
"""A piece found in more texts than this is only used when the rarer ones find nothing."""


class SimilarTexts:
    """An index to which texts are added and from which they are removed one by one; not safe for several threads."""

    __slots__ = ("_features", "_postings")

    def __init__(self) -> None:
        self._features: dict[str, dict[str, float]] = {}
        self._postings: dict[str, dict[str, float]] = {}

    def __len__(self) -> int:
        return len(self._features)

    def __contains__(self, key: str) -> bool:
        return key in self._features

    def add(self, key: str, text: str) -> None:
        """Put a text under a key; a text already under that key is replaced."""
        self.remove(key)
        weights = _weights(text)
        self._features[key] = weights
        for feature, weight in weights.items():
            self._postings.setdefault(feature, {})[key] = weight

    def remove(self, key: str) -> None:
        """Take a text out; an unknown key is no error."""
        for feature in self._features.pop(key, {}):
            postings = self._postings[feature]
            del postings[key]
            if not postings:
                del self._postings[feature]

    def query(self, text: str, limit: int = 5, floor: float = 0.2) -> list[tuple[str, float]]:
        """At most ``limit`` keys with their likeness (0 to 1, at least ``floor``), most alike first, ties by key."""
        asked = {feature: weight * self._rarity(feature) for feature, weight in _weights(text).items()}
        length = math.sqrt(sum(weight * weight for weight in asked.values()))
        if not length:
            return []
        products = self._products(asked, _COMMON) or self._products(asked, len(self._features))
        likely = heapq.nlargest(max(limit * 8, 50), products.items(), key=lambda item: (item[1], item[0]))
        scored = [(key, round(self._cosine(asked, length, key), 6)) for key, _ in likely]
        return sorted((pair for pair in scored if pair[1] >= floor), key=lambda pair: (-pair[1], pair[0]))[:limit]

    def _rarity(self, feature: str) -> float:
        return math.log(1 + (1 + len(self._features)) / (1 + len(self._postings.get(feature, ()))))

    def _products(self, asked: dict[str, float], most: int) -> dict[str, float]:
        products: dict[str, float] = {}
        for feature, weight in asked.items():
            postings = self._postings.get(feature)
            if postings is None or len(postings) > most:
                continue
            factor = weight * self._rarity(feature)
            for key, other in postings.items():
                products[key] = products.get(key, 0.0) + factor * other
        return products

    def _cosine(self, asked: dict[str, float], length: float, key: str) -> float:
        product = squares = 0.0
        for feature, weight in self._features[key].items():
            rare = weight * self._rarity(feature)
            squares += rare * rare
            product += rare * asked.get(feature, 0.0)
        return min(1.0, product / (length * math.sqrt(squares))) if squares else 0.0


def _weights(text: str) -> dict[str, float]:
    counts = hybrid_features(take_in(text).clean)
    return {feature: (1 + math.log(count)) * _SHARES[feature[0]] for feature, count in counts.items()}
