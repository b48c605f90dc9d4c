"""Purposes and their words through the API: added, drafted, published as they were read, scheduled, taken back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import consent, db
from portal.accounts.models import Customer
from portal.audit.models import AuditEntry
from tests import people
from tests.web.api.conftest import Caller

SURVEYS: dict[str, Any] = {
    "key": "surveys", "sentence": "Ask you once a year", "lawful_basis": "consent", "asks": True,
    "data_used": ["name", "e-mail address"], "recipients": ["Harbour Bank"], "retention_days": 365,
    "channels": ["email"],
}  # fmt: skip
WORDS: dict[str, Any] = {"title": "Once a year", "summary": "May we ask you?", "text": "One question, once a year."}


@pytest.fixture
def surveys(call: Caller) -> str:
    assert call("POST", "/purposes", json=SURVEYS).status_code == 201
    return "/purposes/surveys/notices"


def fingerprint(call: Caller, address: str) -> str:
    return str(call("GET", address).json["items"][0]["version_sha256"])


def test_a_purpose_is_added_and_allows_nothing_before_its_words_are_published(
    call: Caller, engine: Engine, ada: Customer
) -> None:
    made = call("POST", "/purposes", json=SURVEYS)
    assert (made.status_code, made.json["data_used"]) == (201, ["name", "e-mail address"])
    assert call("POST", "/purposes", json=SURVEYS).json["code"] == "purpose-exists"
    with db.reading(engine) as session:
        assert not consent.allows(session, ada.id, "surveys", now=datetime.now(UTC))
        assert session.scalars(sa.select(AuditEntry.act).where(AuditEntry.subject == "purpose:surveys")).all() == [
            "purpose.added"
        ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lawful_basis", "because"),
        ("retention_days", 0),
        ("channels", ["smoke"]),
        ("carries", ["nonsense"]),
        ("key", "A b"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(call: Caller, field: str, value: object) -> None:
    refused = call("POST", "/purposes", json={**SURVEYS, field: value})
    assert (refused.status_code, refused.json["code"]) == (422, "invalid")
    assert field in refused.json["errors"]


def test_words_in_two_languages_are_published_together_as_they_were_read(call: Caller, surveys: str) -> None:
    draft = call("POST", surveys, json=WORDS).json
    assert (draft["version"], draft["change"], draft["state"]) == (1, "first", "draft")
    read = fingerprint(call, f"{surveys}/1")
    italian = {**WORDS, "language": "it", "version": 1, "text": "Una domanda, una volta l'anno."}
    assert call("POST", surveys, json=italian).status_code == 201
    stale = call("POST", f"{surveys}/1/publish", json={"sha256": read})
    assert (stale.status_code, stale.json["code"]) == (409, "stale")
    done = call("POST", f"{surveys}/1/publish", json={"sha256": fingerprint(call, f"{surveys}/1")})
    assert {one["language"]: one["state"] for one in done.json["items"]} == {"en": "published", "it": "published"}
    assert len(call("GET", surveys).json["items"]) == 2
    assert call("POST", f"{surveys}/1/take-back", json={}).json["code"] == "in-force"


def test_words_for_a_later_day_are_taken_back_until_then(call: Caller, surveys: str) -> None:
    call("POST", surveys, json=WORDS)
    day = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    asked = {"sha256": fingerprint(call, f"{surveys}/1"), "effective_at": day}
    assert call("POST", f"{surveys}/1/publish", json=asked).json["items"][0]["state"] == "scheduled"
    assert call("POST", f"{surveys}/1/take-back", json={}).json["items"][0]["state"] == "draft"
    assert call("POST", f"{surveys}/1/take-back", json={}).json["code"] == "not-scheduled"


def test_a_version_that_names_more_must_say_that_it_widens(call: Caller, surveys: str) -> None:
    call("POST", surveys, json=WORDS)
    call("POST", f"{surveys}/1/publish", json={"sha256": fingerprint(call, f"{surveys}/1")})
    call("POST", surveys, json={**WORDS, "change": "editorial", "recipients": ["Harbour Bank", "Partner Ltd"]})
    refused = call("POST", f"{surveys}/2/publish", json={"sha256": fingerprint(call, f"{surveys}/2")})
    assert (refused.status_code, refused.json["code"]) == (422, "widens")


def test_a_retired_purpose_allows_nothing(call: Caller, engine: Engine, ada: Customer, surveys: str) -> None:
    now = datetime.now(UTC)
    call("POST", surveys, json=WORDS)
    call("POST", f"{surveys}/1/publish", json={"sha256": fingerprint(call, f"{surveys}/1")})
    with db.writing(engine) as session:
        people.says(session, session.merge(ada), "surveys", "granted", datetime.now(UTC))
        assert consent.allows(session, ada.id, "surveys", now=datetime.now(UTC))
    assert call("POST", "/purposes/surveys/retire", json={}).json["retired_at"] >= now.isoformat()
    with db.reading(engine) as session:
        assert not consent.allows(session, ada.id, "surveys", now=datetime.now(UTC))


@pytest.mark.parametrize("version", ["2", "0", "x", "99999999"])
def test_an_unknown_version_is_not_found(call: Caller, surveys: str, version: str) -> None:
    missing = call("GET", f"{surveys}/{version}")
    assert (missing.status_code, missing.json["code"]) == (404, "no-such-notice")
