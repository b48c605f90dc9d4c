"""What the reader says about one text: immutable records, each claim with the words it rests on.

All spans count Python characters in the text **as it was typed**: ``span.text == original[span.start:span.end]``,
whatever was cleaned, normalised or masked in between. A claim whose words are deleted must disappear with them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, TypeVar

T = TypeVar("T")

LANGUAGES_NAMED: Final = (
    *"en it zh fr de es pt nl sv da no fi pl cs sk sl hr hu ro tr ca et lv lt id vi tl sw af hi".split(),
    *"ja ko ru uk el he ar th und".split(),
)
"""Language codes a reading may carry; ``und`` means that the language could not be told."""

SENTIMENT_LABELS: Final = ("negative", "neutral", "positive", "mixed")
NEED_STATES: Final = ("unmet", "met", "wished")
INTENTS: Final = ("idea", "complaint", "question", "praise", "bug", "request", "data_rights", "none")
ACTIONABILITY: Final = ("response_needed", "suggestion", "praise", "not_meaningful")
SAFETY_KINDS: Final = (
    "self_harm",
    "threat",
    "hardship",
    "bereavement",
    "fraud",
    "regulator",
    "discrimination",
    "data_rights",
    "abuse",
)
PII_KINDS: Final = ("email", "phone", "card", "iban", "account", "secret")


def _light(record: type[T]) -> type[T]:
    """Let a record travel between processes at a third of the cost that ``dataclasses`` gives to frozen ones."""
    names = [one.name for one in dataclasses.fields(record)]  # type: ignore[arg-type]
    put = [getattr(record, name).__set__ for name in names]
    take = attrgetter(*names)

    def state(self: Any) -> Any:
        return take(self)

    def restore(self: Any, values: Any) -> None:
        for place, value in zip(put, values, strict=True):
            place(self, value)

    record.__getstate__ = state  # type: ignore[method-assign]
    record.__setstate__ = restore  # type: ignore[attr-defined]
    return record


@_light
@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the typed text, ``start`` inclusive, ``end`` exclusive, in Python characters."""

    start: int
    end: int
    text: str


@_light
@dataclass(frozen=True, slots=True)
class Sentiment:
    """How the writer feels about what they write of.

    ``score`` runs from -1 (bad) to 1 (good). ``confidence`` is the probability the classifier gives to ``label``;
    as long as ``is_estimate`` is true it has not been calibrated on this company's own labels and must be shown as
    an estimate. It is ``None`` when the label rests on no words at all. ``spans`` are the words that moved it.
    """

    label: str
    score: float
    confidence: float | None
    is_estimate: bool
    source: str
    spans: tuple[Span, ...]


@_light
@dataclass(frozen=True, slots=True)
class NeedClaim:
    """One need of the taxonomy that the text speaks of.

    ``state`` is ``unmet`` (it goes wrong), ``met`` (it goes right) or ``wished`` (asked for). ``polarity`` is the
    feeling of the need's own sentence, from -1 to 1. ``source`` is ``rule`` (a key phrase), ``seed`` (likeness to
    seed phrases) or ``model vN``.
    """

    need: str
    state: str
    confidence: float
    is_estimate: bool
    source: str
    spans: tuple[Span, ...]
    polarity: float


@_light
@dataclass(frozen=True, slots=True)
class IntentClaim:
    """What the writer wants with the text; a text may have several intents, ``none`` only alone."""

    intent: str
    confidence: float
    is_estimate: bool
    source: str
    spans: tuple[Span, ...]


@_light
@dataclass(frozen=True, slots=True)
class AspectClaim:
    """A product, channel or step of the journey that is spoken of; ``polarity`` is that of its own clause."""

    aspect: str
    kind: str
    polarity: float
    spans: tuple[Span, ...]
    source: str = "lexicon"
    confidence: float = 0.9
    is_estimate: bool = True


@_light
@dataclass(frozen=True, slots=True)
class Urgency:
    """How soon a person should look: 0 (whenever) to 100 (now), with a plain reason for each part of the score."""

    score: int
    reasons: tuple[str, ...]


@_light
@dataclass(frozen=True, slots=True)
class SafetyFlag:
    """A reason for a person to read this first, and for selling to stop. Tuned to miss nothing, so it may overreact."""

    kind: str
    spans: tuple[Span, ...]
    source: str
    confidence: float = 0.7
    is_estimate: bool = True


@_light
@dataclass(frozen=True, slots=True)
class PiiSpan:
    """Personal data that was found, and that no later stage saw; surest where a check digit or a form proves it."""

    kind: str
    span: Span
    source: str = "rule"
    confidence: float = 0.9
    is_estimate: bool = True


@_light
@dataclass(frozen=True, slots=True)
class Reading:
    """Everything the reader says about one text.

    ``text_length`` is the length of the typed text; ``truncated`` says that only its first 5,000 characters were
    read. ``readable`` is false when no model speaks the language or there is nothing to read; then ``sentiment`` is
    ``None``, there are no needs, intents or aspects, and ``not_read_reason`` is one of ``empty``, ``too_short``,
    ``unknown_language``, ``language``. Personal data and safety are looked at in every case.
    ``masked_text`` is the cleaned text with personal data replaced by placeholders such as ``[card]``; it is the
    only copy that should be kept in logs or label stores. ``version`` names reader, taxonomy and sentiment model.
    ``also_language`` is another language that part of a text is in which is read; that part is not understood.
    """

    text_length: int
    truncated: bool
    language: str
    language_confidence: float
    readable: bool
    not_read_reason: str | None
    sentiment: Sentiment | None
    intents: tuple[IntentClaim, ...]
    needs: tuple[NeedClaim, ...]
    aspects: tuple[AspectClaim, ...]
    urgency: Urgency
    safety: tuple[SafetyFlag, ...]
    pii: tuple[PiiSpan, ...]
    masked_text: str
    actionability: str
    version: str
    also_language: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The same as plain dicts, lists, strings and numbers, ready for JSON; personal data is hidden in it."""
        return _as_dict(self, self.pii)


@dataclass(frozen=True, slots=True)
class Stage:
    """What one stage made of a text: a ``code`` with ``params`` (name, value) for any language; in English."""

    name: str
    code: str
    params: tuple[tuple[str, str], ...]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What would change a reading: without the words of ``spans`` the claim ``value`` of ``kind`` falls.

    ``kind`` is ``safety``, ``need`` (``value`` is need and state), ``intent`` or ``sentiment``; ``becomes`` is the
    label or state that would take its place, if one would. ``text`` says it in English.
    """

    kind: str
    value: str
    becomes: str | None
    spans: tuple[Span, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reading with, for each stage in order, what it contributed, and what would change it."""

    reading: Reading
    stages: tuple[Stage, ...]
    would_change: tuple[Change, ...]

    def as_text(self) -> str:
        """One line for each stage and each change, for a terminal."""
        lines = [f"{stage.name:<14} {stage.text}" for stage in self.stages]
        return "\n".join([*lines, *(f"{'would change':<14} {change.text}" for change in self.would_change)])

    def as_dict(self) -> dict[str, Any]:
        """The same as plain dicts, lists, strings and numbers, ready for JSON; personal data is hidden in it."""
        return _as_dict(self, self.reading.pii)


def _as_dict(whole: Reading | Explanation, personal: Sequence[PiiSpan]) -> dict[str, Any]:
    hidden = [(found.span.start, found.span.end) for found in personal]
    plain: dict[str, Any] = json_ready(_without(dataclasses.asdict(whole), hidden))
    return plain


def _without(value: Any, hidden: Sequence[tuple[int, int]]) -> Any:
    """The same with underscores in every span where it lies over one of the stretches."""
    if not hidden:
        return value
    if isinstance(value, dict):
        if value.keys() == {"start", "end", "text"}:
            return {**value, "text": _covered(value["text"], value["start"], hidden)}
        return {key: _without(inner, hidden) for key, inner in value.items()}
    return [_without(inner, hidden) for inner in value] if isinstance(value, (list, tuple)) else value


def _covered(text: str, at: int, hidden: Sequence[tuple[int, int]]) -> str:
    for start, end in hidden:
        first, last = max(0, start - at), min(len(text), end - at)
        if first < last:
            text = text[:first] + "_" * (last - first) + text[last:]
    return text


def json_ready(value: Any) -> Any:
    """Turn tuples into lists all the way down, and lone surrogates (which UTF-8 cannot hold) into U+FFFD."""
    if isinstance(value, dict):
        return {key: json_ready(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_ready(inner) for inner in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8") if not value.isascii() else value
    return value
