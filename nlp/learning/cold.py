"""What the reader knows of one text without having learned anything: the ground a model stands on.

A model never replaces rules, dictionaries and seed phrases; it corrects them. So the numbers they give are features
of every model, and their verdict is the point from which a model begins: with few labels it stays there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from nlp.intake import Intake
from nlp.reading import INTENTS, IntentClaim, NeedClaim, Sentiment
from nlp.sentiment import Felt
from nlp.sentiment_features import FEATURES
from nlp.words import Sentence

Numbers = NDArray[np.float64]
POLES: Final = ("negative", "neutral", "positive")
NAMED_INTENTS: Final = tuple(intent for intent in INTENTS if intent != "none")
_SENTIMENT_WIDTH: Final = 14
_LEAST: Final = 0.03
"""No cold verdict is taken for surer than this leaves room for."""
BELIEVED: Final = 0.5
"""How far a model begins at the cold verdict."""
_HINTED: Final = 2.0
"""How easily a model may learn from what is hinted at, against what is claimed."""
NOTHING: Final = "(none)"
"""The label of texts of which people said: none of the needs."""
_UNHEARD: Final = [0.0] * len(FEATURES)
_CUES: Final = ("failure", "success", "request", "sarcasm")


@dataclass(frozen=True, slots=True)
class View:
    """One readable text as the stages before learning see it. ``needs`` and ``intents`` are the cold claims.

    ``hints`` is how much speaks for each need, claimed or not: what is too little for a rule may do for a model.
    """

    intake: Intake
    sentences: tuple[Sentence, ...]
    felt: tuple[Felt, ...]
    sentiment: Sentiment
    needs: tuple[NeedClaim, ...]
    intents: tuple[IntentClaim, ...]
    hints: Mapping[str, float]


class ColdReader(Protocol):
    """Whoever can show a text as the stages before learning see it: a :class:`nlp.Reader`."""

    @property
    def version(self) -> str:
        """What reads: reader, taxonomy, sentiment seed."""

    @property
    def need_keys(self) -> tuple[str, ...]:
        """The needs of its taxonomy, in order."""

    @property
    def need_seeds(self) -> tuple[tuple[str, str], ...]:
        """Phrases that stand for a need, each with its need."""

    def view(self, text: str) -> View | None:
        """The text before learning; ``None`` when it cannot be read."""


def pole_chances(view: View) -> tuple[float, float, float]:
    """The cold probabilities of negative, neutral and positive, told from the cold claim alone."""
    cold = view.sentiment
    if cold.confidence is None:
        return 0.15, 0.7, 0.15
    sure, score = cold.confidence, cold.score
    if cold.label == "negative":
        chances = (sure, 1.0 - 2.0 * sure - score, sure + score)
    elif cold.label == "positive":
        chances = (sure - score, 1.0 - 2.0 * sure + score, sure)
    elif cold.label == "neutral":
        chances = ((1.0 - sure - score) / 2.0, sure, (1.0 - sure + score) / 2.0)
    else:
        chances = ((1.0 - score) / 2.0, 0.1, (1.0 + score) / 2.0)
    kept = [max(_LEAST, chance) for chance in chances]
    total = sum(kept)
    return kept[0] / total, kept[1] / total, kept[2] / total


def numbers_of(view: View, needs: Sequence[str]) -> list[float]:
    """Everything cold about a text as numbers of like size: feeling, cues, needs in the given order, intents."""
    chances = pole_chances(view)
    cold, felt = view.sentiment, view.felt
    count = max(1, len(felt))
    numbers = [math.log(chance) / 2.0 for chance in chances]
    numbers += [cold.score, float(cold.confidence is None), float(cold.label == "mixed")]
    numbers += [max((one.poles[0] for one in felt), default=0.0), max((one.poles[1] for one in felt), default=0.0)]
    numbers += [sum(cue in one.cues for one in felt) / count for cue in _CUES]
    numbers.append(sum(sentence.is_question for sentence in view.sentences) / count)
    numbers.append(float(any("!" in sentence.text for sentence in view.sentences)))
    heard = [sum(column) / count for column in zip(*(one.numbers for one in felt), strict=True)]
    numbers += heard or _UNHEARD
    claimed = {claim.need: claim.confidence for claim in view.needs}
    wanted = {claim.intent: claim.confidence for claim in view.intents}
    numbers += [claimed.get(need, 0.0) for need in needs]
    numbers += [_HINTED * view.hints.get(need, 0.0) for need in needs]
    numbers += [wanted.get(intent, 0.0) for intent in NAMED_INTENTS]
    return numbers


def silence(needs: Sequence[str]) -> list[float]:
    """The same numbers for a text that says nothing at all."""
    chances = (0.15, 0.7, 0.15)
    feeling = [*(math.log(chance) / 2.0 for chance in chances), 0.0, 1.0]
    rest = _SENTIMENT_WIDTH - len(feeling) + 2 * len(needs) + len(NAMED_INTENTS)
    return [*feeling, *_UNHEARD, *([0.0] * rest)]


def start_of(task: str, labels: Sequence[str], view: View | None, belief: float = BELIEVED) -> list[float]:
    """Where a model of ``task`` begins: the cold verdict on each label as log-odds. ``None`` stands for silence.

    It is believed half: the cold numbers are features too, so a model that finds it reliable believes it wholly. Who
    has thousands of labels need not begin there at all (``belief`` 0).
    """
    return [belief * odds for odds in _verdict(task, labels, view)]


def _verdict(task: str, labels: Sequence[str], view: View | None) -> list[float]:
    if task == "sentiment":
        chances = (0.15, 0.7, 0.15) if view is None else pole_chances(view)
        return [math.log(chances[POLES.index(label)]) for label in labels]
    if task == "needs":
        claimed = {} if view is None else {claim.need: claim.confidence for claim in view.needs}
        top = max(claimed.values(), default=0.0)
        weights = [claimed.get(label, 1.0 - top if label == NOTHING else 0.0) + _LEAST for label in labels]
        total = sum(weights)
        return [math.log(weight / total) for weight in weights]
    wanted = {} if view is None else {claim.intent: claim.confidence for claim in view.intents}
    return [math.log((wanted.get(label, 0.0) + 0.1) / (1.1 - wanted.get(label, 0.0))) for label in labels]


def cold_claims(task: str, view: View) -> list[tuple[str, float | None]]:
    """What the reader claims without having learned, surest first. A mixed feeling counts by its sign."""
    if task == "sentiment":
        cold = view.sentiment
        sign = "positive" if cold.score > 0 else "negative" if cold.score < 0 else "neutral"
        return [(sign if cold.label == "mixed" else cold.label, cold.confidence)]
    if task == "needs":
        return [(claim.need, claim.confidence) for claim in view.needs]
    return [(claim.intent, claim.confidence) for claim in view.intents if claim.intent != "none"]
