"""The words that a learned claim rests on: few, and such that without them the claim falls."""

from __future__ import annotations

from collections.abc import Sequence
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

_TURNING: Final = frozenset(
    "not no never nobody nothing neither hardly without isn't aren't wasn't weren't don't doesn't didn't can't "
    "couldn't won't wouldn't shouldn't haven't hasn't hadn't ain't".split()
)


@dataclass(frozen=True, slots=True)
class Judge:
    """How one label fares, in scores of decision: the label with the highest is claimed, or every one above 0.

    ``words`` are the scores that each word of the text adds (words by labels), ``ground`` is what is there before any
    word, ``bare`` the same when the cold evidence for the label is gone, ``silent`` for an empty text.
    """

    label: int
    exclusive: bool
    words: Numbers
    ground: Numbers
    bare: Numbers
    silent: Numbers

    def is_supported(self) -> bool:
        """Whether the words of the text, and not only habit, speak for the label."""
        whole = self._margin(self.ground + self.words.sum(axis=0))[0]
        return whole >= 0 and whole - self._margin(self.silent)[0] > _EVIDENCE

    def needed(self, given: Sequence[int]) -> list[int] | None:
        """The words without which the label falls: the ``given`` ones (cold evidence), then the strongest.

        ``None`` when it would stand without any of the words.
        """
        habit = max(0.0, self._margin(self.silent)[0] + _EVIDENCE)
        chosen = list(given)
        left = (self.bare if given else self.ground) + self.words.sum(axis=0) - self.words[chosen].sum(axis=0)
        spent = np.zeros(len(self.words))
        spent[chosen] = -np.inf
        while True:
            margin, rival = self._margin(left)
            if margin <= habit - _SAFELY:
                return sorted(chosen)
            speaks = self.words[:, self.label] + spent
            if rival >= 0:
                speaks = speaks - self.words[:, rival]
            best = int(speaks.argmax())
            if speaks[best] <= 1e-9:
                return sorted(chosen) if margin <= habit and chosen else None
            chosen.append(best)
            spent[best] = -np.inf
            left = left - self.words[best]

    def _margin(self, scores: Numbers) -> tuple[float, int]:
        """By how much the label is claimed (above 0) or not, and its rival (-1 when it has none)."""
        values = scores.tolist()
        own = values[self.label]
        if not self.exclusive or len(values) < 2:
            return own, -1
        values[self.label] = -float("inf")
        most = max(values)
        return own - most, values.index(most)


def with_negations(keys: Sequence[str], numbers: Sequence[int]) -> list[int]:
    """The same words with the negation right before them: ``not good`` is one reason, ``good`` is another."""
    turned = {number - 1 for number in numbers if number and (keys[number - 1] in _TURNING)}
    return sorted({*numbers, *turned})


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
    return intake.spans(phrases)
