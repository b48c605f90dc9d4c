"""One tree, two compilers: what SQL finds for a set is what the function says of each customer, on both databases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db
from portal.conversations.models import Message
from portal.crm.models import Attribute, Holding
from portal.ideas.models import Idea, Vote
from portal.needs.models import MessageReading
from portal.segments.placing import _inside, _look, _parents_first
from portal.segments.sets import LiveSegment, matching
from tests import people

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NEEDS = ("cost", "clarity")

numbers = st.integers(-1, 4)
number_leaf = st.builds(
    lambda name, op, value: {"feature": name, "op": op, "value": value},
    st.sampled_from(
        ["need.cost.count.30d", "need.cost.count.90d", "need.clarity.count.180d", "sentiment.negative.count.90d",
         "idea.votes.90d", "attribute.visits", "attribute.town"]
    ),
    st.sampled_from(["==", ">=", ">", "<=", "<"]),
    numbers,
)  # fmt: skip
span_leaf = st.one_of(
    st.builds(
        lambda op, v: {"feature": "tenure.months", "op": op, "value": v},
        st.sampled_from([">=", "<"]),
        st.integers(0, 40),
    ),
    st.builds(
        lambda op, v: {"feature": "message.last_days", "op": op, "value": v},
        st.sampled_from([">=", "<"]),
        st.integers(0, 99),
    ),
    st.builds(
        lambda op, v: {"feature": "need.cost.strength.90d", "op": op, "value": v},
        st.sampled_from([">=", "<"]),
        st.integers(0, 999),
    ),
)
other_leaf = st.sampled_from(
    [
        {"feature": "language", "op": "==", "value": "it"},
        {"feature": "language", "op": "in", "value": ["en", "zh"]},
        {"feature": "product.card", "op": "==", "value": True},
        {"feature": "product.card", "op": "==", "value": False},
        {"feature": "attribute.town", "op": "in", "value": ["Millbrook", 3]},
        {"feature": "attribute.town", "op": "==", "value": "Millbrook"},
        {"feature": "need.cost.count.90d", "op": "in", "value": [1, 3]},
        {"in_segment": "parent"},
    ]
)
trees = st.recursive(
    number_leaf | span_leaf | other_leaf,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)
persons = st.fixed_dictionaries(
    {
        "language": st.sampled_from(["en", "it", "zh"]),
        "since": st.none() | st.dates(date(2023, 1, 1), date(2026, 11, 20)),
        "consent": st.sampled_from(["granted", "granted", "granted", "withdrawn", "none"]),
        "signals": st.lists(st.tuples(st.sampled_from(NEEDS), st.integers(0, 200), st.integers(0, 1000)), max_size=4),
        "moods": st.lists(st.integers(0, 200), max_size=3),
        "votes": st.lists(st.integers(0, 200), max_size=2),
        "town": st.none() | st.sampled_from(["Millbrook", "Westhaven", 3]),
        "card": st.none() | st.sampled_from([None, date(2026, 11, 23), date(2027, 1, 1)]),
    }
)


def settle(session: Session, number: int, person: dict[str, Any]) -> int:
    """One customer with everything the features look at."""
    customer = people.customer(session, f"P{number}", language=person["language"], since=person["since"])
    if person["consent"] != "none":
        people.says(session, customer, "needs", "granted", people.JOINED)
        for need, days, strength in person["signals"]:
            people.signal(session, customer, need, NOW - timedelta(days=days), strength=strength)
    for days in person["moods"]:
        message: Message = people.message_of(session, customer, NOW - timedelta(days=days), reading="read")
        session.add(MessageReading(
            message_id=message.id, reader_version="r1", language="en", readable=True, sentiment="negative",
            actionability="response", urgency=0, read_at=NOW,
        ))  # fmt: skip
    if person["town"] is not None:
        name = "number" if isinstance(person["town"], int) else "text"
        session.add(Attribute(customer_id=customer.id, key="town", updated_at=NOW, **{name: person["town"]}))
    if person["card"] is not None:
        session.add(Holding(customer_id=customer.id, product="card", since=date(2025, 1, 1), until=person["card"]))
    for days in person["votes"]:
        at = NOW - timedelta(days=days)
        idea = Idea(ref=db.random_ref("I"), board="app", title="t", text="t", created_at=at, updated_at=at)
        session.add(idea)
        session.flush()
        session.add(Vote(idea_id=idea.id, customer_id=customer.id, at=at))
    if person["consent"] == "withdrawn":
        people.says(session, customer, "needs", "withdrawn", NOW - timedelta(days=1))
    session.flush()
    return customer.id


@given(tree=trees, crowd=st.lists(persons, min_size=1, max_size=5))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_function_and_the_database_agree(engine: Engine, tree: Any, crowd: list[dict[str, Any]]) -> None:
    parent = {"feature": "need.cost.count.90d", "op": ">=", "value": 1}
    with Session(engine) as session:
        db.begin_writing(session)
        people.ask_for(session, "needs")
        ids = [settle(session, number, person) for number, person in enumerate(crowd)]
        found = set(session.scalars(matching({"parent": parent, "child": tree}, "child", NOW)))
        live = [
            LiveSegment(1, "parent", "Parent", 1, 1, parent, NOW, NOW),
            LiveSegment(2, "child", "Child", 1, 2, tree, NOW, NOW),
        ]
        known = _look(session, ids, live, NOW)
        ordered = _parents_first(live)
        said = {customer_id for customer_id in ids if _inside(ordered, known.facts.get(customer_id))["child"]}
        session.rollback()
    assert found == said
    allowing = {customer_id for customer_id, person in zip(ids, crowd, strict=True) if person["consent"] == "granted"}
    assert found <= allowing


def test_days_are_counted_alike_at_midnight(session: Session) -> None:
    people.ask_for(session, "needs")
    ada = people.customer(session)
    people.says(session, ada, "needs", "granted", people.JOINED)
    people.message_of(session, ada, datetime(2026, 11, 22, 23, 59, tzinfo=UTC))
    live = [LiveSegment(1, "a", "A", 1, 1, {"feature": "message.last_days", "op": ">=", "value": 0}, NOW, NOW)]
    known = _look(session, [ada.id], live, datetime(2026, 11, 23, 0, 1, tzinfo=UTC))
    assert known.facts[ada.id] == {"message.last_days": 1}
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1
