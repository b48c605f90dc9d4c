"""What was learned, ready to correct the cold reader: numbers only, no text of anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlp.needs import THRESHOLD
from nlp.reading import INTENTS, IntentClaim, NeedClaim, Sentiment, Span
from nlp.standing import Context, standing_of

from .cold import NOTHING, View
from .features import Tokens, Vocabulary, tokens_of
from .head import Head
from .support import Judge, spans_of, with_negations, within

Numbers = NDArray[np.float64]
_BOTH: Final = 0.75
"""Below this chance of its best label a text stays mixed when its clauses say so."""
_TURNED: Final = 0.75
"""Below this chance blame that rules and dictionaries hear (``I don't like``) is not turned into praise."""
_HOLDING: Final = frozenset({"request", "sarcasm"})
"""Cues that no number of labels turns into praise: a wish in friendly words, and praise that is meant as blame."""
_ALSO: Final = 0.15
"""From this chance on a need that only rules see is claimed beside the model's first one."""


@dataclass(frozen=True, slots=True)
class Revised:
    """The claims about one text after learning."""

    sentiment: Sentiment
    needs: tuple[NeedClaim, ...]
    intents: tuple[IntentClaim, ...]


class Model:
    """Heads over one vocabulary. Safe to share between threads; holds features, never a text."""

    __slots__ = ("_columns", "_silent", "heads", "info", "vocabulary", "words")

    def __init__(self, vocabulary: Vocabulary, heads: Sequence[Head], words: NDArray[np.float32], info: Any) -> None:
        """``words`` are the weights of all features (rows) for the labels of all heads (columns, in their order)."""
        self.vocabulary, self.heads, self.words = vocabulary, tuple(heads), words
        self.info: dict[str, Any] = dict(info)
        edges = np.cumsum([0, *(len(head.labels) for head in self.heads)]).tolist()
        if words.shape != (len(vocabulary), edges[-1]):
            raise ValueError("the weights fit neither the features nor the labels")
        self._columns = [slice(first, last) for first, last in pairwise(edges)]
        self._silent = [head.ground(None) for head in self.heads]

    @classmethod
    def of(cls, vocabulary: Vocabulary, heads: Sequence[Head], words: Sequence[Numbers], info: Any) -> Model:
        """A model from the weights of each head."""
        joined = np.hstack([*words]) if words else np.zeros((len(vocabulary), 0))
        return cls(vocabulary, heads, joined.astype(np.float32), info)

    @property
    def version(self) -> str:
        """As it stands in every claim: ``model v3``."""
        return f"model v{self.info['number']}"

    @property
    def tasks(self) -> tuple[str, ...]:
        """What it has learned; the rest stays with the cold reader."""
        return tuple(head.task for head in self.heads)

    def revise(self, view: View) -> Revised:
        """The claims about a text, cold ones where nothing was learned."""
        sentiment, needs, intents = view.sentiment, view.needs, view.intents
        if not self.heads:
            return Revised(sentiment, needs, intents)
        tokens = tokens_of(view.sentences)
        added = self._added(tokens)
        for number, head in enumerate(self.heads):
            asked = _Asked(head, self.version, view, tokens, added[:, self._columns[number]], self._silent[number])
            if head.task == "sentiment":
                sentiment = asked.sentiment()
            elif head.task == "needs":
                needs = asked.needs()
            else:
                intents = asked.intents()
        return Revised(sentiment, needs, intents)

    def _added(self, tokens: Tokens) -> Numbers:
        """What each token adds to the raw score of each label (tokens by columns)."""
        ids, owners = self.vocabulary.occurrences(tokens)
        added = np.zeros((len(tokens.keys), self.words.shape[1]))
        if ids:
            features = np.array(ids, dtype=np.int32)
            each = self.words[features] * self.vocabulary.weigh(features)[:, None]
            np.add.at(added, np.array(owners), each)
        return added


@dataclass(frozen=True, slots=True)
class _Asked:
    """One head asked about one text."""

    head: Head
    source: str
    view: View
    tokens: Tokens
    added: Numbers
    silent: Numbers

    def _raw(self) -> tuple[Numbers, Numbers]:
        ground = self.head.ground(self.view)
        return ground, ground + self.added.sum(axis=0)

    def _rests_on(self, label: int, ground: Numbers, bare: View, cold: Sequence[Span]) -> tuple[Span, ...]:
        """The words behind a label; nothing when it is not the words that speak for it."""
        head = self.head
        judge = Judge(
            label,
            head.exclusive,
            head.calibration.slope * self.added,
            head.decisive(ground),
            head.decisive(head.ground(bare) if cold else ground),
            head.decisive(self.silent),
        )
        if not judge.is_supported():
            return ()
        needed = judge.needed(self._tokens_at(cold))
        if needed is None:
            needed = list(range(len(self.tokens.places)))
        needed = with_negations(self.tokens.keys, needed)
        return spans_of(self.view.intake, self.tokens.places, needed)

    def _tokens_at(self, spans: Sequence[Span]) -> list[int]:
        typed = [self.view.intake.span(start, end) for start, end in self.tokens.places] if spans else []
        return within([(span.start, span.end) for span in typed], [(span.start, span.end) for span in spans])

    def sentiment(self) -> Sentiment:
        """The feeling: learned, but mixed when clauses say so and the model is not sure of one side."""
        cold, head = self.view.sentiment, self.head
        ground, raw = self._raw()
        chances = dict(zip(head.labels, head.chances(raw).tolist(), strict=True))
        label, chance = head.claims(raw)[0]
        score = round(chances["positive"] - chances["negative"], 4)
        told = round(head.calibration.told(chance), 4)
        if cold.label == "mixed" and label != "neutral" and chance < _BOTH:
            return replace(cold, score=score, confidence=told, is_estimate=head.is_estimate)
        if label == "neutral":
            return Sentiment("neutral", score, told, head.is_estimate, self.source, ())
        if label == "positive" and cold.label != "positive" and any(_HOLDING & one.cues for one in self.view.felt):
            return replace(cold, is_estimate=True)
        if label == "positive" and cold.label == "negative" and chance < _TURNED:
            doubt = round(head.calibration.told(chances["negative"]), 4)
            return replace(cold, score=min(score, 0.0), confidence=doubt, is_estimate=head.is_estimate)
        bare = replace(self.view, sentiment=Sentiment("neutral", 0.0, None, True, "rule", ()), felt=())
        agrees = cold.label in (label, "mixed")
        spans = self._rests_on(head.labels.index(label), ground, bare, cold.spans if agrees else ())
        if not spans:
            return Sentiment("neutral", 0.0, None, head.is_estimate, self.source, ())
        return Sentiment(label, score, told, head.is_estimate, self.source, spans)

    def needs(self) -> tuple[NeedClaim, ...]:
        """What was learned first, then what only rules see: needs nobody labelled, and needs that are likely too."""
        ground, raw = self._raw()
        head = self.head
        claims = [
            claim
            for need, chance in head.claims(raw)
            if need != NOTHING and (claim := self._need(need, chance, ground)) is not None
        ]
        claimed = {claim.need for claim in claims}
        chances = dict(zip(head.labels, head.chances(raw).tolist(), strict=True))
        for cold in self.view.needs:
            if cold.need in claimed:
                continue
            if cold.need not in chances:
                claims.append(cold)
            elif head.exclusive and claims and chances[cold.need] >= _ALSO:
                told = round(head.calibration.told(chances[cold.need]), 4)
                claims.append(replace(cold, confidence=told, is_estimate=head.is_estimate))
        return tuple(claims)

    def _need(self, need: str, chance: float, ground: Numbers) -> NeedClaim | None:
        cold = next((claim for claim in self.view.needs if claim.need == need), None)
        bare = replace(
            self.view,
            needs=tuple(claim for claim in self.view.needs if claim is not cold),
            # Without its words a need is no longer claimed, but something may still hint at it.
            hints={**self.view.hints, need: min(THRESHOLD, self.view.hints.get(need, 0.0))},
        )
        spans = self._rests_on(self.head.labels.index(need), ground, bare, cold.spans if cold else ())
        if not spans:
            return None
        state, polarity = (cold.state, cold.polarity) if cold else self._stands(spans)
        told = round(self.head.calibration.told(chance), 4)
        return NeedClaim(need, state, told, self.head.is_estimate, self.source, spans, polarity)

    def _stands(self, spans: Sequence[Span]) -> tuple[str, float]:
        """How a learned need stands, as the sentence with most of its words says."""
        view = self.view
        places = [self.tokens.places[number] for number in self._tokens_at(spans)]
        held = [sum(sentence.start <= start < sentence.end for start, _ in places) for sentence in view.sentences]
        at = held.index(max(held))
        sentence, felt = view.sentences[at], view.felt[at]
        following = view.sentences[at + 1] if at + 1 < len(view.sentences) else None
        inside = [place for place in places if sentence.start <= place[0] < sentence.end]
        standing = standing_of([], inside, Context(sentence, felt, following))
        return standing.state, round(felt.score, 4)

    def intents(self) -> tuple[IntentClaim, ...]:
        """What was learned, and the cold claims for what was not; a data right that rules see is never dropped."""
        ground, raw = self._raw()
        head = self.head
        claims: dict[str, IntentClaim] = {
            cold.intent: cold
            for cold in self.view.intents
            if cold.intent == "data_rights" or cold.intent not in (*head.labels, "none")
        }
        for intent, chance in head.claims(raw):
            if intent in claims:
                continue
            cold = next((claim for claim in self.view.intents if claim.intent == intent), None)
            bare = replace(self.view, intents=tuple(claim for claim in self.view.intents if claim is not cold))
            spans = self._rests_on(head.labels.index(intent), ground, bare, cold.spans if cold else ())
            if spans:
                told = round(head.calibration.told(chance), 4)
                claims[intent] = IntentClaim(intent, told, head.is_estimate, self.source, spans)
        if not claims:
            return (IntentClaim("none", 0.5, True, self.source, ()),)
        return tuple(sorted(claims.values(), key=lambda one: (-one.confidence, INTENTS.index(one.intent))))
