"""Stage 5: how the writer feels. A published logistic regression over two dictionaries and our own rules.

The coefficients were fitted by ``benchmarks/sentiment_seed.py`` on public labelled sentences (see there), never on a
customer's words, and are stored as numbers. Until they are calibrated on local labels, confidence is an estimate.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from .intake import Intake
from .lexicon import load, load_phrases
from .phrasebook import Match, PhraseBook
from .reading import Sentiment, Span
from .sentiment_seed import COEFFICIENTS, INTERCEPTS
from .voices import Voices, listen, word_valence
from .words import Sentence, clauses_of

POLES: Final = ("negative", "neutral", "positive")
FEATURES: Final = (
    "polarity", "subjectivity", "vader_negative", "vader_neutral", "vader_positive", "vader_compound",
    "failure", "success", "request", "question", "exclaimed", "silent", "contrast",
)  # fmt: skip
_STRONG: Final = 0.5
_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
_EMOTICON = re.compile(r"(?<!\w)[:;=]-?[()DPp/\\|3](?!\w)")
_CONTRAST: Final = frozenset({"but", "however", "although", "though", "yet", "except", "unfortunately"})


@dataclass(frozen=True, slots=True)
class Felt:
    """One sentence: probabilities of negative, neutral, positive, and the words (clean offsets) behind each pole.

    ``poles`` are the most negative and most positive that any clause of it is: ``great app but rude staff`` is both.
    ``matches`` are our own phrases in it, ``cues`` what they stand for.
    """

    probabilities: tuple[float, float, float]
    poles: tuple[float, float]
    against: tuple[tuple[int, int], ...]
    pro: tuple[tuple[int, int], ...]
    cues: frozenset[str]
    matches: tuple[Match, ...]

    @property
    def score(self) -> float:
        """From -1 to 1."""
        return self.probabilities[2] - self.probabilities[0]


@cache
def phrases() -> PhraseBook:
    """The phrases that dictionaries of feeling miss, ready for use."""
    return PhraseBook.of(load_phrases("sentiment"))


@cache
def _things() -> frozenset[str]:
    return frozenset(load("things")["words"].split())


def feel(sentence: Sentence) -> Felt:
    """The feeling of one sentence. Without a single word of evidence it is neutral."""
    matches = phrases().find(sentence.words)
    cues = {match.label for match in matches}
    against, pro = _evidence(sentence, matches)
    if not against and not pro:
        return Felt((0.0, 1.0, 0.0), (0.0, 0.0), (), (), frozenset(cues), tuple(matches))
    chances = _softmax(features(sentence, listen(spoken(sentence)), matches))
    chances = _corrected(chances, cues, bool(pro))
    poles = (chances[0], chances[2])
    if against and pro and any(word.key in _CONTRAST for word in sentence.words):
        poles = _poles_of_clauses(sentence, poles)
    return Felt(chances, poles, against, pro, frozenset(cues), tuple(matches))


def _poles_of_clauses(sentence: Sentence, whole: tuple[float, float]) -> tuple[float, float]:
    clauses = clauses_of(sentence)
    if len(clauses) == 1:
        return whole
    poles = [feel(part).poles for part in clauses]
    return max(whole[0], *(one for one, _ in poles)), max(whole[1], *(other for _, other in poles))


def spoken(sentence: Sentence) -> str:
    """The sentence as the dictionaries hear it: words that name things here (*support*, *charge*) feel nothing."""
    names = _things()
    if not any(word.key in names for word in sentence.words):
        return sentence.text
    parts, at = [], 0
    for word in sentence.words:
        if word.key in names:
            parts += [sentence.text[at : word.start - sentence.start], "item"]
            at = word.end - sentence.start
    return "".join(parts) + sentence.text[at:]


def _corrected(chances: tuple[float, float, float], cues: set[str], praised: bool) -> tuple[float, float, float]:
    """What no dictionary can know: sarcastic praise is blame, and friendly words within a wish praise nothing."""
    against, neither, pro = chances
    if "sarcasm" in cues:
        return against + 0.9 * pro, neither, 0.1 * pro
    if "request" in cues and not praised:
        return against, neither + 0.9 * pro, 0.1 * pro
    return chances


def features(sentence: Sentence, voices: Voices, matches: Sequence[Match]) -> tuple[float, ...]:
    """The numbers the regression sees, in the order of :data:`FEATURES`."""
    counts = Counter(match.label for match in matches)
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
    things = _things()
    wishes = [(match.start, match.end) for match in matches if match.label == "request"]
    for word in sentence.words:
        valence = word_valence(word.key)
        wished = valence > 0 and any(start <= word.start < end for start, end in wishes)
        if valence and not wished and word.key not in things:
            (pro if valence > 0 else against).add((word.start, word.end))
    for pattern in (_EMOJI, _EMOTICON):
        for found in pattern.finditer(sentence.text):
            valence = word_valence(found.group())
            if valence:
                place = (sentence.start + found.start(), sentence.start + found.end())
                (pro if valence > 0 else against).add(place)
    return tuple(sorted(against)), tuple(sorted(pro))


def sum_up(intake: Intake, felt: Sequence[Felt]) -> Sentiment:
    """The feeling of the whole text: the last and strongest sentences most; mixed if both poles are strong."""
    if not felt:
        return Sentiment("neutral", 0.0, None, True, "rule", ())
    weights = [_weight(place, one, len(felt)) for place, one in enumerate(felt)]
    total = sum(weights)
    means = [
        sum(weight * one.probabilities[pole] for weight, one in zip(weights, felt, strict=True)) for pole in range(3)
    ]
    chances = [mean / total for mean in means]
    score = round(chances[2] - chances[0], 4)
    worst, best = max(one.poles[0] for one in felt), max(one.poles[1] for one in felt)
    against = [place for one in felt for place in one.against]
    pro = [place for one in felt for place in one.pro]
    if worst >= _STRONG and best >= _STRONG:
        return Sentiment("mixed", score, round(min(worst, best), 4), True, "lexicon", _spans(intake, against + pro))
    if not against and not pro:
        return Sentiment("neutral", 0.0, None, True, "rule", ())
    label = POLES[max(range(3), key=lambda index: chances[index])]
    # A pole without words of its own rests on turned ones: in "not good" it is "good" that makes it bad.
    places = {"negative": against or pro, "neutral": [], "positive": pro or against}[label]
    return Sentiment(label, score, round(max(chances), 4), True, "lexicon", _spans(intake, places))


def _weight(place: int, felt: Felt, count: int) -> float:
    strongest = 1.0 - felt.probabilities[1]
    return 0.5 + strongest + (0.5 if place == count - 1 else 0.0)


def _spans(intake: Intake, places: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    return tuple(sorted({intake.span(start, end) for start, end in places}))
