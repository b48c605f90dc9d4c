"""Our doors to the two dictionaries of feeling say what their own doors say."""

import random

from textblob.en import sentiment
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from nlp.dictionaries import english_words, textblob_voice, vader_voice

PIECES = (
    "good bad not n't never very Really kind of but no or nor GREAT :) ;-) xD 8) o.O o_O (!) ( ! ) ! !! ... 'good' "
    '"bad" isn\'t terribly 😊 😡 least at so this without doubt shit to die for just enough 12:30 http://x.org/a_b app '
    "500 e.g. Mr. fee\n\ntoo\r\nhigh, ugly; nice: D = ) <3 THE worst best hardly any trouble at all"
).split(" ")


def sentences() -> list[str]:
    """Four thousand sentences of odd pieces, the same every time."""
    chance = random.Random(7)
    return [" ".join(chance.choices(PIECES, k=chance.randint(1, 14))) for _ in range(4_000)]


def test_textblob_says_the_same_by_our_door() -> None:
    voice = textblob_voice()
    assert [text for text in sentences() if tuple(voice(text)) != tuple(sentiment(text))] == []


def test_vader_says_the_same_by_our_door() -> None:
    voice, own = vader_voice(), SentimentIntensityAnalyzer()
    assert [text for text in sentences() if tuple(voice(text)) != tuple(own.polarity_scores(text).values())] == []


def test_the_english_words_hold_no_names() -> None:
    assert {"refund", "excellent", "slow"} <= english_words()
    assert not {"london", "smith", "nicht"} & english_words()
