"""What we did not do well holds us back until we apologise, or until its customer says that it is better."""

from datetime import timedelta

from sqlalchemy.engine import Engine

from portal import conversations, db, treatment
from portal.conversations import Promise, Speaker
from tests import people
from tests.portal.treatment.test_decisions import NOW, ada_id, claim, code_of, offer

__all__ = ["ada_id"]


def test_a_broken_promise_holds_until_it_is_apologised_for(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        thread = people.message_of(session, session.get_one(people.Customer, ada_id), NOW - timedelta(days=9))
        broken = Promise(
            conversation_id=thread.conversation_id, message_id=thread.id, customer_id=ada_id, text="By Friday",
            due_at=NOW - timedelta(days=1), state="broken", settled_at=NOW,
        )  # fmt: skip
        session.add(broken)
        session.flush()
        promise = broken.id
    held = claim(engine, offer(ada_id))
    assert (held.outcome, held.decisive_rule) == ("hold", "promise")
    assert [item["code"] for item in held.counterfactual["remedies"]] == ["apologise"]
    with db.writing(engine) as session:
        conversations.apologise(session, Speaker(None, "Priya"), promise, text="I am sorry.", now=NOW)
    freed = claim(engine, offer(ada_id), NOW + timedelta(hours=1))
    assert (freed.outcome, code_of(freed, "promise")) == ("allow", "promise-apologised")
    with db.writing(engine) as session:
        assert list(treatment.verify(session)) == []
        conversations.take_apology_back(session, promise)
    assert claim(engine, offer(ada_id, key="next"), NOW + timedelta(hours=1)).outcome == "hold"


def test_a_bad_rating_keeps_us_quiet_until_it_is_better_or_taken_back(engine: Engine, ada_id: int) -> None:
    with db.writing(engine) as session:
        said = people.message_of(session, session.get_one(people.Customer, ada_id), NOW - timedelta(days=90))
        rated, thread = said.id, said.conversation.ref
        conversations.rate(session, said, 2, now=NOW - timedelta(days=1))
    held = claim(engine, offer(ada_id))
    assert (held.outcome, held.decisive_rule, code_of(held, "cooldown")) == ("hold", "cooldown", "cooldown-rated")
    evidence = next(item["params"] for item in held.rules if item["rule"] == "cooldown")
    assert (evidence["score"], evidence["ref"]) == (2, thread)
    assert held.hold_until == NOW + timedelta(days=13)
    with db.writing(engine) as session:
        conversations.rate(session, session.get_one(people.Message, rated), 4, now=NOW)
    assert claim(engine, offer(ada_id), NOW + timedelta(minutes=5)).outcome == "allow"
    with db.writing(engine) as session:
        conversations.rate(session, session.get_one(people.Message, rated), 1, now=NOW)
    assert claim(engine, offer(ada_id, key="next"), NOW + timedelta(minutes=5)).outcome == "hold"
    with db.writing(engine) as session:
        conversations.take_rating_back(session, session.get_one(people.Message, rated), now=NOW)
        assert list(treatment.verify(session)) == []
    assert claim(engine, offer(ada_id, key="last"), NOW + timedelta(minutes=5)).outcome == "allow"
