"""Rules 7 to 12: what somebody asked for, and what we owe them before we ask anything of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from portal.treatment.facts import Complaint, Facts, IntentFacts, Result, plain
from portal.treatment.policy import OWED, SELLS

Policy = Mapping[str, Any]


def pause(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """7: the customer does not pause."""
    if facts.paused and (facts.paused_until is None or facts.paused_until > now):
        params = {"until": plain(facts.paused_until)}
        return Result("pause", 7, "hold", "paused", params, facts.paused_until, "" if facts.paused_until else "resume")
    return Result("pause", 7, "pass", "not-paused")


def complaint(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """8: with a complaint nothing is sold across, nor anything of the product line it is about."""
    if intent.message_class not in SELLS:
        return Result("complaint", 8, "pass", "sells-nothing")
    days = timedelta(days=int(policy["complaint_days"]))
    in_force = [one for one in facts.complaints if one.answered is None or now < one.answered + days]
    touching = [one for one in in_force if _touches(one, intent)]
    if not touching:
        if not in_force:
            return Result("complaint", 8, "pass", "no-complaint")
        params = {"product_line": intent.product_line, "ref": in_force[0].ref}
        return Result("complaint", 8, "pass", "complaint-elsewhere", params)
    return _stopped(intent, touching, days)


def _touches(one: Complaint, intent: IntentFacts) -> bool:
    """What is not known counts as everything: a complaint about no line we know, an offer of no line we know."""
    return intent.cross_sell or not one.lines or not intent.product_line or intent.product_line in one.lines


def _stopped(intent: IntentFacts, touching: list[Complaint], days: timedelta) -> Result:
    params: dict[str, Any] = {"days": days.days}
    still_open = [one for one in touching if one.answered is None]
    if still_open:
        first = min(still_open, key=lambda one: one.since)
        params |= {"ref": first.ref, "since": plain(first.since)}
        return Result("complaint", 8, "deny", "complaint-open", params, remedy="answer-complaint")
    last = max(touching, key=lambda one: one.answered or one.since)
    answered = last.answered or last.since
    params |= {"ref": last.ref, "answered": plain(answered), "until": plain(answered + days)}
    return Result("complaint", 8, "deny", "complaint-answered-lately", params, answered + days)


def rights(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """9: no request about personal data is open."""
    if intent.message_class in OWED or facts.rights_open_since is None:
        return Result("rights", 9, "pass", "no-rights-request" if facts.rights_open_since is None else "owed")
    params = {"since": plain(facts.rights_open_since), "ref": facts.rights_ref}
    return Result("rights", 9, "deny", "rights-request-open", params, remedy="settle-rights-request")


def vulnerability(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """10: nobody who wrote in distress is sold to or asked; who is vulnerable gets no offer of what is on the list."""
    if intent.message_class in OWED:
        return Result("vulnerability", 10, "pass", "owed")
    if facts.distress_since is not None:
        params = {"since": plain(facts.distress_since), "ref": facts.distress_ref}
        return Result("vulnerability", 10, "deny", "distress-open", params, remedy="settle-conversation")
    listed = policy["vulnerable_products"]
    on_list = listed and (not intent.product_line or intent.product_line in listed or intent.cross_sell)
    if "vulnerable" in facts.marks and intent.message_class in SELLS and on_list:
        params = {"product_line": intent.product_line, "products": list(listed)}
        return Result("vulnerability", 10, "deny", "vulnerable-product", params, remedy="end-mark")
    return Result("vulnerability", 10, "pass", "no-distress")


def cooldown(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """11: some quiet after negative feedback that a rating or a person confirmed, more after a report as spam."""
    waits = (
        (facts.spam_at, int(policy["spam_days"]), "cooldown-spam"),
        (facts.negative_at, int(policy["cooldown_days"]), "cooldown-negative"),
        (facts.rated_at, int(policy["cooldown_days"]), "cooldown-rated"),
    )
    found: Result | None = None
    for at, days, code in waits:
        ends = None if at is None else at + timedelta(days=days)
        if ends is not None and now < ends and (found is None or found.until is None or ends > found.until):
            params: dict[str, Any] = {"at": plain(at), "days": days, "until": plain(ends)}
            if code == "cooldown-rated":
                params |= {"score": facts.rated_score, "ref": facts.rated_ref}
            found = Result("cooldown", 11, "hold", code, params, ends)
    return found or Result("cooldown", 11, "pass", "no-cooldown")


def promise(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """12: no promise to this customer is broken, unless we apologised for it or it is long ago."""
    days = timedelta(days=int(policy["promise_days"]))
    broken, sorry = facts.promise_broken_at, facts.apologised_due
    if broken is not None and broken <= now < broken + days:
        params = {"due": plain(broken), "ref": facts.promise_ref, "until": plain(broken + days)}
        return Result("promise", 12, "hold", "promise-broken", params, broken + days)
    if sorry is not None and sorry <= now < sorry + days:
        params = {"due": plain(sorry), "at": plain(facts.apologised_at), "ref": facts.apologised_ref}
        return Result("promise", 12, "pass", "promise-apologised", params)
    return Result("promise", 12, "pass", "promises-kept")
