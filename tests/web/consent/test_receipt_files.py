"""Receipts that can be printed, downloaded and checked, by whoever holds them."""

import io
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import clock, consent, privacy
from portal.audit import Actor
from portal.consent import Receipt
from portal.privacy import CellChange
from tests.cast import Cast, csrf_token
from tests.people import ask_for

OURS = "This receipt is ours and unchanged"


def changed(session: Session, cast: Cast, act: str) -> Receipt:
    receipt = privacy.change_consent(
        session, cast.ada, [CellChange(purpose="needs", act=act)],
        actor=Actor("customer", None, cast.ada.ref), method="web_form", expected_seq=None, now=clock.utc_now(),
    )  # fmt: skip
    session.commit()
    return receipt


@pytest.fixture
def given(session: Session, cast: Cast) -> Receipt:
    ask_for(session, "needs")
    return changed(session, cast, "give")


def check(client: FlaskClient, **fields: object) -> str:
    token = csrf_token(client.get("/receipts/check"))
    answer = client.post("/receipts/check", data={"csrf_token": token, **fields}, content_type="multipart/form-data")
    assert answer.status_code == 200
    return answer.text


def test_whoever_has_the_code_can_take_the_file_and_learn_that_it_is_ours(client: FlaskClient, given: Receipt) -> None:
    page = client.get(f"/receipts/{given.code}").text
    [address, kantara] = re.findall(r'href="(/r/[^"]+)"', page)
    answer = client.get(address)
    assert answer.mimetype == "application/ld+json"
    assert f'filename="{given.code}.jsonld"' in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert OURS in check(client, text=answer.text)
    assert OURS in check(client, file=(io.BytesIO(answer.data), "receipt.jsonld"))
    older = client.get(kantara)
    assert (older.mimetype, older.json["consentReceiptID"]) == ("application/json", given.code)


def test_a_changed_receipt_is_told_and_nothing_in_it_is_shown(client: FlaskClient, given: Receipt, cast: Cast) -> None:
    data = client.get(f"/r/{given.code}.jsonld").text
    page = check(client, text=data.replace("dpv:ConsentGiven", "dpv:ConsentWithdrawn"))
    assert "This receipt was changed after we signed it." in page
    for one in (given.code, cast.ada.ref, "Ada", "Use what you give us"):
        assert one not in page
        assert one not in check(client, text=data)


@pytest.mark.parametrize("text", ["", "  ", "hello", "<script>alert(1)</script>", "{}", "[" * 5000, "\x00", "é" * 9])
def test_what_is_no_receipt_is_told_so(client: FlaskClient, text: str) -> None:
    page = check(client, text=text)
    assert OURS not in page
    assert "alert(1)" not in page
    assert "not a signed receipt" in page or "Choose a file" in page


def test_checking_keeps_nothing(client: FlaskClient, given: Receipt, session: Session, cast: Cast) -> None:
    data = client.get(f"/r/{given.code}.jsonld").text
    before = consent.head(session, cast.ada.id)
    check(client, text=data)
    session.rollback()
    assert consent.head(session, cast.ada.id) == before


def test_a_no_can_be_taken_but_never_in_the_view_that_only_knows_yes(
    client: FlaskClient, session: Session, cast: Cast, given: Receipt
) -> None:
    no = changed(session, cast, "withdraw")
    assert "kantara" not in client.get(f"/receipts/{no.code}").text.lower()
    assert client.get(f"/r/{no.code}.jsonld?profile=kantara-1.1").status_code == 404
    [status] = json.loads(client.get(f"/r/{no.code}.jsonld").text)["dpv:hasConsentStatus"]
    assert status["@type"] == ["dpv:ConsentWithdrawn"]


def test_codes_that_do_not_exist_and_profiles_that_do_not_exist(client: FlaskClient, given: Receipt) -> None:
    assert client.get("/r/C-2222-2222-2222-2222.jsonld").status_code == 404
    assert client.get("/r/%00.jsonld").status_code == 404
    assert client.get(f"/r/{given.code}.jsonld?profile=pdf").status_code == 422


def test_a_receipt_of_something_sent_has_no_file_and_offers_none(
    client: FlaskClient, session: Session, cast: Cast
) -> None:
    sent = consent.issue_receipt(
        session, kind="idea", subject="I-1", body={}, customer_id=cast.ada.id, now=clock.utc_now()
    )
    session.commit()
    assert "/r/" not in client.get(f"/receipts/{sent.code}").text
    assert client.get(f"/r/{sent.code}.jsonld").status_code == 404


def test_paper_names_who_answers_and_where_to_check(client: FlaskClient, given: Receipt, app: Flask) -> None:
    page = client.get(f"/receipts/{given.code}").text
    paper = page[page.index('class="facts small on-paper"') :]
    assert "1 Quay Street" in paper
    assert f"http://127.0.0.1:8000/receipts/{given.code}" in paper
    assert "http://127.0.0.1:8000/receipts/check" in paper
    assert given.body["changes"][0]["entry_hash"] in page
