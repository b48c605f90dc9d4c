"""Every entry has a receipt, receipts are found again, and the page says what the signed file says."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import clock, consent, merging, privacy
from portal.accounts import Customer
from portal.audit import Actor
from portal.privacy import CellChange
from tests.cast import Cast, csrf_token, sign_in
from tests.people import ask_for, says


@pytest.fixture
def ada(app: Flask, session: Session, cast: Cast) -> FlaskClient:
    ask_for(session, "marketing")
    session.commit()
    client = app.test_client()
    sign_in(client, "ada@example.org")
    return client


def changed(session: Session, cast: Cast, act: str, **cell: str) -> consent.Receipt:
    receipt = privacy.change_consent(
        session, cast.ada, [CellChange(purpose="marketing", act=act, **cell)],
        actor=Actor("customer", None, cast.ada.ref), method="web_form", expected_seq=None, now=clock.utc_now(),
    )  # fmt: skip
    session.commit()
    return receipt


def asked_for(client: FlaskClient, seq: int) -> str:
    """The address of the receipt that the row of an entry leads to."""
    token = csrf_token(client.get("/me/consent/history"))
    answer = client.post(f"/me/consent/history/{seq}/receipt", data={"csrf_token": token})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_every_entry_has_a_receipt_whatever_made_it(ada: FlaskClient, session: Session, cast: Cast) -> None:
    now = clock.utc_now()
    given = changed(session, cast, "give")
    says(session, cast.ada, "marketing", "expired", now, actor_type="portal", method="rule")
    consent.pause(session, cast.ada, until=(now + timedelta(days=9)).date(), now=now, actor="Priya", actor_type="team")
    consent.resume(session, cast.ada, now=now)
    ben = session.get_one(Customer, cast.ben.id)
    says(session, ben, "marketing", "granted", now)
    merging.merge(session, session.get_one(Customer, cast.ada.id), ben, verified=True, how="x", by="Ines", now=now)
    session.commit()
    entries = list(reversed(consent.history(session, cast.ada.id)))
    assert [one.action for one in entries] == ["granted", "expired", "paused", "resumed", "merged", "granted"]
    addresses = [asked_for(ada, one.seq) for one in entries]
    assert addresses[0].endswith(given.code)
    assert len(set(addresses)) == len(entries)
    assert [asked_for(ada, one.seq) for one in entries] == addresses
    words = ["You said yes", "Your yes came to its end", "You paused everything", "You ended the pause",
             "Two records of you became one", "You said yes"]  # fmt: skip
    for address, named, entry in zip(addresses, words, entries, strict=True):
        assert named in ada.get(address).text
        document = json.loads(ada.get(f"/r/{address.rsplit('/', 1)[1]}.jsonld").text)
        assert [one["candour:seq"] for one in document["dpv:hasConsentStatus"]] == [entry.seq]


def test_a_receipt_that_was_made_afterwards_undoes_nothing(ada: FlaskClient, session: Session, cast: Cast) -> None:
    changed(session, cast, "give")
    says(session, cast.ada, "marketing", "expired", clock.utc_now(), actor_type="portal", method="rule")
    session.commit()
    code = asked_for(ada, 2).rsplit("/", 1)[1]
    token = csrf_token(ada.get("/me/consent"))
    assert ada.post("/me/consent/undo", data={"csrf_token": token, "receipt": code}).status_code == 404


def test_receipts_are_found_again_page_by_page(ada: FlaskClient, session: Session, cast: Cast) -> None:
    assert "No receipts yet" in ada.get("/me/receipts").text
    codes = [changed(session, cast, "give" if number % 2 else "withdraw").code for number in range(1, 34)]
    first = ada.get("/me/receipts").text
    further = re.search(r'rel="next" href="([^"]+)"', first)
    assert further is not None
    second = ada.get(further.group(1)).text
    assert [code for code in codes if code in first] == codes[3:]
    assert [code for code in codes if code in second] == codes[:3]
    assert "/me/receipts" in ada.get("/me/consent").text


def test_nobody_finds_the_receipts_of_somebody_else(app: Flask, ada: FlaskClient, session: Session, cast: Cast) -> None:
    code = changed(session, cast, "give").code
    ben = app.test_client()
    sign_in(ben, "ben@example.org")
    assert code not in ben.get("/me/receipts").text


def test_after_a_widening_the_page_still_says_what_the_signed_file_says(
    ada: FlaskClient, session: Session, cast: Cast
) -> None:
    code = changed(session, cast, "give").code
    wider = consent.draft_notice(
        session, purpose="marketing", change="widening", title="?", summary="?", text="?", now=clock.utc_now(),
        data_used="messages; payments", recipients="us; Partner Ltd",
    )  # fmt: skip
    consent.publish_notice(session, wider.id, now=clock.utc_now())
    session.commit()
    page = ada.get(f"/receipts/{code}").text
    assert "<dt>Data used</dt><dd>messages</dd>" in page
    assert "<dt>Who sees it</dt><dd>us</dd>" in page
    assert "<dt>Kept for</dt><dd>2 years</dd>" in page
    assert "<dt>Ground</dt><dd>only with your consent</dd>" in page
    [process] = json.loads(ada.get(f"/r/{code}.jsonld").text)["dpv:hasProcess"]
    assert [one["dct:title"] for one in process["dpv:hasPersonalData"]] == ["messages"]
    allowed = ada.get("/me/consent").text
    assert "<dt>Data used</dt><dd>messages</dd>" in allowed
    assert "it counts only once you say yes again: data used: messages; payments" in allowed


def test_a_receipt_of_a_no_says_that_it_is_not_used_and_not_who_sees_it(
    ada: FlaskClient, session: Session, cast: Cast
) -> None:
    page = ada.get(f"/receipts/{changed(session, cast, 'withdraw').code}").text
    assert "nothing of yours is used for this" in page
    assert "Who sees it" not in page
    assert "Kept for" not in page


def test_a_yes_names_its_purpose_and_is_not_called_everything(ada: FlaskClient, session: Session, cast: Cast) -> None:
    page = ada.get(f"/receipts/{changed(session, cast, 'give').code}").text
    assert "<b>You said yes</b>: Use what you give us for marketing" in page
    assert "All ways and topics" in page
    assert "Everything" not in page[page.index("What was recorded") : page.index("Keep it")]


def test_on_a_phone_each_row_of_the_history_says_what_its_cells_are(
    ada: FlaskClient, session: Session, cast: Cast
) -> None:
    changed(session, cast, "give")
    page = ada.get("/me/consent/history").text
    assert 'class="stacked entries"' in page
    for label in ("When", "What", "Words", "Receipt"):
        assert f'data-label="{label}"' in page
