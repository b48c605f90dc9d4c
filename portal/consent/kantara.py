"""A receipt as the Kantara Consent Receipt 1.1 has it, for older readers. Values in, values out.

That profile can only say that consent was given: an act that gives none is left out of it, and a receipt without any
other act has no such view.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from portal.consent.jsonld import Issuer, Recorded
from portal.consent.rules import AFFIRMATIVE, parts

VERSION = "KI-CR-v1.1.0"
CATEGORIES: Mapping[str, str] = {
    "service": "Contracted Service",
    "reply": "Contact Requested",
    "needs": "Personalized Experience",
    "marketing": "Marketing",
    "partners": "Marketing Third Parties",
}
OURSELVES = re.compile(r"\b(us|we|our|team|teams)\b", re.IGNORECASE)


def gives(actions: Sequence[str]) -> bool:
    """Whether a receipt of these acts has a Kantara view."""
    return any(action in AFFIRMATIVE for action in actions)


def kantara_document(code: str, subject: str, recorded: Sequence[Recorded], issuer: Issuer) -> dict[str, Any]:
    """The consents that a receipt gives; times are whole seconds since 1970.

    :raises ValueError: when it gives none.
    """
    given = [one for one in recorded if one.action in AFFIRMATIVE]
    if not given:
        raise ValueError("This receipt gives no consent.")
    first = given[0]
    return {
        "version": VERSION,
        "jurisdiction": issuer.jurisdiction,
        "consentTimestamp": int(first.at.timestamp()),
        "collectionMethod": first.method,
        "consentReceiptID": code,
        "language": first.language,
        "piiPrincipalId": subject,
        "piiControllers": [
            {
                "piiController": issuer.name,
                "onBehalf": False,
                "contact": issuer.contact,
                "address": {"streetAddress": issuer.address},
                "email": issuer.contact if "@" in issuer.contact else "",
                "phone": "",
            }
        ],
        "policyUrl": _words(first, issuer),
        "services": [{"service": issuer.name, "purposes": [_purpose(one, issuer) for one in given]}],
        "sensitive": False,
        "spiCat": [],
    }


def third_parties(recipients: str, company: str) -> list[str]:
    """Who gets the data besides the company itself and its teams, as the purpose names them."""
    return [one for one in parts(recipients) if company.lower() not in one.lower() and not OURSELVES.search(one)]


def _words(one: Recorded, issuer: Issuer) -> str:
    return f"{issuer.url}/notices/{one.purpose}/{one.notice_version}" if one.notice_version else f"{issuer.url}/privacy"


def _purpose(one: Recorded, issuer: Issuer) -> dict[str, Any]:
    others = third_parties(one.recipients, issuer.name)
    until = one.valid_until.date().isoformat() if one.valid_until else "withdrawn"
    said: dict[str, Any] = {
        "purpose": one.sentence,
        "purposeCategory": [CATEGORIES.get(one.purpose, one.purpose)],
        "consentType": "EXPLICIT",
        "piiCategory": parts(one.data_used),
        "primaryPurpose": one.basis == "contract",
        "termination": f"{issuer.url}/me/consent (until {until}; data kept {one.retention_days} days)",
        "thirdPartyDisclosure": bool(others),
    }
    return {**said, "thirdPartyName": "; ".join(others)} if others else said
