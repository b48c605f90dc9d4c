"""Privacy: changing consent with all that follows from it, and handing over everything about one customer."""

from portal.privacy.actions import change_consent, expire_consents, undo, withdraw_all
from portal.privacy.handing import hand_over
from portal.privacy.queries import first_words_at, resting_on, words_and_signals
from portal.privacy.rules import ACTS, CellChange

__all__ = [
    "ACTS",
    "CellChange",
    "change_consent",
    "expire_consents",
    "first_words_at",
    "hand_over",
    "resting_on",
    "undo",
    "withdraw_all",
    "words_and_signals",
]
