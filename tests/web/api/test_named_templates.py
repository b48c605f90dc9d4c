"""What must be told skips rules, so another system calls nothing that by itself: a second person has confirmed it."""

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import db, outreach
from portal.accounts.models import Customer
from portal.outreach import MessageTemplate
from portal.treatment import Decision
from tests.web.api.conftest import Caller

NOTICE = {
    "customer": "C-ADA", "channel": "in_app", "message_class": "mandatory", "purpose": "service", "topic": "*",
    "template": "fees@1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def fees(engine: Engine, ada: Customer) -> None:
    with db.writing(engine) as session:
        outreach.add_template(
            session, key="fees", message_class="mandatory", purpose="service", channel="in_app", subject="Fees",
            text="They change.", by="portal", now=datetime.now(UTC),
        )  # fmt: skip


def asked(call: Caller, **change: Any) -> tuple[Any, Any]:
    claimed = call("POST", "/decisions", json={**NOTICE, "key": "k1", **change})
    return call("POST", "/decisions/preview", json={**NOTICE, **change}), claimed


def why(answer: Any) -> str:
    return str(next(rule["code"] for rule in answer.json["rules"] if rule["rule"] == "consent"))


def test_what_must_be_told_goes_by_the_template_that_was_confirmed_as_that(call: Caller, engine: Engine) -> None:
    for answer in asked(call):
        assert answer.json["outcome"] == "allow", answer.json
    with db.reading(engine) as session:
        made = session.scalars(sa.select(Decision)).one()
        assert (made.intent["template"], made.intent["template_state"]) == ("fees@1", "confirmed")


@pytest.mark.parametrize("template", ["", "anything@1", "fees@2", "fees", "fees@x"])
def test_a_template_that_nobody_confirmed_makes_nothing_what_must_be_told(
    call: Caller, engine: Engine, template: str
) -> None:
    for answer in asked(call, template=template):
        assert (answer.json["outcome"], why(answer)) == ("deny", "consent-unconfirmed")
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Decision.intent)).one()["template_state"] == "unknown"


def test_what_must_be_told_carries_no_offer(call: Caller) -> None:
    for answer in asked(call, cross_sell=True):
        assert (answer.json["outcome"], why(answer)) == ("deny", "consent-offer")


@pytest.mark.parametrize(
    "change", [{"message_class": "service"}, {"purpose": "reply"}, {"topic": "savings"}, {"channel": "email"}]
)
def test_a_wish_that_contradicts_its_confirmed_template_is_refused_in_words(
    call: Caller, change: dict[str, str]
) -> None:
    (name,) = change
    for answer in asked(call, **change):
        assert (answer.status_code, answer.json["code"]) == (422, "template-differs")
        assert f"another {name}" in answer.json["detail"]


def test_the_data_that_a_template_uses_are_those_it_was_written_with(call: Caller, engine: Engine) -> None:
    with db.writing(engine) as session:
        session.scalars(sa.select(MessageTemplate)).one().data_used = ["messages", "us"]
    for answer in asked(call, data_used=["messages", "shoe size"]):
        assert (answer.status_code, answer.json["code"]) == (422, "template-differs")
    for answer in asked(call, data_used=["messages"]):
        assert answer.json["outcome"] == "allow"
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Decision.intent)).one()["data_used"] == ["messages", "us"]


def test_a_template_that_was_turned_down_goes_nowhere(call: Caller, engine: Engine) -> None:
    with db.writing(engine) as session:
        found = session.scalars(sa.select(MessageTemplate)).one()
        found.confirmed_at, found.turned_down_at = None, datetime.now(UTC)
    for answer in asked(call):
        assert (answer.status_code, answer.json["code"]) == (422, "template-refused")
