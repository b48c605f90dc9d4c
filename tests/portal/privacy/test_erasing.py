"""Erasing: nothing of the person is left anywhere, nobody else is touched, and the chains hold."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, consent, db, demo, privacy, rights, treatment
from portal.accounts.models import Customer
from portal.consent import ConsentEntry
from portal.errors import NotFound
from portal.ideas.models import Idea
from portal.needs.learning.models import LearntItem, LearntModel
from portal.privacy.plan import BLANK, DELETE, FATES
from portal.privacy.reach import reached
from portal.settings import Settings
from tests.cast import Cast
from tests.people import message_of
from tests.portal.privacy.planted import CANARY, KEY, erase, places_of, rows


def test_every_table_about_a_customer_is_in_the_plan_and_nothing_else_is() -> None:
    assert set(FATES) == set(reached())
    assert {fate.act for fate in FATES.values()} == {"delete", "blank", "keep"}
    assert [name for name, fate in FATES.items() if fate.act != DELETE and not fate.why] == []


def test_the_canary_stands_in_many_places_before_and_nowhere_after(
    session: Session, ada: Customer, now: datetime
) -> None:
    before = places_of(session, CANARY)
    assert len(before) > 20, before
    done = erase(session, ada, now)
    session.commit()
    assert places_of(session, CANARY) == []
    assert done.rows > 25
    assert places_of(session, "Ben writes about queues")


def test_nobody_else_is_touched(session: Session, ada: Customer, cast: Cast, now: datetime) -> None:
    before = rows(session, ada.id)
    erase(session, ada, now)
    after = rows(session, ada.id)
    assert {key: row for key, row in before.items() if after.get(key) != row} == {}
    new = {key[0] for key in after.keys() - before.keys()}
    assert new <= {"suppressions", "ideas", "idea_versions", "comments", "idea_answers"}
    theirs_of_ben = session.scalars(sa.select(Idea).where(Idea.customer_id == cast.ben.id)).one()
    assert (theirs_of_ben.votes, theirs_of_ben.comments) == (1, 0)


def test_both_chains_still_verify_and_an_emptied_record_moved_elsewhere_is_found(
    session: Session, ada: Customer, now: datetime
) -> None:
    erase(session, ada, now)
    assert consent.verify(session) == []
    assert list(treatment.verify(session)) == []
    session.execute(sa.update(treatment.Decision).values(prev_hash="1" * 64))
    session.expire_all()
    assert [fault.kind for fault in treatment.verify(session, ada.id)] == ["broken"]
    session.execute(sa.update(ConsentEntry).where(ConsentEntry.customer_id == ada.id).values(method="phone"))
    session.expire_all()
    assert {fault.kind for fault in consent.verify(session, ada.id)} == {"edited"}


def test_erasing_again_finds_nothing_and_gives_the_same_certificate(
    session: Session, ada: Customer, now: datetime
) -> None:
    first = erase(session, ada, now)
    again = erase(session, ada, now + timedelta(days=1))
    assert (again.rows, again.certificate.code) == (0, first.certificate.code)
    left = privacy.plan_erasure(session, ada, now=now)
    assert [(line.table, line.rows) for line in left if line.act in (DELETE, BLANK) and line.rows] == []


def test_the_certificate_says_what_went_and_what_stayed_and_names_nobody(
    session: Session, ada: Customer, now: datetime
) -> None:
    found = rights.certificate(session, erase(session, ada, now).certificate.code)
    assert found.counts["messages"] == 4
    assert {"consent_entries", "consent_states", "customers", "decisions"} <= {line["table"] for line in found.kept}
    assert "Ada" not in json.dumps([found.counts, found.kept])


def test_nothing_may_be_sent_any_more_and_nobody_finds_the_customer(
    session: Session, ada: Customer, now: datetime
) -> None:
    erase(session, ada, now)
    intent = treatment.IntentFacts("again", ada.id, "in_app", "service", "service")
    assert treatment.preview(session, intent, now=now).outcome.decisive == "suppression"
    assert not consent.allows(session, ada.id, "marketing", now=now)
    with pytest.raises(NotFound):
        accounts.customer_by_ref(session, ada.ref)


def test_ideas_stay_with_their_words_and_without_a_name_when_the_customer_says_so(
    session: Session, ada: Customer, now: datetime
) -> None:
    idea = session.scalars(sa.select(Idea).where(Idea.customer_id == ada.id)).one()
    erase(session, ada, now, keep_ideas=True)
    session.refresh(idea)
    assert (idea.customer_id, idea.show_name, idea.title) == (None, False, f"Idea {CANARY} 2")
    assert {place.split(".")[0] for place in places_of(session, CANARY)} <= {"ideas", "idea_versions"}


def test_models_that_learned_from_the_words_are_marked_and_let_go_of_them(
    session: Session, ada: Customer, now: datetime
) -> None:
    model = LearntModel(number=1, trained_at=now, state="retired", learned_from="x", info={}, verdicts=[], measured={})
    session.add(model)
    session.flush()
    message = message_of(session, ada, now)
    session.add(LearntItem(model_id=model.id, message_id=message.id))
    session.flush()
    erase(session, ada, now)
    session.refresh(model)
    assert model.tainted_at == now
    assert session.scalar(sa.select(sa.func.count()).select_from(LearntItem)) == 0


@pytest.mark.parametrize("part", rights.COVERS)
def test_what_is_under_a_hold_stays_until_it_ends(session: Session, ada: Customer, now: datetime, part: str) -> None:
    until = now + timedelta(days=90)
    rights.set_hold(session, ada, covers=[part], reason="A lawsuit", until=until, by="Ines", now=now)
    held = {line.table: line for line in privacy.plan_erasure(session, ada, now=now) if line.held_until}
    assert held.keys() == {name for name, fate in FATES.items() if fate.part == part}
    first = erase(session, ada, now)
    assert first.held
    kept = {line["table"] for line in first.certificate.kept if line["until"] == until.isoformat()}
    assert kept == {name for name, line in held.items() if line.rows}
    assert places_of(session, CANARY) or part == "entitlements"
    assert erase(session, ada, now + timedelta(days=1)).rows == 0
    after = privacy.erase(session, ada, by="portal", reason="hold-ended", now=until, key=KEY)
    assert (after.held, places_of(session, CANARY)) == (False, [])
    assert consent.verify(session) == []


@pytest.fixture(scope="module")
def bank(sqlite_copies: Any, tmp_path_factory: Any) -> Iterator[Engine]:
    """A small demo company, for erasing people who lived in it for two years."""
    made = db.make_engine(sqlite_copies())
    terms = Settings(
        instance=str(tmp_path_factory.mktemp("bank")), secret_key=KEY, password_time_cost=1, password_memory_kib=64
    )
    demo.load(made, settings=terms, now=datetime(2026, 11, 23, 10, 0, tzinfo=UTC), scale=0.02)
    yield made
    made.dispose()


@trying(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(picks=st.lists(st.integers(0, 10**6), min_size=1, max_size=3), keep_ideas=st.booleans())
def test_whoever_is_erased_from_a_bank_leaves_no_trace_and_nobody_else_changes(
    bank: Engine, picks: list[int], keep_ideas: bool
) -> None:
    now = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    with Session(bank) as session:
        everybody = session.scalars(sa.select(Customer).order_by(Customer.id)).all()
        for pick in picks:
            customer = everybody[pick % len(everybody)]
            name, email = customer.name, customer.email
            before = rows(session, customer.id)
            erase(session, customer, now, keep_ideas=keep_ideas)
            after = rows(session, customer.id)
            assert {key: row for key, row in before.items() if after.get(key) != row} == {}
            assert not email or places_of(session, email) == []
            namesake = session.scalar(sa.select(sa.exists().where(Customer.name == name, Customer.id != customer.id)))
            may_stand = {"ideas", "idea_versions", *(("customers", "accounts", "messages") if namesake else ())}
            assert not name or {one.split(".")[0] for one in places_of(session, name)} <= may_stand
            assert erase(session, customer, now, keep_ideas=keep_ideas).rows == 0
        assert consent.verify(session) == []
        assert list(treatment.verify(session)) == []
        session.rollback()
