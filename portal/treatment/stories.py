"""Of many customers at once, what only some have: each one's own facts, as `gathering` would gather them one by one.

What is the same for everybody, or for everybody in one time zone, is not here. Each teller says which facts it tells,
and is asked only when a rule looks at one of them. What a rule would pass over may be left out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import ContactPoint, Customer
from portal.clock import months_before
from portal.consent import PurposeFacts, among, joined, pausing
from portal.consent.models import ConsentEntry, Preference
from portal.db import UtcDateTime
from portal.treatment import pace, registers, standing
from portal.treatment.facts import Claim
from portal.treatment.gathering import clock_of
from portal.treatment.ground import GUARDED
from portal.treatment.models import Decision, Mark, TrustIndex
from portal.treatment.policy import CALLS, NOT_OWED, OWED
from portal.treatment.sets import Asked, is_last_word
from portal.treatment.standing import CELL, LOOK_BACK, SPLIT, Standing, counted

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


def stories(telling: Telling, reads: frozenset[str]) -> Told:
    """Each customer who has facts of their own, once, with all of them.

    Those of the last teller, who are most, are passed on as they come and not kept: so many things kept would have
    Python look through all of its memory for garbage.

    :param reads: the facts that the rules look at.
    """
    found: dict[int, Own] = defaultdict(dict)
    *first, last = [tell for facts, tell in TELLERS if reads & facts]
    for tell in first:
        for customer_id, own in tell(telling):
            found[customer_id].update(own)
    for customer_id, own in last(telling):
        yield customer_id, {**found.pop(customer_id, {}), **own}
    yield from found.items()


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


_MERGED = sa.select(Customer.id, Customer.merged_into_id.label("into")).where(Customer.merged_into_id.is_not(None))


def _claims(telling: Telling) -> Told:
    """Claims of those who have so many that a limit can be reached, have a limit of their own, or were merged."""
    now, dialect = telling.asked.now, telling.session.get_bind().dialect.name
    limits = sorted(pace.limits_of(telling.asked.intent, telling.policy))
    statement = _many_claims(dialect, telling.few, tuple(limits))
    bound: dict[str, Any] = {f"after_{limit.days}": now - timedelta(days=limit.days) for limit in limits}
    bound |= {"now": now, "back": now - LOOK_BACK} | ({"few": telling.asked.few} if telling.few else {})
    merged = {row.id: row.into for row in telling.session.execute(_MERGED)}
    both, zone = {*merged, *merged.values()}, "+00:00" if dialect == "sqlite" else ""
    by: dict[int, list[Claim]] = defaultdict(list)
    for who, text in telling.session.connection().execute(statement, bound):
        if who not in both:
            if telling.still(who):
                yield who, {"claims": tuple(_claims_in(text, zone))}
            continue
        for customer_id in {who, merged.get(who, who)}:
            by[customer_id].extend(_claims_in(text, zone))
    yield from ((who, {"claims": tuple(claims)}) for who, claims in by.items() if telling.still(who))


@lru_cache
def _many_claims(dialect: str, few: bool, limits: tuple[pace.Reach, ...]) -> sa.Executable:
    """Ids with all their claims in one text, of those who may have reached one of the limits.

    :param limits: each of them counts since the moment bound as `after_` and its days.
    """
    ids, at = Decision.customer_id, Decision.decided_at
    own_limit = sa.select(Preference.customer_id).where(Preference.max_per_week.is_not(None))
    both = (_MERGED.with_only_columns(Customer.id), _MERGED.with_only_columns(Customer.merged_into_id))
    merged = sa.or_(*(ids.in_(one) for one in both))
    here = [
        *counted(),
        at <= sa.bindparam("now", type_=UtcDateTime()),
        *([sa.or_(*among(ids, few), merged)] if few else []),
    ]
    often = [_reached(limit) for limit in limits]
    some = sa.select(ids).where(*here).group_by(ids).having(sa.or_(ids.in_(own_limit), merged, *often))
    claim = sa.cast(at, sa.Text) + SPLIT + Decision.message_class + SPLIT + CELL
    return sa.select(ids, joined(dialect, claim)).where(*here, ids.in_(some)).group_by(ids)


def _reached(limit: pace.Reach) -> sa.ColumnElement[bool]:
    """As `pace.reaches`, of all claims of a customer."""
    at, kind = Decision.decided_at, Decision.message_class
    those = kind.in_(limit.classes)
    lately = sa.and_(those, at > sa.bindparam(f"after_{limit.days}", type_=UtcDateTime()))
    often = sa.func.count().filter(lately) >= limit.most
    if not limit.last:
        return often
    owed = sa.func.max(at).filter(kind.in_(NOT_OWED))
    return sa.and_(often, sa.func.max(at).filter(those) >= owed)


def _claims_in(text: str, zone: str) -> Iterator[Claim]:
    for line in text.split(","):
        at, message_class, channel, topic, purpose = line.split("/")
        yield Claim(datetime.fromisoformat(at + zone), message_class, channel, topic, purpose)


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


def _pauses(telling: Telling) -> Told:
    if telling.purpose.paused_by_pause:
        for customer_id, until in telling.rows(pausing(telling.few), now=telling.asked.now):
            yield customer_id, {"paused": True, "paused_until": until}


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
    (frozenset({"marks", "holders", "rights_open_since", "distress_since", "negative_at", "spam_at",
                "promise_broken_at", "complaints"}), _standing),
    (frozenset({"zones", "quiet_from", "quiet_until", "max_per_week"}), _preferences),
    (frozenset({"trust"}), _trust),
    (frozenset({"paused"}), _pauses),
    (frozenset({"authority"}), _guardians),
    (frozenset({"affirmed_at"}), _almost_old),
    (frozenset({"call_register"}), _calls),
    (frozenset({"claims"}), _claims),
)  # fmt: skip
"""Every teller with the facts it tells; each tells of a customer once."""
