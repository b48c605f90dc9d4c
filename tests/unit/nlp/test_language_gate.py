"""Which languages are read, and that the others get no feeling."""

from pathlib import Path
from tomllib import loads
from typing import Any

import pytest

from nlp import Reader

ABROAD: dict[str, list[str]] = loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))
SENTENCES: dict[str, list[str]] = loads(Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8"))
SHORT: dict[str, Any] = loads(Path(__file__).with_name("short.toml").read_text(encoding="utf-8"))
OTHERS = {
    "it": [
        "Non riesco ad accedere al mio conto",
        "La commissione è troppo alta",
        "Ottimo servizio, grazie mille",
        "Perché mi avete addebitato due volte?",
        "L'app si blocca sempre",
        "Vorrei chiudere il conto",
        "Quando arriva la carta?",
        "Siete i migliori, bravissimi",
        "servizio pessimo",
        "Il personale della filiale è stato molto gentile con mia madre",
        "No, non va bene",
        "App ottima",
    ],
    "zh": [
        "手续费太高了",
        "应用程序总是崩溃",
        "谢谢你们的帮助",
        "为什么收我两次钱？",
        "我想关闭我的账户",
        "很好用",
        "APP很慢",
        "客服态度很差，再也不用了",
    ],
    "fr": [
        "Les frais sont trop élevés",
        "Je n'arrive pas à me connecter",
        "Merci pour votre aide, très bon service",
        "Pourquoi ma carte est-elle bloquée ?",
        "L'application plante tout le temps",
        "Je voudrais fermer mon compte",
    ],
    "es": [
        "Las comisiones son demasiado altas",
        "No puedo entrar en mi cuenta",
        "Muchas gracias por la ayuda",
        "¿Por qué me han cobrado dos veces?",
        "La aplicación se cierra sola",
        "Quiero cancelar mi tarjeta",
    ],
    "de": [
        "Die Gebühren sind viel zu hoch",
        "Ich kann mich nicht anmelden",
        "Vielen Dank für die schnelle Hilfe",
        "Warum wurde ich zweimal belastet?",
        "Die App stürzt ständig ab",
        "Ich möchte mein Konto kündigen",
    ],
    "pt": [
        "As taxas são muito altas",
        "Não consigo entrar na minha conta",
        "Muito obrigado pela ajuda",
        "Por que fui cobrado duas vezes?",
    ],
}
UNNAMED = [
    "De kosten zijn veel te hoog",
    "Ik kan niet inloggen op mijn rekening",
    "Avgifterna är alldeles för höga",
    "Opłaty są zdecydowanie za wysokie",
    "Ücretler çok yüksek",
    "Poplatky jsou příliš vysoké",
    "Taxele sunt mult prea mari",
    "Phí quá cao",
    "Комиссия слишком высокая",
    "Οι χρεώσεις είναι πολύ υψηλές",
    "الرسوم مرتفعة جدا",
    "העמלות גבוהות מדי",
    "शुल्क बहुत अधिक है",
    "手数料が高すぎます",
    "수수료가 너무 비싸요",
    "ค่าธรรมเนียมสูงเกินไป",
]
ENGLISH = [
    "app crashes again",
    "too slow",
    "The fee is too high",
    "I love it",
    "card not working",
    "help",
    "why was I charged",
    "terrible service",
    "pls fix asap, app wont open",
    "thanks",
    "Top up failed",
    "it's rubbish",
    "cant login",
    "How old do I have to be?",
    "lost my card in Rome",
    "My husband's pension went missing",
    "Where is my refund",
    "change pin",
    "The café card reader declined my Visa",
    "exchange rate wrong",
    "good",
    "never again",
    "GREAT APP",
    "What about Germany?",
]


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in OTHERS.items() for text in texts])
def test_a_language_without_a_model_gets_no_feeling_and_no_need(code: str, text: str) -> None:
    reading = Reader.default().read(text)
    assert not reading.readable
    assert reading.sentiment is None
    assert reading.needs == reading.intents == reading.aspects == ()
    assert reading.language in (code, "und")
    assert reading.not_read_reason in ("language", "unknown_language", "too_short")


def test_languages_with_a_name_are_named_nearly_always() -> None:
    told = [(code, Reader.default().read(text).language) for code, texts in OTHERS.items() for text in texts]
    assert sum(code == language for code, language in told) >= 0.9 * len(told)


@pytest.mark.parametrize("text", UNNAMED)
def test_a_language_that_we_do_not_name_is_not_read_either(text: str) -> None:
    reading = Reader.default().read(text)
    assert reading.sentiment is None
    assert not reading.readable


@pytest.mark.parametrize("text", ENGLISH)
def test_short_english_is_read(text: str) -> None:
    reading = Reader.default().read(text)
    assert (reading.language, reading.readable) == ("en", True)


@pytest.mark.parametrize("text", OTHERS["it"] + OTHERS["zh"] + UNNAMED)
def test_a_text_in_another_language_goes_to_a_person(text: str) -> None:
    reading = Reader.default().read(text)
    assert reading.not_read_reason == "too_short" or reading.actionability == "response_needed"


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in ABROAD.items() for text in texts])
def test_short_words_of_customers_abroad_are_not_taken_for_english(code: str, text: str) -> None:
    reading = Reader.default().read(text)
    assert not reading.readable
    assert reading.sentiment is None


def test_short_words_of_customers_abroad_are_named_by_their_language() -> None:
    main = [(code, text) for code in ("it", "fr", "de", "es", "pt", "nl", "zh") for text in ABROAD[code]]
    named = sum(Reader.default().read(text).language == code for code, text in main)
    assert named >= 0.95 * len(main)


HASTY = [
    "gud app",
    "Great!",
    "ok",
    "thx",
    "LOVE LOVE LOVE",
    "@anonymous thanks!!! #happy http://example.org/x",
    "Delta lost my luggage again!!!",
    "NullPointerException in UserService.java line 42",
    "Samsung Galaxy S9 battery drain",
    "sooo gooood",
    "www.example.nl - the page does not load",
    "why u no work",
]


@pytest.mark.parametrize("text", HASTY)
def test_hasty_english_with_names_and_jargon_is_read(text: str) -> None:
    assert Reader.default().read(text).language == "en"


def test_a_text_in_two_languages_is_read_when_it_is_mostly_english_and_says_so() -> None:
    text = "The card does not work in any shop and nobody answers me, so I had to call you. Non funziona più, perché?"
    reading = Reader.default().read(text)
    assert reading.readable
    assert reading.also_language == "it"
    assert not Reader.default().read("Non funziona niente, perché non mi avete detto nulla? Bad app").readable


def test_whole_sentences_are_given_their_language() -> None:
    asked = [(code, text) for code, texts in SENTENCES.items() for text in texts]
    wrong = [(code, text) for code, text in asked if Reader.default().read(text).language != code]
    assert len(wrong) <= 0.01 * len(asked), wrong


def test_only_english_sentences_are_given_a_feeling() -> None:
    for code, texts in SENTENCES.items():
        for text in texts:
            assert (Reader.default().read(text).sentiment is not None) == (code == "en"), text


def test_two_or_three_words_of_english_are_read() -> None:
    assert [text for text in SHORT["en"] if not Reader.default().read(text).readable] == []


def test_two_or_three_words_of_another_language_are_named_and_never_felt() -> None:
    asked = [(code, text) for code, texts in SHORT["other"].items() for text in texts]
    told = [(code, text, Reader.default().read(text)) for code, text in asked]
    assert [text for _, text, reading in told if reading.sentiment is not None] == []
    wrong = [(code, text) for code, text, reading in told if reading.language != code]
    assert len(wrong) <= 0.02 * len(asked), wrong


def test_what_is_written_without_its_own_letters_is_never_felt() -> None:
    assert [text for text in SHORT["bare"] if Reader.default().read(text).sentiment is not None] == []
