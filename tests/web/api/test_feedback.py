"""Feedback from another system: taken once, read like any other, refused with reasons."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import db
from portal.accounts.models import Customer, IdempotencyKey
from portal.conversations.models import Conversation, Message, Rating
from tests.web.api.conftest import Caller

WORDS = "I wish I could see pending payments in the app."


def messages(engine: Engine) -> list[tuple[str, str, str]]:
    with db.reading(engine) as session:
        wanted = sa.select(Message.text, Message.reading, Conversation.origin).join(Conversation).order_by(Message.id)
        return [tuple(row) for row in session.execute(wanted) if row[2] == "api"]


def test_feedback_of_a_known_customer_waits_for_the_reader(call: Caller, engine: Engine, ada: Customer) -> None:
    answer = call("POST", "/feedback", json={"text": WORDS, "customer": ada.ref})
    assert answer.status_code == 201
    assert (answer.json["customer"], answer.json["reading"]) == (ada.ref, "waiting")
    assert answer.json["message"].startswith("M-")
    assert messages(engine) == [(WORDS, "waiting", "api")]


def test_a_customer_may_be_named_by_the_companys_own_number(call: Caller, ada: Customer) -> None:
    answer = call("POST", "/feedback", json={"text": WORDS, "customer_external_ref": "4711"})
    assert (answer.status_code, answer.json["customer"]) == (201, ada.ref)


def test_how_it_was_is_kept_when_they_said_and_once(call: Caller, engine: Engine, ada: Customer) -> None:
    said = {"text": WORDS, "customer": ada.ref, "external_id": "e-9", "rating": 2}
    first = call("POST", "/feedback", json=said)
    assert first.json["rating"] == 2
    assert call("POST", "/feedback", json={**said, "rating": 5}).json["rating"] == 2  # told again, not said anew
    assert call("POST", "/feedback", json={"text": WORDS}).json["rating"] is None
    assert call("POST", "/feedback", json={"text": WORDS, "rating": 6}).status_code == 422
    with db.reading(engine) as session:
        assert session.execute(sa.select(Rating.score, Rating.source)).all() == [(2, "api")]


def test_feedback_of_somebody_unknown_is_taken_too(call: Caller) -> None:
    answer = call("POST", "/feedback", json={"text": WORDS})
    assert (answer.status_code, answer.json["customer"]) == (201, None)


def test_the_date_it_was_written_is_kept(call: Caller, engine: Engine, ada: Customer) -> None:
    call("POST", "/feedback", json={"text": WORDS, "customer": ada.ref, "written_at": "2026-03-01T12:00:00+02:00"})
    with db.reading(engine) as session:
        written = session.scalars(sa.select(Message.written_at).order_by(Message.id.desc())).first()
    assert written == datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 5001}, "text"),
        ({"text": None}, "text"),
        ({"text": ["a"]}, "text"),
        ({"written_at": "yesterday"}, "written_at"),
        ({"written_at": "0001-01-01T00:00:00+14:00"}, "written_at"),
        ({"written_at": (datetime.now(UTC) + timedelta(days=1)).isoformat()}, "written_at"),
        ({"sentiment": "good"}, "sentiment"),
        ({"reading": "read"}, "reading"),
        ({"customer": "C-ADA", "customer_external_ref": "4711"}, "customer"),
    ],
)
def test_what_does_not_fit_is_refused_by_field_and_nothing_is_kept(
    call: Caller, engine: Engine, ada: Customer, change: dict[str, Any], field: str
) -> None:
    answer = call("POST", "/feedback", json={"text": WORDS, **change})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert messages(engine) == []


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"text": ' + b"9" * 10_000 + b"}", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'"words"', "application/json", 422),
        (b'{"text": "a\\u0000b"}', "application/json", 422),
        (b'{"text": "a\\ud800b"}', "application/json", 422),
        (b'{"te\\u0000xt": "a"}', "application/json", 422),
        (b"\xff\xfe", "application/json", 400),
        (b"text=hello", "application/x-www-form-urlencoded", 415),
        (b'{"text": "' + b"x" * 2_100_000 + b'"}', "application/json", 413),
    ],
)
def test_bodies_from_hell_are_refused_with_a_problem(
    call: Caller, engine: Engine, data: bytes, kind: str, status: int
) -> None:
    answer = call("POST", "/feedback", data=data, content_type=kind)
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert messages(engine) == []


def test_a_customer_who_does_not_exist_is_not_found(call: Caller) -> None:
    assert call("POST", "/feedback", json={"text": WORDS, "customer": "C-NOBODY"}).status_code == 404
    assert call("POST", "/feedback", json={"text": WORDS, "customer_external_ref": "0"}).status_code == 404


def test_the_same_external_number_is_taken_once(call: Caller, engine: Engine, ada: Customer) -> None:
    body = {"text": WORDS, "customer": ada.ref, "external_id": "survey-17"}
    first, second = call("POST", "/feedback", json=body), call("POST", "/feedback", json=body)
    assert first.json["message"] == second.json["message"]
    assert len(messages(engine)) == 1


def test_the_same_key_and_body_gets_the_same_answer_and_nothing_happens_twice(call: Caller, engine: Engine) -> None:
    answers = [call("POST", "/feedback", json={"text": WORDS}, headers={"Idempotency-Key": "k-1"}) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert [answer.headers.get("Idempotency-Replayed") for answer in answers] == [None, "true", "true"]
    assert len(messages(engine)) == 1


def test_twenty_at_once_with_one_key_have_one_effect(call: Caller, engine: Engine) -> None:
    call("GET", "/me").close()

    def send(_number: int) -> tuple[int, str]:
        answer = call("POST", "/feedback", json={"text": WORDS}, headers={"Idempotency-Key": "storm"})
        return answer.status_code, answer.text

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(send, range(20)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 201
    assert len(messages(engine)) == 1


def test_the_same_key_with_another_body_is_refused(call: Caller, engine: Engine) -> None:
    call("POST", "/feedback", json={"text": WORDS}, headers={"Idempotency-Key": "k-1"})
    answer = call("POST", "/feedback", json={"text": "Something else."}, headers={"Idempotency-Key": "k-1"})
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency-key-reused")
    assert len(messages(engine)) == 1


def test_a_key_belongs_to_one_token(call: Caller, engine: Engine) -> None:
    for scopes in ("feedback:write", "feedback:write me:read"):
        headers = {"Idempotency-Key": "k-1"}
        assert call("POST", "/feedback", json={"text": WORDS}, headers=headers, scopes=scopes).status_code == 201
    assert len(messages(engine)) == 2


def test_after_a_refusal_the_key_may_be_used_again(call: Caller, engine: Engine) -> None:
    headers = {"Idempotency-Key": "k-1"}
    assert call("POST", "/feedback", json={"text": ""}, headers=headers).status_code == 422
    assert call("POST", "/feedback", json={"text": WORDS}, headers=headers).status_code == 201
    with db.reading(engine) as session:
        assert session.scalars(sa.select(IdempotencyKey.status)).all() == [201]


@pytest.mark.parametrize("key", ["", "with blank", "x" * 201, "caf\u00e9"])
def test_a_key_that_is_no_key_is_refused(call: Caller, key: str) -> None:
    answer = call("POST", "/feedback", json={"text": WORDS}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json["code"]) == (422, "bad-idempotency-key")


def test_the_words_are_not_kept_with_the_key(call: Caller, engine: Engine) -> None:
    call("POST", "/feedback", json={"text": WORDS}, headers={"Idempotency-Key": "k-1"})
    with db.reading(engine) as session:
        kept = session.scalars(sa.select(IdempotencyKey)).one()
    assert WORDS not in f"{kept.body} {kept.request_hash}"
