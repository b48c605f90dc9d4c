"""What a customer told another system: how we may write, a pause, what they ask for by right."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import audit, consent, db, rights
from portal.accounts.models import Customer
from tests import people
from tests.web.api.conftest import Caller

TOMORROW = (datetime.now(UTC) + timedelta(days=2)).date()
BY_PHONE = {"kind": "access", "came_by": "phone", "words": "All you have about me"}


def head(call: Caller) -> int:
    return int(call("GET", "/customers/C-ADA/consents").json["head"])


def acts(engine: Engine) -> list[tuple[str, str, str]]:
    with db.reading(engine) as session:
        rows = session.scalars(sa.select(audit.AuditEntry).order_by(audit.AuditEntry.id))
        return [(row.act, row.actor_type, row.actor) for row in rows]


def test_preferences_are_kept_as_on_the_customers_own_page(call: Caller, ada: Customer, engine: Engine) -> None:
    chosen = {"time_zone": "Europe/Rome", "quiet_from": "21:00", "quiet_until": "08:00", "max_per_week": 2}
    answer = call("POST", "/customers/C-ADA/preferences", json=chosen)
    assert answer.status_code == 200
    assert answer.json == call("GET", "/customers/C-ADA/preferences").json
    assert (answer.json["time_zone"], answer.json["max_per_week"]) == ("Europe/Rome", 2)
    assert ("preferences.told", "token", "crm") in acts(engine)
    less = call("POST", "/customers/C-ADA/preferences", json={"channel": "email"}).json
    assert (less["channel"], less["max_per_week"], less["quiet_from"]) == ("email", None, None)


def test_preferences_that_the_page_refuses_are_refused_here(call: Caller, ada: Customer) -> None:
    for said, wrong in (
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"quiet_from": "21:00"}, "quiet_until"),
        ({"language": "tlh"}, "language"),
        ({"max_per_week": 51}, "max_per_week"),
        ({"colour": "blue"}, "colour"),
    ):
        answer = call("POST", "/customers/C-ADA/preferences", json=said)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [wrong])


def test_a_pause_stands_in_the_ledger_with_who_wrote_it_down(call: Caller, ada: Customer, engine: Engine) -> None:
    said = {"until": TOMORROW.isoformat(), "method": "phone", "seq": head(call)}
    key = {"Idempotency-Key": "p1"}
    answer = call("POST", "/customers/C-ADA/pause", json=said, headers=key)
    assert answer.status_code == 201
    assert (answer.json["action"], answer.json["actor_type"], answer.json["method"]) == ("paused", "token", "phone")
    again = call("POST", "/customers/C-ADA/pause", json=said, headers=key)
    assert again.json == answer.json
    stale = call("POST", "/customers/C-ADA/pause", json=said)
    assert (stale.status_code, stale.json["code"]) == (409, "stale")
    with db.reading(engine) as session:
        assert consent.preference_of(session, ada.id).paused_until == TOMORROW


def test_a_pause_ends_on_a_later_day_that_there_is(call: Caller, ada: Customer) -> None:
    terms = {"method": "phone", "seq": head(call)}
    for how_long in (
        {"until": "2020-01-01"},
        {"until": "9999-12-31"},
        {},
        {"months": 2},
        {"months": 1, "until": "2090-01-01"},
    ):
        assert call("POST", "/customers/C-ADA/pause", json={**terms, **how_long}).status_code == 422
    assert call("POST", "/customers/C-ADA/pause", json={**terms, "months": 3}).status_code == 201


def test_a_request_by_right_is_taken_down_once_and_its_clock_begins(
    call: Caller, ada: Customer, engine: Engine
) -> None:
    key = {"Idempotency-Key": "r1"}
    answer = call("POST", "/customers/C-ADA/requests", json=BY_PHONE, headers=key)
    assert answer.status_code == 201
    assert (answer.json["kind"], answer.json["state"], answer.json["came_by"]) == ("access", "open", "phone")
    assert call("POST", "/customers/C-ADA/requests", json=BY_PHONE, headers=key).json == answer.json
    assert call("GET", "/customers/C-ADA/requests").json["items"] == [answer.json]
    assert ("rights.taken-down", "token", "crm") in acts(engine)
    with db.reading(engine) as session:
        assert rights.request(session, answer.json["request"]).words == "All you have about me"


def test_two_wishes_to_be_erased_are_one_and_leave_seven_days(call: Caller, ada: Customer, engine: Engine) -> None:
    first, second = (
        call("POST", "/customers/C-ADA/requests", json={"kind": "erase", "came_by": way}) for way in ("phone", "letter")
    )
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["request"] == second.json["request"]
    with db.reading(engine) as session:
        found = rights.request(session, first.json["request"])
        assert found.acts_at - found.asked_at == timedelta(days=7)


def test_what_is_no_request_by_right_is_refused(call: Caller, ada: Customer) -> None:
    for said, wrong in (
        ({**BY_PHONE, "kind": "refund"}, "kind"),
        ({**BY_PHONE, "came_by": "portal"}, "came_by"),
        ({**BY_PHONE, "customer": "C-BEN"}, "customer"),
    ):
        answer = call("POST", "/customers/C-ADA/requests", json=said)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [wrong])
    assert call("POST", "/customers/C-NOBODY/requests", json=BY_PHONE).status_code == 404


def test_a_pause_ends_before_its_day_when_they_say_so(call: Caller, ada: Customer) -> None:
    call("POST", "/customers/C-ADA/pause", json={"months": 3, "method": "phone", "seq": head(call)})
    answer = call("POST", "/customers/C-ADA/pause/end", json={"method": "phone", "seq": head(call)})
    assert (answer.status_code, answer.json["action"], answer.json["actor_type"]) == (201, "resumed", "token")


def test_what_holds_contact_back_is_recorded_and_ended(call: Caller, ada: Customer, engine: Engine) -> None:
    made = call("POST", "/customers/C-ADA/marks", json={"kind": "court", "note": "Order 7", "since": "2026-01-05"})
    assert (made.status_code, made.json["stage"], made.json["since"][:10]) == (201, "holds", "2026-01-05")
    assert call("POST", "/customers/C-ADA/marks", json={"kind": "court", "note": "Again"}).status_code == 409
    assert call("POST", "/customers/C-ADA/marks/end", json={"kind": "minor"}).status_code == 404
    ended = call("POST", "/customers/C-ADA/marks/end", json={"kind": "court"}).json
    assert (ended["stage"], ended["ended_by"]) == ("ended", "crm")
    assert call("POST", "/customers/C-ADA/marks/end", json={"kind": "court"}).json == ended
    assert call("GET", "/customers/C-ADA/marks").json["items"] == [ended]
    assert ("mark.ended", "token", "crm") in acts(engine)


def test_a_register_is_tried_first(call: Caller, ada: Customer) -> None:
    copy = {"name": "tps", "taken_on": (datetime.now(UTC) - timedelta(days=1)).date().isoformat(), "numbers": ["1"]}
    tried = call("POST", "/call-registers", json={**copy, "try_only": True})
    assert (tried.json["state"], tried.json["added"]) == ("draft", 1)
    assert call("GET", "/call-registers").json == {"items": []}
    assert call("POST", "/call-registers", json=copy).json["state"] == "live"
    assert [one["numbers"] for one in call("GET", "/call-registers").json["items"]] == [1]


def test_two_who_are_one_are_made_one_and_parted_again(call: Caller, ada: Customer, engine: Engine) -> None:
    with db.writing(engine) as session:
        people.customer(session, "Dora")
    pair = {"keep": "C-ADA", "merge": "C-DORA", "verified": True, "how": "Same passport"}
    made = call("POST", "/merges", json=pair)
    assert (made.status_code, made.json["kept"], made.json["merged"]) == (201, "C-ADA", "C-DORA")
    assert call("POST", "/merges", json=pair).status_code == 422  # they are one already
    parted = call("POST", f"/merges/{made.json['merge']}/undo", json={}).json
    assert parted["undone_at"]
    assert call("GET", "/merges").json["items"] == [parted]
