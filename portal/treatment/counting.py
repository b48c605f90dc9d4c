"""What was sent to many, counted in columns: rules 13, 15 and 18 about all of them at once, as `pace` says it of one.

Most people got something, and many so much that a limit may be reached: to ask the rules about each would take most of
the time. A property holds the two together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from portal.accounts.models import Customer
from portal.clock import EPOCH, micros, months_before, months_later
from portal.consent import NOBODY, Ids, among, ids, joined, joined_moments, moments
from portal.consent.models import Preference
from portal.db import UtcDateTime
from portal.treatment import pace
from portal.treatment.facts import IntentFacts
from portal.treatment.judging import Reason
from portal.treatment.models import Decision
from portal.treatment.pace import Limit
from portal.treatment.policy import COUNTED, NOT_OWED, QUIET_CHANNELS, SELLS
from portal.treatment.standing import LOOK_BACK, counted

Moments = NDArray[np.int64]
Which = NDArray[np.bool_]
SAME_CHANNEL, SAME_TOPIC, LOUD, KIND = 1, 2, 4, 8
"""What is said of a contact in one number: bits, and above them the place of its class in `COUNTED`."""
ROOM = KIND * len(COUNTED)
ASKED_LATELY = Reason("deny", "repermission", "asked-again-lately")
ONLY_OFFERS = Reason("hold", "balance", "only-offers")


@dataclass(frozen=True)
class Sent:
    """Contacts that count, as columns; those of one customer stand together, in the order in which they went.

    :ivar at: in microseconds since 1970. :ivar what: its class, and how it is like the intent.
    """

    who: Ids
    at: Moments
    what: NDArray[np.int64]

    def only(self, which: Which | NDArray[np.int64]) -> "Sent":
        """Some of them."""
        return Sent(self.who[which], self.at[which], self.what[which])

    def of(self, classes: Sequence[str], bits: int = 0) -> Which:
        """Which are of these classes, and have these bits."""
        known = np.array([one in classes for one in COUNTED])
        which: Which = known[self.what // KIND] & (self.what & bits == bits)
        return which

    def lasts(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the last contact of each customer stands, and how many they had."""
        last = np.flatnonzero(np.diff(self.who, append=-1))
        return last, np.diff(last, prepend=-1)


def sent_to(session: Session, intent: IntentFacts, policy: Mapping[str, Any], now: datetime, few: Any) -> Sent:
    """What was sent, as far back as it matters for this intent, each to whom it counts for.

    :param few: ids of those asked about; None for everybody.
    """
    dialect = session.get_bind().dialect.name
    bound = {"now": now, "back": max(_since(intent, policy, now), now - LOOK_BACK), "channel": intent.channel}
    bound |= {"topic": intent.topic, "purpose": intent.purpose} | ({} if few is None else {"few": few})
    what, at = session.connection().execute(_counted(dialect, few is not None), bound).one()
    numbers = ids(what)
    found = Sent(numbers // ROOM, moments(dialect, at), numbers % ROOM)
    found = found if _in_order(found) else found.only(np.lexsort((found.at, found.who)))
    return _with_merged(found, *map(ids, session.connection().execute(_merged(dialect)).one()))


def _since(intent: IntentFacts, policy: Mapping[str, Any], now: datetime) -> datetime:
    days = [limit.days for limit in pace.limits_of(intent, policy, own=1)]
    days += [int(policy["balance_days"])] if intent.message_class in SELLS else []
    days += [31 * int(policy["repermission_months"])] if intent.message_class == "repermission" else []
    return now - timedelta(days=max(days, default=0))


@lru_cache
def _counted(dialect: str, few: bool) -> sa.Executable:
    """All of it as two texts. Nothing in it reads like the index of keys, so that the one that covers it is taken."""
    one = Decision
    channel, topic, purpose = (sa.bindparam(name, type_=sa.Text) for name in ("channel", "topic", "purpose"))
    kind = sa.case({name: place for place, name in enumerate(COUNTED)}, value=one.message_class)
    bits = {
        SAME_CHANNEL: one.channel == channel,
        SAME_TOPIC: sa.and_(one.topic == topic, one.purpose == purpose),
        LOUD: one.channel.not_in(QUIET_CHANNELS),
    }  # fmt: skip
    like = sum((sa.case((says, bit), else_=0) for bit, says in bits.items()), KIND * kind)
    what = sa.cast(one.customer_id, sa.BigInteger) * ROOM + like
    here = [
        *counted(one.mode == sa.literal_column("'claim'")),
        one.decided_at <= sa.bindparam("now", type_=UtcDateTime()),
    ]
    if few:
        gone = sa.select(Customer.id).where(*among(Customer.merged_into_id, few))
        here.append(sa.or_(*among(one.customer_id, few), one.customer_id.in_(gone)))
    return sa.select(joined(dialect, what), joined_moments(dialect, one.decided_at)).where(*here)


@lru_cache
def _merged(dialect: str) -> sa.Executable:
    columns = (joined(dialect, one) for one in (Customer.id, Customer.merged_into_id))
    return sa.select(*columns).where(Customer.merged_into_id.is_not(None))


def _in_order(sent: Sent) -> bool:
    step = np.diff(sent.who)
    return bool(np.all((step > 0) | ((step == 0) & (np.diff(sent.at) >= 0))))


def _with_merged(sent: Sent, gone: Ids, into: Ids) -> Sent:
    """What was sent to somebody who was merged into another counts for both."""
    theirs = sent.only(np.isin(sent.who, gone))
    if not len(theirs.who):
        return sent
    order = np.argsort(gone)
    now_theirs = into[order][np.searchsorted(gone[order], theirs.who)]
    touched = np.isin(sent.who, now_theirs)
    own = sent.only(touched)
    both = Sent(*(np.concatenate(two) for two in ((own.who, now_theirs), (own.at, theirs.at), (own.what, theirs.what))))
    both, rest = both.only(np.lexsort((both.at, both.who))), sent.only(~touched)
    return Sent(*(np.concatenate(two) for two in ((rest.who, both.who), (rest.at, both.at), (rest.what, both.what))))


def own_limits(session: Session, few: Any) -> tuple[Ids, Ids]:
    """Who said how much a week is too much, and how much that is."""
    statement = _own(session.get_bind().dialect.name, few is not None)
    who, most = session.connection().execute(statement, {} if few is None else {"few": few}).one()
    return ids(who), ids(most)


@lru_cache
def _own(dialect: str, few: bool) -> sa.Executable:
    columns = (joined(dialect, one) for one in (Preference.customer_id, Preference.max_per_week))
    return sa.select(*columns).where(Preference.max_per_week > 0, *among(Preference.customer_id, few))


def over(
    sent: Sent, intent: IntentFacts, policy: Mapping[str, Any], now: datetime, own: tuple[Ids, Ids]
) -> Iterator[tuple[Ids, Reason, Moments]]:
    """13: who reached which limit, and until when that holds them.

    :param own: who said how much a week is too much.
    """
    if pace.disturbs_nobody(intent):
        return
    for limit in pace.limits_of(intent, policy):
        yield from _reached(_lately(sent, limit, now), limit, limit.most)
    if len(own[0]) and intent.message_class in NOT_OWED:
        limit = pace.OWN
        lately = _lately(sent, limit, now)
        most = np.zeros(int(max(own[0].max(), lately.who.max(initial=0))) + 1, dtype=np.int64)
        most[own[0]] = own[1]
        yield from _reached(lately, limit, most)


def _lately(sent: Sent, limit: Limit, now: datetime) -> Sent:
    bits = SAME_CHANNEL * limit.same_channel + SAME_TOPIC * limit.same_topic + LOUD * limit.loud
    return sent.only(sent.of(limit.classes, bits) & (sent.at > micros(now - timedelta(days=limit.days))))


def _reached(sent: Sent, limit: Limit, most: int | NDArray[np.int64]) -> Iterator[tuple[Ids, Reason, Moments]]:
    """:param most: of everybody, or of each by id; with none there is no limit to reach."""
    last, had = sent.lasts()
    enough = np.full(len(last), most) if isinstance(most, int) else most[sent.who[last]]
    full = (enough > 0) & (had >= enough)
    first = last[full] - enough[full] + 1
    ends = sent.at[first] + micros(EPOCH + timedelta(days=limit.days))
    yield sent.who[first], Reason("hold", "frequency", limit.code), ends


def asked_lately(sent: Sent, intent: IntentFacts, policy: Mapping[str, Any], now: datetime) -> Ids:
    """15: who was asked again for the same thing so lately that they are not to be asked."""
    months = int(policy["repermission_months"])
    if intent.message_class != "repermission" or not months:
        return NOBODY
    asked = sent.only(sent.of(("repermission",), SAME_CHANNEL | SAME_TOPIC))
    asked = asked.only(asked.lasts()[0])
    until, since = (micros(one) for one in months_before(now, months))
    unsure = asked.only((asked.at > until) & (asked.at <= since))
    which = [months_later(EPOCH + timedelta(microseconds=at), months) > now for at in unsure.at.tolist()]
    return np.concatenate([asked.who[asked.at > since], unsure.who[np.array(which, dtype=bool)]])


def only_offers(sent: Sent, intent: IntentFacts, policy: Mapping[str, Any], now: datetime) -> Ids:
    """18: whose last contacts that are not owed sold something, each of them."""
    before = int(policy["balance_of"]) - 1
    if before < 1 or intent.message_class not in SELLS:
        return NOBODY
    since = micros(now - timedelta(days=int(policy["balance_days"])))
    asked = sent.only(sent.of(NOT_OWED) & (sent.at > since))
    last, had = asked.lasts()
    sells, last = asked.of(SELLS), last[had >= before]
    for back in range(before):
        last = last[sells[last - back]]
    return asked.who[last]
