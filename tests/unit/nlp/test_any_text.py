"""Whatever is typed: it is read, spans point at the words, personal data stays hidden."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nlp import Reader, Reading, Span, mask_personal_data
from nlp.personal import iban_is_valid, luhn_is_valid

READER = Reader.default()
BRISK = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
ANY_TEXT = st.text(st.characters(), max_size=300)
PIECES = st.sampled_from(
    [
        "The fee is too high",
        "you charged me twice",
        "and nobody answers",
        "I can’t log in",
        "the app is great",
        "but",
        ". ",
        "!",
        "\n",
        "please add dark mode",
        "<b>",
        "</b>",
        "&amp;",
        "\u200b",
        "e\u0301",
        "😊",
        "\x00",
        "\ud800",
        "stop e-mailing me",
        "my card was stolen",
        "ada@example.org",
        "4111 1111 1111 1111",
        "服务",
        "il conto",
        "\u202e",
        "ﬁ",
        "Ａ",
        ", ",
        " ",
        "not good",
        "thanks for nothing",
    ]
)
FEEDBACK = st.lists(PIECES, max_size=12).map(" ".join)


def spans_of_claims(reading: Reading) -> list[Span]:
    claims = [*reading.needs, *reading.intents, *reading.aspects, *reading.safety]
    spans = [span for claim in claims for span in claim.spans]
    return spans + list(reading.sentiment.spans if reading.sentiment else ())


def all_spans(reading: Reading) -> list[Span]:
    return spans_of_claims(reading) + [item.span for item in reading.pii]


@BRISK
@given(st.one_of(ANY_TEXT, FEEDBACK))
def test_any_string_is_read_and_every_span_points_at_what_was_typed(text: str) -> None:
    reading = READER.read(text)
    for span in all_spans(reading):
        assert 0 <= span.start < span.end <= len(text)
        assert span.text == text[span.start : span.end]
    json.dumps(reading.as_dict(), ensure_ascii=False).encode("utf-8")
    assert (reading.sentiment is None) == (not reading.readable) == (reading.not_read_reason is not None)
    assert READER.explain(text).as_text()


@BRISK
@given(st.one_of(ANY_TEXT, FEEDBACK))
def test_the_same_text_is_always_read_the_same(text: str) -> None:
    assert READER.read(text) == READER.read(text)


@settings(BRISK, max_examples=30)
@given(st.lists(st.one_of(ANY_TEXT, FEEDBACK), max_size=6))
def test_many_are_read_as_each_is_alone(texts: list[str]) -> None:
    assert READER.read_many(texts) == [READER.read(text) for text in texts]


DIGITS = st.text("0123456789", min_size=1)


@st.composite
def cards(draw: st.DrawFn) -> str:
    body = draw(st.text("0123456789", min_size=12, max_size=18))
    number = next(body + check for check in "0123456789" if luhn_is_valid(body + check))
    separator = draw(st.sampled_from(["", " ", "-"]))
    return separator.join(number[at : at + 4] for at in range(0, len(number), 4))


@st.composite
def ibans(draw: st.DrawFn) -> str:
    country, length = draw(st.sampled_from([("DE", 22), ("IT", 27), ("GB", 22), ("FR", 27), ("NL", 18), ("MT", 31)]))
    body = draw(st.text("0123456789", min_size=length - 4, max_size=length - 4))
    check = next(f"{two:02}" for two in range(2, 99) if iban_is_valid(f"{country}{two:02}{body}"))
    iban = f"{country}{check}{body}"
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4)) if draw(st.booleans()) else iban


@st.composite
def phones(draw: st.DrawFn) -> str:
    country = draw(st.sampled_from(["+39 ", "+44", "+1-", "0039 ", "0"]))
    first = draw(st.sampled_from("123456789"))
    rest = draw(st.text("0123456789", min_size=8, max_size=9))
    separator = draw(st.sampled_from(["", " ", "-", "."]))
    return country + separator.join([first + rest[:3], rest[3:6], rest[6:]])


@st.composite
def emails(draw: st.DrawFn) -> str:
    name = draw(st.text("abcdefghijkxyz0123456789._+-", min_size=1, max_size=20))
    host = draw(st.from_regex(r"[a-z]{2,10}(\.[a-z]{2,8})?\.(org|com|it|co\.uk)", fullmatch=True))
    return f"x{name}@{host}"


AROUND = st.sampled_from(
    ["", "Hello, ", "My details: ", "see (", "number ", "服务 ", "1 ", "€5 and ", "on 2026-11-23, "]
)


@BRISK
@given(
    AROUND, st.one_of(cards(), ibans(), phones(), emails()), st.sampled_from(["", ".", ", thanks", ")", " 12", "\nbye"])
)
def test_planted_personal_data_never_leaves_in_the_masked_text(before: str, secret: str, after: str) -> None:
    masked = mask_personal_data(before + secret + after)
    assert secret not in masked
    kept = "".join(character for character in masked if character.isalnum())
    planted = "".join(character for character in secret if character.isalnum())
    assert planted not in kept
    assert planted[-8:] not in kept
    assert READER.read(before + secret + after).masked_text == masked


@BRISK
@given(FEEDBACK, st.one_of(cards(), ibans(), phones(), emails()), FEEDBACK)
@example("", "0000000000000", "stop e-mailing me 😊")
@example("please call", "+39 612345678", "and stop")
def test_no_claim_rests_on_personal_data(before: str, secret: str, after: str) -> None:
    reading = READER.read(f"{before} {secret} {after}")
    hidden = {at for item in reading.pii for at in range(item.span.start, item.span.end)}
    assert hidden
    assert not any(hidden.intersection(range(span.start, span.end)) for span in spans_of_claims(reading))


@BRISK
@given(st.one_of(ANY_TEXT, FEEDBACK))
def test_what_is_masked_once_stays_as_it_is(text: str) -> None:
    masked = mask_personal_data(text)
    assert mask_personal_data(masked) == masked


@pytest.mark.parametrize("lead", range(4_970, 5_003))
def test_a_card_that_straddles_the_cap_does_not_peek_out(lead: int) -> None:
    text = "fee " * 2000
    text = text[: lead - 1] + " 4111 1111 1111 1111 and on" + " and on" * 20
    reading = READER.read(text)
    assert reading.truncated
    assert "4111" not in reading.masked_text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "a" * 1_000_000,
        "fee is too high. " * 60_000,
        "a\u0301" * 4_000,
        "a" + "\u0300" * 20_000,
        "<" * 6_000,
        "&" * 6_000,
        "@" * 6_000,
        "1" * 6_000,
        "1 " * 6_000,
        "GB82" * 1_500,
        "!?" * 3_000,
        "😊" * 6_000,
        "\u202e\u2066" * 3_000,
        "<b" * 3_000,
        "(" * 6_000,
        "not " * 1_500,
        "." * 6_000,
        "a." * 3_000,
        "a@a." * 1_500,
        "+1" * 3_000,
        "\n" * 6_000,
        "'" * 6_000,
        "A" * 5_000,
        ":)" * 2_500,
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_hostile_lengths_are_read_in_good_time(text: str) -> None:
    reading = READER.read(text)
    assert reading.text_length == len(text)
    assert reading.truncated == (len(text) > 5_000)
    assert all(span.end <= 5_064 for span in all_spans(reading))
