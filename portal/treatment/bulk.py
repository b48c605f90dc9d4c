"""May we contact these many people: one answer, equal to deciding about each, as of one position of the ledger.

Who is denied for good is found by sets (`sets`). Of the rest most have no facts of their own: the rules are asked once
for all of them who are in one place. About whoever has a story (`stories`) those rules are asked that look at it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from portal import consent
from portal.clock import micros, months_before
from portal.consent import Ids, PurposeFacts
from portal.treatment import counting, registers, sets
from portal.treatment.facts import IntentFacts
from portal.treatment.gathering import campaign_facts, zones_of
from portal.treatment.judging import Judge, Reason, Tally
from portal.treatment.policy import CALLS, OWED, whole
from portal.treatment.queries import policy_in_force
from portal.treatment.rules import READS, TABLE, skipped
from portal.treatment.stories import Telling, stories

PAUSED = Reason("hold", "pause", "paused")
FEW = 500
"""Up to so many named customers, only their rows are read."""


@dataclass(frozen=True)
class BulkWish:
    """What somebody would like to send to many; what is not said here is as in `IntentFacts`.

    :ivar segment_id: the segment that selects them, which asks whether they may be grouped by need.
    """

    purpose: str
    channel: str
    topic: str = "*"
    message_class: str = "marketing"
    segment_id: int | None = None
    campaign: str = ""
    product_line: str = ""
    cross_sell: bool = False
    expires_at: datetime | None = None
    template_state: str = "unknown"
    data_used: tuple[str, ...] = ()

    def intent(self, **values: Any) -> IntentFacts:
        """The same wish as one of somebody, or of nobody in particular."""
        return IntentFacts(**{
            "key": "", "customer_id": 0, "channel": self.channel, "message_class": self.message_class,
            "purpose": self.purpose, "topic": self.topic, "campaign": self.campaign, "expires_at": self.expires_at,
            "product_line": self.product_line, "cross_sell": self.cross_sell,
            "template_state": self.template_state, "data_used": self.data_used, **values,
        })  # fmt: skip


@dataclass(frozen=True)
class BulkAnswer:
    """Who may be contacted.

    :ivar allowed: their ids, in order. :ivar reasons: how many were decided how, by which rule, most first.
    :ivar held: of those who are held, the first and the last moment until which; None when nobody is.
    :ivar position: the answer knows every entry of the ledger up to it. :ivar policy_version: the settings it rests on.
    """

    allowed: Ids
    reasons: tuple[tuple[Reason, int], ...]
    held: tuple[datetime, datetime] | None
    position: int
    policy_version: int

    @property
    def counts(self) -> dict[str, int]:
        """How many for each reason."""
        found: dict[str, int] = {}
        for reason, people in self.reasons:
            found[reason.code] = found.get(reason.code, 0) + people
        return found

    @property
    def outcomes(self) -> dict[str, int]:
        """How many for each outcome."""
        found: dict[str, int] = {}
        for reason, people in self.reasons:
            found[reason.outcome] = found.get(reason.outcome, 0) + people
        return found


def may_contact(
    session: Session,
    wish: BulkWish,
    *,
    now: datetime,
    among: Sequence[int] | Ids | None = None,
    control: Sequence[int] | Ids = (),
) -> BulkAnswer:
    """Ask about everybody, the members of a segment, or those whose ids are named, under the policy in force.

    :param among: ids of customers; None for the segment of the wish, or for everybody.
    :param control: ids of those whom a campaign keeps as people who get nothing, to compare.
    :raises NotFound: code `no-such-purpose`.
    """
    named = None if among is None else np.asarray(among, dtype=np.int64)
    few = None if named is None or len(named) > FEW else tuple(sorted({int(one) for one in named}))
    in_force = policy_in_force(session)
    policy, intent = whole(in_force.settings), wish.intent()
    part = {"channel": wish.channel, "topic": wish.topic}
    purposes = [consent.purpose_facts(session, wish.purpose, now, **part, whole=not wish.data_used)]
    if wish.segment_id is not None:
        purposes.append(consent.purpose_facts(session, "needs", now))
    position = consent.horizon(session)
    old_since = _old_since(intent, policy, now)
    asked = sets.Asked(intent, wish.segment_id, few, now, old_since)
    tally, row, places = _ground(session, asked, purposes)
    members = row["members"] if named is None and wish.segment_id is not None else named
    if members is not None:
        tally.keep(members)
    lasting = wish.intent(expires_at=None)
    judge = Judge(lasting, policy, now, _shared(session, intent, policy, in_groups=len(purposes) > 1))
    ended = sets.ended(row, purposes[0]) if intent.message_class == "repermission" else frozenset()
    _rules(tally, judge, Telling(session, asked, purposes[0], policy, tally.still(), ended), places)
    tally.compare(judge, np.asarray(control, dtype=np.int64))
    if wish.expires_at is not None:
        tally.expire(wish.expires_at, now)
    return BulkAnswer(tally.allowed(), tally.counted(), tally.held(), position, in_force.version)


def _old_since(intent: IntentFacts, policy: Mapping[str, Any], now: datetime) -> datetime | None:
    months = int(policy["email_offer_months"])
    by_mail = intent.message_class == "marketing" and intent.channel == "email"
    return months_before(now, months)[0] if months and by_mail else None


def _ground(
    session: Session, asked: sets.Asked, purposes: Sequence[PurposeFacts]
) -> tuple[Tally, Mapping[str, Ids], list[tuple[str | None, str | None, Ids]]]:
    """What sets say; and everybody, by where they are."""
    row, places = sets.ground(session, asked, purposes), sets.places(session, asked)
    everybody = np.concatenate([consent.NOBODY, *(those for _zone, _country, those in places)])
    uses = asked.intent.data_used
    if uses:
        row["narrow_0"] = consent.covering_less(
            session, purposes[0], uses, asked.now, few=asked.few, everybody=everybody
        )
    tally = Tally(everybody)
    for rule, code, those in sets.said(row, asked, purposes, everybody, len(tally.codes)):
        tally.say(those, Reason("deny", rule, code))
    return tally, row, places


def _shared(session: Session, intent: IntentFacts, policy: Mapping[str, Any], *, in_groups: bool) -> dict[str, Any]:
    """The facts of everybody of whom sets say nothing, but for where they are."""
    found: dict[str, Any] = {"address": "not-needed" if intent.channel == "in_app" else "verified"}
    if in_groups:
        found["profiling"] = ()
    if intent.channel in CALLS and intent.message_class not in OWED:
        taken = registers.taken(session)
        found |= {"call_register": "free", "call_list_at": taken} if taken else {"call_register": "none"}
    return found | campaign_facts(session, intent)


def _rules(tally: Tally, judge: Judge, telling: Telling, places: Sequence[tuple[str | None, str | None, Ids]]) -> None:
    """Ask the rules: of each place once, then of everybody who has facts of their own."""
    where: NDArray[np.int32] = np.zeros(len(tally.codes), dtype=np.int32)
    for zone, country, those in places:
        zones, source = zones_of(zone, country, telling.policy)
        where[those] = judge.place(zones, source)
    free = tally.free()
    tally.decide(free, [judge.of_place(number) for number in range(judge.places)], where[free])
    intent = telling.asked.intent
    looked_at = [READS[name] for name, number, _rule in TABLE if not skipped(intent, number)]
    reads: frozenset[str] = frozenset().union(*looked_at)
    ids, codes, until = [], [], []
    for customer_id, own in stories(telling, reads).items():
        reason, moment = judge.of_one(int(where[customer_id]), own)
        ids.append(customer_id)
        codes.append(tally.code(reason))
        until.append(moment)
    tally.settle(ids, codes, until)
    _columns(tally, telling, reads)


def _columns(tally: Tally, telling: Telling, reads: frozenset[str]) -> None:
    """What holds or denies many by a moment or a count of their own: they are not asked about one by one."""
    session, asked, policy, now = telling.session, telling.asked, telling.policy, telling.asked.now
    again = micros(now + timedelta(hours=int(policy["ask_again_hours"])))
    if "paused" in reads and telling.purpose.paused_by_pause:
        lasting, others, until = sets.pausing(session, asked)
        tally.hold(lasting, PAUSED, again)
        tally.hold(others, PAUSED, until)
    if "claims" in reads:
        sent = counting.sent_to(session, asked.intent, policy, now, asked.few)
        sent = sent.only(tally.open(sent.who))
        own = counting.own_limits(session, asked.few)
        for those, reason, ends in counting.over(sent, asked.intent, policy, now, own):
            tally.hold(those, reason, ends)
        tally.hold(counting.only_offers(sent, asked.intent, policy, now), counting.ONLY_OFFERS, again)
        tally.deny(counting.asked_lately(sent, asked.intent, policy, now), counting.ASKED_LATELY)
