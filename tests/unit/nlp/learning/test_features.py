"""What a model sees of a text: words, their pieces, neighbours, and words in company."""

import numpy as np
import pytest

from nlp.learning.features import COMPANY_SHARE, PIECES_SHARE, WORDS_SHARE, Tokens, Vocabulary, company_of, tokens_of
from nlp.words import sentences_of


def heard(text: str) -> Tokens:
    return tokens_of(sentences_of(text))


def test_two_words_keep_company_in_either_order_and_form() -> None:
    assert "charg fee" in company_of(heard("A fee was charged"))
    assert "charg fee" in company_of(heard("The fee they are charging"))


def test_company_ends_with_the_sentence() -> None:
    assert "charg fee" not in company_of(heard("I was charged. The fee is new."))


def test_each_kind_of_feature_counts_the_same_in_short_and_long_texts() -> None:
    texts = [heard(text) for text in ("a fee was charged", "you charged a fee and another fee", "the fee was charged")]
    known = Vocabulary.of(texts)
    rows = known.rows(texts)
    begins = (0, len(known.words), len(known.words) + len(known.pieces), len(known))
    for row in range(len(texts)):
        ids, values = (part[rows.starts[row] : rows.starts[row + 1]] for part in (rows.ids, rows.values))
        shares = (WORDS_SHARE, PIECES_SHARE, COMPANY_SHARE)
        for first, last, share in zip(begins[:-1], begins[1:], shares, strict=True):
            inside = (ids >= first) & (ids < last)
            assert np.sqrt((values[inside] ** 2).sum()) == pytest.approx(share)


def test_company_that_was_kept_once_is_not_learned() -> None:
    known = Vocabulary.of([heard("a fee was charged"), heard("the card was lost")])
    assert not known.company
