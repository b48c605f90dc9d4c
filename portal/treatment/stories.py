"""Of many customers at once, what only some have: each one's own facts, as `gathering` would gather them one by one.

What is the same for everybody, or for everybody in one time zone, is not here. Each teller says which facts it tells,
and is asked only when a rule looks at one of them. What a rule would pass over may be left out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import ContactPoint
from portal.clock import months_before
from portal.consent import PurposeFacts, among
from portal.consent.models import ConsentEntry, Preference
from portal.treatment import pace, registers, standing
from portal.treatment.gathering import clock_of
from portal.treatment.ground import GUARDED
from portal.treatment.models import Mark, TrustIndex
from portal.treatment.policy import CALLS, OWED
from portal.treatment.sets import Asked, is_last_word
from portal.treatment.standing import Standing

Own = dict[str, Any]
Told = Iterator[tuple[int, Own]]


@dataclass(frozen=True)
class Telling:
    """What the tellers know.

    :ivar still: whether it is still open what follows for a customer, so that their facts matter.
    :ivar ended: of those who are asked again, whose yes has ended: it is no matter any more by whom it was said.
    """

    session: Session
    asked: Asked
    purpose: PurposeFacts
    policy: Mapping[str, Any]
    still: Callable[[int], bool]
    ended: frozenset[int] = frozenset()

    @property
    def few(self) -> bool:
        """Whether a few are named."""
        return self.asked.few is not None

    def rows(self, statement: sa.Executable, **bound: Any) -> Iterator[Any]:
        """The rows of a statement whose first column names somebody of whom it is still open."""
        bound |= {"few": self.asked.few} if self.few else {}
        return (row for row in self.session.connection().execute(statement, bound) if self.still(row[0]))


def stories(telling: Telling, reads: frozenset[str]) -> Mapping[int, Own]:
    """Each customer who has facts of their own, with all of them.

    :param reads: the facts that the rules look at.
    """
    found: dict[int, Own] = defaultdict(dict)
    for facts, tell in TELLERS:
        if reads & facts:
            for customer_id, own in tell(telling):
                found[customer_id].update(own)
    return found


def _standing(telling: Telling) -> Told:
    asked, days = telling.asked, telling.policy
    spans = ("spam_days", "complaint_days", "promise_days", "cooldown_days")
    since = {
        name: asked.now - timedelta(days=int(days[span])) for name, span in zip(standing.SINCE, spans, strict=True)
    }
    by: dict[int, list[Standing]] = defaultdict(list)
    complaints: list[str] = []
    for row in standing.standing_of_many(telling.session, asked.few, asked.now, since):
        if telling.still(row.who):
            by[row.who].append(row)
            if row.what == "complaint":
                complaints.append(row.ref)
    lines = standing.lines_of(telling.session, complaints)
    for customer_id, rows in by.items():
        own = {name: value for name, value in standing.facts_of(rows, asked.now).items() if value}
        about = [row for row in rows if row.what == "complaint"]
        if about:
            own["complaints"] = standing.complaints_of(about, lines)
        if own:
            yield customer_id, own


def _preferences(telling: Telling) -> Told:
    for customer_id, zone, begins, ends, most in telling.rows(_preferred(telling.few)):
        own: Own = {"quiet_from": clock_of(begins), "quiet_until": clock_of(ends), "max_per_week": most}
        if zone:
            own |= {"zones": (zone,), "zone_source": "stated"}
        yield customer_id, {name: value for name, value in own.items() if value is not None}


@lru_cache
def _preferred(few: bool) -> sa.Executable:
    said = (Preference.time_zone, Preference.quiet_from, Preference.quiet_until, Preference.max_per_week)
    some = sa.or_(*(one.is_not(None) for one in said))
    return sa.select(Preference.customer_id, *said).where(some, *among(Preference.customer_id, few))


def _trust(telling: Telling) -> Told:
    enough = pace.enough_trust(telling.asked.intent, telling.policy)
    if enough:
        for customer_id, value, floors in telling.rows(_low(telling.few), most=int(1000 * enough) + 1):
            yield customer_id, {"trust": value / 1000, "trust_floors": tuple(floors or ())}


@lru_cache
def _low(few: bool) -> sa.Executable:
    low = TrustIndex.value <= sa.bindparam("most")
    columns = (TrustIndex.customer_id, TrustIndex.value, TrustIndex.floors)
    return sa.select(*columns).where(low, *among(TrustIndex.customer_id, few))


def _guardians(telling: Telling) -> Told:
    """By whom the yes was said, of those for whom it matters."""
    for customer_id, authority in telling.rows(_said_by(telling.few), purpose=telling.purpose.key):
        if customer_id not in telling.ended:
            yield customer_id, {"authority": authority}


@lru_cache
def _said_by(few: bool) -> sa.Executable:
    who = ConsentEntry.customer_id
    guarded = sa.select(Mark.customer_id).where(Mark.kind.in_(GUARDED), Mark.ended_at.is_(None))
    mine = (ConsentEntry.purpose == sa.bindparam("purpose"), who.in_(guarded), is_last_word())
    return sa.select(who, ConsentEntry.authority).where(*mine, *among(who, few))


def _almost_old(telling: Telling) -> Told:
    """Those whose yes may be too old: at the end of a month its rule alone can say."""
    since, months = telling.asked.old_since, int(telling.policy["email_offer_months"])
    until = months_before(telling.asked.now, months)[1]
    if since is None or until == since:
        return
    who, at = ConsentEntry.customer_id, ConsentEntry.occurred_at
    mine = (ConsentEntry.purpose == telling.purpose.key, at > since, at <= until, is_last_word())
    for customer_id, said in telling.rows(sa.select(who, at).where(*mine, *among(who, telling.few))):
        yield customer_id, {"affirmed_at": said, "allowed_since": said}


def _calls(telling: Telling) -> Told:
    """Those whose number is in a register, or cannot be looked up in one."""
    intent = telling.asked.intent
    if intent.channel not in CALLS or intent.message_class in OWED or registers.taken(telling.session) is None:
        return
    points = sa.select(ContactPoint.customer_id, ContactPoint.value).where(
        ContactPoint.kind == "number", *among(ContactPoint.customer_id, telling.few)
    )
    numbers: Iterable[tuple[int, str]] = ((row[0], row[1]) for row in telling.rows(points))
    for customer_id, state in registers.found_in(telling.session, numbers):
        yield customer_id, {"call_register": state}


TELLERS: tuple[tuple[frozenset[str], Callable[[Telling], Told]], ...] = (
    (frozenset({"marks", "holders", "rights_open_since", "distress_since", "negative_at", "rated_at", "spam_at",
                "promise_broken_at", "apologised_due", "complaints"}), _standing),
    (frozenset({"zones", "quiet_from", "quiet_until", "max_per_week"}), _preferences),
    (frozenset({"trust"}), _trust),
    (frozenset({"authority"}), _guardians),
    (frozenset({"affirmed_at"}), _almost_old),
    (frozenset({"call_register"}), _calls),
)  # fmt: skip
"""Every teller with the facts it tells; each tells of a customer once."""
