"""What a message looks like for one customer: the words in their language, the blanks filled, the foot of a mail."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal import consent
from portal.accounts import Customer
from portal.outreach.models import MessageTemplate
from portal.outreach.rules import STOPPABLE, closest, filled, mail_text, one_line
from portal.sentences import Sentence, in_language
from portal.settings import Settings, secret_of

STOP_BY = {
    "sms": Sentence("To stop these, reply STOP."),
    "phone": Sentence("Say this as well: “If you want no more of these calls, tell me now and there will be none.”"),
    "post": Sentence("If you want no more of these letters, write or tell us “stop”; we need no reason."),
    "push": Sentence("To stop these: your side of the portal, “What you allow”."),
}
"""How each way that a gateway serves says how it is stopped."""


@dataclass(frozen=True)
class Letter:
    """A message as it goes: `language` is the one it is in, `fallback` that it is not the one that was wanted."""

    subject: str
    text: str
    language: str
    fallback: bool


def letter_for(
    words: MessageTemplate,
    customer: Customer,
    blanks: Mapping[str, str],
    settings: Settings,
    language: str | None = None,
) -> Letter:
    """The message for one customer.

    :param blanks: what fills the message's own blanks. :param language: instead of the customer's.
    """
    wanted = language or customer.language
    subject, text, spoken = words_in(words, wanted)
    address = settings.base_url.rstrip("/")
    all_blanks = {"name": customer.name, "company": settings.company, "portal": address, **blanks}
    return Letter(
        subject=one_line(filled(subject, all_blanks)),
        text=filled(text, all_blanks),
        language=spoken,
        fallback=closest(wanted, [spoken]) is None,
    )


def words_in(words: MessageTemplate, language: str) -> tuple[str, str, str]:
    """Subject and text in a language, and which language that is: English where there is none of these words."""
    found = closest(language, list(words.translations))
    if found is not None:
        return words.translations[found]["subject"], words.translations[found]["text"], found
    subject, text = in_language(language, words.subject), in_language(language, words.text)
    return subject, text, "en" if (subject, text) == (words.subject, words.text) else language


def stop_address(customer: Customer, words: MessageTemplate, decision_ref: str, settings: Settings) -> str | None:
    """Where this kind of mail is stopped by one click; None for what we owe."""
    if words.message_class not in STOPPABLE:
        return None
    link = consent.StopLink(customer.ref, words.purpose, "email", words.topic, decision_ref)
    return f"{settings.base_url.rstrip('/')}/u/{consent.seal_stop(secret_of(settings), link)}"


def as_mail(letter: Letter, words: MessageTemplate, settings: Settings, stop: str | None, language: str) -> str:
    """The text of a letter as it stands in a mail, with its foot in the customer's language."""
    if words.channel in STOP_BY:
        return for_gateway(letter, words, language)
    if words.channel != "email":
        return letter.text
    return mail_text(letter.text, f"{settings.base_url.rstrip('/')}/me/why", language, stop)


def for_gateway(letter: Letter, words: MessageTemplate, language: str) -> str:
    """The text of a letter as a gateway gets it: with how to stop it, where it is not owed."""
    if words.message_class not in STOPPABLE:
        return letter.text
    between = " " if words.channel == "sms" else "\n\n"
    return f"{letter.text}{between}{in_language(language, STOP_BY[words.channel])}"
