"""Stage 7: which needs a text speaks of, and how they stand: unmet, met or wished.

Two sources are fused: key phrases, and likeness to seed phrases. Below the threshold nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Final, NamedTuple

from .evidence import Place, fewest, joined, outside
from .intake import Intake
from .phrasebook import Match, PhraseBook
from .reading import NeedClaim
from .seeds import Seeds
from .sentiment import Felt
from .standing import Context, Standing, generic_words, standing_of
from .taxonomy import Taxonomy
from .words import Sentence, Word

THRESHOLD: Final = 0.35
"""Below this a need is not claimed: not sure goes to a person."""
_WEIGHTS: Final = {"core": 0.65, "unmet": 0.55, "met": 0.55, "wished": 0.5, "about": 0.45, "hint": 0.15}
_COUNTED: Final = 4
"""Key phrases that count at most towards a need's confidence."""
_SEED_WEIGHT: Final = 0.8
_ALIKE: Final = 0.4
"""A likeness below this claims nothing by itself."""
_UNTOLD: Final = 0.5
"""Below this a need is not claimed whose words say nothing of how it stands."""
_TURNS: Final = frozenset("but however although though whereas".split())
_JUDGING: Final = ("/unmet", "/met")
_FIRST: Final = itemgetter(0)
_MOST: Final = 3
"""Needs claimed at most from one sentence."""


class _Evidence:
    """What speaks for one need in some words of a sentence: key phrases with their kinds, and likeness to its seeds."""

    __slots__ = ("_like", "likeness", "phrases")

    def __init__(self, like: Callable[[], list[Word]], likeness: float = 0.0) -> None:
        self.phrases: list[tuple[Match, str]] = []
        self.likeness = likeness
        self._like = like

    def confidence(self) -> float:
        doubt = 1.0 - _SEED_WEIGHT * self.likeness
        if len(self.phrases) == 1:
            return 1.0 - doubt * (1.0 - _WEIGHTS[self.phrases[0][1]])
        for weight in sorted([_WEIGHTS[kind] for _, kind in self.phrases], reverse=True)[:_COUNTED]:
            doubt *= 1.0 - weight
        return 1.0 - doubt

    def kinds(self) -> list[str]:
        """What its key phrases say of how the need stands."""
        return [kind for _, kind in self.phrases]

    def own(self) -> list[Place]:
        """The places of its key phrases, the most telling first; hints are none."""
        phrases = [(-_WEIGHTS[kind], match.start, match.end) for match, kind in self.phrases if kind != "hint"]
        return [(start, end) for _, start, end in sorted(phrases, key=lambda phrase: phrase[:2])]

    def states(self) -> bool:
        """Whether a phrase of it says more than what is spoken of."""
        return any(kind not in ("about", "hint") for _, kind in self.phrases)

    def places(self) -> set[Place]:
        """Everything it rests on."""
        phrases = {(match.start, match.end) for match, _ in self.phrases}
        return phrases | ({(word.start, word.end) for word in self._like()} if self.likeness else set())

    def is_telling(self) -> bool:
        """Whether it rests on more than words that stand in every letter."""
        return any(kind != "hint" for _, kind in self.phrases) or (
            self.likeness > 0 and any(word.key not in generic_words() for word in self._like())
        )


class FoundNeeds(NamedTuple):
    """The needs that are claimed of a text, and how much speaks for every need, claimed or not (from 0 to 1)."""

    claims: tuple[NeedClaim, ...]
    hints: Mapping[str, float]


class NeedFinder:
    """Key phrases and seeds of one taxonomy, ready for use."""

    __slots__ = ("_books", "_labels", "_seeds", "book", "taxonomy")

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self.book = PhraseBook()
        self._books = {key: PhraseBook() for key in taxonomy.needs}
        self._labels: dict[str, tuple[str, str]] = {}
        for need in taxonomy.needs.values():
            for phrase, kind in need.phrases:
                label = f"{need.key}/{kind}"
                self._labels[label] = (need.key, kind)
                self.book.add(label, phrase)
                self._books[need.key].add(label, phrase)
        self._seeds = Seeds(taxonomy.needs.values())

    def look(self, intake: Intake, sentences: Sequence[Sentence], felt: Sequence[Felt]) -> FoundNeeds:
        """The needs of a text, most certain first; one claim for each need, from its most certain sentence."""
        best: dict[str, NeedClaim] = {}
        places: dict[str, list[Place]] = {}
        hints: dict[str, float] = {}
        for at, (sentence, feeling) in enumerate(zip(sentences, felt, strict=True)):
            following = sentences[at + 1] if at + 1 < len(sentences) else None
            context = Context(sentence, feeling, following)
            for claim, shown in self._claims_of(context, hints):
                before = best.get(claim.need)
                best[claim.need] = before if before and before.confidence >= claim.confidence else claim
                places.setdefault(claim.need, []).extend(shown)
        whole = [_with_places(claim, intake, places[claim.need]) for claim in best.values()]
        order = list(self.taxonomy.needs)
        whole.sort(key=lambda claim: (-claim.confidence, order.index(claim.need)))
        return FoundNeeds(tuple(whole), hints)

    def _claims_of(self, context: Context, hints: dict[str, float]) -> list[tuple[NeedClaim, list[Place]]]:
        evidence = self._evidence(context.sentence)
        if not evidence:
            return []
        ranked = sorted([(-found.confidence(), key) for key, found in evidence.items()], key=_FIRST)
        for turned, key in ranked:
            hints[key] = max(hints.get(key, 0.0), -turned)
        claims: list[tuple[NeedClaim, list[Place]]] = []
        taken: set[Place] = set()
        for turned, key in ranked[:_MOST]:
            confidence, found = -turned, evidence[key]
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
            rest = self._evidence_of(key, outside(sentence.words, gone))
            return rest.confidence() < THRESHOLD or not rest.is_telling()

        strong = own or sorted(found.places())
        bare = joined(sentence, context.clauses, strong)
        close = [cue for cue in standing.places if len(joined(sentence, context.clauses, [*strong, cue])) <= len(bare)]
        return fewest(sentence, context.clauses, [*strong, *close], found.places(), falls)

    def _evidence(self, sentence: Sentence) -> dict[str, _Evidence]:
        words = sentence.words
        nearest = self._seeds.nearest(sentence.keys)
        evidence = {
            key: _Evidence(partial(self._seeds.shared, key, words), alike)
            for key, alike in nearest.above(_ALIKE)
            if _SEED_WEIGHT * alike >= THRESHOLD
        }
        matches = self.book.find_in(sentence)
        for match in longest_win(_unturned(matches, words), self._labels) if matches else ():
            key, kind = self._labels[match.label]
            if key not in evidence:
                evidence[key] = _Evidence(partial(self._seeds.shared, key, words), nearest.of(key))
            evidence[key].phrases.append((match, kind))
        return evidence

    def _evidence_of(self, key: str, words: Sequence[Word]) -> _Evidence:
        """What speaks for one need alone, whatever the words say of others."""
        likeness = self._seeds.likeness_to(key, [word[0] for word in words])
        found = _Evidence(partial(self._seeds.shared, key, words), likeness)
        matches = _unturned(self._books[key].find(words), words)
        found.phrases = [(match, self._labels[match.label][1]) for match in matches]
        return found


def _is_beside(context: Context, own: Sequence[Place], taken: Collection[Place]) -> bool:
    """Whether places lie only in clauses that a surer need speaks of already: *waiting weeks for a new card*."""
    theirs = [(part.start, part.end) for part in context.clauses_at(sorted(taken))]
    return all((part.start, part.end) in theirs for part in context.clauses_at(own))


def _unturned(matches: Sequence[Match], words: Sequence[Word]) -> Sequence[Match]:
    """The phrases whose verdict is not pieced together across a turn: *love the cashback but you never told me*."""
    turns = [word[1] for word in words if word[0] in _TURNS] if matches else []
    if not turns:
        return matches
    return [
        match
        for match in matches
        if not match.label.endswith(_JUDGING) or not any(match.start < turn < match.end for turn in turns)
    ]


def longest_win(matches: Sequence[Match], labels: Mapping[str, tuple[str, str]]) -> Sequence[Match]:
    """Drop a phrase that lies within a longer one of another need: ``wrong exchange rate`` is not about price."""
    if len(matches) < 2:
        return matches
    told = [(match, *labels[match.label]) for match in matches]
    if all(key == told[0][1] for _, key, _ in told):
        return matches
    wide = sorted(
        {(match.start - match.end, match.start, match.end, key) for match, key, kind in told if kind != "hint"}
    )
    inside: dict[tuple[int, int, str], bool] = {}
    for match, key, _ in told:
        place = (match.start, match.end, key)
        if place not in inside:
            inside[place] = _is_inside(place, wide)
    return [match for match, key, _ in told if not inside[match.start, match.end, key]]


def _is_inside(place: tuple[int, int, str], wide: Sequence[tuple[int, int, int, str]]) -> bool:
    """Whether a place lies in a longer one of another need; ``wide`` has the longest first."""
    start, end, key = place
    for length, first, last, other in wide:
        if length >= start - end:
            return False
        if first <= start and end <= last and other != key:
            return True
    return False


def _with_places(claim: NeedClaim, intake: Intake, places: Sequence[Place]) -> NeedClaim:
    spans = intake.spans(places)
    return NeedClaim(claim.need, claim.state, claim.confidence, claim.is_estimate, claim.source, spans, claim.polarity)
