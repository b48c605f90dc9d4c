"""Stopping without a sign-in: it can only take away, it counts once, and it is told by whom and by what."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, db, privacy, treatment
from portal.accounts.models import Customer
from portal.audit import Actor
from portal.consent.models import ConsentEntry
from portal.privacy import CellChange
from portal.treatment import IntentFacts
from tests import people

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
BY_LINK = Actor(type="customer", id=None, name="C-ADA")
CELLS = [("*", "*"), ("email", "*"), ("email", "savings"), ("email", "cards"), ("sms", "*"), ("in_app", "savings")]


@pytest.fixture
def ada(session: Session) -> Customer:
    people.ask_for(session, "needs", "reply", "marketing", "research")
    people.ask_for(session, "service", asks=False)
    return people.customer(session)


def entries(session: Session, customer: Customer) -> list[ConsentEntry]:
    mine = sa.select(ConsentEntry).where(ConsentEntry.customer_id == customer.id).order_by(ConsentEntry.seq)
    return list(session.scalars(mine))


def stop(session: Session, customer: Customer, now: datetime = NOW) -> consent.Receipt | None:
    return privacy.stop(
        session, customer, privacy.one_cell("marketing", "email", "savings"), actor=BY_LINK, method="one_click",
        evidence="mail D-1", now=now,
    )  # fmt: skip


def test_one_click_withdraws_the_cell_of_the_mail_and_says_which_mail(session: Session, ada: Customer) -> None:
    people.says(session, ada, "marketing", "granted", people.JOINED)
    assert stop(session, ada) is not None
    last = entries(session, ada)[-1]
    assert (last.purpose, last.channel, last.topic) == ("marketing", "email", "savings")
    assert (last.method, last.evidence, last.actor_type) == ("one_click", "mail D-1", "customer")
    assert not consent.allows(session, ada.id, "marketing", channel="email", topic="savings", now=NOW)
    assert consent.allows(session, ada.id, "marketing", channel="email", topic="cards", now=NOW)


def test_one_click_twice_is_one_entry_and_after_a_new_yes_it_counts_again(session: Session, ada: Customer) -> None:
    people.says(session, ada, "marketing", "granted", people.JOINED)
    stop(session, ada)
    assert stop(session, ada, NOW + timedelta(minutes=1)) is None
    assert len(entries(session, ada)) == 2
    people.says(session, ada, "marketing", "granted", NOW + timedelta(hours=1), channel="email", topic="savings")
    assert stop(session, ada, NOW + timedelta(hours=2)) is not None


def test_stopping_all_leaves_answers_and_what_the_contract_needs(session: Session, ada: Customer) -> None:
    for purpose in ("marketing", "research", "reply"):
        people.says(session, ada, purpose, "granted", people.JOINED)
    privacy.stop_all(session, ada, "email", actor=BY_LINK, method="one_click", evidence="mail D-1", now=NOW)
    allowed = {
        key: bool(consent.allows(session, ada.id, key, channel="email", now=NOW))
        for key in ("marketing", "research", "reply", "service")
    }
    assert allowed == {"marketing": False, "research": False, "reply": True, "service": True}
    assert consent.allows(session, ada.id, "marketing", channel="sms", now=NOW)


def test_a_way_to_stop_cannot_be_used_to_give(session: Session, ada: Customer) -> None:
    for act in ("give", "lift"):
        with pytest.raises(ValueError, match="only take away"):
            privacy.stop(
                session, ada, [CellChange(purpose="marketing", act=act)], actor=BY_LINK, method="one_click",
                evidence=None, now=NOW,
            )  # fmt: skip
    assert entries(session, ada) == []


def test_a_pause_by_link_counts_once_and_never_shortens_another(session: Session, ada: Customer) -> None:
    def pause(now: datetime) -> ConsentEntry | None:
        return privacy.pause_by_link(session, ada, zone="UTC", evidence="mail D-1", now=now)

    assert pause(NOW) is not None
    assert pause(NOW + timedelta(minutes=1)) is None
    consent.pause(session, ada, until=date(2027, 6, 1), now=NOW)
    assert pause(NOW + timedelta(days=1)) is None
    assert not consent.allows(session, ada.id, "marketing", now=datetime(2027, 5, 31, tzinfo=UTC))


def test_nothing_is_written_about_somebody_who_was_erased(session: Session, ada: Customer) -> None:
    ada.erased_at = NOW
    session.flush()
    assert stop(session, ada) is None
    assert privacy.pause_by_link(session, ada, zone="UTC", evidence="mail D-1", now=NOW) is None
    assert entries(session, ada) == []


def test_a_browsers_signal_is_kept_once_and_whoever_lifts_it_has_decided(session: Session, ada: Customer) -> None:
    people.says(session, ada, "marketing", "granted", people.JOINED)
    consent.heed_gpc(session, "marketing", True, now=NOW, by=Actor("team", 1, "Ines"))
    assert privacy.object_by_browser(session, ada, now=NOW) is not None
    assert privacy.object_by_browser(session, ada, now=NOW) is None
    assert consent.allows(session, ada.id, "marketing", now=NOW).reason == "objected"
    people.says(session, ada, "marketing", "objection_lifted", NOW + timedelta(days=1))
    people.says(session, ada, "marketing", "granted", NOW + timedelta(days=1))
    assert privacy.object_by_browser(session, ada, now=NOW + timedelta(days=2)) is None
    assert consent.allows(session, ada.id, "marketing", now=NOW + timedelta(days=2))


def tell(session: Session, customer: Customer, kind: str, event_id: str = "e1", **more: str) -> consent.Receipt | None:
    return privacy.hear(
        session, customer, kind=kind, channel=more.get("channel", "email"), source="token:1", event_id=event_id,
        occurred_at=None, actor=Actor("token", 1, "mailer"), now=NOW,
    )  # fmt: skip


def rule_one(session: Session, customer: Customer, channel: str = "email") -> str:
    intent = IntentFacts("k", customer.id, channel, "service", "service")
    return treatment.preview(session, intent, now=NOW).outcome.results[0].code


def test_stop_by_reply_ends_in_the_same_withdrawal_once_per_event(session: Session, ada: Customer) -> None:
    people.says(session, ada, "marketing", "granted", people.JOINED)
    assert tell(session, ada, "reply_stop") is not None
    assert tell(session, ada, "reply_stop") is None
    last = entries(session, ada)[-1]
    assert (last.method, last.channel) == ("reply", "email")
    assert "reply_stop e1" in str(last.evidence)
    assert rule_one(session, ada) == "not-suppressed"


def test_a_hard_bounce_stops_the_channel_and_withdraws_nothing(session: Session, ada: Customer) -> None:
    assert tell(session, ada, "hard_bounce") is None
    assert entries(session, ada) == []
    assert rule_one(session, ada) == "hard-bounce"
    assert rule_one(session, ada, "in_app") == "not-suppressed"
    ada.email_verified_at = NOW + timedelta(hours=1)
    session.flush()
    assert rule_one(session, ada) == "not-suppressed"


def test_a_spam_report_withdraws_and_stops_the_channel(session: Session, ada: Customer) -> None:
    people.says(session, ada, "marketing", "granted", people.JOINED)
    assert tell(session, ada, "spam_complaint") is not None
    assert not consent.allows(session, ada.id, "marketing", channel="email", now=NOW)
    assert rule_one(session, ada) == "spam-complaint"


acts = st.tuples(
    st.sampled_from(["granted", "withdrawn", "objected", "objection_lifted", "refused", "paused"]),
    st.sampled_from(["marketing", "research"]),
    st.sampled_from(CELLS),
)
ways = st.sampled_from(["one", "all", "pause", "gpc", "reply_stop", "hard_bounce", "spam_complaint"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, max_size=6), st.lists(st.tuples(ways, st.sampled_from(CELLS)), min_size=1, max_size=4))
@pytest.mark.one_database
def test_no_way_to_stop_ever_turns_a_no_into_a_yes(
    engine: Engine,
    before: list[tuple[str, str, tuple[str, str]]],
    stops: list[tuple[str, tuple[str, str]]],
) -> None:
    with db.reading(engine) as session:  # everything below is rolled back
        people.ask_for(session, "needs", "marketing", "research")
        ada = people.customer(session)
        consent.heed_gpc(session, "marketing", True, now=NOW, by=Actor("team", 1, "Ines"))
        for action, purpose, (channel, topic) in before:
            if action == "paused":
                consent.pause(session, ada, until=date(2026, 12, 30), now=NOW - timedelta(days=1))
                continue
            people.says(session, ada, purpose, action, NOW - timedelta(days=1), channel=channel, topic=topic)
        was = allowed(session, ada)
        for number, (way, (channel, topic)) in enumerate(stops):
            use(session, ada, way, channel, topic, str(number))
            now_is = allowed(session, ada)
            assert now_is <= was
            was = now_is


def use(session: Session, ada: Customer, way: str, channel: str, topic: str, event_id: str) -> None:
    if way == "one":
        changes = privacy.one_cell("marketing", channel, topic)
        privacy.stop(session, ada, changes, actor=BY_LINK, method="one_click", evidence="mail D-1", now=NOW)
    elif way == "all":
        privacy.stop_all(session, ada, "email", actor=BY_LINK, method="one_click", evidence="mail D-1", now=NOW)
    elif way == "pause":
        privacy.pause_by_link(session, ada, zone="UTC", evidence="mail D-1", now=NOW)
    elif way == "gpc":
        privacy.object_by_browser(session, ada, now=NOW)
    else:
        tell(session, ada, way, event_id)


def allowed(session: Session, ada: Customer) -> set[tuple[str, str, str, int]]:
    """What is allowed, today and on days to come."""
    return {
        (purpose, channel, topic, days)
        for purpose in ("marketing", "research", "needs")
        for channel, topic in CELLS
        for days in (0, 20, 36, 60)
        if consent.allows(session, ada.id, purpose, channel=channel, topic=topic, now=NOW + timedelta(days=days))
    }
