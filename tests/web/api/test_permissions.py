"""Asking about many at once over the API, and writing down what a customer said elsewhere."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import Engine

from portal import consent, db, rights, treatment
from portal.accounts.models import Customer
from tests import people
from tests.web.api.conftest import YESTERDAY, Caller

OFFER = {"purpose": "marketing", "channel": "email"}
RIGHTS = "C’è una richiesta aperta sui dati personali. Finché non è evasa non vendiamo e non chiediamo nulla."
PAUSED = "Hanno messo in pausa tutto ciò che non è una risposta a loro."
IN_APP = {**OFFER, "channel": "in_app"}


def test_many_are_asked_about_at_once(call: Caller, engine: Engine, ada: Customer) -> None:
    with db.writing(engine) as session:
        people.says(session, session.merge(ada), "marketing", "granted", YESTERDAY)
        ben = people.customer(session, "Ben")
        people.says(session, ben, "marketing", "withdrawn", YESTERDAY)
        people.customer(session, "Cleo", email=None)
    answer = call("POST", "/permissions/bulk", json=IN_APP).json
    assert (answer["allowed"], answer["counts"]) == (["C-ADA"], {"allowed": 1, "denied": 1, "not-asked": 1})
    assert (answer["covers"], answer["held_from"]) == (list(treatment.RULES), None)
    some = call("POST", "/permissions/bulk", json={**IN_APP, "customers": ["C-BEN", "C-NOBODY"]}).json
    assert (some["allowed"], some["counts"], some["position"]) == ([], {"denied": 1}, answer["position"])


def test_why_many_are_held_or_denied_is_said_in_words(call: Caller, engine: Engine, ada: Customer) -> None:
    with db.writing(engine) as session:
        now = datetime.now(UTC)
        ben, cleo = people.customer(session, "Ben"), people.customer(session, "Cleo")
        for one in (ada, ben, cleo):
            people.says(session, session.get_one(Customer, one.id), "marketing", "granted", YESTERDAY)
        rights.ask(session, ben, kind="access", words="All of it", now=now)
        consent.pause(session, cleo, until=now.date() + timedelta(days=9), now=now)
    answer = call("POST", "/permissions/bulk", json=IN_APP, headers={"Accept-Language": "it"}).json
    told = {one["code"]: (one["outcome"], one["rule"], one["people"], one["words"]) for one in answer["reasons"]}
    assert told == {
        "allowed": ("allow", "", 1, "Si possono contattare."),
        "rights-request-open": ("deny", "rights", 1, RIGHTS),
        "paused": ("hold", "pause", 1, PAUSED),
    }
    assert answer["held_from"] == answer["held_until"] is not None


def test_an_answer_from_an_older_ledger_than_wanted_is_refused(call: Caller, ada: Customer) -> None:
    answer = call("POST", "/permissions/bulk", json={**OFFER, "at_least_position": 10_000})
    assert (answer.status_code, answer.json["code"]) == (409, "behind")
    both = call("POST", "/permissions/bulk", json={**OFFER, "customers": ["C-ADA"], "segment": "fees"})
    assert (both.status_code, list(both.json["errors"])) == (422, ["customers"])
    assert call("POST", "/permissions/bulk", json={**OFFER, "purpose": "nothing"}).status_code == 404


def test_what_was_said_on_the_phone_is_written_down_with_its_proof(call: Caller, ada: Customer) -> None:
    head = call("GET", "/customers/C-ADA/consents").json["head"]
    said = {"purpose": "marketing", "act": "give", "method": "phone", "seq": head}
    answer = call("POST", "/customers/C-ADA/consents", json=said)
    assert (answer.status_code, answer.json["code"]) == (403, "needs-evidence")
    said |= {"evidence": "Recording 2026-11-23/0815", "grade": "A"}
    key = {"Idempotency-Key": "call-0815"}
    first = call("POST", "/customers/C-ADA/consents", json=said, headers=key)
    again = call("POST", "/customers/C-ADA/consents", json=said, headers=key)
    assert (first.status_code, first.json) == (201, again.json)
    newest = call("GET", "/customers/C-ADA/ledger?limit=1").json
    item = newest["items"][0]
    assert (item["action"], item["actor_type"], item["method"], item["grade"]) == ("granted", "token", "phone", "A")
    older = call("GET", f"/customers/C-ADA/ledger?cursor={newest['next']}").json
    assert [one["seq"] for one in older["items"]] == list(range(item["seq"] - 1, 0, -1))
    stale = call("POST", "/customers/C-ADA/consents", json={**said, "act": "withdraw"})
    assert (stale.status_code, stale.json["code"]) == (409, "stale")
    assert first.json["code"] in [one["code"] for one in call("GET", "/customers/C-ADA/receipts").json["items"]]


def test_requests_by_right_are_read_with_their_clocks(call: Caller, engine: Engine, ada: Customer) -> None:
    with db.writing(engine) as session:
        made = rights.ask(session, session.merge(ada), kind="access", words="All of it", now=datetime.now(UTC)).ref
    item = call("GET", "/customers/C-ADA/requests").json["items"][0]
    assert (item["request"], item["kind"], item["state"], item["settled_at"]) == (made, "access", "open", None)
    assert item["due_at"] > item["asked_at"]
