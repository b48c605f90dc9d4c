"""What merges of customers are called on pages: signs of likeness, how a cell stands, and what moves."""

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.web import consent_words

SIGNS = {
    "name": _l("same name"),
    "number": _l("same number"),
    "email": _l("same address"),
    "phone": _l("same phone number"),
    "date_of_birth": _l("same day of birth"),
    "iban": _l("same account number"),
    "tax_number": _l("same tax number"),
}
KINDS = {
    None: (_l("nothing said"), ""),
    "yes": (_l("yes"), "good"),
    "no": (_l("no"), "bad"),
    "objection": (_l("objected"), "bad"),
    "pause": (_l("paused"), "wait"),
}
TABLES = {
    "attributes": _l("facts"),
    "comments": _l("comments"),
    "contact_events": _l("notes of providers on contacts"),
    "contact_points": _l("telephone numbers, postal addresses and devices"),
    "conversations": _l("conversations"),
    "dispatches": _l("messages sent"),
    "gateway_messages": _l("text messages, notifications, calls and letters"),
    "grants": _l("entitlements granted"),
    "holdings": _l("products"),
    "ideas": _l("ideas"),
    "intents": _l("messages waiting to be decided"),
    "legal_holds": _l("legal holds"),
    "joint_holders": _l("joint holders"),
    "marks": _l("marks that hold contacts back"),
    "live_events": _l("notes to open pages"),
    "notices_served": _l("notices shown"),
    "outbox_messages": _l("mails"),
    "preferences": _l("preferences"),
    "promises": _l("promises"),
    "receipts": _l("receipts"),
    "rights_requests": _l("requests"),
    "signals": _l("signals"),
    "uses": _l("uses of entitlements"),
    "votes": _l("votes"),
}
WORD = _l("merge")
"""What is typed to confirm."""


def cell(key: tuple[str, str, str]) -> str:
    """A cell as it is read."""
    return consent_words.whole_cell(*key)


def moved(moves: dict[str, list[Any]]) -> list[tuple[Any, int]]:
    """How many rows of what moved."""
    return [(TABLES[name], len(keys)) for name, keys in moves.items()]
