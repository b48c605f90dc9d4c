"""Stage 7: which needs a text speaks of, and how they stand: unmet, met or wished.

Two sources are fused: key phrases, and likeness to seed phrases. Below the threshold nothing is claimed.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from .evidence import Place, fewest, in_the_open, joined
from .intake import Intake
from .phrasebook import Match, PhraseBook
from .reading import NeedClaim
from .sentiment import Felt
from .standing import Context, Standing, generic_words, standing_of
from .taxonomy import Taxonomy
from .vectors import content_stems, is_stop, stem
from .words import Sentence, Word

THRESHOLD: Final = 0.35
"""Below this a need is not claimed: not sure goes to a person."""
_WEIGHTS: Final = {"core": 0.65, "unmet": 0.55, "met": 0.55, "wished": 0.5, "about": 0.45, "hint": 0.15}
_SEED_WEIGHT: Final = 0.8
_UNTOLD: Final = 0.5
"""Below this a need is not claimed whose words say nothing of how it stands."""
_TURNS: Final = frozenset("but however although though whereas".split())
_MOST: Final = 3
"""Needs claimed at most from one sentence."""


@dataclass(slots=True)
class _Evidence:
    """What speaks for one need in one sentence."""

    phrases: list[Match] = field(default_factory=list)
    likeness: float = 0.0
    like: list[Word] = field(default_factory=list)

    def confidence(self) -> float:
        doubt = 1.0 - _SEED_WEIGHT * self.likeness
        for weight in sorted((_WEIGHTS[match.label.partition("/")[2]] for match in self.phrases), reverse=True)[:4]:
            doubt *= 1.0 - weight
        return 1.0 - doubt

    def kinds(self) -> list[str]:
        """What its key phrases say of how the need stands."""
        return [match.label.partition("/")[2] for match in self.phrases]

    def own(self) -> list[Place]:
        """The places of its key phrases, the most telling first; hints are none."""
        phrases = [match for match in self.phrases if not match.label.endswith("/hint")]
        phrases.sort(key=lambda match: (-_WEIGHTS[match.label.partition("/")[2]], match.start))
        return [(match.start, match.end) for match in phrases]

    def states(self) -> bool:
        """Whether a phrase of it says more than what is spoken of."""
        return any(kind not in ("about", "hint") for kind in self.kinds())

    def places(self) -> set[Place]:
        """Everything it rests on."""
        phrases = {(match.start, match.end) for match in self.phrases}
        return phrases | {(word.start, word.end) for word in self.like}

    def is_telling(self) -> bool:
        """Whether it rests on more than words that stand in every letter."""
        return bool(self.own()) or any(word.key not in generic_words() for word in self.like)


class NeedFinder:
    """Key phrases and seeds of one taxonomy, ready for use."""

    __slots__ = ("_book", "_idf", "_seeds", "_stems", "taxonomy")

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._book = PhraseBook()
        for need in taxonomy.needs.values():
            for phrase, kind in need.phrases:
                self._book.add(f"{need.key}/{kind}", phrase)
        self._idf = _rarities([need.seeds for need in taxonomy.needs.values()])
        self._seeds: dict[str, list[tuple[str, dict[str, float]]]] = {}
        self._stems: dict[str, set[str]] = {}
        for need in taxonomy.needs.values():
            self._add_seeds(need.key, need.seeds)

    def _add_seeds(self, key: str, seeds: Sequence[str]) -> None:
        for seed in seeds:
            vector = self._vector(_features(content_stems(seed.lower().split())))
            for feature in vector:
                self._seeds.setdefault(feature, []).append((f"{key}/{seed}", vector))
            self._stems.setdefault(key, set()).update(feature for feature in vector if " " not in feature)

    def _vector(self, features: Sequence[str]) -> dict[str, float]:
        weights = {feature: self._idf.get(feature, 0.0) for feature in features}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {feature: weight / length for feature, weight in weights.items() if weight}

    def claims(self, intake: Intake, sentences: Sequence[Sentence], felt: Sequence[Felt]) -> tuple[NeedClaim, ...]:
        """The needs of a text, most certain first; one claim for each need, from its most certain sentence."""
        best: dict[str, NeedClaim] = {}
        places: dict[str, list[Place]] = {}
        for at, (sentence, feeling) in enumerate(zip(sentences, felt, strict=True)):
            following = sentences[at + 1] if at + 1 < len(sentences) else None
            context = Context(sentence, feeling, following)
            for claim, shown in self._claims_of(context):
                before = best.get(claim.need)
                best[claim.need] = before if before and before.confidence >= claim.confidence else claim
                places.setdefault(claim.need, []).extend(shown)
        whole = [_with_places(claim, intake, places[claim.need]) for claim in best.values()]
        order = list(self.taxonomy.needs)
        return tuple(sorted(whole, key=lambda claim: (-claim.confidence, order.index(claim.need))))

    def _claims_of(self, context: Context) -> list[tuple[NeedClaim, list[Place]]]:
        evidence = self._evidence(context.sentence.words)
        ranked = sorted(evidence.items(), key=lambda item: -item[1].confidence())
        claims: list[tuple[NeedClaim, list[Place]]] = []
        taken: set[Place] = set()
        for key, found in ranked[:_MOST]:
            confidence = found.confidence()
            if confidence < THRESHOLD:
                break
            # After the first, a need must have a key phrase of its own, in words that no surer need rests on.
            own = found.own()
            if taken and all(any(first <= start and end <= last for first, last in taken) for start, end in own):
                continue
            if not found.is_telling() or (claims and not found.states() and _is_beside(context, own, taken)):
                continue
            taken |= set(own) or found.places()
            standing = standing_of(found.kinds(), own or sorted(found.places()), context)
            if not standing.is_told and confidence < _UNTOLD:
                continue
            source = "rule" if found.phrases else "seed"
            polarity = round(context.felt.score, 4)
            claim = NeedClaim(key, standing.state, round(confidence, 4), True, source, (), polarity)
            claims.append((claim, self._shown(key, found, standing, context)))
        return claims

    def _shown(self, key: str, found: _Evidence, standing: Standing, context: Context) -> list[Place]:
        """The phrases a claim is shown to rest on. What says how the need stands is shown when it is close by."""
        own, sentence = found.own(), context.sentence

        def falls(gone: Sequence[Place]) -> bool:
            left = [word for word in sentence.words if not any(start <= word.start < end for start, end in gone)]
            rest = self._evidence(left).get(key)
            return rest is None or rest.confidence() < THRESHOLD or not rest.is_telling()

        strong = own or sorted(found.places())
        bare = joined(sentence, context.clauses, strong)
        close = [cue for cue in standing.places if len(joined(sentence, context.clauses, [*strong, cue])) <= len(bare)]
        phrases = fewest(sentence, context.clauses, [*strong, *close], found.places(), falls)
        return [piece for phrase in phrases for piece in in_the_open(sentence, phrase)]

    def _evidence(self, words: Sequence[Word]) -> dict[str, _Evidence]:
        evidence: dict[str, _Evidence] = {}
        turns = [word.start for word in words if word.key in _TURNS]
        found_at = [match for match in self._book.find(words) if not _turns(match, turns)]
        for match in longest_win(found_at):
            evidence.setdefault(match.label.partition("/")[0], _Evidence()).phrases.append(match)
        for key, likeness in self._likeness(words).items():
            found = evidence.setdefault(key, _Evidence())
            found.likeness = likeness
            stems = self._stems[key]
            found.like = [word for word in words if not is_stop(word.key) and stem(word.key) in stems]
        return evidence

    def _likeness(self, words: Sequence[Word]) -> dict[str, float]:
        """How alike the sentence is to the nearest seed of each need, from 0 to 1."""
        asked = self._vector(_features(content_stems([word.key for word in words])))
        products: dict[str, float] = {}
        for feature, weight in asked.items():
            for seed, vector in self._seeds.get(feature, ()):
                products[seed] = products.get(seed, 0.0) + weight * vector[feature]
        nearest: dict[str, float] = {}
        content = {feature for feature in asked if " " not in feature}
        for seed, product in products.items():
            key = seed.partition("/")[0]
            if len(content & self._stems[key]) < 2:
                product *= 0.5
            nearest[key] = max(nearest.get(key, 0.0), product)
        return nearest


def _is_beside(context: Context, own: Sequence[Place], taken: Collection[Place]) -> bool:
    """Whether places lie only in clauses that a surer need speaks of already: *waiting weeks for a new card*."""
    theirs = [(part.start, part.end) for part in context.clauses_at(sorted(taken))]
    return all((part.start, part.end) in theirs for part in context.clauses_at(own))


def _turns(match: Match, turns: Sequence[int]) -> bool:
    """Whether a phrase was pieced together across a turn: *love the cashback but you never told me*."""
    return any(match.start < turn < match.end for turn in turns)


def longest_win(matches: Sequence[Match]) -> list[Match]:
    """Drop a phrase that lies within a longer one of another need: ``wrong exchange rate`` is not about price."""
    kept = []
    for match in matches:
        length = match.end - match.start
        inside = any(
            other.start <= match.start
            and match.end <= other.end
            and other.end - other.start > length
            and other.label.partition("/")[0] != match.label.partition("/")[0]
            and not other.label.endswith("/hint")
            for other in matches
        )
        if not inside:
            kept.append(match)
    return kept


def _with_places(claim: NeedClaim, intake: Intake, places: Sequence[Place]) -> NeedClaim:
    spans = tuple(sorted({intake.span(start, end) for start, end in places}))
    return NeedClaim(claim.need, claim.state, claim.confidence, claim.is_estimate, claim.source, spans, claim.polarity)


def _features(stems: Sequence[str]) -> list[str]:
    return [*stems, *(f"{first} {second}" for first, second in pairwise(stems))]


def _rarities(groups: Sequence[Sequence[str]]) -> dict[str, float]:
    """How rare each feature is among all seeds; a pair of words counts a little less than its words."""
    seeds = [set(_features(content_stems(seed.lower().split()))) for seeds in groups for seed in seeds]
    counts: dict[str, int] = {}
    for features in seeds:
        for feature in features:
            counts[feature] = counts.get(feature, 0) + 1
    share = {True: 0.8, False: 1.0}
    return {feature: share[" " in feature] * math.log(1 + len(seeds) / count) for feature, count in counts.items()}
