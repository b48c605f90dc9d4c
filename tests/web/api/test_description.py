"""The description says what is so: every operation is in it, and real answers fit it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema_rs
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import (
    accounts,
    db,
    downstream,
    entitlements,
    gateways,
    merging,
    outreach,
    rights,
    segments,
    treatment,
)
from portal.accounts.models import Customer
from portal.settings import Settings
from portal.web.api.operations import OPERATIONS
from portal.web.api.spec import description
from tests import people
from tests.web.api.conftest import YESTERDAY, Caller
from tests.web.api.drafted import RULE, asked_for_everything, belongs_to, campaign_of, drafts, read_words, what_waits


@pytest.fixture
def described(app: Flask) -> dict[str, Any]:
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json)


@pytest.fixture
def furnished(engine: Engine, ada: Customer) -> None:
    """Something to answer with, for every list."""
    now = datetime.now(UTC)
    with db.writing(engine) as session:
        downstream.add_system(
            session, name="CRM", how="feed", by="Ines", started_after=0, now=now,
            token_id=session.scalar(sa.select(accounts.ApiToken.id)),
        )  # fmt: skip
        tree = {"feature": "need.cost.count.90d", "op": ">=", "value": 1}
        segments.define(session, key="fees", name="Fees", why="Fees hurt", tree=tree, by="Omar", now=now)
        segments.go_live(session, "fees", now=now)
        segments.place_customer(session, ada.id, cause="signal", now=now)
        people.receipt(session, ada, "C-ADAS", now)
        intent = treatment.IntentFacts("k", ada.id, "in_app", "service", "service")
        treatment.claim(session, intent, now=now).ref = "D-ADAS"
        lines = treatment.LineList(["+44 20 7946 0001"], name="mine", taken_at=YESTERDAY)
        treatment.import_register(session, lines, by="Ines", now=now)
        what_waits(session, now)
        treatment.set_mark(session, ada.id, "court", note="Order 7", by="Ines", now=now)
        treatment.set_holder(session, ada.id, "Cleo", "approved", by="Ines", now=now)
        names = ("Ben", "Cleo", "Dora", "Ed")
        _ben, _cleo, dora, ed = (people.customer(session, name) for name in names)
        merging.merge(session, dora, ed, verified=False, how="By phone", by="Ines", now=now).ref = "M-DORA"
        rights.ask(session, session.merge(ada), kind="complaint", words="You lost it", now=now)
        outreach.add_template(
            session, key="hello", message_class="service", purpose="service", channel="email", subject="Hello",
            text="Hello $name", by="Ines", now=now,
        )  # fmt: skip
        entitlements.add_benefit(
            session, key="transfers", name="Transfers", unit="transfer", gloss="No fee", how_to_use="Just do",
            amount=5, days_valid=90, now=YESTERDAY,
        )  # fmt: skip
        entitlements.grant(
            session, ada.id, "transfers", amount=5, valid_from=YESTERDAY, valid_until=now + timedelta(days=9),
            source="staff", source_ref="", why="A kindness", dedupe_key="k", now=YESTERDAY,
        )  # fmt: skip
        for_gateways(session, people.customer(session, "Dee").id, now)
        whose = drafts(session, now)
        belongs_to(session, session.scalars(sa.select(accounts.ApiToken.id)).first() or 0, whose.id)
        asked_for_everything(session, "C-ADA", now)
    outreach.send_due(engine, settings=Settings(), clock=lambda: now, worker="w")


def for_gateways(session: Session, customer_id: int, now: datetime) -> None:
    """A text message that waits, and one that the first token was given."""
    accounts.set_point(session, customer_id, kind="number", value="+44 1", verified_at=now, source="crm", now=now)
    outreach.add_template(
        session, key="text", message_class="mandatory", purpose="service", channel="sms", subject="Hello",
        text="Hello $name", by="Ines", now=now,
    )  # fmt: skip
    outreach.intend(session, key="text", customer_id=customer_id, template_key="text", reason="Hello", now=now)
    message = gateways.record(
        session, now=now, channel="sms", customer_id=customer_id, decision_ref="D-TEXT", to_point="+44 1",
        subject="", text="Hello", language="en",
    )  # fmt: skip
    token = session.scalar(sa.select(accounts.ApiToken.id))
    message.ref = "G-ADAS"
    gateways.lease(session, message, by=f"token:{token}", until=now + timedelta(minutes=1))


EDITED = {name: value for name, value in campaign_of(datetime.now(UTC)).items() if name != "key"}
REQUESTS: dict[str, tuple[str, Any]] = {
    "feedback_submit": ("/feedback", {"text": "More branches please.", "customer": "C-ADA"}),
    "contact_event": ("/contact-events", {"kind": "reply_stop", "event_id": "e1", "customer": "C-ADA"}),
    "signals": ("/signals", None),
    "segments": ("/segments", None),
    "members": ("/segments/fees/members", None),
    "decision_preview": (
        "/decisions/preview",
        {"customer": "C-ADA", "channel": "in_app", "message_class": "service", "purpose": "service"},
    ),
    "changes": ("/consents/changes", None),
    "acknowledge": ("/consents/acknowledgements", {"up_to": 1}),
    "decision_claim": (
        "/decisions",
        {"key": "w1", "customer": "C-ADA", "channel": "in_app", "message_class": "service", "purpose": "service"},
    ),
    "permissions_bulk": ("/permissions/bulk", {"purpose": "marketing", "channel": "email", "customers": ["C-ADA"]}),
    "consent_said": (
        "/customers/C-ADA/consents",
        {"purpose": "marketing", "act": "withdraw", "method": "phone", "seq": 2},
    ),
    "preferences_said": ("/customers/C-ADA/preferences", {"time_zone": "Europe/Rome", "max_per_week": 2}),
    "pause_said": ("/customers/C-ADA/pause", {"months": 1, "method": "phone", "seq": 2}),
    "pause_ended": ("/customers/C-ADA/pause/end", {"method": "phone", "seq": 2}),
    "marks": ("/customers/C-ADA/marks", None),
    "mark_set": ("/customers/C-ADA/marks", {"kind": "vulnerable", "note": "Letter 12 in the branch"}),
    "mark_ended": ("/customers/C-ADA/marks/end", {"kind": "court"}),
    "holders": ("/customers/C-ADA/holders", None),
    "holder_said": ("/customers/C-ADA/holders", {"name": "Ben", "state": "asked", "proof": "Letter 13"}),
    "call_registers": ("/call-registers", None),
    "call_register_brought": (
        "/call-registers",
        {"name": "tps", "taken_on": YESTERDAY.date().isoformat(), "numbers": ["+44 20 7946 0000"]},
    ),
    "merges": ("/merges", None),
    "merged": ("/merges", {"keep": "C-BEN", "merge": "C-CLEO", "verified": False, "how": "By phone"}),
    "parted": ("/merges/M-DORA/undo", {}),
    "purposes": ("/purposes", None),
    "purpose_notices": ("/purposes/marketing/notices", None),
    "purpose_added": (
        "/purposes",
        {
            "key": "surveys",
            "sentence": "Ask you",
            "lawful_basis": "consent",
            "asks": True,
            "data_used": ["name"],
            "recipients": ["us"],
            "retention_days": 365,
        },
    ),
    "purpose_retired": ("/purposes/marketing/retire", {}),
    "words": ("/purposes/marketing/notices/1", None),
    "words_drafted": ("/purposes/marketing/notices", {"title": "May we?", "summary": "May we?", "text": "May we?"}),
    "words_published": ("/purposes/needs/notices/2/publish", lambda call: {"sha256": read_words(call, "needs")}),
    "words_taken_back": ("/purposes/marketing/notices/2/take-back", {}),
    "indicators": ("/indicators", None),
    "imports": ("/imports", None),
    "import_one": ("/imports/B-ADAS", None),
    "import_taken": ("/imports", {"name": "c.csv", "text": "customer,purpose,answer\nC-ADA,marketing,no\n"}),
    "import_applied": ("/imports/B-STAGED/apply", {}),
    "import_undone": ("/imports/B-APPLIED/undo", {}),
    "import_discarded": ("/imports/B-ADAS/discard", {}),
    "right_asked": ("/customers/C-ADA/requests", {"kind": "erase", "came_by": "letter"}),
    "ledger": ("/customers/C-ADA/ledger", None),
    "receipts": ("/customers/C-ADA/receipts", None),
    "preferences": ("/customers/C-ADA/preferences", None),
    "decisions": ("/decisions", None),
    "decision": ("/decisions/D-ADAS", None),
    "rights_requests": ("/customers/C-ADA/requests", None),
    "templates": ("/templates", None),
    "outbox": ("/outbox?channel=sms", None),
    "outbox_lease": ("/outbox/leases", {"channel": "sms"}),
    "outbox_report": ("/outbox/reports", {"message": "G-ADAS", "outcome": "delivered"}),
    "point_said": ("/customers/C-ADA/contact-points", {"kind": "number", "value": "+44 1"}),
    "consents": ("/customers/C-ADA/consents", None),
    "receipt": ("/customers/C-ADA/receipts/C-ADAS", None),
    "entitlements": ("/customers/C-ADA/entitlements", None),
    "campaigns": ("/campaigns", None),
    "campaign": ("/campaigns/tried", None),
    "campaign_drafted": ("/campaigns", campaign_of(datetime.now(UTC))),
    "campaign_edited": ("/campaigns/written/edit", EDITED),
    "campaign_tried": ("/campaigns/written/try", {}),
    "campaign_approved": ("/campaigns/tried/approve", {}),
    "rules": ("/rules", None),
    "rule": ("/rules/tell", None),
    "rule_drafted": ("/rules", {**RULE, "key": "tell_too", "kind": "contact"}),
    "rule_edited": ("/rules/tell/edit", RULE),
    "rule_approved": ("/rules/asks/approve", {"version": 1}),
    "rule_live": ("/rules/gives/live", {}),
    "rule_retired": ("/rules/asks/retire", {}),
    "campaign_moved": ("/campaigns/approved/moves", {"act": "start"}),
    "policies": ("/policies", None),
    "policy": ("/policies/2", None),
    "policy_difference": ("/policies/3/difference", None),
    "policy_drafted": ("/policies", {"settings": treatment.DEFAULT_POLICY, "note": "As it was"}),
    "policy_tried": ("/policies/2/shadow", {}),
    "policy_approved": ("/policies/3/approve", {}),
    "policy_put_away": ("/policies/2/put-away", {}),
    "rights_request": ("/customers/C-ADA/requests/Q-ADAS", None),
    "archive": ("/customers/C-ADA/requests/Q-ADAS/archive", {}),
    "promises": ("/promises", None),
    "promise_apologised": ("/promises/1/apology", {"text": "We are sorry.", "by": "Dee"}),
    "complaint_line": ("/conversations/T-ADAS/product-line", {"line": "card"}),
    "me": ("/me", None),
}


def fits(described: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    whole = {**schema, "components": described["components"]}
    jsonschema_rs.validator_for(whole).validate(value)


def test_it_is_openapi_3_1_and_has_every_operation(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    named = {operation["operationId"] for path in described["paths"].values() for operation in path.values()}
    assert named == {endpoint.removeprefix("api.") for endpoint in OPERATIONS} == set(REQUESTS)


def test_every_operation_asks_for_a_token_and_says_how_it_refuses(described: dict[str, Any]) -> None:
    for path in described["paths"].values():
        for operation in path.values():
            assert operation["security"] == [{"token": []}]
            assert {"401", "403", "422", "429", "503"} <= set(operation["responses"])
            assert operation["summary"]
            assert operation["description"]


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_real_answers_fit_their_description(
    call: Caller, furnished: None, described: dict[str, Any], name: str
) -> None:
    path, body = REQUESTS[name]
    body = body(call) if callable(body) else body
    operation = next(o for p in described["paths"].values() for o in p.values() if o["operationId"] == name)
    answer = call("GET" if body is None else "POST", path, json=body)
    documented = operation["responses"][str(answer.status_code)]
    fits(described, documented["content"]["application/json"]["schema"], answer.json)
    assert answer.json.get("items", [1]), "an empty list would fit any description"
    assert {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} <= set(documented["headers"])


def test_the_description_would_notice_an_answer_that_does_not_fit(described: dict[str, Any]) -> None:
    with pytest.raises(jsonschema_rs.ValidationError):
        fits(described, {"$ref": "#/components/schemas/Me"}, {"name": 5})


def test_refusals_fit_their_description(call: Caller, described: dict[str, Any]) -> None:
    for answer in (
        call("GET", "/signals?limit=0"),
        call("GET", "/me", token="wrong"),
        call("POST", "/feedback", data="{"),
    ):
        fits(described, {"$ref": "#/components/schemas/Problem"}, answer.json)


def test_a_text_of_invisible_characters_is_refused_within_the_description(
    call: Caller, described: dict[str, Any]
) -> None:
    """Found by `make fuzz`: the refusal carried a particular that the description did not allow for."""
    answer = call("POST", "/feedback", json={"text": "\u000b"})
    assert (answer.status_code, answer.json["code"]) == (422, "text-empty")
    fits(described, {"$ref": "#/components/schemas/Problem"}, answer.json)


def test_the_page_for_people_names_every_operation_scope_and_field(app: Flask) -> None:
    page = app.test_client().get("/api/v1/")
    assert page.status_code == 200
    assert page.content_type.startswith("text/html")
    for entry in OPERATIONS.values():
        assert f'id="{entry.endpoint.removeprefix("api.")}"' in page.text
        assert entry.scope in page.text
    for name in description()["components"]["schemas"]["Lineage"]["properties"]:
        assert f"items[].lineage.{name}" in page.text


def test_where_a_problem_points_there_is_a_page(app: Flask, call: Caller) -> None:
    pointed = call("GET", "/me", token="wrong").json["type"]
    answer = app.test_client().get(pointed, follow_redirects=True)
    assert answer.status_code == 200
