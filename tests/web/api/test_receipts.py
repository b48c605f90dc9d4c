"""A customer's receipt for other systems: signed, of this customer only."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy.engine import Engine

from portal import consent, db, privacy
from portal.accounts.models import Customer
from portal.audit import Actor
from portal.privacy import CellChange
from portal.settings import Settings
from tests import people
from tests.web.api.conftest import Caller


@pytest.fixture
def code(engine: Engine, ada: Customer) -> str:
    with db.writing(engine) as session:
        people.customer(session, "Ben")
        return privacy.change_consent(
            session, session.merge(ada), [CellChange(purpose="marketing", act="give")],
            actor=Actor("customer", None, "C-ADA"), method="web_form", expected_seq=None, now=datetime.now(UTC),
        ).code  # fmt: skip


def test_the_document_proves_itself(call: Caller, code: str, engine: Engine, settings: Settings) -> None:
    answer = call("GET", f"/customers/C-ADA/receipts/{code}", scopes="consents:read")
    assert answer.status_code == 200
    assert (answer.json["customer"], answer.json["code"], answer.json["profile"]) == ("C-ADA", code, "iso-27560")
    with db.reading(engine) as session:
        assert consent.check_receipt(session, json.dumps(answer.json["document"]).encode(), settings) == "ours"


def test_older_readers_get_theirs(call: Caller, code: str) -> None:
    document = call("GET", f"/customers/C-ADA/receipts/{code}?profile=kantara-1.1").json["document"]
    assert document["version"] == "KI-CR-v1.1.0"
    assert call("GET", f"/customers/C-ADA/receipts/{code}?profile=pdf").status_code == 422


def test_of_another_customer_or_nobody_it_is_not_found(call: Caller, code: str) -> None:
    for path in (f"C-BEN/receipts/{code}", f"C-NOBODY/receipts/{code}", "C-ADA/receipts/C-2222-2222-2222-2222"):
        assert call("GET", f"/customers/{path}").status_code == 404, path


def test_it_needs_the_scope(call: Caller, code: str) -> None:
    assert call("GET", f"/customers/C-ADA/receipts/{code}", scopes="signals:read").status_code == 403
