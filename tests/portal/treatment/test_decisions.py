"""Deciding for the record: one transaction, a chain, a ledger position, and the same answer when decided again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, db, entitlements, segments, treatment
from portal.conversations import Promise
from portal.entitlements.models import Grant
from portal.errors import Conflict, NotFound
from portal.needs.models import MessageReading, Tag
from portal.treatment import IntentFacts
from portal.treatment.models import Decision, Mark
from tests import people

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def offer(customer_id: int, key: str = "offer-1", **values: object) -> IntentFacts:
    made = IntentFacts(key, customer_id, "email", "marketing", "marketing", "savings", reason="New rate")
    return replace(made, **values)


@pytest.fixture
def ada_id(engine: Engine) -> int:
    with db.writing(engine) as session:
        people.ask_for(session, "needs", "marketing", "research")
        people.ask_for(session, "service", asks=False)
        ada = people.customer(session)
        people.says(session, ada, "marketing", "granted", people.JOINED)
        return ada.id


def claim(engine: Engine, intent: IntentFacts, now: datetime = NOW) -> Decision:
    with db.writing(engine) as session:
        return treatment.claim(session, intent, now=now)


def code_of(decision: Decision, rule: str) -> str:
    return next(item["code"] for item in decision.rules if item["rule"] == rule)


def test_a_decision_records_every_rule_the_ledger_position_and_the_policy(engine: Engine, ada_id: int) -> None:
    decision = claim(engine, offer(ada_id))
    assert (decision.outcome, decision.decisive_rule) == ("allow", None)
    assert [item["rule"] for item in decision.rules] == list(treatment.RULES)
    assert (decision.ledger_seq, decision.policy_version) == (1, 1)
    assert decision.claim_until == NOW + timedelta(seconds=60)


def test_a_preview_writes_nothing_and_says_the_same(engine: Engine, ada_id: int) -> None:
    with db.reading(engine) as session:
        verdict = treatment.preview(session, offer(ada_id), now=NOW)
        assert session.scalar(sa.select(sa.func.count()).select_from(Decision)) == 0
    decision = claim(engine, offer(ada_id))
    assert verdict.outcome.outcome == decision.outcome
    assert verdict.facts.as_json() == decision.facts


def test_claiming_twice_gives_the_same_decision_while_its_lease_runs(engine: Engine, ada_id: int) -> None:
    first = claim(engine, offer(ada_id))
    assert claim(engine, offer(ada_id), NOW + timedelta(seconds=59)).id == first.id
    again = claim(engine, offer(ada_id), NOW + timedelta(seconds=60))
    assert (again.outcome, again.attempt) == ("allow", 2)
    assert again.facts["claims"] == []


@pytest.mark.parametrize(
    "other",
    [
        {"channel": "in_app"}, {"template": "loans@2"}, {"product_line": "loans"}, {"cross_sell": True},
        {"contact_point": "else@example.org"}, {"data_used": ("name",)}, {"campaign": "spring"},
    ],
    ids=lambda other: next(iter(other)),
)  # fmt: skip
def test_a_key_names_one_wish(engine: Engine, ada_id: int, other: dict[str, Any]) -> None:
    claim(engine, offer(ada_id, contact_point="ada@example.org"))
    with pytest.raises(Conflict):
        claim(engine, offer(ada_id, **{"contact_point": "ada@example.org", **other}))


def test_claiming_again_within_the_lease_sees_what_came_meanwhile(engine: Engine, ada_id: int) -> None:
    first = claim(engine, offer(ada_id))
    with db.writing(engine) as session:
        session.add(Mark(customer_id=ada_id, kind="bereaved", note="", set_at=NOW, set_by="Ines"))
    again = claim(engine, offer(ada_id), NOW + timedelta(seconds=10))
    assert (first.outcome, again.outcome, again.attempt) == ("allow", "deny", 2)
    assert code_of(again, "suppression") == "mark-bereaved"


def test_the_record_names_the_reader_that_read_the_customer_last(engine: Engine, ada_id: int) -> None:
    assert claim(engine, offer(ada_id)).facts["reader"] == ""
    with db.writing(engine) as session:
        message = people.message_of(session, session.get_one(people.Customer, ada_id), NOW, reading="read")
        session.add(
            MessageReading(
                message_id=message.id, reader_version="reader 3.0", language="en", readable=True, sentiment="neutral",
                actionability="none", urgency=0, read_at=NOW,
            )
        )  # fmt: skip
    assert claim(engine, offer(ada_id, key="later")).facts["reader"] == "reader 3.0"


def test_without_consent_it_is_denied_and_says_what_would_change_it(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        ada = session.get_one(people.Customer, ada_id)
        people.says(session, ada, "marketing", "withdrawn", NOW - timedelta(hours=1))
    decision = claim(engine, offer(ada_id))
    assert (decision.outcome, decision.decisive_rule) == ("deny", "consent")
    assert decision.counterfactual["remedies"][0]["code"] == "allow"
    assert decision.ledger_seq == 2


def test_an_open_complaint_stops_offers_until_thirty_days_after_the_answer(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        ada = session.get_one(people.Customer, ada_id)
        message = people.message_of(session, ada, NOW - timedelta(days=3), reading="read")
        session.add(Tag(
            message_id=message.id, kind="intent", value="complaint", source="rule", reader_version="r1", spans=[],
            created_at=NOW,
        ))  # fmt: skip
    denied = claim(engine, offer(ada_id))
    assert (denied.decisive_rule, code_of(denied, "complaint")) == ("complaint", "complaint-open")
    with db.writing(engine) as session:
        conversation = session.get_one(people.Message, message.id).conversation
        conversation.state, conversation.answered_at = "answered", NOW
    again = claim(engine, offer(ada_id), NOW + timedelta(days=1))
    assert (again.outcome, again.attempt) == ("deny", 2)
    assert again.counterfactual["from"] == (NOW + timedelta(days=30)).isoformat()
    assert claim(engine, offer(ada_id), NOW + timedelta(days=30)).outcome == "allow"


def test_distress_a_pause_and_a_broken_promise_are_each_seen(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        ada = session.get_one(people.Customer, ada_id)
        message = people.message_of(session, ada, NOW - timedelta(days=3), distress=True)
        session.add(Promise(
            conversation_id=message.conversation_id, message_id=message.id, customer_id=ada_id, text="By Friday",
            due_at=NOW - timedelta(days=1), state="open",
        ))  # fmt: skip
        consent.pause(session, ada, until=(NOW + timedelta(days=2)).date(), now=NOW)
    decision = claim(engine, offer(ada_id))
    assert (decision.outcome, decision.decisive_rule) == ("deny", "vulnerability")
    assert code_of(decision, "pause") == "paused"
    assert code_of(decision, "promise") == "promise-broken"


def test_what_we_owe_is_sent_through_pause_and_complaint(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        consent.pause(
            session, session.get_one(people.Customer, ada_id), until=(NOW + timedelta(days=2)).date(), now=NOW
        )
    answer = offer(ada_id, message_class="answer", purpose="service", channel="in_app", topic="*")
    decision = claim(engine, answer, NOW.replace(hour=23))
    assert decision.outcome == "allow"
    assert "pause" in [item["rule"] for item in decision.rules if item["result"] == "skip"]


def test_the_cap_counts_claims_even_when_they_come_at_once(engine: Engine, ada_id: int) -> None:
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda number: claim(engine, offer(ada_id, f"o{number}")).outcome, range(12)))
    assert sorted(outcomes) == ["allow"] * 2 + ["hold"] * 10


def test_the_customers_own_budget_wins_when_it_is_stricter(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        consent.set_preference(session, session.get_one(people.Customer, ada_id), now=NOW, max_per_week=1)
    claim(engine, offer(ada_id, "o1"))
    second = claim(engine, offer(ada_id, "o2"), NOW + timedelta(hours=1))
    assert (second.outcome, code_of(second, "frequency")) == ("hold", "own-budget")
    assert second.hold_until == NOW + timedelta(days=7)


def test_quiet_hours_follow_the_customers_zone_or_country(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        ada = session.get_one(people.Customer, ada_id)
        ada.time_zone, ada.country = None, "TW"
    decision = claim(engine, offer(ada_id), datetime(2026, 11, 23, 13, 0, tzinfo=UTC))
    assert (decision.outcome, decision.hold_until) == ("hold", datetime(2026, 11, 24, 0, 0, tzinfo=UTC))


def test_the_records_hold_together_and_a_changed_one_is_found(engine: Engine, ada_id: int) -> None:
    for number in range(4):
        claim(engine, offer(ada_id, f"o{number}"), NOW + timedelta(hours=number))
    with db.reading(engine) as session:
        assert list(treatment.verify(session)) == []
    with db.writing(engine) as session:
        second = session.scalars(sa.select(Decision).order_by(Decision.id).offset(1)).first()
        session.execute(sa.update(Decision).where(Decision.id == second.id).values(outcome="allow", hold_until=NOW))
    with db.reading(engine) as session:
        assert [(fault.ref, fault.kind) for fault in treatment.verify(session)] == [(second.ref, "changed")]
    with db.writing(engine) as session:
        session.execute(sa.delete(Decision).where(Decision.id == second.id))
    with db.reading(engine) as session:
        assert [fault.kind for fault in treatment.verify(session)] == ["broken"]


def test_a_new_policy_decides_from_now_on_and_old_decisions_keep_theirs(engine: Engine, ada_id: int) -> None:
    claim(engine, offer(ada_id, "o1"))
    with db.writing(engine) as session:
        settings = {**treatment.DEFAULT_POLICY, "caps": {"marketing": [[1, 7]]}}
        treatment.set_policy(session, settings, by="Omar", note="Fewer", now=NOW)
    second = claim(engine, offer(ada_id, "o2"), NOW + timedelta(hours=1))
    assert (second.outcome, second.policy_version) == ("hold", 2)
    with db.reading(engine) as session:
        assert list(treatment.verify(session)) == []


def test_another_customers_decision_is_not_found(engine: Engine, ada_id: int) -> None:
    decision = claim(engine, offer(ada_id))
    with db.writing(engine) as session:
        ben = people.customer(session, "Ben")
        with pytest.raises(NotFound):
            treatment.decision(session, decision.ref, customer_id=ben.id)


def grant_rule(session: Session, **values: object) -> None:
    entitlements.add_benefit(
        session, key="free", name="Free transfers", unit="transfers", gloss="g", how_to_use="h", amount=5,
        days_valid=92, now=people.JOINED,
    )  # fmt: skip
    segments.define(
        session, key="fees", name="Fees", why="", tree={"feature": "need.cost.count.90d", "op": ">=", "value": 1},
        by="Omar", now=people.JOINED,
    )  # fmt: skip
    segments.go_live(session, "fees", now=people.JOINED)
    treatment.add_rule(
        session, key="free_for_fees", name="Free transfers", sentence="Because fees bother you, five are free.",
        kind="grant", segment_key="fees", benefit_key="free", by="Omar", now=people.JOINED, **values,
    )  # fmt: skip


def test_a_rule_grants_once_per_membership_with_its_sentence_and_only_when_live(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        people.signal(session, session.get_one(people.Customer, ada_id), "cost", NOW - timedelta(days=1))
        grant_rule(session)
    segments.place_customers(engine, clock=lambda: NOW, worker="w")
    assert treatment.reconcile_grants(engine, clock=lambda: NOW, worker="w") == (0, 0)
    with db.writing(engine) as session:
        trial = treatment.try_grant_rule(session, treatment.rule(session, "free_for_fees"), NOW)
        assert (trial.members, trial.missing) == (1, 1)
        treatment.switch_rule(session, "free_for_fees", to="live")
    assert treatment.reconcile_grants(engine, clock=lambda: NOW, worker="w") == (1, 0)
    assert treatment.reconcile_grants(engine, clock=lambda: NOW, worker="w") == (0, 0)
    with db.reading(engine) as session:
        (grant,) = session.scalars(sa.select(Grant))
        assert (grant.why, grant.source, grant.amount) == ("Because fees bother you, five are free.", "segment", 5)


def test_a_rule_on_a_segment_that_is_not_live_cannot_go_live(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        grant_rule(session)
        segments.retire(session, "fees", now=NOW)
        with pytest.raises(Conflict, match="not live"):
            treatment.switch_rule(session, "free_for_fees", to="live")
