"""What must be told carries no offer, and no message has a blank that nobody fills."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.outreach.lint import OFFER_WORDS, findings, offers_in
from portal.outreach.rules import closest

ALL_WORDS = sorted({word for words in OFFER_WORDS.values() for word in words})


def codes(message_class: str, text: str, topic: str = "*", key: str = "news") -> list[tuple[str, bool]]:
    return [(one.code, one.refuses) for one in findings(key, message_class, topic, {"en": text})]


@pytest.mark.parametrize("word", ALL_WORDS)
def test_every_word_of_offers_is_refused_in_what_must_be_told_and_named(word: str) -> None:
    (found,) = findings("news", "mandatory", "*", {"it": f"Hello. {word.upper()} for you."})
    assert (found.code, found.refuses, f"“{word}”" in found.sentence) == ("offer", True, True)


@given(st.sampled_from(ALL_WORDS), st.text(alphabet="abc \n", max_size=12))
def test_an_offer_is_found_wherever_it_stands(word: str, around: str) -> None:
    assert word in offers_in(f"{around} {word} {around}")


def test_a_word_inside_another_is_not_an_offer() -> None:
    assert offers_in("We deal with it; the coffers are dealt with. Pricey.") == ["deal"]


@pytest.mark.parametrize("link", ["https://example.org/apply", "https://example.org/a?utm_source=mail"])
def test_a_link_to_an_offer_is_an_offer(link: str) -> None:
    assert offers_in(f"Read {link} today") == [link]


def test_an_offer_in_a_service_message_is_a_warning_and_in_an_offer_it_is_no_matter() -> None:
    assert codes("service", "A discount.") == [("offer", False)]
    assert codes("answer", "A discount.") == [("offer", False)]
    assert codes("marketing", "A discount.") == []


def test_what_must_be_told_has_no_topic() -> None:
    assert codes("mandatory", "The rules change.", topic="savings") == [("topic", True)]
    assert codes("mandatory", "The rules change.") == []


def test_a_blank_nobody_fills_is_refused_in_every_language_and_named() -> None:
    (found,) = findings("news", "service", "*", {"en": "Dear $name, it costs $5.", "it": "Caro $nome"})
    assert (found.code, found.refuses) == ("blank", True)
    assert "$nome" in found.sentence
    assert "$5" not in found.sentence


def test_the_portals_own_messages_have_blanks_of_their_own() -> None:
    assert codes("answer", "$title is now $status: $answer", key="idea_outcome") == []
    assert codes("answer", "$title", key="other") == [("blank", True)]


@pytest.mark.parametrize(
    ("wanted", "offered", "got"),
    [
        ("it", ["it", "zh_Hant"], "it"),
        ("it-CH", ["it"], "it"),
        ("zh-TW", ["it", "zh_Hant"], "zh_Hant"),
        ("zh-Hant", ["zh_Hant"], "zh_Hant"),
        ("zh-CN", ["zh_Hant"], None),
        ("fr", ["it", "zh_Hant"], None),
        ("en-GB", ["en"], "en"),
    ],
)
def test_the_nearest_language_is_chosen_or_none(wanted: str, offered: list[str], got: str | None) -> None:
    assert closest(wanted, offered) == got
