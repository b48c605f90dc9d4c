"""Rules 1 to 6: whether it may be sent at all. They hold for everything, also for what must be told."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from portal.clock import months_later
from portal.treatment.facts import Facts, IntentFacts, Result, plain
from portal.treatment.policy import CALLS, ENDED, OWED

Policy = Mapping[str, Any]
SUPPRESSING = ("bereaved", "court")
GUARDED = ("minor", "guardian")
MISNAMED = {
    "consent-offer": "no-offer", "consent-unconfirmed": "confirm-template", "consent-class": "other-purpose",
}  # fmt: skip
"""Codes for what is wrong with a message before anybody is asked about, each with its remedy."""


def suppression(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """1: somebody erased, bereaved, stopped by a court, whose address came back, or who reported spam."""
    if facts.erased:
        return Result("suppression", 1, "deny", "erased")
    for mark in SUPPRESSING:
        if mark in facts.marks:
            return Result("suppression", 1, "deny", f"mark-{mark}", remedy="end-mark")
    if facts.suppressed:
        code, params = facts.suppressed.replace("_", "-"), {"channel": intent.channel}
        return Result("suppression", 1, "deny", code, params, remedy="confirm-address")
    return Result("suppression", 1, "pass", "not-suppressed")


def identity(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """2: the address or number is confirmed; the one thing that may go to it before is the code to confirm it."""
    params = {"channel": intent.channel}
    if facts.address == "not-needed":
        return Result("identity", 2, "pass", "inside-the-portal", params)
    if facts.address == "verified":
        return Result("identity", 2, "pass", "address-verified", params)
    if facts.address == "proving" and intent.proves and intent.message_class == "mandatory":
        return Result("identity", 2, "pass", "asked-to-confirm", params)
    code = "no-address" if facts.address == "none" else "address-unverified"
    return Result("identity", 2, "deny", code, params, remedy="confirm-address")


def objection(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """3: nobody objected, to the purpose or to the profiling by which they were selected."""
    if "objected" in facts.restrictions:
        return Result("objection", 3, "deny", "objected", {"purpose": intent.purpose}, remedy="lift-objection")
    if facts.profiling is not None and "objected" in facts.profiling:
        return Result("objection", 3, "deny", "objected-to-profiling", {"purpose": "needs"}, remedy="lift-objection")
    return Result("objection", 3, "pass", "no-objection", {"purpose": intent.purpose})


def consent(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """4: its purpose carries it and is allowed: its state, its scope, its words, its age and its proof."""
    params: dict[str, Any] = {"purpose": intent.purpose, "channel": intent.channel, "topic": intent.topic}
    misnamed = misnaming(intent, facts.carries)
    if misnamed:
        params |= {"class": intent.message_class}
        return Result("consent", 4, "deny", misnamed, params, remedy=MISNAMED[misnamed])
    against = [code for code in facts.restrictions if code not in ("paused", "objected")]
    if against and not _asks_again(intent, against):
        return Result("consent", 4, "deny", f"consent-{against[0]}", params, remedy="allow")
    hidden = [code for code in facts.profiling or () if code not in ("paused", "objected")]
    if hidden:
        return Result("consent", 4, "deny", "profiling-not-allowed", {**params, "purpose": "needs"}, remedy="allow")
    if "objected" in facts.restrictions:
        return Result("consent", 4, "deny", "consent-objected", params, remedy="lift-objection")
    if against:
        return Result("consent", 4, "pass", "asks-again", params)
    weak = _weak(intent, facts, policy, now, params)
    if weak is not None:
        return weak
    params |= {"since": plain(facts.allowed_since), "seq": facts.allowed_seq}
    return Result("consent", 4, "pass", "allowed-since" if facts.allowed_since else "allowed-by-contract", params)


def _asks_again(intent: IntentFacts, against: Sequence[str]) -> bool:
    """Whether it asks again for its own purpose, and all that stands against that is a yes that came to its end."""
    return intent.message_class == "repermission" and ENDED.issuperset(against)


def misnaming(intent: IntentFacts, carries: Sequence[str] | None) -> str:
    """Why a message may not go under its class and purpose, whoever it is for: one of `MISNAMED`; empty when it may.

    :param carries: the classes of messages that may go under the purpose; None where that is unknown.
    """
    must = intent.message_class == "mandatory"
    if (intent.cross_sell and intent.message_class in OWED) or (must and intent.topic != "*"):
        return "consent-offer"  # topics are what offers are about
    if must and intent.template_state not in ("confirmed", ""):
        return "consent-unconfirmed"
    if carries is not None and intent.message_class not in carries:
        return "consent-class"
    return ""


def _weak(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime, params: dict[str, Any]) -> Result | None:
    """Why a yes that stands does not reach this far."""
    if facts.grade == "C":
        return Result("consent", 4, "deny", "consent-unproven", params, remedy="say-yes-again")
    months = int(policy["email_offer_months"])
    by_mail = intent.message_class == "marketing" and intent.channel == "email" and facts.allowed_since is not None
    said = facts.affirmed_at or facts.allowed_since
    if by_mail and months and said is not None and now >= months_later(said, months):
        params = {**params, "since": plain(said), "months": months}
        return Result("consent", 4, "deny", "consent-old", params, remedy="say-yes-again")
    return None


def call_register(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """5: the number is in no register of people who want no calls, and the register is new enough to say so."""
    days = int(policy["call_list_days"])
    if intent.channel not in CALLS:
        return Result("call-register", 5, "pass", "no-call", {"channel": intent.channel})
    if intent.message_class in OWED:
        return Result("call-register", 5, "pass", "no-sales-call")
    if not days:
        return Result("call-register", 5, "pass", "switched-off")
    params = {"days": days, "taken": plain(facts.call_list_at)}
    if facts.call_register == "listed":
        return Result("call-register", 5, "deny", "call-listed", params, remedy="leave-register")
    if facts.call_list_at is None or facts.call_register != "free":
        return Result("call-register", 5, "hold", "call-list-missing", params, remedy="renew-register")
    if now - facts.call_list_at > timedelta(days=days):
        return Result("call-register", 5, "hold", "call-list-old", params, remedy="renew-register")
    return Result("call-register", 5, "pass", "not-call-listed", params)


def authority(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """6: whoever said yes may say it: a guardian for a minor, every holder of what is joint."""
    if intent.message_class in OWED:
        return Result("authority", 6, "pass", "owed")
    guarded = next((mark for mark in GUARDED if mark in facts.marks), None)
    if guarded and facts.authority != "guardian":
        return Result("authority", 6, "deny", f"{guarded}-without-guardian", remedy="guardian-allows")
    states = [state for _who, state in facts.holders]
    params = {"holders": len(states), "approved": states.count("approved")}
    if "revoked" in states:
        return Result("authority", 6, "deny", "joint-revoked", params, remedy="holders-approve")
    if any(state != "approved" for state in states):
        return Result("authority", 6, "deny", "joint-incomplete", params, remedy="holders-approve")
    if states:
        return Result("authority", 6, "pass", "joint-approved", params)
    return Result("authority", 6, "pass", "guardian-allowed" if guarded else "own-authority")
