"""What the words of a message may not say: offers in what must be told, and blanks that nobody fills."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

from portal import gateways
from portal.sentences import Sentence

OFFER_WORDS = {
    "en": (
        "offer", "offers", "discount", "discounts", "upgrade", "upgrades", "price", "prices", "promotion", "bonus",
        "cashback", "deal", "deals", "reward", "rewards", "special rate", "apply now", "buy now", "limited time",
        "free trial", "exclusive",
    ),
    "it": (
        "offerta", "offerte", "sconto", "sconti", "promozione", "prezzo", "prezzi", "bonus", "premio", "premi",
        "acquista", "esclusivo", "esclusiva",
    ),
    "zh_Hant": ("優惠", "折扣", "升級", "價格", "促銷", "紅利", "獎勵", "立即申請", "限時", "特價"),
}  # fmt: skip
"""A small list on purpose: who confirms the class reads the words as well."""
OFFER_LINK = re.compile(r"https?://\S*(?:/(?:offers?|apply|buy|upgrade|promo\w*|shop)\b|[?&]utm_)\S*", re.IGNORECASE)
STARTS_A_WORD = re.compile(r"\w", re.ASCII)
PLAIN_BLANKS = frozenset({"name", "company", "portal"})
"""What every message can say: the customer's name, the company's, and where the portal is."""
OWN_BLANKS: dict[str, frozenset[str]] = {
    "idea_outcome": frozenset({"title", "status", "answer"}),
    "idea_outcome_yours": frozenset({"title", "status", "answer"}),
    "idea_outcome_mail": frozenset({"title", "status", "answer"}),
    "conversation_answer": frozenset({"day", "by", "ref"}),
}
"""What the portal fills besides, in the messages that it sends by itself."""


@dataclass(frozen=True)
class Finding:
    """Something about the words: `refuses` when they cannot be used so, else a warning for whoever confirms."""

    code: str
    sentence: Sentence
    refuses: bool


def blanks_of(text: str) -> set[str]:
    """The names of the blanks in a text; a `$` that begins no name is a plain sign."""
    return set(Template(text).get_identifiers())


def offers_in(text: str) -> list[str]:
    """The words and links of offers in a text, each once, in the order in which they stand."""
    low = text.casefold()
    found = {match.start(): match.group() for match in OFFER_LINK.finditer(text)}
    for word in {word for words in OFFER_WORDS.values() for word in words}:
        edged = rf"\b{re.escape(word)}\b" if STARTS_A_WORD.match(word) else re.escape(word)
        match = re.search(edged, low)
        if match:
            found[match.start()] = word
    return list(dict.fromkeys(found[place] for place in sorted(found)))


def findings(key: str, message_class: str, topic: str, texts: Mapping[str, str]) -> list[Finding]:
    """All that speaks against words, or should be looked at.

    :param texts: by language, the subject and the text as one.
    """
    found = _blanks(key, texts)
    offers = list(dict.fromkeys(word for text in texts.values() for word in offers_in(text)))
    named = ", ".join(f"“{word}”" for word in offers)
    if message_class == "mandatory":
        if offers:
            sentence = Sentence("What must be told may carry no offer. Take out: %(words)s.", words=named)
            found.append(Finding("offer", sentence, refuses=True))
        if topic != "*":
            sentence = Sentence("What must be told has no topic: topics are what offers are about.")
            found.append(Finding("topic", sentence, refuses=True))
    elif message_class in ("service", "answer") and offers:
        sentence = Sentence(
            "It sounds like an offer: %(words)s. If it is one, its kind must be “an offer”.", words=named
        )
        found.append(Finding("offer", sentence, refuses=False))
    return found


TOO_LONG = {
    "sms": Sentence("A text message has at most three parts; this has more in %(languages)s."),
    "title": Sentence("The title of a notification has at most 65 characters; this has more in %(languages)s."),
    "text": Sentence("This is too long for this way in %(languages)s."),
}


def length_findings(channel: str, texts: Mapping[str, tuple[str, str]]) -> list[Finding]:
    """What is too long for the way it shall go.

    :param texts: by language, subject and text, the blanks still in them: a customer's own words count when it is sent.
    """
    found: dict[str, list[str]] = {}
    for language, (subject, text) in texts.items():
        limit = gateways.limits_of(channel, subject, text)
        if limit:
            found.setdefault(limit, []).append(language.replace("_", "-"))
    return [
        Finding("length", Sentence(TOO_LONG[limit].sentence, languages=", ".join(spoken)), refuses=True)
        for limit, spoken in found.items()
    ]


def _blanks(key: str, texts: Mapping[str, str]) -> list[Finding]:
    known = PLAIN_BLANKS | OWN_BLANKS.get(key, frozenset())
    unknown = sorted({f"${name}" for text in texts.values() for name in blanks_of(text) - known})
    if not unknown:
        return []
    sentence = Sentence(
        "Nobody fills %(unknown)s. There are: %(known)s.",
        unknown=", ".join(unknown),
        known=", ".join(f"${name}" for name in sorted(known)),
    )
    return [Finding("blank", sentence, refuses=True)]
