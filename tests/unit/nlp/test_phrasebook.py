"""Phrases are found however many lists they stand in, and however the lists are searched."""

import random

import pytest

from nlp.phrasebook import PhraseBook, Shelf
from nlp.remembering import Remembered
from nlp.words import sentences_of

PHRASES = (
    "charg* ~ twice", "charg*|bill* me? twice", "no ~2 answer*", "fee", "^ please ~5 add", "too high? $",
    "app ~ crash*",
    "can't log in?", "log ~1 in|out", "the|a fee* is", "not|never ~ help* ~ me", "add* dark mode", "in",
)  # fmt: skip
WORDS = (
    "charged charges charge twice me billed no answer answers fee fees please add added adding too high app crash "
    "crashes can't log in out the a is not never helped help dark mode and nobody very"
).split()


def sentences(count: int) -> list[str]:
    """Sentences of the words of the phrases, the same every time."""
    chance = random.Random(11)
    return [" ".join(chance.choices(WORDS, k=chance.randint(1, 12))) for _ in range(count)]


def one_by_one(text: str) -> list[tuple[str, int, int]]:
    """What books of one phrase each find."""
    [sentence] = sentences_of(text)
    found = [match for phrase in PHRASES for match in PhraseBook.of({phrase: [phrase]}).find(sentence.words)]
    return sorted((match.phrase, match.start, match.end) for match in found)


def test_a_book_finds_what_each_of_its_phrases_finds_alone() -> None:
    book = PhraseBook.of({phrase: [phrase] for phrase in PHRASES})
    found = {text: book.find(sentences_of(text)[0].words) for text in sentences(300)}
    plain = {text: sorted((one.phrase, one.start, one.end) for one in matches) for text, matches in found.items()}
    assert sum(map(len, plain.values())) > 150
    assert {text: plain[text] for text in plain} == {text: one_by_one(text) for text in plain}


def test_a_shelf_finds_in_each_book_what_the_book_finds_alone_and_in_its_order() -> None:
    books = [PhraseBook.of({phrase: [phrase] for phrase in PHRASES[at::3]}) for at in range(3)]
    shelf = Shelf(books)
    for text in sentences(300):
        [alone], [shelved] = sentences_of(text), sentences_of(text)
        shelf.find(shelved)
        assert [list(book.find_in(shelved)) for book in books] == [book.find(alone.words) for book in books]


def test_a_book_that_knows_words_by_their_form_finds_the_same_on_a_shelf() -> None:
    book = PhraseBook(Remembered(lambda key: "gerund" if key.endswith("ing") else key))
    for phrase in (
        "please|can gerund",
        "gerund more ~ modes?",
        "gerund ~2 gerund please?",
        "not ~ gerund $",
        "please making",
    ):
        book.add(phrase, phrase)
    other, chance = PhraseBook.of({"in": ["can ~ adding", "adding more"]}), random.Random(5)
    shelf, words, count = Shelf([other, book]), "please can adding making testing more modes not a the".split(), 0
    for _ in range(400):
        text = " ".join(chance.choices(words, k=chance.randint(1, 9)))
        [alone], [shelved] = sentences_of(text), sentences_of(text)
        shelf.find(shelved)
        found = [list(one.find_in(shelved)) for one in (book, other)]
        assert found == [one.find(alone.words) for one in (book, other)]
        count += len(found[0])
    assert count > 200


@pytest.mark.parametrize(
    ("text", "found"),
    [("charged me twice", True), ("charged by you all over again twice", False), ("twice charged", False)],
)
def test_a_gap_has_an_end(text: str, found: bool) -> None:
    assert bool(PhraseBook.of({"double": ["charg* ~ twice"]}).find(sentences_of(text)[0].words)) is found
