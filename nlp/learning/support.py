"""The words that a learned claim rests on: few, and such that without them the claim falls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.intake import Intake
from nlp.reading import Span

from .features import Places

Numbers = NDArray[np.float64]
_EVIDENCE: Final = 0.05
"""By how much, in log-odds, words must speak for a label beyond what silence would get."""
_SAFELY: Final = 0.25
"""How clearly a claim must fall without its words: what is left of a text weighs a little more than before."""


@dataclass(frozen=True, slots=True)
class Judge:
    """How one label fares. ``margin`` tells by how much it is claimed (above 0) under raw scores of all labels.

    ``words`` are the raw scores that each word of the text adds (words by labels), ``ground`` is what is there
    before any word, ``bare`` the same when the cold evidence for the label is gone, ``silent`` for an empty text.
    """

    margin: Callable[[Numbers], float]
    words: Numbers
    ground: Numbers
    bare: Numbers
    silent: Numbers

    def is_supported(self) -> bool:
        """Whether the words of the text, and not only habit, speak for the label."""
        whole = self.margin(self.ground + self.words.sum(axis=0))
        return whole >= 0 and whole - self.margin(self.silent) > _EVIDENCE

    def needed(self, given: Sequence[int]) -> list[int] | None:
        """The words without which the label falls: the ``given`` ones (cold evidence), then the strongest.

        ``None`` when it would stand without any of the words.
        """
        habit = max(0.0, self.margin(self.silent) + _EVIDENCE)
        ground = self.bare if given else self.ground
        chosen = list(given)
        left = ground + self.words.sum(axis=0) - self.words[chosen].sum(axis=0)
        rest = set(range(len(self.words))) - set(chosen)
        while self.margin(left) > habit - _SAFELY:
            best, lowest = -1, self.margin(left) - 1e-9
            for place in rest:
                after = self.margin(left - self.words[place])
                if after < lowest:
                    best, lowest = place, after
            if best < 0:
                return chosen if self.margin(left) <= habit and chosen else None
            chosen.append(best)
            rest.discard(best)
            left = left - self.words[best]
        return sorted(chosen)


def within(places: Sequence[Places], stretches: Sequence[Places]) -> list[int]:
    """The numbers of the places that overlap one of the stretches."""
    return [
        number
        for number, (start, end) in enumerate(places)
        if any(start < last and first < end for first, last in stretches)
    ]


def spans_of(intake: Intake, places: Sequence[Places], numbers: Sequence[int]) -> tuple[Span, ...]:
    """The words as typed; neighbours with nothing but a space between become one phrase."""
    phrases: list[Places] = []
    for number in sorted(numbers):
        start, end = places[number]
        if phrases and not intake.clean[phrases[-1][1] : start].strip(" '"):
            phrases[-1] = (phrases[-1][0], end)
        else:
            phrases.append((start, end))
    return tuple(sorted({intake.span(start, end) for start, end in phrases}))
