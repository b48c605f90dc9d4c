"""A receipt as JSON-LD after ISO/IEC TS 27560, in terms of the Data Privacy Vocabulary 2.3. Values in, values out.

Several of a kind are an array, never a key that is there twice. What the vocabulary has no term for stands under
`candour:`, which leads to the page that checks receipts and explains these terms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from portal.consent.rules import parts

PROFILE = "https://w3id.org/dpv/schema/dpv-27560#receipt-record"
STATES: Mapping[str, str] = {
    "requested": "dpv:ConsentRequested",
    "deferred": "dpv:ConsentRequestDeferred",
    "refused": "dpv:ConsentRefused",
    "granted": "dpv:ConsentGiven",
    "reaffirmed": "dpv:RenewedConsentGiven",
    "withdrawn": "dpv:ConsentWithdrawn",
    "revoked": "dpv:ConsentRevoked",
    "suppressed": "dpv:ConsentRevoked",
    "expired": "dpv:ConsentExpired",
    "invalidated": "dpv:ConsentInvalidated",
    "imported": "dpv:ConsentUnknown",
    "objection_lifted": "dpv:ConsentUnknown",
}
"""The state after each act. A lifted objection leaves the question open, so nothing is known about consent."""
STANDING = {"granted": "dpv:ConsentGiven", "denied": "dpv:ConsentRefused", "objected": "dpv:ConsentRefused"}
BASES = {
    "consent": "dpv:Consent",
    "contract": "dpv:Contract",
    "legitimate_interest": "dpv:LegitimateInterest",
    "legal_obligation": "dpv:LegalObligation",
}
KINDS = {"marketing": ["dpv:Marketing"], "reply": ["dpv:CommunicationManagement"]}
"""Purposes of ours that the vocabulary has a kind for."""
RIGHTS = (
    ("Withdraw what was agreed to", "/me/consent"),
    ("Object to profiling", "/me/consent"),
    ("Read and take along everything kept about oneself", "/me/download.json"),
    ("See and correct conclusions", "/me/why"),
)
BY_IRI = (
    "dct:publisher dpv:hasConsentControl dpv:hasConsentStatus dpv:hasDataController dpv:hasDataSubject dpv:hasDuration "
    "dpv:hasJurisdiction dpv:hasLegalBasis dpv:hasLocation dpv:hasNotice dpv:hasPersonalData dpv:hasProcess "
    "dpv:hasPurpose dpv:hasRecipient dpv:hasRight dpv:hasStorageCondition dpv:isExercisedAt dpv:isIndicatedBy "
    "dct:conformsTo skos:broader candour:process candour:recordedBy candour:proof"
).split()


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who answers for the data.

    :param url: of this portal, without a slash at its end.
    :param jurisdiction: and `stored_in`: countries as in ISO 3166-1.
    """

    name: str
    address: str
    contact: str
    url: str
    jurisdiction: str
    stored_in: str


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One ledger entry of a receipt, with what was said about its purpose that day.

    :param was: where the cell stood before; None when nothing was ever said.
    :param at: when it was said.
    :param retention_days: how long the data is kept.
    :param by_subject: whether the person said it, themselves or to somebody who wrote it down.
    :param themselves: whether nobody wrote it down for them.
    :param grade: how well it is proved, where it was not said here.
    """

    seq: int
    event_id: str
    entry_hash: str
    action: str
    was: str | None
    purpose: str
    sentence: str
    channel: str
    topic: str
    basis: str
    data_used: str
    recipients: str
    retention_days: int
    notice_version: int | None
    notice_sha256: str | None
    language: str
    at: datetime
    valid_until: datetime | None
    method: str
    by_subject: bool
    themselves: bool
    grade: str | None = None


def state_after(action: str, was: str | None) -> str:
    """The term for where consent stands after an act; an objection ends a yes or stands for a no."""
    if action == "objected":
        return "dpv:ConsentWithdrawn" if was == "granted" else "dpv:ConsentRefused"
    return STATES.get(action) or STANDING.get(was or "", "dpv:ConsentUnknown")


def _state_of(one: Recorded) -> str:
    """The term for where consent stands after an entry; a stop that was lifted says nothing about any purpose."""
    return state_after("objection_lifted" if (one.purpose, one.action) == ("*", "invalidated") else one.action, one.was)


def utc(moment: datetime) -> str:
    """An instant as text in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def receipt_document(
    code: str, created_at: datetime, subject: str, recorded: Sequence[Recorded], issuer: Issuer
) -> dict[str, Any]:
    """The receipt without its proof.

    :param subject: the pseudonym of the person, as an address (`urn:uuid:…`).
    """
    here = f"{issuer.url}/receipts/{code}"
    controller = f"{issuer.url}/#controller"
    document: dict[str, Any] = {
        "@context": _context(issuer.url),
        "@id": here,
        "@type": ["dpv:ConsentReceipt", "dpv:ConsentRecord"],
        "dct:identifier": code,
        "dct:created": utc(created_at),
        "dct:publisher": controller,
        "dpv:hasDataSubject": [{"@id": subject, "@type": ["dpv:DataSubject"], "dct:identifier": subject}],
        "dpv:hasDataController": [_controller(controller, issuer)],
        "dpv:hasJurisdiction": [f"loc:{issuer.jurisdiction}"],
        "dpv:hasNotice": _notices(recorded, issuer.url),
        "dpv:hasProcess": [_use_of_data(here, one, issuer) for one in _by_cell(recorded)],
        "dpv:hasConsentControl": [{"@type": ["dpv:WithdrawConsent"], "dpv:isExercisedAt": f"{issuer.url}/me/consent"}],
        "dpv:hasRight": [_right(title, issuer.url + path) for title, path in RIGHTS],
        "dpv:hasConsentStatus": [_status(here, one, subject, controller) for one in recorded],
    }
    if recorded and all(one.notice_version for one in recorded):  # else the minimum is not met, and nothing is claimed
        document["dct:conformsTo"] = [PROFILE]
    return document


def _context(url: str) -> dict[str, Any]:
    instants = ("dct:created", "dpv:isIndicatedAtTime")
    return {
        "candour": f"{url}/receipts/check#",
        "dct": "http://purl.org/dc/terms/",
        "dpv": "https://w3id.org/dpv#",
        "loc": "https://w3id.org/dpv/loc#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "schema": "https://schema.org/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        **{name: {"@type": "@id"} for name in BY_IRI},
        **{name: {"@type": "xsd:dateTime"} for name in instants},
    }


def _controller(name: str, issuer: Issuer) -> dict[str, Any]:
    return {
        "@id": name,
        "@type": ["dpv:DataController", "dpv:Organisation"],
        "dct:identifier": issuer.url,
        "dpv:hasName": issuer.name,
        "dpv:hasAddress": issuer.address,
        "dpv:hasContact": issuer.contact,
    }


def _notices(recorded: Sequence[Recorded], url: str) -> list[dict[str, Any]]:
    shown: dict[str, dict[str, Any]] = {}
    for one in recorded:
        if one.notice_version:
            address = f"{url}/notices/{one.purpose}/{one.notice_version}"
            shown[address] = {
                "@id": address,
                "@type": ["dpv:ConsentNotice"],
                "schema:version": str(one.notice_version),
                "dct:language": one.language,
                "candour:sha256": one.notice_sha256,
            }
    return list(shown.values())


def _by_cell(recorded: Sequence[Recorded]) -> list[Recorded]:
    return list({_cell(one): one for one in recorded}.values())


def _cell(one: Recorded) -> str:
    return quote(f"{one.purpose}/{one.channel}/{one.topic}".replace("*", "all"))


def _use_of_data(here: str, one: Recorded, issuer: Issuer) -> dict[str, Any]:
    duration = {"@type": "xsd:duration", "@value": f"P{one.retention_days}D"}
    purpose: dict[str, Any] = {
        "@type": ["dpv:Purpose"],
        "dct:identifier": one.purpose,
        "dct:title": one.sentence,
    }
    if one.purpose in KINDS:
        purpose["skos:broader"] = KINDS[one.purpose]
    return {
        "@id": f"{here}#process/{_cell(one)}",
        "@type": ["dpv:Process"],
        "candour:channel": one.channel,
        "candour:topic": one.topic,
        "dpv:hasLegalBasis": [BASES.get(one.basis, "dpv:LegalBasis")],
        "dpv:hasPersonalData": [{"@type": ["dpv:PersonalData"], "dct:title": part} for part in parts(one.data_used)],
        "dpv:hasPurpose": [purpose],
        "dpv:hasRecipient": [{"@type": ["dpv:Recipient"], "dpv:hasName": part} for part in parts(one.recipients)],
        "dpv:hasStorageCondition": [
            {"@type": ["dpv:StorageLocation"], "dpv:hasLocation": [f"loc:{issuer.stored_in}"]},
            {
                "@type": ["dpv:StorageDuration"],
                "dpv:hasDuration": [{"@type": ["dpv:TemporalDuration"], "rdf:value": duration}],
            },
        ],
    }


def _right(title: str, address: str) -> dict[str, Any]:
    said = {"@language": "en", "@value": title}
    return {"@type": ["dpv:DataSubjectRight"], "dct:title": said, "dpv:isExercisedAt": address}


def _status(here: str, one: Recorded, subject: str, controller: str) -> dict[str, Any]:
    """One status: its state is its type, and the kind of consent is its legal basis."""
    kind = "dpv:ExpressedConsent" if one.basis == "consent" and one.action != "imported" else BASES.get(one.basis)
    status: dict[str, Any] = {
        "@id": f"{here}#entry-{one.seq}",
        "@type": [_state_of(one)],
        "dct:identifier": one.event_id,
        "dpv:hasDuration": [_duration(one)],
        "dpv:hasIndicationMethod": one.method,
        "dpv:hasLegalBasis": [kind or "dpv:LegalBasis"],
        "dpv:isIndicatedAtTime": utc(one.at),
        "dpv:isIndicatedBy": [subject if one.by_subject else controller],
        "candour:act": one.action,
        "candour:entryHash": one.entry_hash,
        "candour:process": [f"{here}#process/{_cell(one)}"],
        "candour:seq": one.seq,
    }
    if not one.themselves:
        status["candour:recordedBy"] = [controller]
    if one.grade:
        status["candour:grade"] = one.grade
    return status


def _duration(one: Recorded) -> dict[str, Any]:
    if one.valid_until:
        return {
            "@type": ["dpv:UntilTimeDuration"],
            "rdf:value": {"@type": "xsd:dateTime", "@value": utc(one.valid_until)},
        }
    until = {"@language": "en", "@value": "Until the next entry about the same."}
    return {"@type": ["dpv:UntilEventDuration"], "dct:description": until}
