"""Stage 5: how the writer feels. A published logistic regression over two dictionaries and our own rules.

The coefficients were fitted by ``benchmarks/sentiment_seed.py`` on public labelled sentences (see there), never on a
customer's words, and are stored as numbers. Until they are calibrated on local labels, confidence is an estimate.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from .intake import Intake
from .lexicon import load_phrases
from .phrasebook import Match, PhraseBook
from .reading import Sentiment, Span
from .sentiment_seed import COEFFICIENTS, INTERCEPTS
from .voices import Voices, listen, word_valence
from .words import Sentence

POLES: Final = ("negative", "neutral", "positive")
FEATURES: Final = (
    "polarity", "subjectivity", "vader_negative", "vader_neutral", "vader_positive", "vader_compound",
    "failure", "success", "request", "sarcasm", "question", "exclaimed", "silent", "contrast",
)  # fmt: skip
_STRONG: Final = 0.5
_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_EMOTICON = re.compile(r"(?<!\w)[:;=]-?[()DPp/\\|3](?!\w)")
_CONTRAST: Final = frozenset({"but", "however", "although", "though", "yet", "except", "unfortunately"})


@dataclass(frozen=True, slots=True)
class Felt:
    """One sentence: probabilities of negative, neutral, positive, and the words (clean offsets) behind each pole."""

    probabilities: tuple[float, float, float]
    against: tuple[tuple[int, int], ...]
    pro: tuple[tuple[int, int], ...]
    cues: frozenset[str]

    @property
    def score(self) -> float:
        """From -1 to 1."""
        return self.probabilities[2] - self.probabilities[0]


@cache
def _book() -> PhraseBook:
    return PhraseBook.of(load_phrases("sentiment"))


def feel(sentence: Sentence) -> Felt:
    """The feeling of one sentence. Without a single word of evidence it is neutral."""
    matches = _book().find(sentence.words)
    cues = {match.label for match in matches}
    against, pro = _evidence(sentence, matches)
    if not against and not pro:
        return Felt((0.0, 1.0, 0.0), (), (), frozenset(cues))
    numbers = features(sentence, listen(sentence.text), matches)
    return Felt(_softmax(numbers), against, pro, frozenset(cues))


def features(sentence: Sentence, voices: Voices, matches: Sequence[Match]) -> tuple[float, ...]:
    """The numbers the regression sees, in the order of :data:`FEATURES`."""
    counts = {label: 0 for label in ("failure", "success", "request", "sarcasm")}
    for match in matches:
        counts[match.label] += 1
    silent = voices.polarity == 0.0 and voices.compound == 0.0
    return (
        voices.polarity,
        voices.subjectivity,
        voices.negative,
        voices.neutral,
        voices.positive,
        voices.compound,
        float(min(counts["failure"], 3)),
        float(min(counts["success"], 3)),
        float(min(counts["request"], 1)),
        float(min(counts["sarcasm"], 1)),
        float(sentence.is_question),
        float("!" in sentence.text),
        float(silent),
        float(any(word.key in _CONTRAST for word in sentence.words)),
    )


def _softmax(numbers: Sequence[float]) -> tuple[float, float, float]:
    raised = [
        intercept + sum(weight * number for weight, number in zip(weights, numbers, strict=True))
        for intercept, weights in zip(INTERCEPTS, COEFFICIENTS, strict=True)
    ]
    top = max(raised)
    powers = [math.exp(value - top) for value in raised]
    total = sum(powers)
    return powers[0] / total, powers[1] / total, powers[2] / total


def _evidence(
    sentence: Sentence, matches: Sequence[Match]
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """The stretches that speak against and for, from our phrases and from both dictionaries."""
    against = {(match.start, match.end) for match in matches if match.label in ("failure", "sarcasm")}
    pro = {(match.start, match.end) for match in matches if match.label == "success"}
    for word in sentence.words:
        valence = word_valence(word.key)
        if valence:
            (pro if valence > 0 else against).add((word.start, word.end))
    for pattern in (_EMOJI, _EMOTICON):
        for found in pattern.finditer(sentence.text):
            valence = word_valence(found.group())
            if valence:
                place = (sentence.start + found.start(), sentence.start + found.end())
                (pro if valence > 0 else against).add(place)
    return tuple(sorted(against)), tuple(sorted(pro))


def sum_up(intake: Intake, felt: Sequence[Felt]) -> Sentiment:
    """The feeling of the whole text: sentences weighted, the last and the strongest most; mixed when both poles are strong."""
    if not felt:
        return Sentiment("neutral", 0.0, None, True, "rule", ())
    weights = [_weight(place, one, len(felt)) for place, one in enumerate(felt)]
    total = sum(weights)
    means = [sum(weight * one.probabilities[pole] for weight, one in zip(weights, felt, strict=True)) for pole in range(3)]
    chances = [mean / total for mean in means]
    score = round(chances[2] - chances[0], 4)
    worst = max(one.probabilities[0] for one in felt)
    best = max(one.probabilities[2] for one in felt)
    if worst >= _STRONG and best >= _STRONG:
        spans = _spans(intake, felt, ("against", "pro"))
        return Sentiment("mixed", score, round(min(worst, best), 4), True, "lexicon", spans)
    pole = max(range(3), key=lambda index: chances[index])
    label = POLES[pole]
    names = {"negative": ("against", "pro"), "positive": ("pro", "against"), "neutral": ()}[label]
    spans = _spans(intake, felt, names)
    if not any(one.against or one.pro for one in felt):
        return Sentiment("neutral", 0.0, None, True, "rule", ())
    return Sentiment(label, score, round(chances[pole], 4), True, "lexicon", spans)


def _weight(place: int, felt: Felt, count: int) -> float:
    strongest = 1.0 - felt.probabilities[1]
    return 0.5 + strongest + (0.5 if place == count - 1 else 0.0)


def _spans(intake: Intake, felt: Sequence[Felt], names: tuple[str, ...]) -> tuple[Span, ...]:
    """Every stretch of the first pole named; of the second only when the first has none (negated praise is one such)."""
    places: list[tuple[int, int]] = []
    for name in names[:2]:
        for one in felt:
            places.extend(getattr(one, name))
    return tuple(sorted({intake.span(start, end) for start, end in places}))
