"""A system downstream reads the feed, says what it knows, and is told where it stands."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import accounts, db, downstream
from portal.accounts.models import Customer
from portal.downstream import Delivery
from tests import people
from tests.web.api.conftest import YESTERDAY, Caller


def add_crm(engine: Engine, token: str, **values: object) -> None:
    with db.writing(engine) as session:
        found = accounts.token_for(session, token, datetime.now(UTC))
        assert found is not None
        downstream.add_system(
            session, name="CRM", how="feed", by="Ines", started_after=0, now=YESTERDAY, token_id=found.id, **values
        )


def token(engine: Engine, *scopes: str) -> str:
    with db.writing(engine) as session:
        return accounts.add_token(
            session, name="crm", scopes=list(scopes), created_by="Ines", now=YESTERDAY, submission_key="crm"
        )[1]


def test_a_system_reads_on_until_it_knows_everything(call: Caller, engine: Engine, ada: Customer) -> None:
    mine = token(engine, "changes:read")
    add_crm(engine, mine, purposes=["marketing"], sends=True)
    with db.writing(engine) as session:
        ada = session.merge(ada)
        for action, purpose in (("granted", "marketing"), ("granted", "needs"), ("withdrawn", "marketing")):
            people.says(session, ada, purpose, action, YESTERDAY + timedelta(minutes=1))
    seen, after = [], 0
    while True:
        given = call("GET", f"/consents/changes?after={after}&limit=1", token=mine)
        given.close()  # what was given is noted once the answer has left
        answer = given.json
        seen += [(item["purpose"], item["action"], item["customer"]) for item in answer["items"]]
        after = answer["position"]
        if after == answer["head"]:
            break
    assert seen == [("marketing", "granted", "C-ADA"), ("marketing", "withdrawn", "C-ADA")]
    with db.reading(engine) as session:
        assert set(session.scalars(sa.select(Delivery.state))) == {"sent"}
    early = call("POST", "/consents/acknowledgements", token=mine, json={"up_to": after - 1}).json
    assert (early["behind"], early["fenced"]) == (1, True)
    for _ in range(2):
        done = call("POST", "/consents/acknowledgements", token=mine, json={"up_to": after}).json
        assert (done["acknowledged_up_to"], done["behind"], done["fenced"]) == (after, 0, False)


def test_nobody_acknowledges_what_was_not_given_or_without_a_system(
    call: Caller, engine: Engine, ada: Customer
) -> None:
    mine = token(engine, "changes:read")
    answer = call("POST", "/consents/acknowledgements", token=mine, json={"up_to": 1})
    assert (answer.status_code, answer.json["code"]) == (404, "no-such-system")
    add_crm(engine, mine)
    answer = call("POST", "/consents/acknowledgements", token=mine, json={"up_to": 10_000})
    assert (answer.status_code, answer.json["errors"]) == (422, {"up_to": ["Not given yet."]})


def test_a_token_without_a_system_reads_everything_and_marks_nothing(
    call: Caller, engine: Engine, ada: Customer
) -> None:
    answer = call("GET", "/consents/changes")
    assert [item["purpose"] for item in answer.json["items"]] == ["needs"]
    assert answer.json["position"] == answer.json["head"] == answer.json["items"][-1]["position"]


def test_a_system_that_does_not_know_of_a_withdrawal_claims_nothing(
    call: Caller, engine: Engine, ada: Customer
) -> None:
    mine = token(engine, "changes:read", "decisions:claim")
    add_crm(engine, mine, sends=True)
    wish = {"key": "w1", "customer": "C-ADA", "channel": "in_app", "message_class": "service", "purpose": "service"}
    assert call("POST", "/decisions", token=mine, json=wish).status_code == 201
    with db.writing(engine) as session:
        people.says(session, session.merge(ada), "marketing", "refused", datetime.now(UTC))
    refused = call("POST", "/decisions", token=mine, json={**wish, "key": "w2"})
    assert (refused.status_code, refused.json["code"], refused.json["why"]) == (409, "fenced", "behind-withdrawal")
    up_to = call("GET", "/consents/changes", token=mine).json["position"]
    call("POST", "/consents/acknowledgements", token=mine, json={"up_to": up_to})
    assert call("POST", "/decisions", token=mine, json={**wish, "key": "w2"}).status_code == 201


def test_a_webhook_that_wants_decisions_is_told_of_them(call: Caller, engine: Engine, ada: Customer) -> None:
    with db.writing(engine) as session:
        downstream.add_system(
            session, name="CRM", how="webhook", url="https://crm.example.org/", events=["decision.made"], by="Ines",
            started_after=0, now=YESTERDAY,
        )  # fmt: skip
    wish = {"key": "w1", "customer": "C-ADA", "channel": "in_app", "message_class": "service", "purpose": "service"}
    made = call("POST", "/decisions", json=wish).json
    with db.reading(engine) as session:
        told = session.scalars(sa.select(Delivery)).one()
    assert (told.event, told.event_id, told.payload["outcome"]) == ("decision.made", made["ref"], made["outcome"])
    assert set(told.payload) == {
        "decision", "customer", "purpose", "channel", "topic", "outcome", "decisive_rule", "seq",
    }  # fmt: skip
