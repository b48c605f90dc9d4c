"""Consents from a file: the difference first, then what it shows, and the whole batch back."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, db, importing, needs, privacy
from portal.accounts import Customer
from portal.consent import ConsentEntry
from portal.errors import Conflict
from portal.importing import ConsentBatch
from portal.settings import Settings, secret_of
from tests import people
from tests.portal.importing.bringing import applied, brought_on, csv_of, rows_in, staged, undone

PROOF = {"source": "CRM", "wording": "v1", "evidence": "recording 7"}


@pytest.fixture
def cast_(engine: Engine, now: datetime) -> dict[str, Customer]:
    with db.writing(engine) as session:
        people.ask_for(session, "marketing", "needs")
        return {name: people.customer(session, name, external_ref=f"no-{name}") for name in ("Ada", "Ben", "Cleo")}


def says(
    engine: Engine, customer: Customer, action: str, at: datetime, purpose: str = "marketing", **more: Any
) -> None:
    with db.writing(engine) as session:
        people.says(session, session.merge(customer), purpose, action, at, **more)


def allowed(engine: Engine, customer: Customer, now: datetime, purpose: str = "marketing") -> bool:
    with db.reading(engine) as session:
        return bool(consent.allows(session, customer.id, purpose, now=now))


def entries(engine: Engine, customer: Customer) -> list[ConsentEntry]:
    with db.reading(engine) as session:
        return list(consent.history(session, customer.id))[::-1]


def fresh(session: Session, batch: ConsentBatch) -> ConsentBatch:
    return importing.batch_by_ref(session, batch.ref)


def yes(customer: Customer, at: datetime, **more: object) -> dict[str, Any]:
    return {"customer": customer.ref, "purpose": "marketing", "answer": "yes", "at": at.isoformat(), **PROOF} | more


def no(customer: Customer, **more: object) -> dict[str, Any]:
    return {"customer": customer.ref, "purpose": "marketing", "answer": "no", **more}


def test_the_difference_comes_first_and_changes_nothing(
    engine: Engine, settings: Settings, cast_: dict[str, Customer], now: datetime
) -> None:
    ada, ben, cleo = cast_.values()
    says(engine, ben, "granted", now - timedelta(days=9))
    rows = [
        yes(ada, now - timedelta(days=30)),
        no(ben),
        no(cleo),
        {"customer": "nobody", "purpose": "marketing", "answer": "yes"},
        {"customer": "cleo@example.org", "purpose": "needs", "answer": "YES"},
        {"customer": "no-Ben", "purpose": "needs", "answer": "yes", "at": "2030-01-01", **PROOF},
        {"customer": "no-Ben", "purpose": "weather", "answer": "no"},
        {"customer": "no-Ben", "purpose": "needs", "answer": "perhaps", "at": "soon"},
    ]
    batch = staged(engine, settings, rows, now)
    assert batch.state == "staged"
    told = [(row.line, row.outcome, row.reason, row.was, row.becomes) for row in rows_in(engine, batch)]
    assert told[:7] == [
        (2, "allow", "", "", "granted"),
        (3, "deny", "", "granted", "denied"),
        (4, "noted", "still-no", "", "denied"),
        (5, "refused", "no-such-customer", "", ""),
        (6, "unknown", "flag-only", "", "open"),
        (7, "refused", "in-the-future", "", ""),
        (8, "refused", "no-such-purpose", "", ""),
    ]
    assert "answer: neither yes, no" in told[7][2]
    assert "at: not a date" in told[7][2]
    assert not allowed(engine, ada, now)
    assert allowed(engine, ben, now)
    assert entries(engine, ada) == []


def test_applied_every_entry_says_where_it_comes_from(
    engine: Engine, settings: Settings, cast_: dict[str, Customer], now: datetime
) -> None:
    ada, at = cast_["Ada"], now - timedelta(days=30)
    content = csv_of([yes(ada, at)])
    batch = applied(engine, settings, staged(engine, settings, content, now), now)
    assert batch.state == "applied"
    assert allowed(engine, ada, now)
    (entry,) = entries(engine, ada)
    assert (entry.action, entry.method, entry.occurred_at, entry.recorded_at) == ("granted", "import", at, now)
    assert (entry.actor, entry.notice_version, entry.grade) == ("Ines", 1, "A")
    for part in ("consents.csv", "row 2", hashlib.sha256(content).hexdigest(), "grade A", "recording 7", batch.ref):
        assert part in (entry.evidence or "")
    with db.reading(engine) as session:
        assert consent.verify(session) == []


def test_a_yes_from_before_a_no_does_not_lift_it_and_neither_does_one_without_proof(
    engine: Engine, settings: Settings, cast_: dict[str, Customer], now: datetime
) -> None:
    ada, ben, cleo = cast_.values()
    for one in (ada, ben):
        says(engine, one, "granted", now - timedelta(days=40))
        says(engine, one, "withdrawn", now - timedelta(days=20))
    says(engine, cleo, "objected", now - timedelta(days=20))
    rows = [yes(ada, now - timedelta(days=21)), yes(ben, now, evidence="", source=""), yes(cleo, now)]
    batch = applied(engine, settings, staged(engine, settings, rows, now), now)
    assert [row.reason for row in rows_in(engine, batch)] == ["no-is-newer", "no-is-newer", "objected"]
    assert not any(allowed(engine, one, now) for one in cast_.values())
    newer = staged(engine, settings, [yes(ada, now - timedelta(days=1))], now)
    applied(engine, settings, newer, now)
    assert allowed(engine, ada, now)


def test_a_no_that_came_between_the_difference_and_its_confirmation_wins(
    engine: Engine, settings: Settings, cast_: dict[str, Customer], now: datetime
) -> None:
    ada = cast_["Ada"]
    batch = staged(engine, settings, [yes(ada, now - timedelta(days=2))], now)
    says(engine, ada, "withdrawn", now)
    batch = applied(engine, settings, batch, now + timedelta(minutes=5))
    assert [(row.result, row.reason) for row in rows_in(engine, batch)] == [("nothing", "no-is-newer")]
    assert not allowed(engine, ada, now + timedelta(minutes=5))


def test_a_yes_that_the_difference_did_not_show_is_not_written_later(
    engine: Engine, settings: Settings, cast_: dict[str, Customer], now: datetime
) -> None:
    ada = cast_["Ada"]
    says(engine, ada, "objected", now - timedelta(days=3))
    batch = staged(engine, settings, [yes(ada, now - timedelta(hours=1)), no(ada, channel="email")], now)
    says(engine, ada, "objection_lifted", now)
    applied(engine, settings, batch, now)
    assert not allowed(engine, ada, now)


def test_the_same_file_twice_changes_nothing(
    engine: Engine, settings: Settings, cast_: dict[str, Customer], now: datetime
) -> None:
    ada, ben, _cleo = cast_.values()
    says(engine, ben, "granted", now - timedelta(days=9))
    content = csv_of([yes(ada, now - timedelta(days=3)), no(ben), {**no(ada), "purpose": "needs"}])
    waiting = staged(engine, settings, content, now)
    applied(engine, settings, staged(engine, settings, content, now), now)
    says(engine, ben, "granted", now + timedelta(hours=1))
    later = now + timedelta(hours=2)
    before = [len(entries(engine, one)) for one in (ada, ben)]
    again = staged(engine, settings, content, later)
    assert {row.reason for row in rows_in(engine, again)} == {"already-in"}
    applied(engine, settings, again, later)
    applied(engine, settings, waiting, later)
    assert [len(entries(engine, one)) for one in (ada, ben)] == before
    assert allowed(engine, ben, later)


def test_a_batch_is_taken_back_by_new_entries_and_can_be_brought_in_again(
    engine: Engine, settings: Settings, cast_: dict[str, Customer], now: datetime
) -> None:
    ada, ben, cleo = cast_.values()
    says(engine, ben, "granted", now - timedelta(days=9))
    content = csv_of([yes(ada, now - timedelta(days=3)), no(ben), no(cleo)])
    batch = applied(engine, settings, staged(engine, settings, content, now), now)
    batch = undone(engine, settings, batch, now + timedelta(hours=1))
    later = now + timedelta(hours=2)
    assert batch.state == "undone"
    assert [allowed(engine, one, later) for one in (ada, ben, cleo)] == [False, True, False]
    assert [entry.action for entry in entries(engine, ada)] == ["granted", "invalidated"]
    assert [entry.action for entry in entries(engine, ben)] == ["granted", "withdrawn", "invalidated", "granted"]
    assert [entry.action for entry in entries(engine, cleo)] == ["refused", "invalidated"]
    with db.reading(engine) as session:
        assert consent.verify(session) == []
    applied(engine, settings, staged(engine, settings, content, later), later)
    assert [allowed(engine, one, later) for one in (ada, ben, cleo)] == [True, False, False]


def test_undoing_leaves_alone_what_somebody_changed_since(
    engine: Engine, settings: Settings, cast_: dict[str, Customer], now: datetime
) -> None:
    ada, ben, _cleo = cast_.values()
    says(engine, ben, "granted", now - timedelta(days=9))
    batch = applied(engine, settings, staged(engine, settings, [yes(ada, now), no(ben)], now), now)
    says(engine, ada, "withdrawn", now + timedelta(minutes=1))
    says(engine, ben, "objected", now + timedelta(minutes=1))
    later = now + timedelta(hours=1)
    batch = undone(engine, settings, batch, later)
    assert [row.undone for row in rows_in(engine, batch)] == ["changed", "changed"]
    assert not allowed(engine, ada, later)
    assert not allowed(engine, ben, later)
    with db.reading(engine) as session:
        assert importing.results(session, batch.id) == {"written": 2, "nothing": 0, "undone": 0, "changed": 2}


def test_whoever_was_erased_stays_denied_when_their_address_comes_back(
    engine: Engine, settings: Settings, cast_: dict[str, Customer], now: datetime
) -> None:
    with db.writing(engine) as session:
        privacy.erase(
            session, session.merge(cast_["Ada"]), by="portal", reason="asked", now=now, key=secret_of(settings)
        )
    with db.writing(engine) as session:
        again = people.customer(session, "Ada", ref="C-AGAIN", external_ref="other")
    later = now + timedelta(days=400)
    batch = staged(engine, settings, [yes(again, later), {**yes(again, later), "customer": "ada@example.org"}], later)
    assert [row.reason for row in rows_in(engine, batch)] == ["erased-before"] * 2


def test_a_no_ends_signals_and_a_stop_to_everything_is_kept(
    engine: Engine, settings: Settings, cast_: dict[str, Customer], now: datetime
) -> None:
    with db.writing(engine) as session:
        says_ = people.signal(session, session.merge(cast_["Ada"]), "cost", now - timedelta(days=1))
    rows = [
        {"customer": "no-Ada", "purpose": "*", "answer": "objected"},
        {"customer": "no-Ben", "purpose": "*", "answer": "yes"},
    ]
    batch = applied(engine, settings, staged(engine, settings, rows, now), now)
    assert [row.outcome for row in rows_in(engine, batch)] == ["deny", "refused"]
    with db.reading(engine) as session:
        assert session.get_one(needs.Signal, says_.id).ended_at == now


def test_a_yes_to_words_that_were_not_in_force_is_a_flag(
    engine: Engine, settings: Settings, cast_: dict[str, Customer], now: datetime
) -> None:
    long_ago = people.JOINED - timedelta(days=400)
    rows = [
        yes(cast_["Ada"], long_ago),
        yes(cast_["Ben"], now, wording="v7"),
        yes(cast_["Cleo"], now, wording="As signed"),
    ]
    batch = staged(engine, settings, rows, now)
    assert [(row.outcome, row.grade) for row in rows_in(engine, batch)] == [
        ("unknown", "C"),
        ("unknown", "C"),
        ("allow", "A"),
    ]


def test_confirming_twice_applies_once_and_what_is_applied_cannot_be_thrown_away(
    engine: Engine, settings: Settings, cast_: dict[str, Customer], now: datetime
) -> None:
    batch = staged(engine, settings, [yes(cast_["Ada"], now)], now)
    for first in (True, False):
        with db.writing(engine) as session:
            assert importing.ask_apply(session, fresh(session, batch), by="Ines", now=now) is first
    batch = brought_on(engine, settings, batch, now)
    brought_on(engine, settings, batch, now)
    assert len(entries(engine, cast_["Ada"])) == 1
    with db.writing(engine) as session, pytest.raises(Conflict):
        importing.discard(session, fresh(session, batch))


def test_a_thousand_rows_are_applied_in_pieces_without_loss(
    engine: Engine, settings: Settings, cast_: dict[str, Customer], now: datetime
) -> None:
    rows = [no(cast_["Ada"], channel=channel) for channel in ("email", "sms")] * 150 + [no(cast_["Ben"])] * 150
    batch = applied(engine, settings, staged(engine, settings, rows, now), now)
    with db.reading(engine) as session:
        assert importing.results(session, batch.id)["written"] == 3
        assert session.scalar(sa.select(sa.func.count()).select_from(ConsentEntry)) == 3


def test_what_is_alike_is_judged_once_and_each_cell_goes_its_own_way(
    engine: Engine, settings: Settings, cast_: dict[str, Customer], now: datetime
) -> None:
    ada, ben, cleo = cast_.values()
    says(engine, cleo, "withdrawn", now - timedelta(hours=1))
    said = now - timedelta(days=9)
    rows = [yes(ada, said), yes(ben, said), yes(cleo, said), yes(ben, said), no(ben), yes(ben, said), no(ada)]
    batch = staged(engine, settings, rows, now)
    told = [(row.outcome, row.reason, row.was, row.becomes) for row in rows_in(engine, batch)]
    assert told == [
        ("allow", "", "", "granted"),
        ("allow", "", "", "granted"),
        ("refused", "no-is-newer", "denied", "denied"),
        ("same", "already-yes", "granted", "granted"),
        ("deny", "", "granted", "denied"),
        ("refused", "no-is-newer", "denied", "denied"),
        ("deny", "", "granted", "denied"),
    ]
