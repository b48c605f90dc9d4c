"""Rules 13 to 19: how often, at which hour, and whether it is in proportion."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from math import sqrt
from statistics import NormalDist
from typing import Any, NamedTuple

from portal.clock import months_later
from portal.treatment.facts import Claim, Facts, IntentFacts, Result, plain
from portal.treatment.policy import NOT_OWED, OWED, QUIET_CHANNELS, SELLS
from portal.treatment.quiet import quiet_everywhere_until

Policy = Mapping[str, Any]
NEVER_AGAIN = ("denied", "objected", "stopped", "channel-off", "topic-off")
"""What the ledger says of a cell that was withdrawn or objected to."""
Z, SURE = 1.959964, 0.95
"""Of a 95 % interval, as it was always counted, so that what was decided is decided again alike."""


class Limit(NamedTuple):
    """At most so many contacts in so many days, its code, and which contacts count.

    :ivar classes: of which kinds. :ivar same_channel: only by the channel of the intent. :ivar same_topic: only about
        its topic and purpose. :ivar loud: only by channels that disturb.
    """

    most: int
    days: int
    code: str
    classes: tuple[str, ...]
    same_channel: bool = False
    same_topic: bool = False
    loud: bool = False

    def counts(self, claim: Claim, intent: IntentFacts) -> bool:
        """Whether a contact counts; of many it is asked by columns, in `counting`."""
        return (
            claim.message_class in self.classes
            and (not self.same_channel or claim.channel == intent.channel)
            and (not self.same_topic or (claim.topic, claim.purpose) == (intent.topic, intent.purpose))
            and (not self.loud or claim.channel not in QUIET_CHANNELS)
        )


OWN = Limit(0, 7, "own-budget", NOT_OWED)
"""What a customer says is too much in a week; how much, each says."""


def limits_of(intent: IntentFacts, policy: Policy, own: int | None = None) -> list[Limit]:
    """Each limit that an intent is under; of two that end at once the first is named.

    :param own: how much a week is too much for the customer, when they said so.
    """
    kind = (intent.message_class,)
    caps = policy["caps"].get(intent.message_class, ())
    if intent.message_class == "answer":
        return [Limit(int(most), int(days), "cap", kind, loud=True) for most, days in caps]
    by_channel, by_topic = policy["caps_by_channel"].get(intent.channel, ()), policy["caps_by_topic"]
    limits = [Limit(int(most), int(days), "cap", kind) for most, days in caps]
    limits += [Limit(int(most), int(days), "cap-channel", NOT_OWED, same_channel=True) for most, days in by_channel]
    if intent.topic != "*":
        limits += [Limit(int(most), int(days), "cap-topic", NOT_OWED, same_topic=True) for most, days in by_topic]
    limits += [Limit(int(most), int(days), "cap-all", NOT_OWED) for most, days in policy["caps_in_all"]]
    return limits if own is None else [*limits, OWN._replace(most=own)]


def frequency(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """13: not more often than agreed, by kind, channel, topic and in all; the customer's own limit if stricter."""
    if disturbs_nobody(intent):
        return Result("frequency", 13, "pass", "disturbs-nobody", {"channel": intent.channel})
    known = [claim for claim in facts.claims if claim.at <= now]
    near = [limit for limit in limits_of(intent, policy, facts.max_per_week) if limit.most <= len(known)]
    reached = [found for limit in near if (found := _over(limit, intent, known, now)) is not None]
    if reached:
        return max(reached, key=_weight)
    return Result("frequency", 13, "pass", "within-limits", {"sent": len(_same(known, intent))})


def disturbs_nobody(intent: IntentFacts) -> bool:
    """Whether it is an answer that waits until its customer looks: it is under no limit."""
    return intent.message_class == "answer" and intent.channel in QUIET_CHANNELS


def _same(known: Iterable[Claim], intent: IntentFacts) -> list[Claim]:
    return [claim for claim in known if claim.message_class == intent.message_class]


def _over(limit: Limit, intent: IntentFacts, known: Iterable[Claim], now: datetime) -> Result | None:
    most, days = limit.most, timedelta(days=limit.days)
    since = now - days
    recent = [claim.at for claim in known if claim.at > since and limit.counts(claim, intent)]
    params: dict[str, Any] = {"most": most, "days": limit.days, "sent": len(recent)}
    if most <= 0:
        return Result("frequency", 13, "deny", "own-budget-none", params, remedy="raise-budget")
    if len(recent) < most:
        return None
    ends = sorted(recent, reverse=True)[most - 1] + days
    return Result("frequency", 13, "hold", limit.code, {**params, "until": plain(ends)}, ends)


def _weight(result: Result) -> tuple[bool, str]:
    return result.until is None, plain(result.until) or ""


def quiet(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """14: it is not night where the customer is, or may be."""
    if intent.channel in QUIET_CHANNELS:
        return Result("quiet", 14, "pass", "disturbs-nobody", {"channel": intent.channel})
    if not facts.zones and intent.message_class in OWED:
        return Result("quiet", 14, "pass", "owed")
    if not facts.zones:
        return Result("quiet", 14, "hold", "zone-unknown", remedy="say-zone")
    start, end = facts.quiet_from or policy["quiet_from"], facts.quiet_until or policy["quiet_until"]
    params = {"from": start, "to": end, "zone": facts.zones[0], "zones": len(facts.zones), "source": facts.zone_source}
    ends = quiet_everywhere_until(now, facts.zones, time.fromisoformat(start), time.fromisoformat(end))
    if ends is not None:
        return Result("quiet", 14, "hold", "quiet-hours", {**params, "until": plain(ends)}, ends)
    return Result("quiet", 14, "pass", "not-quiet", params)


def repermission(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """15: asking again at most once in a while for the same thing, and never after a no."""
    if intent.message_class != "repermission":
        return Result("repermission", 15, "pass", "asks-nothing-again")
    months = int(policy["repermission_months"])
    if not months:
        return Result("repermission", 15, "pass", "switched-off")
    if any(code in NEVER_AGAIN for code in facts.restrictions):
        return Result("repermission", 15, "deny", "no-means-no", {"purpose": intent.purpose}, remedy="allow")
    cell = (intent.purpose, intent.channel, intent.topic)
    asked = [claim.at for claim in _same(facts.claims, intent) if (claim.purpose, claim.channel, claim.topic) == cell]
    last = max((at for at in asked if at <= now), default=None)
    if last is not None and now < months_later(last, months):
        ends = months_later(last, months)
        params = {"at": plain(last), "months": months, "until": plain(ends)}
        return Result("repermission", 15, "deny", "asked-again-lately", params, ends)
    return Result("repermission", 15, "pass", "not-asked-again-lately", {"months": months})


def trust(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """16: trust is high enough to sell."""
    if intent.message_class not in SELLS:
        return Result("trust", 16, "pass", "sells-nothing")
    if facts.trust is None:
        return Result("trust", 16, "pass", "trust-unknown")
    for floor in _floors(intent):
        least = float(policy[f"trust_{floor}"])
        needed = least + float(policy["trust_lift"]) if floor in facts.trust_floors and least else least
        if facts.trust < needed - 1e-9:
            params = {"trust": facts.trust, "least": round(needed, 4)}
            return Result("trust", 16, "deny", "trust-low", params, remedy="earn-trust")
    return Result("trust", 16, "pass", "trust-enough", {"trust": facts.trust})


def _floors(intent: IntentFacts) -> tuple[str, ...]:
    return ("cross_sell", "offers") if intent.cross_sell else ("offers",)


def enough_trust(intent: IntentFacts, policy: Policy) -> float:
    """From how much trust on nothing is kept back; 0 where trust does not matter."""
    if intent.message_class not in SELLS:
        return 0.0
    least = max(float(policy[f"trust_{floor}"]) for floor in _floors(intent))
    return least + float(policy["trust_lift"]) if least else 0.0


def leaving(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """17: people do not leave because of this campaign faster than they do usually."""
    if not intent.campaign or intent.message_class in OWED:
        return Result("leaving", 17, "pass", "no-campaign")
    if not policy["leaving_rate"]:
        return Result("leaving", 17, "pass", "switched-off")
    most = max(float(policy["leaving_rate"]), float(policy["leaving_times"]) * (facts.campaign_usual or 0.0))
    params = {"sent": facts.campaign_sent, "left": facts.campaign_left, "most": round(100 * most, 2)}
    low = wilson_low(facts.campaign_left, facts.campaign_sent, float(policy["leaving_sure"]))
    if facts.campaign_left >= int(policy["leaving_least"]) and low > most:
        return Result("leaving", 17, "hold", "too-many-leave", params, remedy="look-at-campaign")
    return Result("leaving", 17, "pass", "few-leave", params)


def wilson_low(hits: int, trials: int, sure: float = 0.95) -> float:
    """The lower bound of the Wilson interval of a share; 0 without trials.

    :param sure: how sure one wants to be that the share lies in the interval, such as 0.95.
    """
    if trials <= 0:
        return 0.0
    z = Z if sure == SURE else NormalDist().inv_cdf((1 + sure) / 2)
    share = min(1.0, hits / trials)
    middle = share + z * z / (2 * trials)
    around = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return max(0.0, (middle - around) / (1 + z * z / trials))


def balance(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """18: of some contacts in a row that are not owed, at least one sells nothing."""
    of, days = int(policy["balance_of"]), int(policy["balance_days"])
    if not of:
        return Result("balance", 18, "pass", "switched-off")
    if intent.message_class not in SELLS:
        return Result("balance", 18, "pass", "sells-nothing")
    span = (now - timedelta(days=days), now)
    asked = sorted((claim for claim in facts.claims if claim.message_class not in OWED), key=lambda claim: claim.at)
    before = [claim for claim in asked if span[0] < claim.at <= span[1]][-(of - 1) :] if of > 1 else []
    if len(before) == of - 1 and all(claim.message_class in SELLS for claim in before):
        return Result(
            "balance", 18, "hold", "only-offers", {"of": of, "sold": len(before)}, remedy="say-something-else"
        )
    return Result("balance", 18, "pass", "in-balance", {"of": of})


def control(intent: IntentFacts, facts: Facts, policy: Policy, now: datetime) -> Result:
    """19: the customer is not among those who get nothing, so that we learn what difference it makes."""
    if facts.control and intent.message_class not in OWED:
        return Result("control", 19, "deny", "control", {"trial": facts.control}, remedy="end-trial")
    return Result("control", 19, "pass", "no-control")
