"""A gateway looks at what waits, takes it under a lease, and says what became of it; the customer reads it."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy.engine import Engine

from portal import db
from portal.accounts.models import ContactPoint
from portal.consent.models import ConsentEntry
from tests.cast import Cast, sign_in
from tests.portal.outreach.test_draining import NUMBER, prepare, wish
from tests.portal.outreach.test_sending import NOW, send
from tests.web.api.conftest import Caller


@pytest.fixture
def waits(engine: Engine) -> int:
    """Ada, with one text message that waits."""
    with db.writing(engine) as session:
        ada = prepare(session)
        wish(session, ada, "w1")
    send(engine)
    return ada


@pytest.fixture(autouse=True)
def at_ten():
    """It is ten in the morning, ten seconds after the message was decided."""
    with time_machine.travel(NOW + timedelta(seconds=10), tick=False):
        yield


def test_a_gateway_takes_what_waits_and_says_what_became_of_it(call: Caller, waits: int) -> None:
    listed = call("GET", "/outbox?channel=sms").json["items"]
    assert [(one["state"], one["customer"]) for one in listed] == [("waiting", "C-ADA")]
    assert NUMBER not in str(listed)
    given = call("POST", "/outbox/leases", json={"channel": "sms"}).json["items"]
    assert [(one["to"], one["text"]) for one in given] == [
        (NUMBER, "Ada, savings pay 3 % now. To stop these, reply STOP.")
    ]
    assert datetime.fromisoformat(given[0]["send_before"]) > datetime.now(UTC)
    assert call("POST", "/outbox/leases", json={"channel": "sms"}).json["items"] == []
    report = {"message": given[0]["message"], "outcome": "handed_over"}
    assert call("POST", "/outbox/reports", json=report).json["news"] is True
    assert call("POST", "/outbox/reports", json=report).json["news"] is False
    assert call("GET", "/outbox?channel=sms").json["items"] == []


def test_a_stop_is_a_no_and_what_another_was_given_is_not_mine(call: Caller, engine: Engine, waits: int) -> None:
    ref = call("POST", "/outbox/leases", json={"channel": "sms"}).json["items"][0]["message"]
    stop = {"message": ref, "outcome": "opted_out"}
    other = call("POST", "/outbox/reports", json=stop, scopes="outbox:drain")
    assert (other.status_code, other.json["code"]) == (409, "not-leased")
    assert call("POST", "/outbox/reports", json=stop).json["state"] == "opted_out"
    with db.reading(engine) as session:
        entry = session.scalars(sa.select(ConsentEntry).order_by(ConsentEntry.global_seq.desc())).first()
        assert entry is not None
        assert (entry.action, entry.purpose, entry.channel, entry.method) == ("refused", "marketing", "sms", "reply")


@pytest.mark.parametrize(
    ("path", "said", "status"),
    [
        ("/outbox/leases", {"channel": "email"}, 422),
        ("/outbox/leases", {"channel": "sms", "limit": 51}, 422),
        ("/outbox/reports", {"message": "G-NONE", "outcome": "delivered"}, 404),
        ("/outbox/reports", {"message": "G-NONE", "outcome": "read"}, 422),
        ("/outbox/reports", {"message": "G-1", "outcome": "failed", "occurred_at": "2099-01-01T00:00:00Z"}, 422),
        ("/customers/C-ADA/contact-points", {"kind": "fax", "value": "1"}, 422),
        ("/customers/C-ADA/contact-points", {"kind": "number", "value": ""}, 422),
        ("/customers/C-NONE/contact-points", {"kind": "number", "value": "1"}, 404),
    ],
)
def test_what_cannot_be_is_refused(call: Caller, waits: int, path: str, said: dict[str, str], status: int) -> None:
    assert call("POST", path, json=said).status_code == status


def test_a_contact_point_is_kept_confirmed_anew_and_forgotten(call: Caller, engine: Engine, waits: int) -> None:
    where = "/customers/C-ADA/contact-points"
    same = call("POST", where, json={"kind": "number", "value": NUMBER}).json
    assert same["verified_at"] is not None, "the same number stays confirmed"
    new = call("POST", where, json={"kind": "number", "value": "+44 1"}).json
    assert (new["known"], new["verified_at"]) == (True, None)
    gone = call("POST", where, json={"kind": "number", "value": None}).json
    assert gone["known"] is False
    with db.reading(engine) as session:
        assert session.scalars(sa.select(ContactPoint)).all() == []


def test_the_customer_reads_how_far_it_came_and_the_admin_what_waits(
    app: Flask, engine: Engine, call: Caller, cast: Cast
) -> None:
    with db.writing(engine) as session:
        mine = session.merge(cast.ada)
        mine.time_zone = "Europe/London"
        wish(session, prepare(session, mine), "w1")
    send(engine)
    ada, ines = app.test_client(), app.test_client()
    sign_in(ada, "ada@example.org")
    sign_in(ines, "ines@example.org")
    assert "it has not left yet" in ada.get("/me/why").text
    ref = call("POST", "/outbox/leases", json={"channel": "sms"}).json["items"][0]["message"]
    call("POST", "/outbox/reports", json={"message": ref, "outcome": "delivered"})
    told = ada.get("/me/why").text
    assert "and arrived" in told
    assert NUMBER in ada.get("/me/preferences").text
    assert NUMBER in ines.get("/admin/outbox/gateways?way=sms&state=delivered").text
    assert "Nothing here" in ines.get("/admin/outbox/gateways?way=post").text
    assert "1 part" in ines.get(f"/admin/outbox/gateways/{ref}").text
    page = ada.get("/me/preferences").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    ada.post("/me/preferences/points/number/forget", data={"csrf_token": token})
    assert NUMBER not in ada.get("/me/preferences").text
