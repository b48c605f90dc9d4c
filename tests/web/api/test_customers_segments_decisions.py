"""What one customer allows and may use, who is in a segment, and what would be decided."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import db, entitlements, segments
from portal.accounts.models import Customer
from portal.treatment.models import Decision
from tests import people
from tests.web.api.conftest import YESTERDAY, Caller


@pytest.fixture
def fee_watchers(engine: Engine, ada: Customer) -> str:
    """A live segment of customers who spoke of cost, with Ada in it."""
    tree = {"feature": "need.cost.count.90d", "op": ">=", "value": 1}
    now = datetime.now(UTC)
    with db.writing(engine) as session:
        segments.define(
            session, key="fee-watchers", name="Fee watchers", why="Fees hurt", tree=tree, by="Omar", now=now
        )
        segments.go_live(session, "fee-watchers", now=now)
        segments.place_customer(session, ada.id, cause="signal", now=now)
    return "fee-watchers"


def test_consents_say_what_was_said_and_what_follows(call: Caller, ada: Customer) -> None:
    answer = call("GET", f"/customers/{ada.ref}/consents")
    assert (answer.status_code, answer.json["head"]) == (200, 1)
    cells = {(cell["purpose"], cell["channel"], cell["topic"]): cell for cell in answer.json["items"]}
    needs, marketing = cells["needs", "*", "*"], cells["marketing", "*", "*"]
    assert (needs["state"], needs["allowed"], needs["seq"], needs["notice_version"]) == ("granted", True, 1, 1)
    assert (marketing["state"], marketing["allowed"], marketing["seq"]) == ("never", False, None)
    assert cells["service", "*", "*"]["allowed"] is True


def test_entitlements_say_what_is_left(call: Caller, engine: Engine, ada: Customer) -> None:
    now = datetime.now(UTC)
    with db.writing(engine) as session:
        entitlements.add_benefit(
            session, key="free-transfers", name="Free transfers", unit="transfer", gloss="No fee", how_to_use="Just do",
            amount=5, days_valid=90, now=YESTERDAY,
        )  # fmt: skip
        entitlements.grant(
            session, ada.id, "free-transfers", amount=5, valid_from=YESTERDAY, valid_until=now + timedelta(days=9),
            source="staff", source_ref="", why="A kindness", dedupe_key="k", now=YESTERDAY,
        )  # fmt: skip
        entitlements.use(session, ada.id, "free-transfers", 2, key="u", by="card", now=now - timedelta(hours=1))
    [balance] = call("GET", f"/customers/{ada.ref}/entitlements").json["items"]
    assert (balance["benefit"], balance["granted"], balance["used"], balance["left"]) == ("free-transfers", 5, 2, 3)
    assert datetime.fromisoformat(balance["until"]) == now + timedelta(days=9)


@pytest.mark.parametrize("path", ["consents", "entitlements"])
@pytest.mark.parametrize("ref", ["C-NOBODY", "%00", "1", "C-ADA%20", "'"])
def test_a_customer_who_does_not_exist_is_not_found(call: Caller, ada: Customer, path: str, ref: str) -> None:
    answer = call("GET", f"/customers/{ref}/{path}")
    assert answer.status_code in (404, 422)
    assert answer.content_type == "application/problem+json"


def test_segments_are_listed_with_definition_and_size(call: Caller, fee_watchers: str) -> None:
    [segment] = call("GET", "/segments").json["items"]
    assert (segment["key"], segment["state"], segment["version"], segment["members"]) == (fee_watchers, "live", 1, 1)
    assert segment["definition"]["feature"] == "need.cost.count.90d"


def test_members_come_with_since_cause_and_evidence(call: Caller, ada: Customer, fee_watchers: str) -> None:
    answer = call("GET", f"/segments/{fee_watchers}/members")
    [member] = answer.json["items"]
    assert member["customer"] == ada.ref
    assert member["cause"] in segments.CAUSES
    assert member["evidence"]
    assert answer.json["next"] is None


def test_a_member_who_withdrew_is_not_given_out_even_while_the_membership_stands(
    call: Caller, engine: Engine, ada: Customer, fee_watchers: str
) -> None:
    with db.writing(engine) as session:
        people.says(session, ada, "needs", "withdrawn", datetime.now(UTC))
        assert session.scalars(sa.select(segments.Membership.valid_to)).one() is None
    assert call("GET", f"/segments/{fee_watchers}/members").json["items"] == []


def test_members_are_paged(call: Caller, engine: Engine, fee_watchers: str) -> None:
    now = datetime.now(UTC)
    with db.writing(engine) as session:
        for name in ("Ben", "Cleo"):
            customer = people.customer(session, name)
            people.signal(session, customer, "cost", YESTERDAY)
            segments.place_customer(session, customer.id, cause="signal", now=now)
    first = call("GET", f"/segments/{fee_watchers}/members?limit=2").json
    second = call("GET", f"/segments/{fee_watchers}/members?limit=2&cursor={first['next']}").json
    assert [len(first["items"]), len(second["items"]), second["next"]] == [2, 1, None]
    assert {member["customer"] for member in first["items"] + second["items"]} == {"C-ADA", "C-BEN", "C-CLEO"}


def test_a_segment_that_does_not_exist_is_not_found(call: Caller) -> None:
    assert call("GET", "/segments/nobody/members").status_code == 404


def preview(call: Caller, **change: Any) -> Any:
    body = {"customer": "C-ADA", "channel": "email", "message_class": "marketing", "purpose": "marketing", **change}
    return call("POST", "/decisions/preview", json=body)


def test_a_preview_tells_every_reason_and_records_nothing(call: Caller, engine: Engine, ada: Customer) -> None:
    answer = preview(call)
    assert answer.status_code == 200
    assert (answer.json["outcome"], answer.json["decisive_rule"], answer.json["ledger_seq"]) == ("deny", "consent", 1)
    results = {rule["rule"]: rule["result"] for rule in answer.json["rules"]}
    assert (results["identity"], results["consent"]) == ("pass", "deny")
    assert len(results) >= 10
    with db.reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 0


def test_a_preview_changes_with_the_consent(call: Caller, engine: Engine, ada: Customer) -> None:
    with db.writing(engine) as session:
        people.says(session, ada, "marketing", "granted", datetime.now(UTC))
    answer = preview(call, channel="in_app")
    assert (answer.json["outcome"], answer.json["decisive_rule"]) == ("allow", None)


def test_a_claim_is_recorded_once_and_may_be_sent_on_for_a_minute(call: Caller, engine: Engine, ada: Customer) -> None:
    with db.writing(engine) as session:
        people.says(session, ada, "marketing", "granted", datetime.now(UTC))
    wish = {
        "customer": "C-ADA", "channel": "in_app", "message_class": "marketing", "purpose": "marketing",
        "key": "rates-1",
    }  # fmt: skip
    first = call("POST", "/decisions", json=wish)
    assert (first.status_code, first.json["outcome"], len(first.json["rules"])) == (201, "allow", 19)
    assert call("POST", "/decisions", json=wish).json["ref"] == first.json["ref"]
    assert call("POST", "/decisions", json={**wish, "topic": "cards"}).json["code"] == "intent-differs"
    ahead = call("POST", "/decisions", json={**wish, "key": "rates-2", "at_least_seq": 99})
    assert (ahead.status_code, ahead.json["code"], ahead.json["ledger_seq"]) == (409, "ledger-behind", 2)
    assert call("POST", "/decisions", json={**wish, "key": "rates-2", "at_least_seq": 2}).json["outcome"] == "allow"
    assert call("POST", "/decisions", json=wish, scopes="decisions:preview").status_code == 403
    with db.reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "pigeon"}, {"message_class": ""}, {"purpose": "Ünknown"}, {"outcome": "allow"}, {"customer": None},
        {"expires_at": "0001-01-01T00:00:00+14:00"}, {"reason": "x" * 501}, {"segment_key": "a\0b"},
    ],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_is_refused(call: Caller, ada: Customer, change: dict[str, Any]) -> None:
    assert preview(call, **change).status_code == 422


def test_a_purpose_nobody_asks_for_is_never_allowed(call: Caller, ada: Customer) -> None:
    answer = preview(call, purpose="gossip")
    assert answer.status_code in (200, 404, 422)
    assert answer.json.get("outcome") != "allow"


def test_consents_are_told_for_any_moment_and_what_will_be_recorded_is_not_guessed(call: Caller, ada: Customer) -> None:
    first = call("GET", f"/customers/{ada.ref}/consents?known_at=2000-01-01T00:00:00Z")
    assert (first.status_code, first.json["head"], first.json["items"]) == (200, 0, [])
    refusal = call("GET", f"/customers/{ada.ref}/consents?known_at=2099-01-01T00:00:00Z")
    assert (refusal.status_code, refusal.json["code"]) == (422, "in-the-future")
