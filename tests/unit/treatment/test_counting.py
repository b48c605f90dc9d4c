"""What was sent to many, counted in columns, holds and denies whom the rules hold and deny one by one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.clock import EPOCH, micros
from portal.treatment import CLASSES, DEFAULT_POLICY, IntentFacts, counting, pace
from portal.treatment.counting import KIND, LOUD, SAME_CHANNEL, SAME_TOPIC, Sent
from portal.treatment.facts import Claim, Facts
from portal.treatment.judging import FREE, Reason, Tally
from portal.treatment.policy import COUNTED, QUIET_CHANNELS
from portal.treatment.rules import together

MOMENTS = (datetime(2026, 11, 23, 10, 0, tzinfo=UTC), datetime(2026, 2, 28, 10, 0, tzinfo=UTC))
AGO = st.one_of(st.integers(0, 400), st.sampled_from([0, 1, 7, 30, 362, 363, 364, 365, 366])).map(
    lambda days: timedelta(days=days)
)
ALMOST = st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1)])
CLAIM = st.tuples(
    AGO, ALMOST, st.sampled_from(COUNTED), st.sampled_from(["email", "phone", "in_app"]),
    st.sampled_from(["*", "savings"]), st.sampled_from(["marketing", "marketing", "news"]),
)  # fmt: skip
PEOPLE = st.lists(
    st.tuples(st.lists(CLAIM, max_size=8), st.sampled_from([None, None, 1, 2, 4])), min_size=1, max_size=4
)
OTHERWISE = st.sampled_from([
    {}, {"balance_of": 4}, {"balance_of": 2, "balance_days": 30}, {"caps_in_all": [[1, 3]], "balance_of": 0},
    {"caps": {}}, {"repermission_months": 1}, {"repermission_months": 0, "caps": {"repermission": [[2, 300]]}},
])  # fmt: skip


def sent(people: list[tuple[list[Claim], int | None]], intent: IntentFacts) -> Sent:
    """What was sent to people whose ids are their places from 1 on, as columns."""
    rows = [
        (who, micros(one.at), KIND * COUNTED.index(one.message_class)
         + SAME_CHANNEL * (one.channel == intent.channel) + LOUD * (one.channel not in QUIET_CHANNELS)
         + SAME_TOPIC * ((one.topic, one.purpose) == (intent.topic, intent.purpose)))
        for who, (claims, _most) in enumerate(people, 1)
        for one in claims
    ]  # fmt: skip
    return Sent(*np.array(rows, dtype=np.int64).reshape(-1, 3).T)


def by_rules(
    intent: IntentFacts, claims: list[Claim], most: int | None, policy: dict[str, Any], now: datetime
) -> tuple[Reason, int]:
    """What the three rules say of one."""
    facts = Facts(claims=tuple(claims), max_per_week=most)
    ask = (pace.frequency, pace.repermission, pace.balance) if intent.message_class != "answer" else (pace.frequency,)
    outcome = together(tuple(rule(intent, facts, policy, now) for rule in ask), intent, policy, now)
    code = next((one.code for one in outcome.results if one.rule == outcome.decisive), "allowed")
    until = micros(outcome.hold_until) if outcome.hold_until else 0
    return Reason(outcome.outcome, outcome.decisive or "", code), until


def by_columns(
    intent: IntentFacts, people: list[tuple[list[Claim], int | None]], policy: dict[str, Any], now: datetime
) -> Tally:
    """What the columns say of all of them."""
    columns, tally = sent(people, intent), Tally(np.arange(1, len(people) + 1))
    own = [(who, most) for who, (_claims, most) in enumerate(people, 1) if most is not None]
    limits = np.array(own, dtype=np.int64).reshape(-1, 2).T
    for those, reason, until in counting.over(columns, intent, policy, now, (limits[0], limits[1])):
        tally.hold(those, reason, until)
    again = micros(now + timedelta(hours=policy["ask_again_hours"]))
    tally.hold(counting.only_offers(columns, intent, policy, now), counting.ONLY_OFFERS, again)
    tally.deny(counting.asked_lately(columns, intent, policy, now), counting.ASKED_LATELY)
    return tally


@given(
    people=PEOPLE, message_class=st.sampled_from([one for one in CLASSES if one not in ("mandatory", "service")]),
    channel=st.sampled_from(["email", "phone", "in_app"]), topic=st.sampled_from(["*", "savings"]),
    otherwise=OTHERWISE, now=st.sampled_from(MOMENTS),
)  # fmt: skip
def test_what_was_sent_to_many_counts_as_what_was_sent_to_each(
    people: list[Any], message_class: str, channel: str, topic: str, otherwise: dict[str, Any], now: datetime
) -> None:
    intent = IntentFacts("i", 1, channel, message_class, "marketing", topic)
    policy = {**DEFAULT_POLICY, **otherwise}
    crowd = [
        (sorted((Claim(min(now, now - ago + a), *rest) for ago, a, *rest in claims), key=lambda one: one.at), most)
        for claims, most in people
    ]
    tally = by_columns(intent, crowd, policy, now)
    reasons = {number: reason for reason, number in tally.reasons.items()}
    for who, (claims, most) in enumerate(crowd, 1):
        reason, until = by_rules(intent, claims, most, policy, now)
        found = reasons[tally.codes[who]]
        assert (found, int(tally.until[who]) if found.outcome == "hold" else 0) == (reason, until), who


def test_of_two_that_hold_the_longer_counts_and_of_two_that_end_at_once_the_earlier_rule() -> None:
    tally, ada, ben = Tally(np.array([1, 2])), np.array([1]), np.array([2])
    pause, often = Reason("hold", "pause", "paused"), Reason("hold", "frequency", "cap")
    for reason, until in ((often, 10), (pause, 10), (often, 9)):
        tally.hold(ada, reason, until)
    tally.hold(ben, pause, 10)
    tally.hold(ben, often, np.array([11]))
    assert dict(tally.counted()) == {pause: 1, often: 1}
    assert tally.held() == (EPOCH + timedelta(microseconds=10), EPOCH + timedelta(microseconds=11))


def test_what_an_earlier_rule_denies_no_later_one_does_and_nothing_holds_it() -> None:
    tally, ada = Tally(np.array([1])), np.array([1])
    rights, trust = Reason("deny", "rights", "rights-request-open"), Reason("deny", "trust", "trust-low")
    for reason in (trust, rights, trust):
        tally.deny(ada, reason)
    tally.hold(ada, Reason("hold", "pause", "paused"), 10)
    assert dict(tally.counted()) == {rights: 1}


@pytest.mark.parametrize("who", [0, 2, 10**9, -1])
def test_nobody_is_decided_who_was_not_asked_about(who: int) -> None:
    tally = Tally(np.array([1]))
    assert not tally.open(np.array([who])).any()
    assert dict(tally.counted()) == {FREE: 1}
