"""What the message of a decision is called, as its customer would read it, in the language of the page."""

from flask_babel import get_locale

from portal import outreach
from portal.accounts import Customer
from portal.gateways import GatewayMessage
from portal.outreach import Intent, MessageTemplate
from portal.treatment import Decision
from portal.web import wording
from portal.web.identity import current_settings

Wish = tuple[Intent, MessageTemplate, GatewayMessage | None]


def message_name(decision: Decision, wish: Wish | None, customer: Customer) -> str:
    """The subject with its blanks filled; the kind of message when nothing is known of it.

    :param wish: what was intended and in which words, as `outreach.intents_by_key` gives it.
    """
    if wish is None:
        return str(wording.CLASSES[decision.message_class])
    intent, words, _given = wish
    language = str(get_locale() or "en")
    return outreach.letter_for(words, customer, intent.words, current_settings(), language=language).subject
