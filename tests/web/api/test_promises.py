"""Another system reads what was promised, and lets somebody say sorry by name."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import db
from portal.accounts.models import Customer
from portal.audit import AuditEntry
from portal.conversations import Message, Promise
from tests import people

from .conftest import YESTERDAY, Caller

DAY = timedelta(days=1)
SORRY = {"text": "It is late, and we are sorry.", "by": "Dee"}


def promised(engine: Engine, ada: Customer, *due: datetime) -> list[int]:
    with db.writing(engine) as session:
        said = people.message_of(session, session.merge(ada), YESTERDAY)
        made = [
            Promise(
                conversation_id=said.conversation_id, message_id=said.id, customer_id=ada.id, text="A new card",
                due_at=at, state="open",
            )
            for at in due
        ]  # fmt: skip
        session.add_all(made)
        session.flush()
        return [one.id for one in made]


def test_what_waits_for_an_apology_is_listed_and_paged(call: Caller, engine: Engine, ada: Customer) -> None:
    now = datetime.now(UTC)
    first, second, ahead = promised(engine, ada, now - 3 * DAY, now - DAY, now + DAY)
    page = call("GET", "/promises?limit=1").json
    assert [(one["promise"], one["customer"], one["apology"]) for one in page["items"]] == [(first, "C-ADA", None)]
    rest = call("GET", f"/promises?limit=1&cursor={page['next']}").json
    assert [one["promise"] for one in rest["items"]] == [second]
    assert rest["next"] is None
    assert [one["promise"] for one in call("GET", "/promises?which=ahead").json["items"]] == [ahead]
    assert call("GET", "/promises?which=lost").status_code == 422


def test_an_apology_is_read_by_its_customer_and_told_once(call: Caller, engine: Engine, ada: Customer) -> None:
    (number,) = promised(engine, ada, datetime.now(UTC) - DAY)
    key = {"Idempotency-Key": "sorry-1"}
    told, again = (call("POST", f"/promises/{number}/apology", json=SORRY, headers=key) for _ in "12")
    assert (told.status_code, again.json) == (201, told.json)
    with db.reading(engine) as session:
        said = session.scalars(sa.select(Message).where(Message.ref == told.json["message"])).one()
        assert (said.text, said.author, said.author_name, said.internal) == (SORRY["text"], "team", "Dee", False)
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "promise.apologised")).one()
        assert entry.subject == f"conversation:{told.json['conversation']}"
        assert session.get_one(Promise, number).state == "open"
    listed = call("GET", "/promises?which=apologised").json["items"]
    assert [one["apology"] for one in listed] == [told.json["message"]]
    twice = call("POST", f"/promises/{number}/apology", json=SORRY)
    assert (twice.status_code, twice.json["code"]) == (409, "already-apologised")


def test_who_may_not_or_names_nothing_apologises_for_nothing(call: Caller, engine: Engine, ada: Customer) -> None:
    early, late = promised(engine, ada, datetime.now(UTC) + DAY, datetime.now(UTC) - DAY)
    assert call("POST", f"/promises/{late}/apology", json=SORRY, scopes="promises:read").status_code == 403
    assert call("POST", f"/promises/{early}/apology", json=SORRY).json["code"] == "not-missed"
    assert call("POST", f"/promises/{late}/apology", json={"text": " ", "by": "Dee"}).status_code == 422
    assert call("POST", f"/promises/{late}/apology", json={"text": "Sorry"}).status_code == 422
    for wrong in ("0", "x", "99999999999", "²", str(late + 1)):
        assert call("POST", f"/promises/{wrong}/apology", json=SORRY).status_code == 404
