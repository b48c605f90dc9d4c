"""The rules that came later: each at its edge, on facts alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.treatment.facts import Claim, Complaint, Facts, IntentFacts, facts_from, intent_from
from portal.treatment.pace import wilson_low
from portal.treatment.policy import DEFAULT_POLICY, OFF
from portal.treatment.rules import RULES, evaluate, what_would_change_it

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OFFER = IntentFacts(
    "offer-1", 1, "email", "marketing", "marketing", "savings", campaign="rates", product_line="savings"
)
FREE = Facts(zones=("Europe/London",), zone_source="stated", allowed_since=NOW)
CALL = {"channel": "phone"}
ACROSS = {"cross_sell": True}
LINELESS = {"product_line": ""}
AGAIN = {"message_class": "repermission"}
MUST = {"message_class": "mandatory", "topic": "*", "template_state": "confirmed"}
CODE = {"channel": "sms", "message_class": "mandatory", "purpose": "service", "proves": True}


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def sold(*days: float, **values: Any) -> dict[str, Any]:
    return {"claims": tuple(Claim(ago(days=one), "marketing")._replace(**values) for one in days)}


def upset(*lines: str) -> dict[str, Any]:
    return {"complaints": (Complaint("T", ago(days=2), lines),)}


CASES: list[tuple[dict[str, Any], dict[str, Any], str, tuple[str, str]]] = [
    ({}, {"marks": ("bereaved",)}, "suppression", ("deny", "mark-bereaved")),
    ({}, {"marks": ("court",)}, "suppression", ("deny", "mark-court")),
    ({}, {"suppressed": "hard_bounce"}, "suppression", ("deny", "hard-bounce")),
    (CODE, {"address": "proving"}, "identity", ("pass", "asked-to-confirm")),
    ({**CODE, "proves": False}, {"address": "proving"}, "identity", ("deny", "address-unverified")),
    ({**CODE, "message_class": "marketing"}, {"address": "proving"}, "identity", ("deny", "address-unverified")),
    (CODE, {"address": "unverified"}, "identity", ("deny", "address-unverified")),
    (MUST, {}, "consent", ("pass", "allowed-since")),
    ({**MUST, "template_state": "unknown"}, {}, "consent", ("deny", "consent-unconfirmed")),
    ({**MUST, "template_state": "draft"}, {}, "consent", ("deny", "consent-unconfirmed")),
    ({**MUST, **ACROSS}, {}, "consent", ("deny", "consent-offer")),
    ({**MUST, "topic": "savings"}, {}, "consent", ("deny", "consent-offer")),
    ({**ACROSS, "message_class": "service"}, {}, "consent", ("deny", "consent-offer")),
    ({}, {"carries": ("service",)}, "consent", ("deny", "consent-class")),
    ({}, {"grade": "C"}, "consent", ("deny", "consent-unproven")),
    ({"data_used": ("balance",)}, {"restrictions": ("out-of-scope",)}, "consent", ("deny", "consent-out-of-scope")),
    ({}, {"grade": "B"}, "consent", ("pass", "allowed-since")),
    ({}, {"affirmed_at": datetime(2024, 11, 23, 10, 0, tzinfo=UTC)}, "consent", ("deny", "consent-old")),
    ({}, {"affirmed_at": datetime(2024, 11, 23, 10, 1, tzinfo=UTC)}, "consent", ("pass", "allowed-since")),
    ({"channel": "in_app"}, {"affirmed_at": ago(days=900)}, "consent", ("pass", "allowed-since")),
    (AGAIN, {"affirmed_at": ago(days=900)}, "consent", ("pass", "allowed-since")),
    *((AGAIN, {"restrictions": (ended,)}, "consent", ("pass", "asks-again")) for ended in ("expired", "void")),
    (AGAIN, {"restrictions": ("expired", "channel-off")}, "consent", ("deny", "consent-expired")),
    (AGAIN, {"restrictions": ("not-asked",)}, "consent", ("deny", "consent-not-asked")),
    (AGAIN, {"restrictions": ("expired",), "profiling": ("denied",)}, "consent", ("deny", "profiling-not-allowed")),
    ({}, {"restrictions": ("expired",)}, "consent", ("deny", "consent-expired")),
    ({}, {}, "call-register", ("pass", "no-call")),
    (CALL, {}, "call-register", ("hold", "call-list-missing")),
    (CALL, {"call_register": "none", "call_list_at": NOW}, "call-register", ("hold", "call-list-missing")),
    (CALL, {"call_register": "listed", "call_list_at": NOW}, "call-register", ("deny", "call-listed")),
    (CALL, {"call_register": "free", "call_list_at": ago(days=28)}, "call-register", ("pass", "not-call-listed")),
    (CALL, {"call_register": "free", "call_list_at": ago(days=28.01)}, "call-register", ("hold", "call-list-old")),
    ({**CALL, "message_class": "mandatory"}, {}, "call-register", ("pass", "no-sales-call")),
    ({}, {"marks": ("minor",)}, "authority", ("deny", "minor-without-guardian")),
    ({}, {"marks": ("guardian",)}, "authority", ("deny", "guardian-without-guardian")),
    ({}, {"marks": ("minor",), "authority": "guardian"}, "authority", ("pass", "guardian-allowed")),
    ({}, {"holders": (("Ada", "approved"), ("Ben", "approved"))}, "authority", ("pass", "joint-approved")),
    ({}, {"holders": (("Ada", "approved"), ("Ben", "asked"))}, "authority", ("deny", "joint-incomplete")),
    ({}, {"holders": (("Ada", "asked"), ("Ben", "revoked"))}, "authority", ("deny", "joint-revoked")),
    ({}, upset("savings"), "complaint", ("deny", "complaint-open")),
    ({}, upset("card"), "complaint", ("pass", "complaint-elsewhere")),
    ({}, upset(), "complaint", ("deny", "complaint-open")),
    (ACROSS, upset("card"), "complaint", ("deny", "complaint-open")),
    (LINELESS, upset("card"), "complaint", ("deny", "complaint-open")),
    ({}, {"marks": ("vulnerable",)}, "vulnerability", ("pass", "no-distress")),
    ({"product_line": "loan"}, {"marks": ("vulnerable",)}, "vulnerability", ("deny", "vulnerable-product")),
    (LINELESS, {"marks": ("vulnerable",)}, "vulnerability", ("deny", "vulnerable-product")),
    ({}, {"negative_at": ago(days=13)}, "cooldown", ("hold", "cooldown-negative")),
    ({}, {"negative_at": ago(days=14)}, "cooldown", ("pass", "no-cooldown")),
    ({}, {"rated_at": ago(days=13), "rated_score": 2}, "cooldown", ("hold", "cooldown-rated")),
    ({}, {"rated_at": ago(days=14), "rated_score": 2}, "cooldown", ("pass", "no-cooldown")),
    ({}, {"rated_at": ago(days=2), "negative_at": ago(days=3)}, "cooldown", ("hold", "cooldown-rated")),
    ({}, {"negative_at": ago(days=1), "spam_at": ago(days=20)}, "cooldown", ("hold", "cooldown-negative")),
    ({}, {"negative_at": ago(days=9), "spam_at": ago(days=20)}, "cooldown", ("hold", "cooldown-spam")),
    ({}, sold(1, 2, 3, 4, channel="email", message_class="research"), "frequency", ("hold", "cap-channel")),
    (CALL, sold(1, 2, 3, 4, message_class="research"), "frequency", ("hold", "cap-all")),
    ({}, sold(9, 10, 11, 12, topic="savings", purpose="marketing"), "frequency", ("hold", "cap-topic")),
    ({}, sold(9, 10, 11, 12, topic="cards", purpose="marketing"), "frequency", ("pass", "within-limits")),
    (AGAIN, {"restrictions": ("channel-off",)}, "repermission", ("deny", "no-means-no")),
    (AGAIN, {"restrictions": ("objected",)}, "repermission", ("deny", "no-means-no")),
    (AGAIN, sold(300, message_class="repermission", channel="email", topic="savings", purpose="marketing"),
     "repermission", ("deny", "asked-again-lately")),
    (AGAIN, sold(300, message_class="repermission", channel="email", topic="cards", purpose="marketing"),
     "repermission", ("pass", "not-asked-again-lately")),
    ({}, {"trust": None}, "trust", ("pass", "trust-unknown")),
    ({}, {"trust": 0.25}, "trust", ("pass", "trust-enough")),
    ({}, {"trust": 0.24}, "trust", ("deny", "trust-low")),
    (ACROSS, {"trust": 0.39}, "trust", ("deny", "trust-low")),
    (ACROSS, {"trust": 0.45, "trust_floors": ("cross_sell",)}, "trust", ("deny", "trust-low")),
    (ACROSS, {"trust": 0.50, "trust_floors": ("cross_sell",)}, "trust", ("pass", "trust-enough")),
    ({"campaign": ""}, {"campaign_sent": 9, "campaign_left": 9}, "leaving", ("pass", "no-campaign")),
    ({}, {"campaign_sent": 1000, "campaign_left": 5}, "leaving", ("pass", "few-leave")),
    ({}, {"campaign_sent": 1000, "campaign_left": 15}, "leaving", ("hold", "too-many-leave")),
    ({}, {"campaign_sent": 1000, "campaign_left": 15, "campaign_usual": 0.01}, "leaving", ("pass", "few-leave")),
    ({}, sold(20, 40), "balance", ("hold", "only-offers")),
    ({}, {"claims": (*sold(40)["claims"], Claim(ago(days=30), "research"), *sold(20)["claims"])},
     "balance", ("pass", "in-balance")),
    ({}, sold(20), "balance", ("pass", "in-balance")),
    ({}, {"control": "rates"}, "control", ("deny", "control")),
]  # fmt: skip


@pytest.mark.parametrize(("wish", "known", "rule", "expected"), CASES)
def test_each_rule_says_what_it_must(
    wish: dict[str, Any], known: dict[str, Any], rule: str, expected: tuple[str, str]
) -> None:
    results = {
        item.rule: item
        for item in evaluate(replace(OFFER, **wish), replace(FREE, **known), DEFAULT_POLICY, NOW).results
    }
    assert (results[rule].result, results[rule].code) == expected


def test_what_is_too_early_waits_without_a_rule_against_it() -> None:
    wish = replace(OFFER, not_before=NOW + timedelta(days=2))
    outcome = evaluate(wish, FREE, DEFAULT_POLICY, NOW)
    assert (outcome.outcome, outcome.hold_until, outcome.decisive) == ("hold", NOW + timedelta(days=2), None)
    assert what_would_change_it(wish, FREE, DEFAULT_POLICY, NOW)["from"] == (NOW + timedelta(days=2)).isoformat()
    assert evaluate(wish, replace(FREE, grade="C"), DEFAULT_POLICY, NOW).outcome == "deny"


def test_an_answer_is_limited_but_no_offer_counts_against_it() -> None:
    answer = replace(OFFER, message_class="answer", purpose="reply", campaign="")
    told = Claim(ago(hours=1), "answer", "email")
    assert evaluate(answer, replace(FREE, claims=(told,) * 4, max_per_week=0), DEFAULT_POLICY, NOW).outcome == "allow"
    assert evaluate(answer, replace(FREE, claims=(told,) * 5), DEFAULT_POLICY, NOW).outcome == "hold"
    inside = replace(answer, channel="in_app")
    assert evaluate(inside, replace(FREE, claims=(told,) * 5), DEFAULT_POLICY, NOW).outcome == "allow"


def test_an_answer_rings_nobody_at_night_but_goes_by_mail() -> None:
    night = NOW.replace(hour=23)
    answer = replace(OFFER, message_class="answer", campaign="")
    assert evaluate(answer, FREE, DEFAULT_POLICY, night).outcome == "allow"
    assert evaluate(replace(answer, channel="sms"), FREE, DEFAULT_POLICY, night).outcome == "hold"
    told = replace(answer, channel="sms", message_class="mandatory", topic="*", template_state="confirmed")
    assert evaluate(told, FREE, DEFAULT_POLICY, night).outcome == "allow"


def test_few_messages_prove_little_about_a_campaign() -> None:
    assert wilson_low(0, 0) == wilson_low(0, 50) == 0
    assert round(wilson_low(15, 1000), 4) == 0.0091
    assert wilson_low(1, 10) < wilson_low(100, 1000) < 0.1


def test_settings_from_before_a_rule_was_known_leave_it_switched_off() -> None:
    earlier = {name: value for name, value in DEFAULT_POLICY.items() if name not in OFF}
    facts = replace(FREE, trust=0.0, negative_at=NOW, affirmed_at=ago(days=900), **sold(20, 40))
    assert evaluate(OFFER, facts, DEFAULT_POLICY, NOW).outcome == "deny"
    outcome = evaluate(OFFER, facts, earlier, NOW)
    assert outcome.outcome == "allow"
    assert tuple(item.rule for item in outcome.results) == RULES


def test_records_from_before_a_fact_was_known_are_read() -> None:
    old = {
        "erased": False, "suppressed": "", "address": "verified", "restrictions": [], "profiling": None,
        "complaint_open_since": NOW.isoformat(), "complaint_answered_at": None, "complaint_ref": "T-1",
        "claims": [[NOW.isoformat(), "marketing"]], "zones": [],
    }  # fmt: skip
    facts = facts_from(old)
    assert facts.complaints == (Complaint("T-1", NOW),)
    assert facts.claims == (Claim(NOW, "marketing"),)
    wish = intent_from({"key": "k", "customer_id": 1, "channel": "email", "message_class": "marketing", "purpose": "p"})
    assert (wish.product_line, wish.data_used, wish.not_before) == ("", (), None)


def test_every_field_reads_back_as_it_was_recorded() -> None:
    facts = replace(
        FREE, marks=("minor",), holders=(("Ada", "asked"),), call_list_at=NOW, trust=0.4,
        trust_floors=("offers",), campaign_usual=0.01, negative_at=NOW, **upset("card"), **sold(1),
    )  # fmt: skip
    wish = replace(OFFER, data_used=("name",), not_before=NOW, expires_at=NOW, priority=3, caller="job")
    assert facts_from(facts.as_json()) == facts
    assert intent_from(wish.as_json()) == wish
