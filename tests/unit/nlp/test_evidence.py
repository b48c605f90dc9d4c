"""No claim without evidence: delete the words a claim rests on, and the claim is gone."""

from collections.abc import Iterator
from pathlib import Path
from tomllib import loads

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp import Reader, Reading, Span

READER = Reader.default()
CASES = loads(Path(__file__).with_name("behaviour.toml").read_text(encoding="utf-8"))["case"]
BRISK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SENTENCES = st.lists(
    st.sampled_from(
        [
            "You charged me twice and nobody answers.",
            "The fee is too high.",
            "I can't log in to the app.",
            "My card has not arrived.",
            "The staff were very helpful.",
            "Please add a dark mode.",
            "The menu is confusing.",
            "Stop sending me marketing emails.",
            "I love how easy the app is to use.",
            "The cash machine swallowed my card.",
            "Nobody told me about the new terms.",
            "Someone stole my phone.",
            "How do I change my PIN?",
            "You never listen to loyal customers.",
            "Where is my cashback?",
        ]
    ),
    min_size=1,
    max_size=4,
    unique=True,
).map(" ".join)


def without(text: str, spans: tuple[Span, ...]) -> str:
    """The text with the words of these spans deleted."""
    gone = {at for span in spans for at in range(span.start, span.end)}
    return "".join(character for at, character in enumerate(text) if at not in gone)


@BRISK
@given(SENTENCES)
def test_a_need_falls_when_its_words_are_deleted(text: str) -> None:
    for claim in READER.read(text).needs:
        assert claim.spans
        left = READER.read(without(text, claim.spans))
        assert claim.need not in {other.need for other in left.needs}


@BRISK
@given(SENTENCES)
def test_a_safety_flag_and_an_aspect_fall_when_their_words_are_deleted(text: str) -> None:
    reading = READER.read(text)
    for flag in reading.safety:
        assert flag.kind not in {other.kind for other in READER.read(without(text, flag.spans)).safety}
    for aspect in reading.aspects:
        assert aspect.aspect not in {other.aspect for other in READER.read(without(text, aspect.spans)).aspects}


@BRISK
@given(SENTENCES)
def test_a_feeling_falls_when_its_words_are_deleted(text: str) -> None:
    sentiment = READER.read(text).sentiment
    assert sentiment is not None
    if sentiment.label in ("negative", "positive"):
        left = READER.read(without(text, sentiment.spans)).sentiment
        assert left is None or left.label != sentiment.label


@BRISK
@given(SENTENCES)
def test_an_intent_falls_when_its_words_are_deleted(text: str) -> None:
    for claim in READER.read(text).intents:
        if claim.intent != "none":
            left = READER.read(without(text, claim.spans))
            assert claim.intent not in {other.intent for other in left.intents}


def claims_of(reading: Reading) -> dict[str, tuple[Span, ...]]:
    """Every claim by a name of its own, with its spans; no claim at all is made by `none` and by a neutral feeling."""
    told = {f"need {claim.need}": claim.spans for claim in reading.needs}
    told |= {f"intent {claim.intent}": claim.spans for claim in reading.intents if claim.intent != "none"}
    told |= {f"aspect {claim.aspect}": claim.spans for claim in reading.aspects}
    told |= {f"safety {flag.kind}": flag.spans for flag in reading.safety}
    if reading.sentiment and reading.sentiment.label != "neutral":
        told[f"feels {reading.sentiment.label}"] = reading.sentiment.spans
    return told


def fallen(text: str) -> Iterator[tuple[str, bool]]:
    """For every claim about the text, whether it falls when the words it rests on are deleted."""
    for name, spans in claims_of(READER.read(text)).items():
        yield name, bool(spans) and name not in claims_of(READER.read(without(text, spans)))


def test_of_all_claims_about_plain_texts_nearly_all_fall_with_their_words() -> None:
    told = [(kind.split()[0], falls) for case in CASES for kind, falls in fallen(case["text"])]
    for kind in ("need", "intent", "aspect", "safety", "feels"):
        falls = [fell for name, fell in told if name == kind]
        assert len(falls) > 20
        assert sum(falls) >= 0.95 * len(falls), kind
