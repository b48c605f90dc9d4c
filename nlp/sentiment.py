"""Stage 5: how the writer feels. A published regression over two dictionaries, our own lists and phrases, and signs.

The coefficients were fitted by ``benchmarks/sentiment_seed.py`` on public labelled sentences (see there), never on a
customer's words, and are stored as numbers. Until they are calibrated on local labels, confidence is an estimate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from itertools import compress
from operator import itemgetter
from typing import Final, NamedTuple

from .intake import Intake
from .phrasebook import Match
from .reading import Sentiment
from .sentiment_features import FEATURES, Heard, hear
from .sentiment_phrases import OPENING, Place, is_hollow_opening, is_politeness
from .sentiment_seed import COEFFICIENTS, INTERCEPTS
from .words import Sentence

POLES: Final = ("negative", "neutral", "positive")
Chances = tuple[float, float, float]
"""Probabilities of negative, neutral, positive."""
OWN_TROUBLE: Final = 0.75
"""How much less neutral a text is that speaks of its writer and in which no word is for, but some are against."""
TOLD_PRAISE: Final = 0.75
"""The same for a text in which no word is against and a phrase of ours is for: ``the wait wasn't long``."""
PRAISING: Final = frozenset(("success", "delight", "relief", "eased"))
_STRONG: Final = 0.65
_QUESTION: Final = FEATURES.index("question")
_RATING: Final = FEATURES.index("rating")
_NO_CUES: Final = frozenset[str]()
_PLACES: Final = range(len(FEATURES))
_COLUMNS: Final = tuple(zip(*COEFFICIENTS, strict=True))
_TOLD: Final = itemgetter(
    *map(FEATURES.index, ("failure", "grievance", "success", "delight", "outcry", "relief", "eased"))
)
_HEARD_AS: Final = itemgetter(*map(FEATURES.index, ("polarity", "vader_compound", "for", "against")))


class Felt(NamedTuple):
    """One sentence: probabilities of negative, neutral, positive, and the words (clean offsets) behind each pole.

    ``poles`` are the most negative and most positive that any clause of it is: ``great app but rude staff`` is both.
    ``matches`` are our own phrases in it, ``cues`` what they stand for; ``numbers`` is what the regression saw;
    ``is_personal`` says that it speaks of the writer.
    """

    probabilities: Chances
    poles: tuple[float, float]
    against: tuple[Place, ...]
    pro: tuple[Place, ...]
    cues: frozenset[str]
    matches: tuple[Match, ...]
    numbers: tuple[float, ...]
    is_personal: bool

    @property
    def score(self) -> float:
        """From -1 to 1."""
        return self.probabilities[2] - self.probabilities[0]


_felt: Final = partial(tuple.__new__, Felt)


def feel(sentence: Sentence) -> Felt:
    """The feeling of one sentence. Without a single word of evidence it is neutral."""
    if sentence.felt is None:
        sentence.felt = _feel(sentence)
    felt: Felt = sentence.felt
    return felt


def _feel(sentence: Sentence) -> Felt:
    heard = hear(sentence)
    cues = frozenset([match[0] for match in heard.matches]) if heard.matches else _NO_CUES
    if len(sentence.keys) <= OPENING:
        cues |= _manners_of(sentence.keys)
    chances = judged(heard.numbers, bool(heard.against), bool(heard.pro), cues, heard.is_personal)
    poles = _poles(sentence, heard, (chances[0], chances[2]))
    return _felt((chances, poles, heard.against, heard.pro, cues, heard.matches, heard.numbers, heard.is_personal))


def _manners_of(keys: Sequence[str]) -> set[str]:
    """What a very short sentence may be as a whole."""
    manners = set[str]()
    if is_hollow_opening(keys):
        manners.add("opening")
    if is_politeness(keys):
        manners.add("polite")
    return manners


def _poles(sentence: Sentence, heard: Heard, whole: tuple[float, float]) -> tuple[float, float]:
    """Both sides of a sentence that has words for both, each from a clause of its own."""
    if not heard.is_two_sided:
        return whole
    clauses = sentence.clauses
    if len(clauses) == 1:
        return whole
    poles = [feel(part).poles for part in clauses]
    return max(one for one, _ in poles), max(other for _, other in poles)


def judged(
    numbers: Sequence[float],
    is_blamed: bool,
    is_praised: bool,
    cues: frozenset[str],
    is_personal: bool,
) -> Chances:
    """The probabilities for these numbers; a pole for which no word speaks has no chance.

    What no dictionary can know is corrected: sarcastic praise is blame, and a wish without praise praises nothing.
    """
    if not is_blamed and not is_praised:
        return 0.0, 1.0, 0.0
    against, neither, pro = _softmax(numbers)
    if "sarcasm" in cues:
        against, pro = against + 0.9 * (neither + pro), 0.1 * pro
        neither = 1.0 - against - pro
    if not is_praised:
        pro = 0.0
        neither *= OWN_TROUBLE if is_personal else 1.0
    if not is_blamed:
        against = 0.0
        neither *= TOLD_PRAISE if not PRAISING.isdisjoint(cues) else 1.0
    total = against + neither + pro
    return against / total, neither / total, pro / total


def _softmax(numbers: Sequence[float]) -> Chances:
    against = neither = pro = 0.0
    told = compress(zip(numbers, _COLUMNS, strict=True), numbers)  # Most are 0 and add nothing.
    for number, (its_against, its_neither, its_pro) in told:
        against += its_against * number
        neither += its_neither * number
        pro += its_pro * number
    raised = INTERCEPTS[0] + against, INTERCEPTS[1] + neither, INTERCEPTS[2] + pro
    top = max(raised)
    powers = [math.exp(value - top) for value in raised]
    total = sum(powers)
    return powers[0] / total, powers[1] / total, powers[2] / total


def weight_of(numbers: Sequence[float], is_last: bool) -> float:
    """How much a sentence counts in its text: the last one that feels anything and those that speak loudest count most.

    A plain question at the end takes nothing back: ``The fee is too high. When will you lower it?``
    """
    polarity, compound, pro, against = _HEARD_AS(numbers)
    told = min(2.0, sum(_TOLD(numbers)))
    strength = 0.5 * (abs(polarity) + abs(compound)) + pro + against + 0.25 * told + 2.0 * abs(numbers[_RATING])
    speaks_last = is_last and strength > 0.0 and not numbers[_QUESTION]
    return float((0.2 + strength + (0.5 if speaks_last else 0.0)) ** 1.5)


def pooled(sentences: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """The numbers of a whole text: the weighted mean of its sentences' numbers."""
    if len(sentences) == 1:
        return tuple(sentences[0])
    weights = [weight_of(numbers, place == len(sentences) - 1) for place, numbers in enumerate(sentences)]
    total, sums = sum(weights), [0.0] * len(FEATURES)
    for weight, numbers in zip(weights, sentences, strict=True):
        for at in compress(_PLACES, numbers):  # Most are 0 and add nothing.
            sums[at] += weight * numbers[at]
    return tuple([one / total for one in sums])


def sum_up(intake: Intake, felt: Sequence[Felt]) -> Sentiment:
    """The feeling of the whole text; mixed if both poles are strong, each in a clause or sentence of its own."""
    felt = _without_politeness(felt)
    against = [place for one in felt for place in one.against]
    pro = [place for one in felt for place in one.pro]
    if not against and not pro:
        return Sentiment("neutral", 0.0, None, True, "rule", ())
    cues = frozenset(cue for one in felt for cue in one.cues)
    if _is_poisoned(felt):
        cues |= {"sarcasm"}
    is_personal = any(one.is_personal for one in felt)
    chances = judged(
        pooled([one.numbers for one in felt]),
        bool(against),
        bool(pro),
        cues,
        is_personal,
    )
    score = round(chances[2] - chances[0], 4)
    worst, best = max(one.poles[0] for one in felt), max(one.poles[1] for one in felt)
    is_rated = any(one.numbers[_RATING] for one in felt)
    if worst >= _STRONG and best >= _STRONG and "sarcasm" not in cues and not is_rated:
        return Sentiment(
            "mixed",
            score,
            round(min(worst, best), 4),
            True,
            "lexicon",
            intake.spans(against + pro),
        )
    label = POLES[max(range(3), key=lambda index: chances[index])]
    if label == "neutral":
        score = round(score * (1.0 - chances[1]), 4)  # What is neither for nor against does not lean far.
    ironic = pro if "sarcasm" in cues else []
    places = {"negative": against + ironic, "neutral": [], "positive": pro}[label]
    return Sentiment(label, score, round(max(chances), 4), True, "lexicon", intake.spans(places))


def _without_politeness(felt: Sequence[Felt]) -> Sequence[Felt]:
    """Bare thanks at the end of what praises nothing are manners."""
    if not felt or "polite" not in felt[-1].cues:
        return felt
    before = felt[:-1]
    return before if any(one.against for one in before) and not any(one.pro for one in before) else felt


def _is_poisoned(felt: Sequence[Felt]) -> bool:
    """Whether a short cry of praise stands before nothing but blame: ``Fantastic. My key stopped working.``"""
    first, *rest = felt
    return (
        "opening" in first.cues
        and bool(first.pro)
        and any(one.poles[0] >= _STRONG for one in rest)
        and not any(one.pro for one in rest)
    )
