"""The rules that safeguard trust, on facts alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.treatment.facts import Claim, Complaint, Facts, IntentFacts, facts_from, intent_from
from portal.treatment.policy import CLASSES, DEFAULT_POLICY, OWED
from portal.treatment.rules import RULES, evaluate, what_would_change_it

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OFFER = IntentFacts("offer-1", 1, "email", "marketing", "marketing", "savings", segment_key="savers")
FREE = Facts(address="verified", profiling=(), zones=("Europe/London",), zone_source="stated", allowed_since=NOW)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def offered(days: float, **values: Any) -> Claim:
    return Claim(ago(days=days), "marketing")._replace(**values)


def asked(days: float) -> Claim:
    return Claim(ago(days=days), "research")


def upset(days: float, *lines: str) -> Complaint:
    return Complaint("T", ago(days=days), lines)


def settled(days: float, *lines: str) -> Complaint:
    return Complaint("T", ago(days=days + 20), lines, ago(days=days))


def result_of(rule: str, intent: IntentFacts, facts: Facts) -> tuple[str, str]:
    found = {item.rule: item for item in evaluate(intent, facts, DEFAULT_POLICY, NOW).results}
    return found[rule].result, found[rule].code


def test_every_rule_answers_and_nothing_against_it_allows() -> None:
    outcome = evaluate(OFFER, FREE, DEFAULT_POLICY, NOW)
    assert (outcome.outcome, outcome.decisive) == ("allow", None)
    assert tuple(item.rule for item in outcome.results) == RULES


@pytest.mark.parametrize(
    ("facts", "rule", "expected"),
    [
        ({"erased": True}, "suppression", ("deny", "erased")),
        ({"address": "unverified"}, "identity", ("deny", "address-unverified")),
        ({"address": "none"}, "identity", ("deny", "no-address")),
        ({"restrictions": ("objected",)}, "objection", ("deny", "objected")),
        ({"profiling": ("objected",)}, "objection", ("deny", "objected-to-profiling")),
        ({"restrictions": ("not-asked",)}, "consent", ("deny", "consent-not-asked")),
        ({"restrictions": ("channel-off", "paused"), "paused": True}, "consent", ("deny", "consent-channel-off")),
        ({"profiling": ("denied",)}, "consent", ("deny", "profiling-not-allowed")),
        ({"restrictions": ("paused",), "paused": True}, "consent", ("pass", "allowed-since")),
        ({"paused": True, "paused_until": NOW + timedelta(days=3)}, "pause", ("hold", "paused")),
        ({"paused": True, "paused_until": NOW}, "pause", ("pass", "not-paused")),
        ({"complaints": (upset(9),)}, "complaint", ("deny", "complaint-open")),
        (
            {"complaints": (settled(29),)},
            "complaint",
            ("deny", "complaint-answered-lately"),
        ),
        ({"complaints": (settled(30),)}, "complaint", ("pass", "no-complaint")),
        ({"rights_open_since": ago(days=8)}, "rights", ("deny", "rights-request-open")),
        ({"distress_since": ago(days=1)}, "vulnerability", ("deny", "distress-open")),
        ({"promise_broken_at": ago(days=59)}, "promise", ("hold", "promise-broken")),
        ({"promise_broken_at": ago(days=60)}, "promise", ("pass", "promises-kept")),
        (
            {"apologised_due": ago(days=9), "apologised_at": ago(days=1)},
            "promise",
            ("pass", "promise-apologised"),
        ),
        ({"apologised_due": ago(days=60), "apologised_at": ago(days=1)}, "promise", ("pass", "promises-kept")),
        (
            {"apologised_due": ago(days=1), "apologised_at": NOW, "promise_broken_at": ago(days=9)},
            "promise",
            ("hold", "promise-broken"),
        ),
        ({"claims": (offered(6), offered(1))}, "frequency", ("hold", "cap")),
        ({"claims": (offered(7), asked(5), offered(1))}, "frequency", ("pass", "within-limits")),
        ({"claims": (asked(1),), "max_per_week": 1}, "frequency", ("hold", "own-budget")),
        ({"max_per_week": 0}, "frequency", ("deny", "own-budget-none")),
        ({"zones": ()}, "quiet", ("hold", "zone-unknown")),
        ({"quiet_from": "09:00", "quiet_until": "17:00"}, "quiet", ("hold", "quiet-hours")),
    ],
)
def test_each_rule_says_what_it_must(facts: dict[str, Any], rule: str, expected: tuple[str, str]) -> None:
    assert result_of(rule, OFFER, replace(FREE, **facts)) == expected


def test_any_deny_beats_any_hold_and_the_lowest_number_is_decisive() -> None:
    facts = replace(FREE, paused=True, complaints=(upset(1),), distress_since=ago(days=1))
    outcome = evaluate(OFFER, facts, DEFAULT_POLICY, NOW)
    assert (outcome.outcome, outcome.decisive, outcome.hold_until) == ("deny", "complaint", None)
    assert len(outcome.results) == len(RULES)


def test_holds_last_until_the_latest_of_them() -> None:
    facts = replace(FREE, paused=True, paused_until=NOW + timedelta(days=2), promise_broken_at=ago(days=10))
    outcome = evaluate(OFFER, facts, DEFAULT_POLICY, NOW)
    assert (outcome.outcome, outcome.decisive) == ("hold", "promise")
    assert outcome.hold_until == ago(days=10) + timedelta(days=60)


def test_a_hold_that_outlasts_the_intent_lets_it_expire() -> None:
    facts = replace(FREE, paused=True, paused_until=NOW + timedelta(days=2))
    intent = replace(OFFER, expires_at=NOW + timedelta(days=1))
    assert evaluate(intent, facts, DEFAULT_POLICY, NOW).outcome == "expire"


@pytest.mark.parametrize("message_class", OWED)
def test_what_we_owe_skips_courtesy_and_the_record_says_so(message_class: str) -> None:
    intent = replace(OFFER, message_class=message_class, topic="*", template_state="confirmed", segment_key=None)
    facts = replace(
        FREE, paused=True, complaints=(upset(1),), distress_since=ago(days=1), promise_broken_at=ago(days=1),
        max_per_week=0, zones=(), profiling=None,
    )  # fmt: skip
    outcome = evaluate(intent, facts, DEFAULT_POLICY, NOW)
    assert outcome.outcome == "allow"
    courtesy = ["pause", "complaint", "cooldown", "promise", "frequency", "quiet", *RULES[14:]]
    asked_anyway = {"frequency"} if message_class == "answer" else set()
    assert [item.rule for item in outcome.results if item.result == "skip"] == [
        name for name in courtesy if name not in asked_anyway
    ]


@pytest.mark.parametrize("message_class", OWED)
def test_what_we_owe_still_needs_an_address_and_no_objection(message_class: str) -> None:
    intent = replace(OFFER, message_class=message_class)
    assert evaluate(intent, replace(FREE, address="none"), DEFAULT_POLICY, NOW).outcome == "deny"
    assert evaluate(intent, replace(FREE, restrictions=("objected",)), DEFAULT_POLICY, NOW).outcome == "deny"


def test_a_broken_promise_holds_until_its_days_are_over_or_sooner_when_somebody_apologises() -> None:
    change = what_would_change_it(OFFER, replace(FREE, promise_broken_at=ago(days=9)), DEFAULT_POLICY, NOW)
    assert [item["code"] for item in change["remedies"]] == ["apologise"]
    assert change["from"] == (NOW + timedelta(days=51)).isoformat()
    old = replace(FREE, promise_broken_at=ago(days=9), affirmed_at=ago(days=700))
    change = what_would_change_it(OFFER, old, DEFAULT_POLICY, NOW)
    assert ([item["code"] for item in change["remedies"]], change["from"]) == (["apologise"], None)
    longer = replace(FREE, promise_broken_at=ago(days=59), paused=True, paused_until=NOW + timedelta(days=9))
    assert what_would_change_it(OFFER, longer, DEFAULT_POLICY, NOW)["remedies"] == []


def test_a_record_from_before_apologies_were_known_is_decided_as_it_was() -> None:
    facts = replace(FREE, promise_broken_at=ago(days=9))
    recorded = {name: value for name, value in facts.as_json().items() if not name.startswith("apologised_")}
    again = evaluate(OFFER, facts_from(recorded), DEFAULT_POLICY, NOW)
    assert [item.as_json() for item in again.results] == [
        item.as_json() for item in evaluate(OFFER, facts, DEFAULT_POLICY, NOW).results
    ]
    held = next(item.as_json() for item in again.results if item.rule == "promise")
    assert (held["result"], held["remedy"]) == ("hold", "")


def test_the_counterfactual_names_the_first_moment_when_all_holds_are_over() -> None:
    facts = replace(
        FREE, paused=True, paused_until=datetime(2026, 11, 25, 22, 0, tzinfo=UTC),
        claims=(offered(6), offered(5), asked(4)),
    )  # fmt: skip
    change = what_would_change_it(OFFER, facts, DEFAULT_POLICY, NOW)
    assert change == {"remedies": [], "from": "2026-11-26T08:00:00+00:00"}


def test_the_counterfactual_counts_the_days_after_an_answered_complaint() -> None:
    facts = replace(FREE, complaints=(settled(10),))
    change = what_would_change_it(OFFER, facts, DEFAULT_POLICY, NOW)
    assert change["from"] == (ago(days=10) + timedelta(days=30)).isoformat()


def test_the_counterfactual_names_the_consent_that_is_missing() -> None:
    change = what_would_change_it(OFFER, replace(FREE, restrictions=("not-asked",)), DEFAULT_POLICY, NOW)
    assert change["from"] is None
    assert [(item["code"], item["params"]["purpose"]) for item in change["remedies"]] == [("allow", "marketing")]


def test_intent_and_facts_read_back_as_they_were_recorded() -> None:
    facts = replace(
        FREE,
        claims=(Claim(NOW, "marketing"),),
        complaints=(settled(3, "card"),),
        restrictions=("denied",),
    )
    intent = replace(OFFER, expires_at=NOW)
    assert facts_from(facts.as_json()) == facts
    assert intent_from(intent.as_json()) == intent


past = st.none() | st.integers(0, 100).map(lambda days: ago(days=days))
lines = st.sampled_from([(), ("card",), ("savings", "card")])
days_ago = st.integers(0, 40).map(lambda days: ago(days=days))
some_facts = st.builds(
    Facts,
    erased=st.booleans(),
    address=st.sampled_from(["verified", "unverified", "none", "not-needed"]),
    restrictions=st.sampled_from([(), (), (), ("denied",), ("paused",)]),
    profiling=st.sampled_from([None, (), (), ("denied",)]),
    paused=st.booleans(),
    paused_until=st.none() | st.integers(-3, 9).map(lambda days: NOW + timedelta(days=days)),
    complaints=st.lists(st.builds(Complaint, st.just("T"), st.just(ago(days=99)), lines, past), max_size=2).map(tuple),
    distress_since=past,
    promise_broken_at=past,
    claims=st.lists(
        st.builds(
            Claim, st.integers(0, 40).map(lambda days: ago(days=days)), st.sampled_from(["marketing", "research"])
        ),
        max_size=4,
    ).map(tuple),
    max_per_week=st.none() | st.integers(0, 3),
    zones=st.sampled_from([(), ("Europe/London",), ("Asia/Taipei",)]),
)
worse = st.sampled_from(
    [
        {"erased": True},
        {"restrictions": ("objected",)},
        {"restrictions": ("denied",)},
        {"profiling": ("objected",)},
        {"profiling": ("denied",)},
        {"paused": True, "paused_until": None},
        {"complaints": (upset(0),)},
        {"distress_since": NOW},
        {"max_per_week": 0},
        {"address": "none"},
        {"zones": ()},
    ]
)
some_intents = st.builds(
    IntentFacts, st.just("i"), st.just(1), st.sampled_from(["email", "in_app", "sms"]), st.sampled_from(CLASSES),
    st.just("marketing"), segment_key=st.sampled_from([None, "savers"]),
)  # fmt: skip


@given(some_intents, some_facts, worse)
def test_a_complaint_pause_withdrawal_or_objection_never_turns_a_no_into_a_yes(
    intent: IntentFacts, facts: Facts, change: dict[str, Any]
) -> None:
    before = evaluate(intent, facts, DEFAULT_POLICY, NOW).outcome
    after = evaluate(intent, replace(facts, **change), DEFAULT_POLICY, NOW).outcome
    assert not (before != "allow" and after == "allow")


@given(some_intents, some_facts)
def test_the_moment_the_counterfactual_names_is_allowed_and_not_earlier_than_now(
    intent: IntentFacts, facts: Facts
) -> None:
    change = what_would_change_it(intent, facts, DEFAULT_POLICY, NOW)
    if change["from"] is not None:
        moment = datetime.fromisoformat(change["from"])
        assert moment > NOW
        assert evaluate(intent, facts, DEFAULT_POLICY, moment).outcome == "allow"
