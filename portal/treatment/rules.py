"""The rules that safeguard trust: pure functions of an intent, the facts about a customer, a policy and a moment.

All rules are evaluated, so that the record is complete. Any deny denies; else any hold holds until the latest; else
it is allowed. What we owe (`mandatory`, `service`, `answer`) skips the rules of courtesy, and the record says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from portal.treatment.facts import OWED, QUIET_CHANNELS, Facts, IntentFacts, Outcome, Result, plain
from portal.treatment.quiet import quiet_everywhere_until

Rule = Callable[[IntentFacts, Facts, Mapping[str, Any], datetime], Result]


def _suppression(intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime) -> Result:
    if facts.erased:
        return Result("suppression", 1, "deny", "erased")
    if facts.suppressed:
        code, params = facts.suppressed.replace("_", "-"), {"channel": intent.channel}
        return Result("suppression", 1, "deny", code, params, remedy="confirm-address")
    return Result("suppression", 1, "pass", "not-suppressed")


def _identity(intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime) -> Result:
    params = {"channel": intent.channel}
    if facts.address == "not-needed":
        return Result("identity", 2, "pass", "inside-the-portal", params)
    if facts.address == "verified":
        return Result("identity", 2, "pass", "address-verified", params)
    code = "no-address" if facts.address == "none" else "address-unverified"
    return Result("identity", 2, "deny", code, params, remedy="confirm-address")


def _objection(intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime) -> Result:
    if "objected" in facts.restrictions:
        return Result("objection", 3, "deny", "objected", {"purpose": intent.purpose}, remedy="lift-objection")
    if facts.profiling is not None and "objected" in facts.profiling:
        return Result("objection", 3, "deny", "objected-to-profiling", {"purpose": "needs"}, remedy="lift-objection")
    return Result("objection", 3, "pass", "no-objection", {"purpose": intent.purpose})


def _consent(intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime) -> Result:
    params: dict[str, Any] = {"purpose": intent.purpose, "channel": intent.channel, "topic": intent.topic}
    against = [code for code in facts.restrictions if code not in ("paused", "objected")]
    if against:
        return Result("consent", 4, "deny", f"consent-{against[0]}", params, remedy="allow")
    hidden = [code for code in facts.profiling or () if code not in ("paused", "objected")]
    if hidden:
        return Result("consent", 4, "deny", "profiling-not-allowed", {**params, "purpose": "needs"}, remedy="allow")
    if "objected" in facts.restrictions:
        return Result("consent", 4, "deny", "consent-objected", params, remedy="lift-objection")
    params |= {"since": plain(facts.allowed_since), "seq": facts.allowed_seq}
    return Result("consent", 4, "pass", "allowed-since" if facts.allowed_since else "allowed-by-contract", params)


def _pause(intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime) -> Result:
    if facts.paused and (facts.paused_until is None or facts.paused_until > now):
        return Result("pause", 7, "hold", "paused", {"until": plain(facts.paused_until)}, facts.paused_until)
    return Result("pause", 7, "pass", "not-paused")


def _complaint(intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime) -> Result:
    if intent.message_class not in ("marketing", "repermission"):
        return Result("complaint", 8, "pass", "sells-nothing")
    days = int(policy["complaint_days"])
    params: dict[str, Any] = {"days": days, "ref": facts.complaint_ref}
    if facts.complaint_open_since is not None:
        params["since"] = plain(facts.complaint_open_since)
        return Result("complaint", 8, "deny", "complaint-open", params, remedy="answer-complaint")
    if facts.complaint_answered_at is not None and now < facts.complaint_answered_at + timedelta(days=days):
        ends = facts.complaint_answered_at + timedelta(days=days)
        params |= {"answered": plain(facts.complaint_answered_at), "until": plain(ends)}
        return Result("complaint", 8, "deny", "complaint-answered-lately", params, ends)
    return Result("complaint", 8, "pass", "no-complaint")


def _rights(intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime) -> Result:
    if intent.message_class in OWED or facts.rights_open_since is None:
        return Result("rights", 9, "pass", "no-rights-request" if facts.rights_open_since is None else "owed")
    params = {"since": plain(facts.rights_open_since), "ref": facts.rights_ref}
    return Result("rights", 9, "deny", "rights-request-open", params, remedy="settle-rights-request")


def _distress(intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime) -> Result:
    if intent.message_class in OWED or facts.distress_since is None:
        return Result("distress", 10, "pass", "no-distress" if facts.distress_since is None else "owed")
    params = {"since": plain(facts.distress_since), "ref": facts.distress_ref}
    return Result("distress", 10, "deny", "distress-open", params, remedy="settle-conversation")


def _promise(intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime) -> Result:
    if facts.promise_broken_at is None:
        return Result("promise", 12, "pass", "promises-kept")
    ends = facts.promise_broken_at + timedelta(days=int(policy["promise_days"]))
    if facts.promise_broken_at <= now < ends:
        params = {"due": plain(facts.promise_broken_at), "ref": facts.promise_ref, "until": plain(ends)}
        return Result("promise", 12, "hold", "promise-broken", params, ends)
    return Result("promise", 12, "pass", "promises-kept")


def _frequency(intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime) -> Result:
    same = [at for at, kind in facts.claims if kind == intent.message_class and at <= now]
    counted = [at for at, _kind in facts.claims if at <= now]
    limits = [(int(most), int(days), same, "cap") for most, days in policy["caps"].get(intent.message_class, ())]
    if facts.max_per_week is not None:
        limits.append((facts.max_per_week, 7, counted, "own-budget"))
    worst: Result | None = None
    for most, days, moments, code in limits:
        found = _over(most, days, moments, code, now)
        if found is not None and (worst is None or _later(found.until, worst.until)):
            worst = found
    return worst or Result("frequency", 13, "pass", "within-limits", {"sent": len(same)})


def _over(most: int, days: int, moments: list[datetime], code: str, now: datetime) -> Result | None:
    recent = sorted((at for at in moments if at > now - timedelta(days=days)), reverse=True)
    params: dict[str, Any] = {"most": most, "days": days, "sent": len(recent)}
    if most <= 0:
        return Result("frequency", 13, "deny", "own-budget-none", params, remedy="raise-budget")
    if len(recent) < most:
        return None
    ends = recent[most - 1] + timedelta(days=days)
    return Result("frequency", 13, "hold", code, {**params, "until": plain(ends)}, ends)


def _later(one: datetime | None, other: datetime | None) -> bool:
    return other is not None and (one is None or one > other)


def _quiet(intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime) -> Result:
    if intent.channel in QUIET_CHANNELS:
        return Result("quiet", 14, "pass", "disturbs-nobody", {"channel": intent.channel})
    if not facts.zones:
        return Result("quiet", 14, "hold", "zone-unknown")
    start, end = facts.quiet_from or policy["quiet_from"], facts.quiet_until or policy["quiet_until"]
    params = {"from": start, "to": end, "zone": facts.zones[0], "zones": len(facts.zones), "source": facts.zone_source}
    ends = quiet_everywhere_until(now, facts.zones, time.fromisoformat(start), time.fromisoformat(end))
    if ends is not None:
        return Result("quiet", 14, "hold", "quiet-hours", {**params, "until": plain(ends)}, ends)
    return Result("quiet", 14, "pass", "not-quiet", params)


ALWAYS: tuple[Rule, ...] = (_suppression, _identity, _objection, _consent)
COURTESY: tuple[tuple[str, int, Rule], ...] = (
    ("pause", 7, _pause), ("complaint", 8, _complaint), ("promise", 12, _promise), ("frequency", 13, _frequency),
    ("quiet", 14, _quiet),
)  # fmt: skip
RULES = (
    "suppression",
    "identity",
    "objection",
    "consent",
    "pause",
    "complaint",
    "rights",
    "distress",
    "promise",
    "frequency",
    "quiet",
)


def evaluate(intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime) -> Outcome:
    """What every rule says at `now`, and what follows."""
    owed = intent.message_class in OWED
    results = [rule(intent, facts, policy, now) for rule in (*ALWAYS, _rights, _distress)]
    for name, number, rule in COURTESY:
        skipped = Result(name, number, "skip", "owed", {"message_class": intent.message_class})
        results.append(skipped if owed else rule(intent, facts, policy, now))
    return _together(tuple(sorted(results, key=lambda result: result.number)), intent, policy, now)


def _together(results: tuple[Result, ...], intent: IntentFacts, policy: Mapping[str, Any], now: datetime) -> Outcome:
    denies = [result for result in results if result.result == "deny"]
    if denies:
        return Outcome("deny", None, denies[0].rule, results)
    if intent.expires_at is not None and now >= intent.expires_at:
        return Outcome("expire", None, None, results)
    holds = [result for result in results if result.result == "hold"]
    if not holds:
        return Outcome("allow", None, None, results)
    again = now + timedelta(hours=int(policy["ask_again_hours"]))
    latest = max(holds, key=lambda result: result.until or again)
    until = latest.until or again
    expires = intent.expires_at is not None and until >= intent.expires_at
    return Outcome("expire" if expires else "hold", None if expires else until, latest.rule, results)


def what_would_change_it(intent: IntentFacts, facts: Facts, policy: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Under which acts and from when the intent would be allowed, as things stand.

    :returns: `remedies` (what somebody would have to do, with rule and parameters) and `from` (ISO instant, None when
        time alone does not help or it is allowed already).
    """
    first = evaluate(intent, facts, policy, now)
    stuck = [item for item in first.results if item.result in ("hold", "deny") and item.until is None]
    remedies = [{"rule": item.rule, "code": item.remedy, "params": item.params} for item in stuck if item.remedy]
    if stuck or first.outcome == "allow":
        return {"remedies": remedies, "from": None}
    lasting = replace(intent, expires_at=None)
    moment = now
    for _ in range(12):
        found = evaluate(lasting, facts, policy, moment)
        if found.outcome == "allow":
            return {"remedies": [], "from": plain(moment)}
        moment = max(result.until for result in found.results if result.result in ("hold", "deny") and result.until)
    return {"remedies": [], "from": None}
