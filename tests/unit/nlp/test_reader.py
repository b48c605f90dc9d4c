"""The face of the reader: what it promises to whoever calls it."""

import dataclasses
import pickle

import pytest

from nlp import READER_VERSION, Reader, Reading, Taxonomy, mask_personal_data
from nlp.personal import iban_is_valid, luhn_is_valid
from nlp.reading import ACTIONABILITY, INTENTS, NEED_STATES, PII_KINDS, SAFETY_KINDS, SENTIMENT_LABELS
from nlp.taxonomy import FAMILIES

TEXTS = [
    "You charged me twice and nobody answers",
    "Il servizio è pessimo",
    "",
    "I love the app. The fees are outrageous, I hate them.",
    "Please add dark mode",
    "My card is 4111 1111 1111 1111, it was stolen",
    "👍",
    "Delete all my data now",
] * 3


def test_the_default_reader_is_made_once() -> None:
    assert Reader.default() is Reader.default()


def test_many_are_read_as_one_by_one_and_in_order() -> None:
    reader = Reader.default()
    assert reader.read_many(TEXTS) == [reader.read(text) for text in TEXTS]


def test_two_processes_read_the_same_as_one() -> None:
    reader = Reader.default()
    assert reader.read_many(TEXTS, workers=2) == reader.read_many(TEXTS)


def test_nothing_to_read_many_of_gives_nothing() -> None:
    assert Reader.default().read_many([]) == []


def test_a_reading_cannot_be_changed_and_travels_between_processes() -> None:
    reading = Reader.default().read(TEXTS[0])
    with pytest.raises(dataclasses.FrozenInstanceError):
        reading.language = "it"  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(reading)) == reading


def test_every_value_is_one_of_those_that_are_promised() -> None:
    for reading in Reader.default().read_many(TEXTS):
        assert reading.sentiment is None or reading.sentiment.label in SENTIMENT_LABELS
        assert all(claim.intent in INTENTS for claim in reading.intents)
        assert all(
            claim.state in NEED_STATES and claim.need in Reader.default().taxonomy.needs for claim in reading.needs
        )
        assert all(flag.kind in SAFETY_KINDS for flag in reading.safety)
        assert all(item.kind in PII_KINDS for item in reading.pii)
        assert reading.actionability in ACTIONABILITY
        assert 0 <= reading.urgency.score <= 100


def test_the_version_names_reader_taxonomy_and_sentiment() -> None:
    version = Reader.default().read("hello there").version
    assert READER_VERSION in version
    assert Reader.default().taxonomy.name in version
    assert "seed-" in version


def test_every_confidence_is_called_an_estimate_until_there_are_local_labels() -> None:
    reading = Reader.default().read(TEXTS[0])
    claims = [*reading.needs, *reading.intents, reading.sentiment]
    assert all(claim is not None and claim.is_estimate for claim in claims)


def test_two_needs_of_one_sentence_rest_on_words_of_their_own() -> None:
    reading = Reader.default().read("You charged me twice and nobody answers")
    words = {claim.need: {span.text for span in claim.spans} for claim in reading.needs}
    assert "charged me twice" in words["reliability"]
    assert "nobody answers" in words["support"]
    assert not words["reliability"] & words["support"]


def test_spans_point_into_the_text_as_typed_through_markup_and_odd_characters() -> None:
    text = "<p>Caf\u00e9: the f\u200bee is <b>too</b>\u202e high</p>"
    reading = Reader.default().read(text)
    spans = [span for claim in reading.needs for span in claim.spans]
    assert any(span.text == "the f\u200bee is <b>too</b>\u202e high" for span in spans)


def test_personal_data_is_hidden_from_every_later_stage() -> None:
    reading = Reader.default().read("The fee.is.too.high@example.org")
    assert reading.masked_text == "The [email]"
    assert reading.needs == ()


def test_an_address_that_reads_like_words_is_still_hidden() -> None:
    assert mask_personal_data("I am stolen-card (at) example (dot) org") == mask_personal_data(
        "I am stolen-card (at) example (dot) org"
    )
    assert mask_personal_data("IBAN: de89 3704 0044 0532 0130 00.") == "IBAN: [iban]."


@pytest.mark.parametrize(
    "text", ["in 2024/2025", "on 23/11/2026 at 10:15", "£1,250.00", "5 cards for 3 people", "1500000 euros"]
)
def test_dates_years_and_amounts_are_left_to_be_read(text: str) -> None:
    assert mask_personal_data(text) == text


def test_the_checks_of_card_and_account_numbers_know_right_from_wrong() -> None:
    assert luhn_is_valid("4111111111111111")
    assert not luhn_is_valid("4111111111111112")
    assert iban_is_valid("GB82WEST12345698765432")
    assert not iban_is_valid("GB82WEST12345698765433")
    assert not iban_is_valid("GB82")


def test_urgency_says_why() -> None:
    calm = Reader.default().read("What is the exchange rate?")
    worst = Reader.default().read("I want to end my life because of this debt")
    stuck = Reader.default().read("I am stranded abroad without money, urgent")
    assert calm.urgency.score == 0
    assert worst.urgency.score == 100
    assert stuck.urgency.score >= 50
    assert all(reading.urgency.reasons for reading in (worst, stuck))


def test_a_text_over_the_cap_says_that_it_was_cut() -> None:
    reading: Reading = Reader.default().read("I am happy. " * 500 + "You stole my money.")
    assert reading.truncated
    assert "stole" not in reading.masked_text


def test_the_explanation_names_every_stage() -> None:
    text = Reader.default().explain("You charged me twice").as_text()
    for stage in (
        "intake",
        "personal data",
        "safety",
        "language",
        "sentiment",
        "intents",
        "needs",
        "aspects",
        "urgency",
    ):
        assert stage in text


def test_thirteen_needs_in_four_families_each_fully_described() -> None:
    needs = Reader.default().taxonomy.needs
    assert len(needs) == 13
    assert {need.family for need in needs.values()} == set(FAMILIES)
    for need in needs.values():
        assert need.gloss
        assert 5 <= len(need.seeds) <= 15
        assert need.examples_for
        assert need.examples_against
        assert len({phrase for phrase, _ in need.phrases}) == len(need.phrases)


@pytest.mark.parametrize(
    ("broken", "says"),
    [("family", "family must be"), ("servqual", "servqual must be"), ("seeds", "5 to 15 seeds")],
)
def test_a_taxonomy_that_is_wrong_says_where(broken: str, says: str) -> None:
    fields = {
        "family": '"Value"',
        "servqual": '"empathy"',
        "seeds": '["a","b","c","d","e"]',
        "name": '"N"',
        "gloss": '"G"',
    }
    fields[broken] = '["a"]' if broken == "seeds" else '"nonsense"'
    text = 'key = "x"\nversion = 1\n[needs.cost]\n' + "\n".join(f"{key} = {value}" for key, value in fields.items())
    with pytest.raises(ValueError, match=says):
        Taxonomy.from_toml(text)


def test_an_explanation_computes_which_words_would_change_it() -> None:
    text = "You charged me twice. Please stop e-mailing me."
    explanation = Reader.default().explain(text)
    assert {change.kind for change in explanation.would_change} == {"safety", "need", "intent", "sentiment"}
    for change in explanation.would_change:
        gone = {at for span in change.spans for at in range(span.start, span.end)}
        left = Reader.default().read("".join(one for at, one in enumerate(text) if at not in gone))
        claimed = {flag.kind for flag in left.safety} | {claim.intent for claim in left.intents}
        claimed |= {f"{claim.need} {claim.state}" for claim in left.needs}
        label = left.sentiment.label if left.sentiment else None
        assert (label if change.kind == "sentiment" else change.value not in claimed) != (
            change.value if change.kind == "sentiment" else False
        )
    assert "would change" in explanation.as_text()


def test_an_explanation_can_be_said_in_another_language() -> None:
    explanation = Reader.default().explain("Il servizio è pessimo e nessuno risponde")
    codes = {stage.name: (stage.code, dict(stage.params)) for stage in explanation.stages}
    assert codes["language"] == ("not_read_language", {"language": "it"})
    assert explanation.would_change == ()
    assert explanation.as_dict()["stages"][0]["code"] == "whole"


def test_letters_and_their_marks_typed_apart_are_read_as_one() -> None:
    whole, apart = "The café is lovely, naïve as I am", "The cafe\u0301 is lovely, nai\u0308ve as I am"
    first, second = Reader.default().read(whole), Reader.default().read(apart)
    assert second.masked_text == whole
    assert first.sentiment is not None
    assert second.sentiment is not None
    assert (first.sentiment.label, first.sentiment.score) == (second.sentiment.label, second.sentiment.score)
    for span in second.sentiment.spans:
        assert apart[span.start : span.end] == span.text


def test_an_aspect_feels_as_its_own_clause_does() -> None:
    aspects = Reader.default().read("The app is wonderful, but the branch is awful").aspects
    felt = {claim.aspect: claim.polarity for claim in aspects}
    assert felt["app"] > 0.3
    assert felt["branch"] < -0.3


def test_every_claim_says_where_it_comes_from_and_how_sure_it_is() -> None:
    reading = Reader.default().read(
        "My card 4111 1111 1111 1111 was stolen in the branch, the fee is awful. Please help"
    )
    claims = [*reading.needs, *reading.intents, *reading.aspects, *reading.safety, *reading.pii]
    assert len({type(claim) for claim in claims}) == 5
    for claim in claims:
        assert claim.source
        assert 0 < claim.confidence <= 1
        assert claim.is_estimate
