"""Writes down that a yes has come to its end, and says so before. It stops counting by itself, when deciding."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, consent, db, mail, needs, segments
from portal.audit import PORTAL
from portal.consent import NewEntry
from portal.errors import CandourError
from portal.privacy.queries import Ending, ending_soon, expired_cells
from portal.sentences import Sentence, day_in, in_language
from portal.settings import Settings

NEEDS = "needs"
WARNING = timedelta(days=30)
"""How long before its end a yes is spoken of, and can be said again."""
SUBJECT = Sentence("Your yes comes to its end")
ENDING = (
    Sentence("Hello,"),
    Sentence("on %(day)s your yes to this comes to its end: %(what)s."),
    Sentence(
        "If you do nothing, it ends, and from then on it counts as a no. If you want it to go on, say yes again here:"
    ),
    "%(link)s",
)


def expire_consents(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[int, int]:
    """Write the `expired` entry of every grant whose time is over, with what follows. They stopped counting before.

    :return: how many entries were written, and how many customers failed (they are tried again at the next run).
    """
    done = failed = after = 0
    while not should_stop():
        with db.reading(engine) as session:
            batch = expired_cells(session, clock(), after=after)
        if not batch:
            break
        for customer_id in batch:
            try:
                with db.writing(engine) as session:
                    done += expire_of(session, customer_id, now=clock())
            except CandourError:
                failed += 1
        after = batch[-1]
    return done, failed


def expire_of(session: Session, customer_id: int, *, now: datetime) -> int:
    """Write the `expired` entries of one customer; gives how many. Two at once write each of them once."""
    customer = accounts.lock_customer(session, customer_id)
    over = [
        key
        for key, cell in sorted(consent.cells_of(session, customer_id).items())
        if cell.state == "granted" and not cell.in_force(now)
    ]
    for purpose, channel, topic in over:
        new = NewEntry(
            purpose=purpose,
            channel=channel,
            topic=topic,
            action="expired",
            actor_type=PORTAL.type,
            actor=PORTAL.name,
            method="rule",
        )
        consent.record(session, customer, new, now=now)
    if any(purpose == NEEDS for purpose, _channel, _topic in over):
        needs.end_signals(session, customer.id, cause="expiry", now=now)
        segments.place_customer(session, customer.id, cause="consent", now=now)
    return len(over)


def warn_before_end(
    engine: Engine,
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[int, int]:
    """Tell each customer with a confirmed address, once, that a yes of theirs ends within 30 days.

    :return: how many were told, and 0.
    """
    done = 0
    while not should_stop():
        now = clock()
        with db.writing(engine) as session:
            found = ending_soon(session, now, now + WARNING)
            for one in found:
                _warn(session, one, settings, now)
        done += len(found)
        if not found:
            break
    return done, 0


def _warn(session: Session, one: Ending, settings: Settings, now: datetime) -> None:
    blanks = {
        "day": day_in(one.language, one.ends_at, one.time_zone),
        "what": one.sentence,
        "link": f"{settings.base_url}/me/consent#{one.purpose}",
    }
    text = "\n\n".join(in_language(one.language, paragraph, **blanks) for paragraph in ENDING)
    mail.queue(
        session, kind="consent-ending", to=one.email, subject=in_language(one.language, SUBJECT),
        text=f"{text}\n", dedupe_key=one.dedupe_key, customer_id=one.customer_id, now=now,
    )  # fmt: skip
