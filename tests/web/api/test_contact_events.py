"""What providers tell ends in a withdrawal or a stop, once, and the answer does not tell who is known."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import db
from portal.accounts.models import Customer
from portal.consent.models import ConsentEntry
from portal.treatment import ContactEvent
from tests.web.api.conftest import Caller


def tell(call: Caller, scopes: str = "", **said: Any) -> Any:
    return call("POST", "/contact-events", scopes=scopes, json={"kind": "reply_stop", "event_id": "e1", **said})


def kept(engine: Engine) -> list[tuple[str, str]]:
    with db.reading(engine) as session:
        return [(one.kind, one.channel) for one in session.scalars(sa.select(ContactEvent))]


def methods(engine: Engine) -> list[tuple[str, str, str]]:
    with db.reading(engine) as session:
        told = sa.select(ConsentEntry.method, ConsentEntry.purpose, ConsentEntry.channel)
        return [tuple(row) for row in session.execute(told.where(ConsentEntry.actor_type == "token"))]


@pytest.mark.parametrize("named", ["email", "customer", "customer_external_ref"])
def test_a_reply_with_stop_withdraws_once_however_often_it_is_told(
    call: Caller, engine: Engine, ada: Customer, named: str
) -> None:
    who = {"email": " Ada@Example.org", "customer": ada.ref, "customer_external_ref": "4711"}[named]
    for _ in range(2):
        answer = tell(call, **{named: who})
        assert (answer.status_code, answer.json) == (202, {"event_id": "e1", "accepted": True})
    assert kept(engine) == [("reply_stop", "email")]
    assert methods(engine) == [("reply", "marketing", "email")]


def test_a_bounce_is_kept_and_withdraws_nothing(call: Caller, engine: Engine, ada: Customer) -> None:
    assert tell(call, kind="hard_bounce", customer=ada.ref).status_code == 202
    assert (kept(engine), methods(engine)) == ([("hard_bounce", "email")], [])


def test_a_spam_report_does_both(call: Caller, engine: Engine, ada: Customer) -> None:
    tell(call, kind="spam_complaint", customer=ada.ref)
    assert (kept(engine), methods(engine)) == ([("spam_complaint", "email")], [("report", "marketing", "email")])


@pytest.mark.parametrize("who", [{"email": "who@example.org"}, {"customer": "C-NONE"}, {"customer_external_ref": "0"}])
def test_somebody_unknown_gets_the_same_answer_and_leaves_nothing(
    call: Caller, engine: Engine, ada: Customer, who: dict[str, str]
) -> None:
    known, unknown = tell(call, customer=ada.ref), tell(call, **who)
    assert (unknown.status_code, unknown.json) == (known.status_code, known.json)
    assert len(kept(engine)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"email": "a@example.org", "customer": "C-A"},
        {"email": "a@example.org", "kind": "opened"},
        {"email": "a@example.org", "occurred_at": "2099-01-01T00:00:00Z"},
        {"email": "a@example.org", "channel": "in_app"},
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(call: Caller, engine: Engine, wrong: dict[str, str]) -> None:
    answer = tell(call, **wrong)
    assert answer.status_code == 422
    assert answer.json["errors"]
    assert kept(engine) == []


def test_the_token_needs_the_scope(call: Caller, ada: Customer) -> None:
    assert tell(call, customer=ada.ref, scopes="feedback:write").status_code == 403
