"""The rules that safeguard trust: pure functions of an intent, the facts about a customer, a policy and a moment.

All rules are evaluated, so that the record is complete. Any deny denies; else any hold holds until the latest; else
it is allowed. What must be told skips the rules of courtesy, other things we owe most of them, and the record says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from portal.treatment import care, ground, pace
from portal.treatment.facts import Facts, IntentFacts, Outcome, Result, plain
from portal.treatment.policy import whole

Rule = Callable[[IntentFacts, Facts, Mapping[str, Any], datetime], Result]

TABLE: tuple[tuple[str, int, Rule], ...] = (
    ("suppression", 1, ground.suppression),
    ("identity", 2, ground.identity),
    ("objection", 3, ground.objection),
    ("consent", 4, ground.consent),
    ("call-register", 5, ground.call_register),
    ("authority", 6, ground.authority),
    ("pause", 7, care.pause),
    ("complaint", 8, care.complaint),
    ("rights", 9, care.rights),
    ("vulnerability", 10, care.vulnerability),
    ("cooldown", 11, care.cooldown),
    ("promise", 12, care.promise),
    ("frequency", 13, pace.frequency),
    ("quiet", 14, pace.quiet),
    ("repermission", 15, pace.repermission),
    ("trust", 16, pace.trust),
    ("leaving", 17, pace.leaving),
    ("balance", 18, pace.balance),
    ("control", 19, pace.control),
)
"""Every rule with its number, in that order."""
RULES = tuple(name for name, _number, _rule in TABLE)
READS: dict[str, frozenset[str]] = {
    "suppression": frozenset({"erased", "marks", "suppressed"}),
    "identity": frozenset({"address"}),
    "objection": frozenset({"restrictions", "profiling"}),
    "consent": frozenset(
        {"carries", "restrictions", "profiling", "grade", "allowed_since", "allowed_seq", "affirmed_at"}
    ),
    "call-register": frozenset({"call_register", "call_list_at"}),
    "authority": frozenset({"marks", "authority", "holders"}),
    "pause": frozenset({"paused", "paused_until"}),
    "complaint": frozenset({"complaints"}),
    "rights": frozenset({"rights_open_since", "rights_ref"}),
    "vulnerability": frozenset({"marks", "distress_since", "distress_ref"}),
    "cooldown": frozenset({"spam_at", "negative_at", "rated_at", "rated_score", "rated_ref"}),
    "promise": frozenset({"promise_broken_at", "promise_ref", "apologised_due", "apologised_at", "apologised_ref"}),
    "frequency": frozenset({"claims", "max_per_week"}),
    "quiet": frozenset({"zones", "zone_source", "quiet_from", "quiet_until"}),
    "repermission": frozenset({"restrictions", "claims"}),
    "trust": frozenset({"trust", "trust_floors"}),
    "leaving": frozenset({"campaign_sent", "campaign_left", "campaign_usual"}),
    "balance": frozenset({"claims"}),
    "control": frozenset({"control"}),
}
"""Which facts each rule looks at: where they are the same, so is what it says."""
COURTESY = frozenset({7, 8, *range(11, 20)})
"""Rules that what must be told skips. The others hold for everything."""
SOONER: dict[str, tuple[str, dict[str, Any]]] = {"promise-broken": ("apologise", {"promise_broken_at": None})}
"""What somebody could do to end a hold before its time, and the facts then. Not in results: old records stay equal."""
RINGING = ("sms", "phone", "push")
"""Channels by which even an answer waits for the morning."""


def skipped(intent: IntentFacts, number: int) -> bool:
    """Whether a rule is not asked about this intent.

    An answer and service skip what is courtesy, too, but an answer is limited, and neither rings anybody at night.
    """
    if number not in COURTESY:
        return False
    if intent.message_class == "mandatory":
        return True
    if intent.message_class not in ("service", "answer"):
        return False
    if number == 13:
        return intent.message_class == "service"
    return number != 14 or intent.channel not in RINGING


def evaluate(intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime) -> Outcome:
    """What every rule says at `now`, and what follows."""
    settings = whole(policy)
    results = tuple(
        Result(name, number, "skip", "owed", {"message_class": intent.message_class})
        if skipped(intent, number)
        else rule(intent, facts, settings, now)
        for name, number, rule in TABLE
    )
    return together(results, intent, settings, now)


def together(results: tuple[Result, ...], intent: IntentFacts, policy: Mapping[str, Any], now: datetime) -> Outcome:
    """What follows from what each rule says."""
    denies = [result for result in results if result.result == "deny"]
    if denies:
        return Outcome("deny", None, denies[0].rule, results)
    if intent.expires_at is not None and now >= intent.expires_at:
        return Outcome("expire", None, None, results)
    holds = [result for result in results if result.result == "hold"]
    early = intent.not_before if intent.not_before is not None and intent.not_before > now else None
    if not holds and early is None:
        return Outcome("allow", None, None, results)
    return _held(holds, early, results, intent, now + timedelta(hours=int(policy["ask_again_hours"])))


def _held(
    holds: list[Result], early: datetime | None, results: tuple[Result, ...], intent: IntentFacts, again: datetime
) -> Outcome:
    until, decisive = early, None
    if holds:
        latest = max(holds, key=lambda result: result.until or again)
        decisive = latest.rule
        until = max(early, latest.until or again) if early is not None else latest.until or again
    if until is not None and intent.expires_at is not None and until >= intent.expires_at:
        return Outcome("expire", None, decisive, results)
    return Outcome("hold", until, decisive, results)


def what_would_change_it(
    intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime, first: Outcome | None = None
) -> dict[str, Any]:
    """Under which acts and from when the intent would be allowed, as things stand.

    :param first: what `evaluate` said of it at `now`, when that is known.
    :returns: `remedies` (what somebody would have to do, with rule and parameters) and `from` (ISO instant, None when
        time alone does not help or it is allowed already); with both, the acts would let it go sooner.
    """
    first = first or evaluate(intent, facts, policy, now)
    stuck = [item for item in first.results if item.result in ("hold", "deny") and item.until is None]
    remedies = [{"rule": item.rule, "code": item.remedy, "params": item.params} for item in stuck if item.remedy]
    if stuck or first.outcome == "allow":
        return {"remedies": remedies, "from": None}
    moment = _first_allowed(intent, facts, policy, now, first)
    sooner = []
    for item in (one for one in first.results if one.result == "hold" and one.code in SOONER):
        code, then = SOONER[item.code]
        by_act = _first_allowed(intent, replace(facts, **then), policy, now)
        if by_act is not None and (moment is None or by_act < moment):
            sooner.append({"rule": item.rule, "code": code, "params": item.params})
    return {"remedies": sooner, "from": plain(moment)}


def _first_allowed(
    intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime, first: Outcome | None = None
) -> datetime | None:
    """The first moment when it would be allowed by time alone; None when that never comes."""
    lasting, found, moment = replace(intent, expires_at=None), first or evaluate(intent, facts, policy, now), now
    for _ in range(12):
        if found.outcome == "allow":
            return moment
        ends = [result.until for result in found.results if result.result in ("hold", "deny") and result.until]
        moment = max([*ends, *([intent.not_before] if intent.not_before else []), moment])
        found = evaluate(lasting, facts, policy, moment)
    return moment if found.outcome == "allow" else None
