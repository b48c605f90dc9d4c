"""Receipts as JSON-LD, read by a library that knows nothing of us: terms known, minimum there, the ledger's truth."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rdflib
import sqlalchemy as sa
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, XSD
from sqlalchemy.orm import Session

from portal import consent, privacy
from portal.accounts import Customer
from portal.audit import Actor
from portal.consent import ConsentEntry, Receipt
from portal.errors import Invalid, NotFound
from portal.privacy import CellChange
from portal.settings import Settings
from tests.cast import Cast
from tests.people import ask_for

DPV = rdflib.Namespace("https://w3id.org/dpv#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
SCHEMA = rdflib.Namespace("https://schema.org/")

KNOWN = set(
    """
    ConsentReceipt ConsentRecord ConsentNotice DataSubject DataController Organisation Process Purpose PersonalData
    Recipient StorageLocation StorageDuration TemporalDuration UntilTimeDuration UntilEventDuration WithdrawConsent
    DataSubjectRight Consent ExpressedConsent Contract LegitimateInterest LegalObligation LegalBasis Marketing
    CommunicationManagement ConsentRequested ConsentRequestDeferred ConsentRefused ConsentGiven RenewedConsentGiven
    ConsentWithdrawn ConsentRevoked ConsentExpired ConsentInvalidated ConsentUnknown
    hasDataSubject hasDataController hasName hasAddress hasContact hasJurisdiction hasNotice hasProcess hasPurpose
    hasPersonalData hasRecipient hasStorageCondition hasLocation hasDuration hasLegalBasis hasConsentControl
    isExercisedAt hasRight hasConsentStatus hasIndicationMethod isIndicatedAtTime isIndicatedBy
    """.split()
)
"""Terms of the Data Privacy Vocabulary 2.3 (https://w3id.org/dpv/2.3), from its modules consent, consent_status,
consent_controls, consent_types, context, entities, entities_legalrole, entities_datasubject, jurisdiction, legal_basis,
notice, organisational_measures, process, processing_context and rights, and from its guide to ISO/IEC TS 27560."""

KNOWN_ELSEWHERE = {
    *(DCT[name] for name in "identifier conformsTo created publisher language title description".split()),
    SCHEMA.version,
    RDF.type,
    RDF.value,
    rdflib.namespace.SKOS.broader,
}


@pytest.fixture(autouse=True)
def purposes(session: Session, cast: Cast) -> None:
    ask_for(session, "needs", "marketing", "reply")
    session.commit()


def act(session: Session, customer: Customer, acts: list[tuple[str, str]], now: datetime, **values: Any) -> Receipt:
    given: dict[str, Any] = {
        "actor": Actor("customer", None, customer.ref), "method": "web_form", "expected_seq": None, **values
    }  # fmt: skip
    changes = [CellChange(purpose=purpose, act=what) for purpose, what in acts]
    return privacy.change_consent(session, customer, changes, now=now, **given)


def graph(data: bytes) -> rdflib.Graph:
    return rdflib.Graph().parse(data=data, format="json-ld")


def the_receipt(read: rdflib.Graph) -> Any:
    [found] = read.subjects(RDF.type, DPV.ConsentReceipt)
    return found


def test_every_term_is_known_or_our_own(session: Session, cast: Cast, settings: Settings, now: datetime) -> None:
    receipt = act(session, cast.ada, [("needs", "give"), ("marketing", "withdraw"), ("reply", "object")], now)
    read = graph(consent.receipt_file(session, receipt, settings))
    used = {str(part) for triple in read for part in triple if isinstance(part, rdflib.URIRef)}
    from_dpv = {one.removeprefix(DPV) for one in used if one.startswith(DPV)}
    assert len(from_dpv) > 30
    assert from_dpv <= KNOWN
    ours = f"{settings.base_url}/receipts/check#"
    elsewhere = {one for one in set(read.predicates()) if not str(one).startswith((DPV, ours))}
    assert elsewhere <= KNOWN_ELSEWHERE
    assert not [one for one in used if " " in one]


def test_our_own_terms_are_explained_where_they_lead(
    session: Session, cast: Cast, settings: Settings, now: datetime, client: Any
) -> None:
    by_phone = {"actor": Actor("team", 1, "Priya"), "method": "phone"}
    receipt = act(session, cast.ada, [("needs", "withdraw")], now, **by_phone)
    read = graph(consent.receipt_file(session, receipt, settings))
    ours = f"{settings.base_url}/receipts/check#"
    names = {
        str(part).removeprefix(ours)
        for triple in read
        for part in triple
        if isinstance(part, rdflib.URIRef) and str(part).startswith(ours)
    }
    assert {"proof", "recordedBy", "act"} <= names
    session.commit()
    page = client.get("/receipts/check").text
    assert [name for name in names if f'id="{name}"' not in page] == []


def test_the_minimum_is_there(session: Session, cast: Cast, settings: Settings, now: datetime) -> None:
    receipt = act(session, cast.ada, [("needs", "give")], now)
    read = graph(consent.receipt_file(session, receipt, settings))
    here = the_receipt(read)
    assert read.value(here, DCT.identifier) == rdflib.Literal(receipt.code)
    assert str(read.value(here, DCT.conformsTo)).endswith("dpv-27560#receipt-record")
    notice = read.value(here, DPV.hasNotice)
    assert (str(read.value(notice, SCHEMA.version)), str(read.value(notice, DCT.language))) == ("1", "en")
    process = read.value(here, DPV.hasProcess)
    for name in ("hasPurpose", "hasPersonalData", "hasRecipient", "hasLegalBasis"):
        assert read.value(process, DPV[name]) is not None, name
    kept = list(read.objects(process, DPV.hasStorageCondition))
    assert {one for node in kept for one in read.objects(node, RDF.type)} == {DPV.StorageLocation, DPV.StorageDuration}
    [lasting] = [one for node in kept for one in read.objects(node, DPV.hasDuration)]
    assert read.value(lasting, RDF.value).datatype == XSD.duration
    controller = read.value(here, DPV.hasDataController)
    assert DPV.DataController in set(read.objects(controller, RDF.type))
    for name in ("hasName", "hasAddress", "hasContact"):
        assert str(read.value(controller, DPV[name])), name
    assert read.value(controller, DCT.identifier)
    assert read.value(here, DPV.hasJurisdiction) == rdflib.URIRef("https://w3id.org/dpv/loc#GB")
    assert read.value(read.value(here, DPV.hasConsentControl), RDF.type) == DPV.WithdrawConsent
    assert len(list(read.objects(here, DPV.hasRight))) >= 3
    [status] = read.objects(here, DPV.hasConsentStatus)
    assert read.value(status, RDF.type) == DPV.ConsentGiven
    assert read.value(status, DPV.hasLegalBasis) == DPV.ExpressedConsent
    assert read.value(status, DPV.isIndicatedAtTime).toPython() == now
    assert read.value(read.value(status, DPV.hasDuration), RDF.type) == DPV.UntilEventDuration
    assert read.value(status, DPV.isIndicatedBy) == read.value(here, DPV.hasDataSubject)


def test_parsing_and_serialising_again_gives_an_equal_graph(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    receipt = act(session, cast.ada, [("needs", "give"), ("marketing", "give")], now)
    data = consent.receipt_file(session, receipt, settings)
    first = graph(data)
    for form in ("json-ld", "turtle"):
        assert isomorphic(first, rdflib.Graph().parse(data=first.serialize(format=form), format=form)), form
    assert consent.receipt_file(session, receipt, settings) == data, "the same receipt is the same bytes"


@pytest.mark.parametrize("seed", range(6))
def test_a_receipt_says_what_the_ledger_says_whatever_happened_before(
    session: Session, cast: Cast, settings: Settings, now: datetime, seed: int
) -> None:
    chance = random.Random(seed)
    receipts = []
    for step in range(12):
        acts = [(purpose, chance.choice(privacy.ACTS)) for purpose in chance.sample(["needs", "marketing", "reply"], 2)]
        who = chance.choice([Actor("customer", None, "C-ADA"), Actor("team", 7, "Priya Nair")])
        manner = {"method": "phone", "evidence": "call 12 with her mother Rosa"} if who.type == "team" else {}
        receipts.append(act(session, cast.ada, acts, now + timedelta(days=step), actor=who, **manner))
    told = 0
    for receipt in receipts:
        if not receipt.body["changes"]:
            assert consent.views_of(receipt) == []
            continue
        data = consent.receipt_file(session, receipt, settings)
        told += _says_what_the_ledger_says(session, data, settings)
        assert consent.check_receipt(session, data, settings) == "ours"
        for other in ("Priya", "Rosa", "call 12", "C-ADA", "ada@example.org", "Ben"):
            assert other.encode() not in data
    assert told == consent.head(session, cast.ada.id)


STATES = {
    "granted": {"ConsentGiven"},
    "reaffirmed": {"RenewedConsentGiven"},
    "withdrawn": {"ConsentWithdrawn"},
    "refused": {"ConsentRefused"},
    "deferred": {"ConsentRequestDeferred"},
    "objected": {"ConsentWithdrawn", "ConsentRefused"},
    "objection_lifted": {"ConsentUnknown"},
}


def _says_what_the_ledger_says(session: Session, data: bytes, settings: Settings) -> int:
    read, ours = graph(data), rdflib.Namespace(f"{settings.base_url}/receipts/check#")
    statuses = list(read.objects(the_receipt(read), DPV.hasConsentStatus))
    for status in statuses:
        event = str(read.value(status, DCT.identifier))
        entry = session.scalars(sa.select(ConsentEntry).where(ConsentEntry.event_id == event)).one()
        state = str(read.value(status, RDF.type)).removeprefix(DPV)
        assert state in STATES[entry.action]
        assert str(read.value(status, ours.entryHash)) == entry.entry_hash
        assert read.value(status, ours.seq).toPython() == entry.seq
        assert read.value(status, DPV.isIndicatedAtTime).toPython() == entry.occurred_at
        purpose = read.value(read.value(status, ours.process), DPV.hasPurpose)
        assert str(read.value(purpose, DCT.identifier)) == entry.purpose
        assert (read.value(status, ours.recordedBy) is None) == (entry.actor_type == "customer")
    return len(statuses)


def test_a_purpose_that_changes_later_changes_no_receipt(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    given = act(session, cast.ada, [("needs", "give")], now)
    refused = act(session, cast.ada, [("marketing", "withdraw")], now)
    before = [consent.receipt_file(session, one, settings) for one in (given, refused)]
    session.execute(
        sa.update(consent.Purpose).values(data_used="all", recipients="the world", retention_days=9, sentence="Other")
    )
    session.expire_all()
    assert [consent.receipt_file(session, one, settings) for one in (given, refused)] == before


def test_a_receipt_from_before_terms_were_kept_can_still_be_had(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    receipt = act(session, cast.ada, [("needs", "withdraw")], now)
    later = {"lawful_basis", "data_used", "recipients", "retention_days"}
    changes = [{k: v for k, v in one.items() if k not in later} for one in receipt.body["changes"]]
    receipt.body = {**receipt.body, "changes": changes}
    session.flush()
    document = json.loads(consent.receipt_file(session, receipt, settings))
    assert document["dpv:hasProcess"][0]["dpv:hasPersonalData"][0]["dct:title"] == "messages"


def test_an_end_of_a_yes_is_told_in_utc(session: Session, cast: Cast, settings: Settings, now: datetime) -> None:
    session.execute(sa.update(consent.Purpose).values(expires_months=24))
    session.expire_all()
    read = graph(consent.receipt_file(session, act(session, cast.ada, [("needs", "give")], now), settings))
    [lasting] = read.subjects(RDF.type, DPV.UntilTimeDuration)
    assert read.value(lasting, RDF.value).toPython() == datetime(2028, 11, 23, 10, tzinfo=UTC)


def test_what_we_signed_but_do_not_have_is_told_apart(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    data = consent.receipt_file(session, act(session, cast.ada, [("needs", "give")], now), settings)
    assert consent.check_receipt(session, data, settings) == "ours"
    session.rollback()
    assert consent.check_receipt(session, data, settings) == "ours-elsewhere"
    assert consent.check_receipt(None, data, settings) == "ours"


def test_receipts_of_other_things_and_of_nothing_have_no_file(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    sent = consent.issue_receipt(session, kind="conversation", subject="T-1", body={}, customer_id=None, now=now)
    act(session, cast.ada, [("needs", "give")], now)
    nothing = act(session, cast.ada, [("needs", "give")], now)
    assert nothing.body["changes"] == []
    for receipt in (sent, nothing):
        with pytest.raises(NotFound):
            consent.receipt_file(session, receipt, settings)


def test_kantara_is_there_for_a_yes_and_refused_for_a_no(
    session: Session, cast: Cast, settings: Settings, now: datetime
) -> None:
    yes, no = act(session, cast.ada, [("needs", "give")], now), act(session, cast.ada, [("needs", "withdraw")], now)
    view = json.loads(consent.receipt_file(session, yes, settings, consent.KANTARA))
    assert (view["version"], view["consentTimestamp"]) == ("KI-CR-v1.1.0", int(now.timestamp()))
    with pytest.raises(NotFound, match="no such file"):
        consent.receipt_file(session, no, settings, consent.KANTARA)
    with pytest.raises(Invalid):
        consent.receipt_file(session, yes, settings, "iso-1")
