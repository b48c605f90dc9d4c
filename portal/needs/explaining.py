"""Why a claim is made: the words read again by the reader in force, stage by stage, and without what it rests on.

Nothing here is remembered or guessed: each `Change` is what the reader says of the text when those words are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from nlp import Reader, Reading, fewest_first, left_out
from portal.needs.claims import claims_of
from portal.needs.in_force import in_force
from portal.needs.rules import Claim, makes_signal, stretches

STAGES = ("personal", "safety", "language", "feeling", "wanted", "needs", "urgency")
"""What the reader does with a text, in its order."""
_KINDS = {"safety": "safety", "feeling": "sentiment", "wanted": "intent", "needs": "need"}
_MOST = 9
"""Readings of the rest of a text for one claim, at most."""
_DOWN = ("gone", "otherwise", "unread")
_CHARACTERS = 6_000
"""Characters read again at most for one claim, so that a page about a long letter does not take a second."""
_LESS = 100
"""Thousandths by which a claim must become less sure to be worth telling."""
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Step:
    """What one stage contributed: `key` is one of `STAGES`, `claims` what it found that a person can review."""

    key: str
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What would have become of a claim without some of the words.

    :param spans: the words left out.
    :param outcome: `gone`, `otherwise` (the need stands in another way), `unsure` (too unsure to be used), `less` (less
        sure) or `unread` (too little is left to read).
    :param instead: the feeling, or how the need stands, that the rest has.
    :param confidence: thousandths that are left, when something is.
    """

    spans: tuple[Span, ...]
    outcome: str
    instead: str | None = None
    confidence: int | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """A text as the reader in force reads it, and every claim it makes about it."""

    text: str
    reading: Reading
    claims: tuple[Claim, ...]
    reader: Reader

    @property
    def steps(self) -> tuple[Step, ...]:
        """Each stage with what it found; those that did not run, because the text cannot be read, are missing."""
        keys = STAGES if self.reading.readable else [key for key in STAGES if _KINDS.get(key, "safety") == "safety"]
        return tuple(Step(key, tuple(one for one in self.claims if one.kind == _KINDS.get(key))) for key in keys)

    def claim(self, kind: str, value: str) -> Claim | None:
        """The claim of this kind and value, None when the reader makes none."""
        return next((one for one in self.claims if (one.kind, one.value) == (kind, value)), None)

    def would_change(self, claim: Claim) -> tuple[Change, ...]:
        """What leaving out its words does to a claim: each stretch alone, then the fewest that bring it down."""
        found: list[Change] = []
        most = max(1, min(_MOST, _CHARACTERS // max(1, len(self.text))))
        for spans in fewest_first(stretches(claim.spans), most):
            if len(spans) > 1 and any(change.outcome in _DOWN for change in found):
                break
            change = self._without(spans, claim)
            if change is not None and (len(spans) == 1 or change.outcome in _DOWN):
                found.append(change)
        return tuple(found)

    def _without(self, spans: Sequence[Span], claim: Claim) -> Change | None:
        rest = self.reader.read(left_out(self.text, spans))
        if not rest.readable and self.reading.readable:
            return Change(tuple(spans), "unread")
        left = next((one for one in claims_of(rest) if (one.kind, one.value) == (claim.kind, claim.value)), None)
        if left is None:
            felt = rest.sentiment.label if claim.kind == "sentiment" and rest.sentiment is not None else None
            return Change(tuple(spans), "gone", felt)
        outcome = _weaker(claim, left)
        return None if outcome is None else Change(tuple(spans), outcome, left.need_state, left.confidence)


def explained(text: str) -> Explained:
    """Read a text with the reader in force, to say how it comes to what it says."""
    reader = in_force().reader
    reading = reader.read(text)
    return Explained(text, reading, tuple(claims_of(reading)), reader)


def _weaker(before: Claim, left: Claim) -> str | None:
    if before.need_state != left.need_state:
        return "otherwise"
    if before.confidence is None or left.confidence is None:
        return None
    if before.kind == "need" and _is_used(before) and not _is_used(left):
        return "unsure"
    return "less" if before.confidence - left.confidence >= _LESS else None


def _is_used(claim: Claim) -> bool:
    return makes_signal(claim.confidence, claim.source, "none")
