"""A number that somebody gives themselves counts once they typed the code that came to it."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, outreach, treatment
from portal.accounts.models import ContactPoint
from portal.gateways import GatewayMessage
from portal.outreach.models import Dispatch
from portal.treatment.models import ContactEvent, Decision
from tests import people
from tests.cast import Cast, csrf_token, sign_in
from tests.web.api.conftest import Caller, call

__all__ = ["call"]
NUMBER = "+447700900123"
NIGHT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
Post = Callable[..., "tuple[int, str]"]
Clock = time_machine.Traveller


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Late at night: somebody who asks for a code wants it now."""
    with time_machine.travel(NIGHT, tick=False) as travelled:
        yield travelled


@pytest.fixture
def ada(clock: Clock, app: Flask, engine: Engine, cast: Cast) -> FlaskClient:
    with db.writing(engine) as session:
        people.ask_for(session, "service", asks=False)
        people.ask_for(session, "marketing")
    client = app.test_client()
    sign_in(client, "ada@example.org")
    return client


@pytest.fixture
def post(ada: FlaskClient) -> Post:
    """Send a form of the page; gives the status and what the page says then."""

    def send(path: str = "", **data: str) -> tuple[int, str]:
        page = ada.get("/me/phone")
        asked = re.search(r'name="asked" value="(\w+)"', page.text)
        values = {
            "csrf_token": csrf_token(page),
            **({"asked": asked[1]} if asked and path == "/confirm" else {}),
            **data,
        }
        answer = ada.post(f"/me/phone{path}", data=values)
        return answer.status_code, answer.text if answer.status_code != 303 else ada.get("/me/phone").text

    return send


@pytest.fixture
def gateway(ada: FlaskClient, call: Caller) -> Callable[[], list[str]]:
    """Takes what waits, as a gateway does, and gives the words it would send."""

    def take() -> list[str]:
        answer = call("POST", "/outbox/leases", json={"channel": "sms"}, scopes="outbox:drain")
        answer.close()  # only then is it noted that the token was used
        return [one["text"] for one in answer.json["items"]]

    assert take() == []
    return take


def code_in(text: str) -> str:
    return text.split(" ", 1)[0]


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def point(session: Session) -> ContactPoint | None:
    session.rollback()
    return session.scalars(sa.select(ContactPoint)).one_or_none()


def known(session: Session) -> ContactPoint:
    found = point(session)
    assert found is not None
    return found


def test_the_number_counts_once_the_code_that_came_to_it_was_typed(
    post: Post, gateway: Callable[[], list[str]], session: Session
) -> None:
    status, told = post(number="+44 (0)7700-900 123".replace("(0)", ""))
    assert (status, "A code is on its way." in told) == (303, True)
    kept = known(session)
    assert (kept.value, kept.verified_at, kept.source) == (NUMBER, None, "customer")
    (text,) = gateway()
    assert re.match(r"\d{6} is your code for ", text)
    assert post("/confirm", code=f"{code_in(text)[:3]} {code_in(text)[3:]}")[0] == 303
    assert "confirmed 23 November 2026" in post("/code")[1]
    assert known(session).verified_at == NIGHT
    assert post("/confirm", code=code_in(text), asked="x")[0] == 303, "pressed twice"
    assert len(session.scalars(sa.select(GatewayMessage)).all()) == 1, "asked again when confirmed, nothing is sent"


def test_before_that_the_rules_let_nothing_but_the_code_go_there_and_the_record_says_why(
    post: Post, gateway: Callable[[], list[str]], session: Session, ada: FlaskClient, cast: Cast
) -> None:
    post(number=NUMBER)
    decided = session.scalars(sa.select(Decision)).one()
    assert (decided.outcome, decided.message_class) == ("allow", "mandatory")
    assert [one["code"] for one in decided.rules if one["rule"] == "identity"] == ["asked-to-confirm"]
    assert "asked for by its owner" in ada.get(f"/me/why/decisions/{decided.ref}").text
    other = outreach.add_template(
        session, key="told", message_class="mandatory", purpose="service", channel="sms", subject="x", text="x",
        by="Ines", now=NIGHT,
    )  # fmt: skip
    verdict = outreach.would_send(session, cast.ada, other, NIGHT)
    assert (verdict.outcome.outcome, verdict.outcome.decisive) == ("deny", "identity")


def test_nobody_reads_the_code_but_whoever_holds_the_number(
    post: Post, gateway: Callable[[], list[str]], engine: Engine, ada: FlaskClient, app: Flask
) -> None:
    post(number=NUMBER)
    code = code_in(gateway()[0])
    ines = app.test_client()
    sign_in(ines, "ines@example.org")
    with db.reading(engine) as session:
        ref = session.scalars(sa.select(GatewayMessage.ref)).one()
        rows = [dict(row._mapping) for table in (GatewayMessage, Dispatch, ContactPoint)
                for row in session.execute(sa.select(*table.__table__.c))]  # fmt: skip
    for text in (
        ada.get("/me/phone").text, ada.get("/me/why").text, ada.get("/me/").text, ada.get("/me/download.json").text,
        ines.get(f"/admin/outbox/gateways/{ref}").text, json.dumps(rows, default=str),
    ):  # fmt: skip
        assert code not in text


def test_five_wrong_codes_are_counted_and_then_the_right_one_does_not_help(
    post: Post, gateway: Callable[[], list[str]], session: Session, clock: Clock
) -> None:
    post(number=NUMBER)
    code = code_in(gateway()[0])
    status, told = post("/confirm", code=other_than(code))
    assert (status, "You can try 4 more times." in told) == (422, True)
    for left in ("3 more times", "2 more times", "once more"):
        assert left in post("/confirm", code=other_than(code))[1]
    assert "counts no more" in post("/confirm", code=other_than(code))[1]
    assert post("/confirm", code=code, asked="x")[0] == 422
    kept = known(session)
    assert (kept.verified_at, kept.proof_tries) == (None, 5)
    clock.shift(61)
    post("/code")
    assert post("/confirm", code=code_in(gateway()[0]))[0] == 303


def test_a_code_lasts_ten_minutes_and_what_nobody_took_till_then_never_leaves(
    post: Post, gateway: Callable[[], list[str]], session: Session, clock: Clock, ada: FlaskClient
) -> None:
    post(number=NUMBER)
    clock.shift(timedelta(minutes=10))
    assert "The last code is too old" in ada.get("/me/phone").text
    assert gateway() == []
    assert session.scalars(sa.select(GatewayMessage.state)).all() == ["stopped"]


def test_asked_twice_at_once_one_code_goes_and_after_a_minute_another_which_alone_counts(
    post: Post, gateway: Callable[[], list[str]], session: Session, clock: Clock
) -> None:
    post(number=NUMBER)
    assert "on its way already" in post(number=NUMBER)[1]
    first = code_in(gateway()[0])
    clock.shift(61)
    post("/code")
    texts = gateway()
    assert code_in(texts[-1]) != first
    assert post("/confirm", code=first)[0] == 422
    assert post("/confirm", code=code_in(texts[-1]))[0] == 303


def test_a_page_of_an_earlier_asking_is_told_so_and_costs_no_try(
    post: Post, gateway: Callable[[], list[str]], session: Session, clock: Clock
) -> None:
    post(number=NUMBER)
    clock.shift(61)
    post(number="+393331234567")
    assert "Another code was asked for meanwhile" in post("/confirm", code="123456", asked="anothertab")[1]
    kept = known(session)
    assert (kept.value, kept.proof_tries) == ("+393331234567", 0)
    assert [text[:6].isdigit() for text in gateway()] == [True], "what was for the old number does not leave"


def test_five_codes_a_day_are_enough(
    post: Post, gateway: Callable[[], list[str]], session: Session, clock: Clock
) -> None:
    post(number=NUMBER)
    for _ in range(5):
        clock.shift(61)
        told = post("/code")[1]
    assert "many codes for one day" in told
    assert len(set(session.scalars(sa.select(Decision.intent_key)))) == 5


def test_without_a_gateway_the_number_is_kept_unconfirmed_and_the_page_says_that_no_text_can_go(
    post: Post, session: Session
) -> None:
    told = post(number=NUMBER)[1]
    assert "We cannot send text messages yet" in told
    kept = known(session)
    assert (kept.value, kept.verified_at) == (NUMBER, None)
    assert session.scalars(sa.select(Decision)).all() == []


@pytest.mark.parametrize(
    ("number", "said"),
    [("07700 900123", "Begin with +"), ("+44 77", "not a whole number"), ("+44 7700 9O0123", "not a whole number"),
     ("+0447700900123", "not a whole number"), ("", "This is needed")],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_how_to_write_it(
    post: Post, session: Session, number: str, said: str
) -> None:
    status, told = post(number=number)
    assert (status, said in told) == (422, True)
    assert point(session) is None


def test_a_number_in_wide_letters_or_with_two_noughts_is_the_same_number(post: Post, session: Session) -> None:
    post(number="００４４ 7700 900123")
    kept = known(session)
    assert kept.value == NUMBER


def test_the_same_number_in_another_writing_stays_confirmed_and_another_one_does_not(
    ada: FlaskClient, post: Post, engine: Engine, session: Session, cast: Cast, call: Caller
) -> None:
    told = {"kind": "number", "value": "+44 7700 900 123", "verified_at": "2026-01-01T00:00:00Z"}
    call("POST", f"/customers/{cast.ada.ref}/contact-points", json=told)
    post(number=NUMBER)
    assert known(session).verified_at is not None
    post(number="+393331234567")
    assert known(session).verified_at is None


def test_a_code_that_the_rules_do_not_let_go_is_not_sent_and_the_page_leads_to_why(
    post: Post, gateway: Callable[[], list[str]], engine: Engine, session: Session, cast: Cast, ada: FlaskClient
) -> None:
    with db.writing(engine) as writing:
        treatment.set_mark(writing, cast.ada.id, "court", note="Order 7", by="Ines", now=NIGHT - timedelta(days=1))
    told = post(number=NUMBER)[1]
    decided = session.scalars(sa.select(Decision)).one()
    assert decided.outcome == "deny"
    assert f"/me/why/decisions/{decided.ref}" in told
    assert gateway() == []


def test_a_number_at_which_nobody_was_reached_is_confirmed_anew(
    post: Post, gateway: Callable[[], list[str]], engine: Engine, session: Session, clock: Clock, cast: Cast
) -> None:
    post(number=NUMBER)
    post("/confirm", code=code_in(gateway()[0]))
    clock.shift(3600)
    with db.writing(engine) as writing:
        event = {"source": "texts", "event_id": "1", "kind": "hard_bounce", "channel": "sms"}
        now = NIGHT + timedelta(hours=1)
        writing.add(ContactEvent(**event, customer_id=cast.ada.id, occurred_at=now, recorded_at=now))
    clock.shift(61)
    assert "A code is on its way." in post("/code")[1]
    assert post("/confirm", code=code_in(gateway()[0]))[0] == 303
    assert "confirmed 24 November 2026" in post("/code")[1]


def test_forgotten_is_forgotten_and_pressed_again_changes_nothing(
    post: Post, gateway: Callable[[], list[str]], session: Session
) -> None:
    post(number=NUMBER)
    for _ in range(2):
        assert post("/forget")[0] == 303
    assert point(session) is None
    assert gateway() == [], "the code that waited never leaves"


def test_a_message_given_out_again_after_the_number_was_confirmed_is_stopped(
    post: Post, gateway: Callable[[], list[str]], clock: Clock
) -> None:
    post(number=NUMBER)
    post("/confirm", code=code_in(gateway()[0]))
    clock.shift(120)
    assert gateway() == []
