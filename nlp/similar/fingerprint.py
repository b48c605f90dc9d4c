"""What is kept of a text to find others like it: how often which stems, pairs and pieces of words occur in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import chain, pairwise
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from nlp.intake import take_in
from nlp.lexicon import load
from nlp.remembering import Remembered
from nlp.vectors import STEMS, content_stems
from nlp.words import words_of

FINGERPRINT_VERSION: Final = 2
"""Fingerprints of another version cannot be compared with ours and have to be made anew from their texts."""

FAMILIES: Final = ("stems", "pairs", "pieces")
BUCKETS: Final = 1 << 21
"""Features are numbered by a hash within their family. That two share a number is rare, and harmless."""
SHARES: Final = np.array([1.0, 0.4, 1.0], dtype=np.float32)
"""How much each family has to say. Measured in docs/reader.md; figures move little around these."""

_PIECE: Final = 4
_HEADLINE: Final = 200
_HEADLINE_COUNTS: Final = 3
"""The first line or sentence says what a longer text is about: its words count this often."""

Ids = npt.NDArray[np.uint32]
Counts = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """Feature numbers in rising order, with their counts (1 to 255).

    It is made of the text, and words can be guessed from it: whoever erases the text must erase its fingerprint.
    """

    ids: Ids
    counts: Counts

    def to_bytes(self) -> bytes:
        """For keeping: all numbers as little-endian 32 bits, then all counts as one byte each."""
        return self.ids.astype("<u4").tobytes() + self.counts.tobytes()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Fingerprint:
        """The fingerprint that :meth:`to_bytes` wrote. Raises ValueError if the bytes cannot be one."""
        number, odd = divmod(len(kept), 5)
        if odd:
            raise ValueError(f"{len(kept)} bytes are no fingerprint: five are needed for each feature")
        ids = np.frombuffer(kept, dtype="<u4", count=number).astype(np.uint32)
        return cls(ids, np.frombuffer(kept, dtype=np.uint8, offset=4 * number))


def fingerprint(text: str) -> Fingerprint:
    """The fingerprint of any string; of one without a telling word it is empty."""
    clean = take_in(text).clean.strip()
    counts = _counted(clean)
    headline = _headline(clean)
    if len(headline) < len(clean):
        for feature, count in _counted(headline).items():
            counts[feature] += (_HEADLINE_COUNTS - 1) * count
    ids = np.fromiter(counts.keys(), dtype=np.uint32, count=len(counts))
    order = np.argsort(ids)
    times = np.fromiter((min(count, 255) for count in counts.values()), dtype=np.uint8, count=len(counts))
    return Fingerprint(ids[order], times[order])


def family_of(ids: Ids) -> npt.NDArray[np.int8]:
    """The place of each feature's family in :data:`FAMILIES`."""
    families: npt.NDArray[np.int8] = (ids // BUCKETS).astype(np.int8)
    return families


def _headline(clean: str) -> str:
    ends = [place for place in (clean.find("\n"), clean.find(". ")) if place > 0]
    return clean[: min([*ends, _HEADLINE])]


def _counted(clean: str) -> Counter[int]:
    stems = content_stems([word[0] for word in words_of(clean)])
    pairs = [_number(1, f"{first} {second}") for first, second in pairwise(stems)]
    return Counter(chain(chain.from_iterable(map(_OF_STEM.__getitem__, stems)), pairs))


@cache
def _things() -> dict[str, int]:
    """The stems of words that name the same thing, with the number of that thing."""
    groups = load("alike")["groups"]
    return {STEMS[word]: _number(0, f"= {at}") for at, group in enumerate(groups) for word in group.split()}


def _of_stem(stem: str) -> tuple[int, ...]:
    """The numbers of a stem, of what it names, and of its pieces."""
    padded = f" {stem} "
    pieces = [padded[at : at + _PIECE] for at in range(max(1, len(padded) - _PIECE + 1))]
    thing = _things().get(stem)
    named = () if thing is None else (thing,)
    return (_number(0, stem), *named, *(_number(2, piece) for piece in pieces))


def _number(family: int, feature: str) -> int:
    return family * BUCKETS + crc32(feature.encode("utf-8", "surrogatepass")) % BUCKETS


_OF_STEM: Final = Remembered(_of_stem)
