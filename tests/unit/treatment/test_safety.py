"""What must hold for all rules together: never more allowed by anything worse, and the same answer when asked again."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from portal.treatment.facts import Claim, Complaint, Facts, IntentFacts, facts_from, intent_from
from portal.treatment.policy import CHANNELS, CLASSES, DEFAULT_POLICY, PRODUCT_LINES
from portal.treatment.quiet import quiet_until
from portal.treatment.rules import evaluate

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def some_intent(luck: random.Random) -> IntentFacts:
    return IntentFacts(
        "k", 1, luck.choice(CHANNELS), luck.choice(CLASSES), "marketing", luck.choice(["*", "savings"]),
        campaign=luck.choice(["", "rates"]), segment_key=luck.choice([None, "savers"]),
        product_line=luck.choice(["", *PRODUCT_LINES]), cross_sell=luck.random() < 0.3,
        not_before=luck.choice([None, None, NOW + timedelta(hours=3)]),
        expires_at=luck.choice([None, NOW + timedelta(days=luck.randrange(1, 40))]), data_used=("name",),
    )  # fmt: skip


def some_facts(luck: random.Random) -> Facts:
    def ago() -> datetime:
        return NOW - timedelta(hours=luck.randrange(1, 2000))

    def maybe(chance: float = 0.2) -> datetime | None:
        return ago() if luck.random() < chance else None

    return Facts(
        address=luck.choice(["verified"] * 6 + ["unverified", "not-needed", "proving"]),
        allowed_since=ago(), affirmed_at=maybe(),
        restrictions=luck.choice([(), (), (), ("denied",), ("paused",)]),
        profiling=luck.choice([None, (), (), ("denied",)]),
        marks=luck.choice([(), (), (), ("minor",), ("vulnerable",)]), grade=luck.choice(["", "A", "B", "C"]),
        holders=luck.choice([(), (), (("Ada", "approved"), ("Ben", "asked"))]),
        call_register=luck.choice(["free", "listed", "none"]), call_list_at=maybe(0.8),
        complaints=(Complaint("T", ago(), luck.choice([(), ("card",)]), maybe(0.5)),) * luck.randrange(2),
        distress_since=maybe(0.1), rights_open_since=maybe(0.1), negative_at=maybe(), spam_at=maybe(0.1),
        rated_at=maybe(0.1),
        promise_broken_at=maybe(0.1), paused=luck.random() < 0.1, paused_until=NOW + timedelta(hours=9),
        claims=tuple(Claim(ago(), luck.choice(CLASSES[2:]), luck.choice(CHANNELS)) for _ in range(luck.randrange(5))),
        max_per_week=luck.choice([None, None, 1, 3]), zones=luck.choice([(), ("Europe/London",), ("Asia/Taipei",)]),
        trust=luck.choice([None, luck.random()]), trust_floors=luck.choice([(), ("cross_sell",)]),
        campaign_sent=luck.randrange(500), campaign_left=luck.randrange(20),
        campaign_usual=luck.choice([None, 0.01]), control=luck.choice(["", "", "", "rates"]),
    )  # fmt: skip


WORSE: list[dict[str, Any]] = [
    {"erased": True}, {"suppressed": "spam_complaint"}, {"marks": ("bereaved",)}, {"address": "none"},
    {"restrictions": ("objected",)}, {"restrictions": ("denied",)}, {"profiling": ("objected",)}, {"grade": "C"},
    {"call_register": "listed"}, {"holders": (("Ben", "revoked"),)}, {"paused": True, "paused_until": None},
    {"complaints": (Complaint("T", NOW),)}, {"distress_since": NOW}, {"rights_open_since": NOW}, {"negative_at": NOW},
    {"rated_at": NOW, "rated_score": 1},
    {"spam_at": NOW}, {"promise_broken_at": NOW}, {"max_per_week": 0}, {"zones": ()}, {"trust": 0.0},
    {"trust_floors": ("cross_sell", "offers")}, {"control": "rates"},
]  # fmt: skip


@given(st.randoms(use_true_random=False), st.sampled_from(WORSE))
def test_nothing_that_is_worse_turns_a_no_into_a_yes(luck: random.Random, change: dict[str, Any]) -> None:
    intent, facts = some_intent(luck), some_facts(luck)
    if facts.trust is None and "trust" in change:
        change = {}
    before = evaluate(intent, facts, DEFAULT_POLICY, NOW).outcome
    after = evaluate(intent, replace(facts, **change), DEFAULT_POLICY, NOW).outcome
    assert before == "allow" or after != "allow"


@given(st.randoms(use_true_random=False), st.floats(0, 1))
def test_lower_trust_never_allows_more(luck: random.Random, lower: float) -> None:
    intent, facts = some_intent(luck), some_facts(luck)
    if facts.trust is not None and lower <= facts.trust:
        before = evaluate(intent, facts, DEFAULT_POLICY, NOW).outcome
        after = evaluate(intent, replace(facts, trust=lower), DEFAULT_POLICY, NOW).outcome
        assert before == "allow" or after != "allow"


def test_ten_thousand_decisions_are_the_same_when_decided_again_from_their_records() -> None:
    luck, outcomes = random.Random(20261123), {"allow": 0, "hold": 0, "deny": 0, "expire": 0}
    for _ in range(10_000):
        intent, facts = some_intent(luck), some_facts(luck)
        first = evaluate(intent, facts, DEFAULT_POLICY, NOW)
        stored = json.loads(json.dumps([intent.as_json(), facts.as_json(), DEFAULT_POLICY]))
        again = evaluate(intent_from(stored[0]), facts_from(stored[1]), stored[2], NOW)
        assert again == first
        outcomes[first.outcome] += 1
    assert all(number > 20 for number in outcomes.values()), outcomes


def changes(zone: ZoneInfo, year: int) -> list[datetime]:
    """The days around each change of the clock in a year."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(366)]
    return [
        day
        for day in days
        if day.astimezone(zone).utcoffset() != (day + timedelta(days=1)).astimezone(zone).utcoffset()
    ]


def test_quiet_hours_end_in_the_morning_through_every_change_of_the_clock() -> None:
    start, end, seen = time(20, 0), time(8, 0), 0
    for name in sorted(available_timezones()):
        if name.startswith(("Etc/", "posix/", "right/", "SystemV/")) or name == "localtime":
            continue
        zone = ZoneInfo(name)
        for day in changes(zone, 2026):
            seen += 1
            for hours in range(0, 48, 3):
                moment = day + timedelta(hours=hours)
                until, clock = quiet_until(moment, zone, start, end), moment.astimezone(zone).time()
                assert (until is not None) == (clock >= start or clock < end), (name, moment)
                if until is not None:
                    assert until.astimezone(zone).time() == end
                    assert until - moment < timedelta(hours=14)
    assert seen > 300
