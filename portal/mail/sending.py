"""Sends what waits in the outbox: claims by compare-and-set, talks to the mail server outside any transaction, settles.

A process that dies between handing over and settling leaves the mail claimed; after the lease it is sent again under
the same Message-ID, so a receiving server can tell that it is the same one: at least once, never lost.
"""

import smtplib
from collections.abc import Callable, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from sqlalchemy import and_, or_, select, update
from sqlalchemy.engine import Engine

from portal import db
from portal.clock import still_claimed
from portal.mail.models import OutboxMessage
from portal.mail.rules import LEASE, MAX_ATTEMPTS, backoff, without_links
from portal.settings import Settings

BATCH = 10
TIMEOUT_SECONDS = 10
Deliver = Callable[[EmailMessage], None]
MayLeave = Callable[[int, datetime], "bool | datetime"]
"""Asked about a mail (by id) just before it is handed over: yes, not any more, or not before then."""
NOT_ANY_MORE = "not allowed any more"


def never() -> bool:
    """The answer of somebody who does not want the job to stop early."""
    return False


def always(_mail_id: int, _now: datetime) -> bool:
    """The answer of somebody who lets every mail leave."""
    return True


def send_waiting(
    engine: Engine,
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = never,
    may_leave: MayLeave = always,
) -> tuple[int, int]:
    """Send every mail that is due, or keep it for the outbox page when no mail server is set.

    :param may_leave: asked about each just before it is handed over; what may not leave any more is given up.

    :return: how many left (or were kept), and how many attempts failed.
    """
    done = failed = 0
    while not should_stop():
        claimed = claim(engine, worker=worker, now=clock())
        if not claimed:
            break
        for good in _deliver_batch(engine, claimed, settings=settings, clock=clock, worker=worker, may_leave=may_leave):
            done, failed = (done + 1, failed) if good else (done, failed + 1)
    return done, failed


def claim(engine: Engine, *, worker: str, now: datetime, limit: int = BATCH) -> Sequence[OutboxMessage]:
    """Take up to `limit` due mails for this worker; two workers never take the same one within the lease."""
    due = or_(
        and_(OutboxMessage.state == "waiting", OutboxMessage.not_before <= now),
        and_(OutboxMessage.state == "sending", OutboxMessage.claimed_at < now - LEASE),
    )
    ahead = and_(OutboxMessage.state == "sending", OutboxMessage.claimed_at > now + LEASE)
    with db.writing(engine) as session:
        # A clock that jumped wrote these: from now on the lease runs, so that they are neither stuck nor sent by two.
        session.execute(update(OutboxMessage).where(ahead).values(claimed_at=now))
        ids = select(OutboxMessage.id).where(due).order_by(OutboxMessage.not_before).limit(limit)
        taken = session.scalars(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(ids.with_for_update(skip_locked=True)), due)
            .values(state="sending", claimed_by=worker, claimed_at=now)
            .returning(OutboxMessage)
        ).all()
    return taken


def _deliver_batch(
    engine: Engine,
    claimed: Sequence[OutboxMessage],
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    worker: str,
    may_leave: MayLeave,
) -> list[bool]:
    results: list[bool] = []
    with Post(settings) as post:
        for row in claimed:
            if not still_claimed(row.claimed_at, clock(), LEASE):
                break  # the server is slow: what is left is claimed anew rather than sent by two of us
            allowed = may_leave(row.id, clock())
            if allowed is not True:
                put_off(engine, row, worker=worker, until=allowed or None)
                continue
            error = post.hand_over(compose(row, settings))
            settle(engine, row, worker=worker, now=clock(), kept=not settings.smtp_url, error=error)
            results.append(error is None)
    return results


class Post:
    """One connection to the mail server for a batch, opened with its first mail."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.server: smtplib.SMTP | None = None

    def __enter__(self) -> "Post":
        return self

    def __exit__(self, *_error: object) -> None:
        if self.server is not None:
            try:
                self.server.quit()
            except (smtplib.SMTPException, OSError):
                self.server.close()

    def hand_over(self, mail: EmailMessage) -> "Failure | None":
        """Give one mail to the server; None when it was taken, or when there is no server and it is kept."""
        if not self.settings.smtp_url:
            return None
        try:
            if self.server is None:
                self.server = connect(self.settings.smtp_url)
            self.server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            code = max((answer[0] for answer in refused.recipients.values()), default=0)
            self._forget()
            return Failure(f"recipient refused ({code})", for_good=code >= 500)
        except smtplib.SMTPResponseException as refused:
            self._forget()
            return Failure(f"{type(refused).__name__} ({refused.smtp_code})")
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            self._forget()
            return Failure(type(error).__name__)
        return None

    def _forget(self) -> None:
        if self.server is not None:
            self.server.close()
        self.server = None


class Failure:
    """Why a mail did not leave, without any address in it; `for_good` when trying again is of no use."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        self.reason = reason
        self.for_good = for_good


def connect(url: str) -> smtplib.SMTP:
    """Connect to `smtp://user:password@host:port` (STARTTLS when offered) or `smtps://…`."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "localhost", parts.scheme == "smtps"
    server: smtplib.SMTP
    if secure:
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls()
            server.ehlo()
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


class WholeLinks(EmailPolicy):
    """Leaves the address in a `List-Unsubscribe` as it is: the library would encode a long one, which nobody reads."""

    def fold(self, name: str, value: str) -> str:
        """One header as text."""
        return f"{name}: {value}{self.linesep}" if name.lower() == "list-unsubscribe" else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        """One header as it goes over the wire."""
        whole = name.lower() == "list-unsubscribe"
        return self.fold(name, value).encode("ascii") if whole else super().fold_binary(name, value)


def compose(row: OutboxMessage, settings: Settings) -> EmailMessage:
    """The mail as it is handed over; the same row always gives the same Message-ID."""
    mail = EmailMessage(policy=WholeLinks())
    mail["From"] = settings.mail_from
    mail["To"] = row.to_address
    mail["Subject"] = row.subject
    mail["Date"] = format_datetime(row.created_at)
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"
    mail["Message-ID"] = f"<{row.message_id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    for name, value in row.headers.items():
        mail[name] = value
    mail.set_content(row.text)
    return mail


def settle(
    engine: Engine, row: OutboxMessage, *, worker: str, now: datetime, kept: bool = False, error: Failure | None = None
) -> None:
    """Write down how it went, unless another worker has taken the mail over meanwhile."""
    attempts = row.attempts + 1
    values: dict[str, object] = {"attempts": attempts, "claimed_by": None, "claimed_at": None}
    if error is None and kept:
        values |= {"state": "kept", "last_error": None}
    elif error is None:  # links that act for somebody are of no use to us any more
        values |= {"state": "sent", "sent_at": now, "last_error": None, "text": without_links(row.text)}
        values["headers"] = {name: without_links(str(value)) for name, value in row.headers.items()}
    elif error.for_good or attempts >= MAX_ATTEMPTS:
        values |= {"state": "dead", "last_error": error.reason}
    else:
        values |= {"state": "waiting", "last_error": error.reason, "not_before": now + backoff(attempts)}
    mine = and_(OutboxMessage.id == row.id, OutboxMessage.state == "sending", OutboxMessage.claimed_by == worker)
    with db.writing(engine) as session:
        session.execute(update(OutboxMessage).where(mine).values(**values))


def put_off(engine: Engine, row: OutboxMessage, *, worker: str, until: datetime | None) -> None:
    """Do not send a mail that may not leave now: keep it until then or, with None, give it up and drop its links."""
    values: dict[str, object] = {"claimed_by": None, "claimed_at": None}
    if until is not None:
        values |= {"state": "waiting", "not_before": until}
    else:
        values |= {"state": "dead", "last_error": NOT_ANY_MORE, "text": without_links(row.text)}
        values["headers"] = {name: without_links(str(value)) for name, value in row.headers.items()}
    mine = and_(OutboxMessage.id == row.id, OutboxMessage.state == "sending", OutboxMessage.claimed_by == worker)
    with db.writing(engine) as session:
        session.execute(update(OutboxMessage).where(mine).values(**values))
