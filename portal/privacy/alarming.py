"""Says, once each, that a request by right is nearly late or late: by mail to who answers for it, and in the log."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, audit, db, mail, rights
from portal.accounts import Account
from portal.audit import AuditEntry
from portal.rights import RightsRequest
from portal.sentences import Sentence, day_in, in_language
from portal.settings import Settings

log = structlog.get_logger()
ACTS = {"near": "rights.nearly-late", "late": "rights.late"}
KINDS = {
    "access": Sentence("Everything handed over"),
    "erase": Sentence("Erasing"),
    "object": Sentence("An objection"),
    "restrict": Sentence("Restricting what is done with data"),
    "correct": Sentence("A correction"),
    "complaint": Sentence("A complaint about privacy"),
}
SUBJECTS = {
    "near": Sentence("A request by right is due on %(day)s"),
    "late": Sentence("A request by right is late since %(day)s"),
}
TEXT = Sentence(
    "%(kind)s (%(ref)s), asked for on %(asked)s, has to be answered by %(day)s. Whose data it is, and what was done so "
    "far, stands here:\n\n%(address)s"
)


def alarm_requests(
    engine: Engine,
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[int, int]:
    """Tell the administrators of each request that is nearly late, and again when it is late; each day of it once.

    :returns: how many alarms were given, and 0.
    """
    now = clock()
    with db.reading(engine) as session:
        waiting = _untold(session, now)
    done = 0
    for ref in waiting:
        if should_stop():
            break
        with db.writing(engine) as session:
            done += _tell(session, ref, settings, clock())
    return done, 0


def _untold(session: Session, now: datetime) -> list[str]:
    found = [one for one in rights.ticking(session, now) if not _was_told(session, one, now)]
    return [one.ref for one in found]


def _alarm(one: RightsRequest, now: datetime) -> tuple[str, datetime | None]:
    day = rights.next_day(one.state, one.due_at, one.acknowledge_by, one.acknowledged_at)
    return rights.alarm(day, now, held=one.state == "held"), day


def _named(one: RightsRequest, day: datetime | None) -> str:
    """What the alarm of one day of a request is recorded under."""
    return f"{one.ref}:{day:%Y-%m-%d}" if day else one.ref


def _was_told(session: Session, one: RightsRequest, now: datetime) -> bool:
    kind, day = _alarm(one, now)
    if not kind:
        return True
    said = sa.select(AuditEntry.id).where(AuditEntry.act == ACTS[kind], AuditEntry.subject == _named(one, day))
    return session.scalar(said.limit(1)) is not None


def _tell(session: Session, ref: str, settings: Settings, now: datetime) -> int:
    one = rights.request(session, ref)
    accounts.lock_customer(session, one.customer_id)
    session.refresh(one)
    kind, day = _alarm(one, now)
    if day is None or _was_told(session, one, now):
        return 0  # it was settled, or another process was faster
    named = _named(one, day)
    audit.record(session, act=ACTS[kind], subject=named, now=now)
    admins = sa.select(Account).where(Account.role == "admin", Account.disabled_at.is_(None)).order_by(Account.id)
    for account in session.scalars(admins):
        subject, text = _letter(one, kind, day, account, settings)
        mail.queue(
            session, kind=f"request_{kind}", to=account.email, subject=subject, text=text, now=now,
            dedupe_key=f"request:{named}:{kind}:{account.id}",
        )  # fmt: skip
    log.warning("a request by right has no time left", alarm=kind, request=one.ref, kind=one.kind)
    return 1


def _letter(
    one: RightsRequest, kind: str, day: datetime, account: Account, settings: Settings
) -> tuple[str, str]:  # fmt: skip
    language, zone = accounts.language_of(account, settings), accounts.zone_of(account, settings)
    said = day_in(language, day, zone)
    text = in_language(
        language, TEXT, kind=in_language(language, KINDS[one.kind]), ref=one.ref, day=said,
        asked=day_in(language, one.asked_at, zone),
        address=f"{settings.base_url.rstrip('/')}/admin/requests/{one.ref}",
    )  # fmt: skip
    return in_language(language, SUBJECTS[kind], day=said), text
