"""Reads what a receipt proves: its entries as files for machines, and whether a file that comes back still holds."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.consent.chain import canonical
from portal.consent.jsonld import Issuer, Recorded, receipt_document
from portal.consent.kantara import gives, kantara_document
from portal.consent.models import ConsentEntry, Purpose, Receipt
from portal.consent.signing import check_signature, document_in, pseudonym, receipt_keys, signed
from portal.errors import Invalid, NotFound
from portal.settings import Settings

JSONLD, KANTARA = "iso-27560", "kantara-1.1"
MOST_ENTRIES = 500


def issuer_of(settings: Settings) -> Issuer:
    """Who answers for the data, as the settings name them: name first, contact last, the address between."""
    name, *rest = [part.strip() for part in settings.controller.split(",")]
    return Issuer(
        name=name or settings.company,
        address=", ".join(rest[:-1]),
        contact=rest[-1] if rest else "",
        url=settings.base_url.rstrip("/"),
        jurisdiction=settings.jurisdiction,
        stored_in=settings.data_location,
    )


def terms_of(purpose: Purpose | None, scope: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What is done with the data under a purpose, kept in a receipt in the words of its day.

    :param scope: what a yes covers; whatever it names is not taken from the purpose.
    """
    if purpose is None:
        return {}
    names = ("lawful_basis", "data_used", "recipients", "retention_days")
    own = {name: scope[name] for name in ("data_used", "recipients") if scope and name in scope}
    return {name: getattr(purpose, name) for name in names} | own


def views_of(receipt: Receipt) -> list[str]:
    """In which profiles a receipt can be had; none when it recorded nothing."""
    actions = [change["action"] for change in receipt.body.get("changes", [])] if receipt.kind == "consent" else []
    return [JSONLD] * bool(actions) + [KANTARA] * gives(actions)


def receipt_file(session: Session, receipt: Receipt, settings: Settings, profile: str = JSONLD) -> bytes:
    """A receipt for machines, as bytes: signed JSON-LD, or the Kantara view for older readers.

    :raises Invalid: code `no-such-profile`.
    :raises NotFound: when the receipt is not about consent, changed nothing, or has no such view.
    """
    if profile not in (JSONLD, KANTARA):
        raise Invalid("A receipt comes as iso-27560 or as kantara-1.1.", code="no-such-profile")
    if profile not in views_of(receipt):
        raise NotFound("This receipt has no such file: it gives no consent, or recorded nothing.", code="no-such-view")
    keys, issuer = receipt_keys(settings), issuer_of(settings)
    recorded = recorded_on(session, receipt)
    if len(recorded) != len({change["event_id"] for change in receipt.body["changes"]}):
        raise NotFound("What this receipt was about is not kept any more.", code="no-such-view")
    subject = pseudonym(receipt.subject, keys[0])
    if profile == KANTARA:
        return canonical(kantara_document(receipt.code, subject, recorded, issuer))
    return signed(receipt_document(receipt.code, receipt.created_at, subject, recorded, issuer), keys)


def check_receipt(session: Session | None, data: bytes, settings: Settings) -> str:
    """What somebody's file is.

    :param session: the ledger to compare with; without one, only the signature is looked at.
    :return: `ours`; `ours-elsewhere` when we signed it but our ledger does not have these entries (any more);
        `changed`; `not-ours`; `no-receipt`.
    """
    document = document_in(data)
    found = check_signature(document, receipt_keys(settings))
    if found != "ours" or session is None or document is None:
        return found
    return "ours" if _in_ledger(session, document) else "ours-elsewhere"


def _in_ledger(session: Session, document: Mapping[str, Any]) -> bool:
    said = {one["dct:identifier"]: one["candour:entryHash"] for one in document["dpv:hasConsentStatus"]}
    rows = session.execute(
        select(ConsentEntry.event_id, ConsentEntry.entry_hash)
        .where(ConsentEntry.event_id.in_(said))
        .limit(MOST_ENTRIES)
    )
    return dict(rows.all()) == said


def recorded_on(session: Session, receipt: Receipt) -> list[Recorded]:
    """The entries of a receipt as the ledger has them, in their order; those that are not kept any more are left out.

    The page and the file for machines both say what stands here, so that they agree whatever the words of today are.
    """
    changes = {change["event_id"]: change for change in receipt.body["changes"]}
    chosen = select(ConsentEntry, Purpose).outerjoin(Purpose, Purpose.key == ConsentEntry.purpose)
    rows = session.execute(chosen.where(ConsentEntry.event_id.in_(changes)).order_by(ConsentEntry.seq)).all()
    return [_one(entry, {**terms_of(purpose), **changes[entry.event_id]}) for entry, purpose in rows]


def _one(entry: ConsentEntry, terms: Mapping[str, Any]) -> Recorded:
    """An entry with the terms of its day: those the ledger kept, else those on the receipt, else today's."""
    themselves = entry.actor_type == "customer"
    return Recorded(
        **{name: getattr(entry, name) for name in _SAME},
        was=terms["was"],
        sentence=terms["sentence"],
        data_used=entry.scope.get("data_used", terms.get("data_used", "")),
        recipients=entry.scope.get("recipients", terms.get("recipients", "")),
        retention_days=terms.get("retention_days", 0),
        at=entry.occurred_at,
        by_subject=themselves or (entry.actor_type == "team" and entry.method != "rule" and entry.grade != "C"),
        themselves=themselves,
    )


_SAME = (
    "seq event_id entry_hash action purpose channel topic basis notice_version notice_sha256 language valid_until "
    "method grade"
).split()
