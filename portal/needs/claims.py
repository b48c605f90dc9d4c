"""From a reading to the tags it would make: the one place that knows the reader's records."""

from collections.abc import Iterable

from nlp import Reader, Reading, Span, Taxonomy, mask_personal_data
from portal.needs.in_force import in_force
from portal.needs.rules import Claim, thousandths
from portal.sentences import Sentence

LANGUAGES = {
    "en": Sentence("English"),
    "it": Sentence("Italian"),
    "zh": Sentence("Chinese"),
    "fr": Sentence("French"),
    "de": Sentence("German"),
    "es": Sentence("Spanish"),
    "pt": Sentence("Portuguese"),
    "nl": Sentence("Dutch"),
    "ja": Sentence("Japanese"),
    "ko": Sentence("Korean"),
    "ar": Sentence("Arabic"),
    "ru": Sentence("Russian"),
    "und": "",
}
"""English names of languages a reading may name."""

NEED_NAMES = (
    Sentence("Fair cost"), Sentence("Rewards"), Sentence("Choice"), Sentence("Access"), Sentence("Reliability"),
    Sentence("Speed"), Sentence("Ease"), Sentence("Security"), Sentence("Privacy"), Sentence("Clarity"),
    Sentence("Control"), Sentence("Support"), Sentence("Recognition"),
)  # fmt: skip
"""The taxonomy's names again, so that they are collected for translation; a test keeps them the same."""


def reader() -> Reader:
    """The reader of this process, as it was when somebody last looked what is in force."""
    return in_force().reader


def preview(text: str) -> Reading:
    """How a text reads, without keeping anything."""
    return reader().read(text)


def taxonomy() -> Taxonomy:
    """The needs there are now, by key, with name and gloss."""
    return in_force().taxonomy


def need_name(key: str) -> str:
    """The name of a need, also of one that only an earlier version had; its key when no version did."""
    return in_force().names.get(key, key)


def masked(text: str) -> str:
    """A text with personal data replaced by placeholders, for words that are not read yet."""
    return mask_personal_data(text)


def language_name(code: str) -> str:
    """English name of a language, the code itself for one we have no name for."""
    return LANGUAGES.get(code, code)


def claims_of(reading: Reading) -> list[Claim]:
    """Every claim of a reading that a person can review, at most one of each kind and value."""
    claims = [*_needs(reading), *_intents(reading), *_safety(reading)]
    if reading.sentiment is not None:
        felt = reading.sentiment
        confidence, score = thousandths(felt.confidence), thousandths(felt.score) or 0
        claims.append(
            Claim("sentiment", felt.label, None, confidence, felt.is_estimate, score, felt.source, _places(felt.spans))
        )
    return _once(claims)


def _needs(reading: Reading) -> list[Claim]:
    return [
        Claim(
            "need",
            one.need,
            one.state,
            thousandths(one.confidence),
            one.is_estimate,
            thousandths(one.polarity) or 0,
            one.source,
            _places(one.spans),
        )
        for one in reading.needs
    ]


def _intents(reading: Reading) -> list[Claim]:
    return [
        Claim(
            "intent", one.intent, None, thousandths(one.confidence), one.is_estimate, 0, one.source, _places(one.spans)
        )
        for one in reading.intents
        if one.intent != "none"
    ]


def _safety(reading: Reading) -> list[Claim]:
    return [
        Claim("safety", flag.kind, None, None, True, 0, flag.source, _places(flag.spans)) for flag in reading.safety
    ]


def _places(spans: Iterable[Span]) -> tuple[tuple[int, int], ...]:
    return tuple((span.start, span.end) for span in spans)


def _once(claims: list[Claim]) -> list[Claim]:
    """The surest claim of each kind and value, with the words of all of them."""
    best: dict[tuple[str, str], Claim] = {}
    for claim in claims:
        key = (claim.kind, claim.value)
        before = best.get(key)
        if before is None:
            best[key] = claim
            continue
        surest, other = (claim, before) if (claim.confidence or 0) > (before.confidence or 0) else (before, claim)
        spans = tuple(sorted({*surest.spans, *other.spans}))
        best[key] = Claim(
            surest.kind,
            surest.value,
            surest.need_state,
            surest.confidence,
            surest.is_estimate,
            surest.polarity,
            surest.source,
            spans,
        )
    return list(best.values())
