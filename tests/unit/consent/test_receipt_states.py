"""What each act means in the terms of others, and the Kantara view that can only say yes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from portal.consent.jsonld import Issuer, Recorded, receipt_document, state_after
from portal.consent.kantara import gives, kantara_document, third_parties
from portal.consent.models import ACTIONS

NOW = datetime(2026, 11, 23, 10, 0, 30, 500_000, tzinfo=UTC)
BANK = Issuer(
    name="Harbour Bank", address="1 Quay Street, Port Ellery", contact="privacy@example.org",
    url="https://bank.example.org", jurisdiction="GB", stored_in="IE",
)  # fmt: skip
YES = Recorded(
    seq=4, event_id="e-4", entry_hash="f" * 64, action="granted", was=None, purpose="partners",
    sentence="Share with partners", channel="*", topic="travel & sea", basis="consent",
    data_used="your name; your topic",
    recipients="Harbour Bank; our product team; Saltmarsh Insurance", retention_days=365, notice_version=2,
    notice_sha256="a" * 64, language="en", at=NOW, valid_until=None, method="web_form", by_subject=True,
    themselves=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("requested", "ConsentRequested"),
        ("deferred", "ConsentRequestDeferred"),
        ("refused", "ConsentRefused"),
        ("granted", "ConsentGiven"),
        ("reaffirmed", "RenewedConsentGiven"),
        ("withdrawn", "ConsentWithdrawn"),
        ("revoked", "ConsentRevoked"),
        ("expired", "ConsentExpired"),
        ("invalidated", "ConsentInvalidated"),
        ("imported", "ConsentUnknown"),
    ],
)
@pytest.mark.parametrize("was", [None, "granted", "denied", "objected", "open"])
def test_each_act_on_consent_has_its_state_whatever_was_before(action: str, state: str, was: str | None) -> None:
    assert state_after(action, was) == f"dpv:{state}"


def test_an_objection_ends_a_yes_and_stands_for_a_no() -> None:
    assert state_after("objected", "granted") == "dpv:ConsentWithdrawn"
    assert state_after("objected", None) == "dpv:ConsentRefused"
    assert state_after("objection_lifted", "objected") == "dpv:ConsentUnknown"


def test_only_a_yes_makes_a_state_that_lets_anything_happen() -> None:
    letting = {"dpv:ConsentGiven", "dpv:RenewedConsentGiven"}
    lets = {
        action
        for action in ACTIONS
        for was in (None, "denied", "objected", "open")
        if state_after(action, was) in letting
    }
    assert lets == {"granted", "reaffirmed"}
    assert state_after("paused", "granted") == "dpv:ConsentGiven"  # a pause takes nothing back


def test_without_words_shown_the_document_claims_no_conformity() -> None:
    assert "dct:conformsTo" in receipt_document("C-1", NOW, "urn:uuid:1", [YES], BANK)
    wordless = receipt_document("C-1", NOW, "urn:uuid:1", [YES, replace(YES, seq=5, notice_version=None)], BANK)
    assert "dct:conformsTo" not in wordless


def test_who_wrote_it_down_is_named_by_role_only() -> None:
    by_phone = replace(YES, method="phone", themselves=False)
    [status] = receipt_document("C-1", NOW, "urn:uuid:1", [by_phone], BANK)["dpv:hasConsentStatus"]
    assert status["dpv:isIndicatedBy"] == ["urn:uuid:1"]
    assert status["candour:recordedBy"] == ["https://bank.example.org/#controller"]


def test_kantara_counts_in_whole_seconds_and_names_those_outside_the_house() -> None:
    view = kantara_document("C-1", "urn:uuid:1", [YES], BANK)
    assert view["consentTimestamp"] == 1795428030
    assert type(view["consentTimestamp"]) is int
    [purpose] = view["services"][0]["purposes"]
    assert (purpose["thirdPartyDisclosure"], purpose["thirdPartyName"]) == (True, "Saltmarsh Insurance")
    assert set(view) == {
        "version", "jurisdiction", "consentTimestamp", "collectionMethod", "consentReceiptID", "language",
        "piiPrincipalId", "piiControllers", "policyUrl", "services", "sensitive", "spiCat",
    }  # fmt: skip


def test_kantara_never_shows_a_no_as_a_yes() -> None:
    no = replace(YES, action="withdrawn", purpose="needs", seq=5)
    view = kantara_document("C-1", "urn:uuid:1", [no, YES], BANK)
    assert [one["purpose"] for one in view["services"][0]["purposes"]] == ["Share with partners"]
    with pytest.raises(ValueError, match="gives no consent"):
        kantara_document("C-1", "urn:uuid:1", [no], BANK)
    assert not gives(["withdrawn", "refused", "objected", "expired"])


def test_the_house_itself_is_no_third_party() -> None:
    assert third_parties("The team that answers; us; HARBOUR BANK plc", "Harbour Bank") == []
    assert third_parties("Bus company", "Harbour Bank") == ["Bus company"]
