"""From the wish to be erased to its certificate: asked, due, done, and the two mails that say so."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, db, mail, rights
from portal.accounts import Customer
from portal.errors import CandourError
from portal.mail import OutboxMessage
from portal.privacy.erasing import Erased, erase
from portal.privacy.reach import LAST_MAIL
from portal.rights import RightsRequest
from portal.sentences import Sentence, day_in, in_language
from portal.settings import Settings, secret_of

SHOWN = timedelta(days=1)
"""How long the last mail stays in the outbox when no mail server takes it."""
HELLO = Sentence("Hello,")
ASKED = (
    HELLO,
    Sentence("you asked %(company)s to erase everything about you. This happens on %(day)s."),
    Sentence("Until then you can take it back here, without giving a reason:"),
    "%(link)s",
    Sentence("If that was not you, take it back and choose a new password."),
)
DONE = (
    HELLO,
    Sentence("everything about you at %(company)s was erased, as you asked. You cannot sign in any more."),
    Sentence("This page says what went, and what stays and why. It names nobody:"),
    "%(link)s",
    Sentence("This mail is the last one; we do not keep your address."),
)
HELD = Sentence("Something must be kept by law for a while. The page says what and until when; then it goes as well.")


def ask_erasure(
    session: Session, customer: Customer, *, keep_ideas: bool, settings: Settings, now: datetime, by: str = "",
    came_by: str = "portal", words: str = "",
) -> RightsRequest:  # fmt: skip
    """Take down the wish to be erased and confirm it by mail. Asked again while one is open, it is the same one."""
    request = rights.ask(
        session, customer, kind="erase", keep_ideas=keep_ideas, words=words, by=by, came_by=came_by, now=now
    )
    if customer.email and customer.email_verified_at and request.acts_at:
        day = day_in(customer.language, request.acts_at, customer.time_zone)
        _mail(
            session, customer.email, customer, kind="erasure-asked", key=f"erasure-asked:{request.ref}",
            subject=Sentence("You asked us to erase everything about you"), paragraphs=ASKED,
            link=f"{settings.base_url}/me/privacy", day=day, settings=settings, now=now,
        )  # fmt: skip
    return request


def take_down(
    session: Session, customer: Customer, *, kind: str, came_by: str, words: str, by: str, settings: Settings,
    now: datetime, submission_key: str = "",
) -> RightsRequest:  # fmt: skip
    """Take down a request that came by another way than the portal; its clock begins now."""
    if kind == "erase":
        return ask_erasure(
            session, customer, keep_ideas=False, words=words, came_by=came_by, by=by, settings=settings, now=now
        )
    return rights.ask(
        session, customer, kind=kind, words=words, came_by=came_by, by=by, submission_key=submission_key, now=now
    )


def erase_due(
    engine: Engine,
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[int, int]:
    """Erase everybody whose day has come, and what holds kept once they end; drop the last mails that were sent.

    :return: how many customers something was erased of, and how many failed (they are tried again at the next run).
    """
    done = failed = after = 0
    while not should_stop():
        with db.reading(engine) as session:
            batch = rights.erasures_due(session, clock(), after=after)
        if not batch:
            break
        for request in batch:
            try:
                with db.writing(engine) as session:
                    done += _erase_one(session, request.ref, settings=settings, now=clock())
            except CandourError:
                failed += 1
            after = request.id
    with db.writing(engine) as session:
        forget_last_mails(session, now=clock())
    return done, failed


def forget_last_mails(session: Session, *, now: datetime) -> int:
    """Drop the mails by which people were told that they are erased, once they left; gives how many."""
    left = sa.and_(OutboxMessage.state.in_(("kept", "dead")), OutboxMessage.created_at < now - SHOWN)
    gone = session.execute(
        sa.delete(OutboxMessage).where(OutboxMessage.kind == LAST_MAIL, sa.or_(OutboxMessage.state == "sent", left))
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a DELETE has a rowcount


def _erase_one(session: Session, ref: str, *, settings: Settings, now: datetime) -> int:
    request = rights.request(session, ref)
    customer = accounts.lock_customer(session, request.customer_id)
    session.refresh(request)
    if request.state not in rights.OPEN:
        return 0  # taken back, or done by another worker, meanwhile
    address = customer.email if customer.email_verified_at else None
    language, waited = customer.language, request.state == "held"
    found = erase(
        session, customer, by="portal", reason="hold-ended" if waited else "asked", now=now,
        key=secret_of(settings), keep_ideas=request.keep_ideas,
    )  # fmt: skip
    rights.erasure_done(session, request, held=found.held, by="portal", now=now)
    if not found.rows:
        return 0
    if address:
        _tell(session, customer, address, language, found, settings=settings, now=now)
    return 1


def _tell(
    session: Session, customer: Customer, address: str, language: str, found: Erased, *, settings: Settings,
    now: datetime,
) -> None:  # fmt: skip
    code = found.certificate.code
    paragraphs = (*DONE[:-1], HELD) if found.held else DONE
    _mail(
        session, address, customer, kind=LAST_MAIL, key=f"erased:{code}", language=language,
        subject=Sentence("Everything about you is erased"), paragraphs=paragraphs,
        link=f"{settings.base_url}/erased/{code}", settings=settings, now=now,
    )  # fmt: skip


def _mail(
    session: Session, address: str, customer: Customer, *, kind: str, key: str, subject: str,
    paragraphs: tuple[str, ...], settings: Settings, now: datetime, language: str | None = None, **blanks: str,
) -> None:  # fmt: skip
    spoken = language or customer.language
    blanks["company"] = settings.company
    text = "\n\n".join(in_language(spoken, paragraph, **blanks) for paragraph in paragraphs)
    mail.queue(
        session, kind=kind, to=address, subject=in_language(spoken, subject), text=f"{text}\n", dedupe_key=key,
        customer_id=customer.id, now=now,
    )  # fmt: skip
