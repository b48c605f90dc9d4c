"""What an administrator does on pages, through the API: files of consents; purposes, words and figures to read."""

from datetime import UTC, datetime

from sqlalchemy.engine import Engine

from portal import clock, consent, db, importing, insight
from portal.accounts.models import Customer
from portal.importing import batch_by_ref
from portal.settings import Settings
from tests import people
from tests.web.api.conftest import Caller


def brought_on(engine: Engine, settings: Settings, ref: str) -> None:
    """What the background does."""
    with db.reading(engine) as session:
        number = batch_by_ref(session, ref).id
    importing.bring_on(engine, number, settings=settings, clock=clock.utc_now)


def test_a_file_of_consents_is_taken_in_applied_and_undone(
    call: Caller, ada: Customer, engine: Engine, settings: Settings
) -> None:
    with db.writing(engine) as session:
        people.says(session, session.merge(ada), "marketing", "granted", clock.utc_now())
    made = call("POST", "/imports", json={"name": "c.csv", "text": "WHO,purpose,answer\nC-ADA,marketing,no\n",
                                          "columns": {"customer": "WHO"}})  # fmt: skip
    assert (made.status_code, made.json["state"]) == (201, "waiting")
    place = f"/imports/{made.json['batch']}"
    assert call("POST", f"{place}/apply", json={}).status_code == 409
    brought_on(engine, settings, made.json["batch"])
    assert call("GET", place).json["outcomes"]["deny"] == 1
    for act, state, allowed in (("apply", "applied", False), ("undo", "undone", True)):
        assert call("POST", f"{place}/{act}", json={}).status_code == 200
        brought_on(engine, settings, made.json["batch"])
        assert call("GET", place).json["state"] == state
        with db.reading(engine) as session:
            assert bool(consent.allows(session, ada.id, "marketing", now=clock.utc_now())) == allowed
    assert call("POST", f"{place}/discard", json={}).status_code == 409
    assert call("GET", "/imports").json["items"][0]["results"]["undone"] == 1


def test_drafts_of_words_are_nobodys_to_read(call: Caller, ada: Customer, engine: Engine) -> None:
    with db.writing(engine) as session:
        consent.draft_notice(
            session, purpose="marketing", change="editorial", title="Soon", summary="Soon", text="Soon",
            now=clock.utc_now(),
        )  # fmt: skip
    assert [one["key"] for one in call("GET", "/purposes").json["items"]] == ["needs", "marketing", "service"]
    words = call("GET", "/purposes/marketing/notices").json["items"]
    assert [(one["version"], one["title"]) for one in words] == [(1, "May we?")]
    assert call("GET", "/purposes/weather/notices").status_code == 404


def test_few_people_are_hidden(call: Caller, ada: Customer, engine: Engine) -> None:
    with db.writing(engine) as session:
        for part, people_ in (("marketing", 19), ("needs", 20)):
            session.add(insight.IndicatorFigure(
                period="week", day=datetime.now(UTC).date(), indicator="coverage", part=part, scope="company",
                numerator=10, denominator=20, people=people_,
            ))  # fmt: skip
    few, enough = sorted(call("GET", "/indicators").json["items"], key=lambda one: str(one["part"]))
    assert (few["hidden"], few["numerator"], few["low"]) == (True, None, None)
    assert (enough["hidden"], enough["numerator"]) == (False, 10)
    assert enough["low"] < 0.5 < enough["high"]
