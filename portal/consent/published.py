"""Reads the words shown when asking: what is in force, and what was in force once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from portal.accounts import Customer
from portal.consent.models import ANY, ConsentEntry, ConsentState, Notice, NoticeServed
from portal.db import UtcDateTime
from portal.errors import NotFound
from portal.sentences import Sentence

NEWEST_VERSION = 1_000_000


def published(now: datetime | BindParameter[datetime] | None) -> tuple[ColumnElement[bool], ...]:
    """What makes a notice count at `now`; without a time, every published one."""
    if now is None:
        return (Notice.published_at.is_not(None),)
    return (Notice.published_at.is_not(None), Notice.published_at <= now, Notice.effective_at <= now)


def current_notice(session: Session, purpose: str, language: str = "en", *, now: datetime | None = None) -> Notice:
    """The newest published words of a purpose, in this language, or else in English, or else in any.

    :param now: if given, words that take effect later do not count yet.
    :raises NotFound: when there are none.
    """
    found = notice_in_force(session, purpose, language, now=now)
    if found is None:
        raise NotFound(Sentence("There are no published words for “%(purpose)s”.", purpose=purpose), code="no-notice")
    return found


def notice_in_force(
    session: Session, purpose: str, language: str = "en", *, now: datetime | None = None
) -> Notice | None:
    """Like `current_notice`, but None when there are no published words."""
    statement = select(Notice).where(Notice.purpose_key == purpose, *published(now)).order_by(Notice.version.desc())
    found = session.scalars(statement).all()
    return min(found, key=lambda notice: _closeness(notice, found[0].version, language), default=None)


def _closeness(notice: Notice, newest: int, language: str) -> tuple[int, int]:
    return newest - notice.version, (language, "en").index(notice.language) if notice.language in (
        language,
        "en",
    ) else 2


def terms_in_force(session: Session, now: datetime) -> dict[str, dict[str, str]]:
    """By purpose, the data and the recipients that its words in force name; a purpose without words is not in it.

    Words that take effect on a later day change this on that day, without anything being written then.
    """
    columns = (Notice.purpose_key, Notice.data_used, Notice.recipients)
    rows = session.execute(select(*columns).where(*published(now)).order_by(Notice.version))
    return {key: {"data_used": data_used, "recipients": recipients} for key, data_used, recipients in rows}


def notice(session: Session, purpose: str, version: int, language: str = "en") -> Notice:
    """Published words by purpose and version, in this language if there are any, else in another.

    :raises NotFound: when that version was never published.
    """
    if not purpose.isprintable() or version > NEWEST_VERSION:
        raise NotFound("There are no such words.")
    here = (Notice.purpose_key == purpose, Notice.version == version, Notice.published_at.is_not(None))
    found = session.scalars(select(Notice).where(*here).order_by(Notice.language != language, Notice.id)).first()
    if found is None:
        raise NotFound("There are no such words.")
    return found


def notices(session: Session, purpose: str | None = None) -> Sequence[Notice]:
    """Every version of the words, drafts too, newest first."""
    statement = select(Notice).order_by(Notice.purpose_key, Notice.version.desc(), Notice.language)
    return session.scalars(statement.where(Notice.purpose_key == purpose) if purpose else statement).all()


def _shown() -> Select[Notice, int]:
    """Published words with how often each was shown to `customer`, those in their language last. Built once."""
    customer = bindparam("customer", type_=Integer())
    mine = and_(NoticeServed.notice_id == Notice.id, NoticeServed.customer_id == customer)
    language = select(Customer.language).where(Customer.id == customer).scalar_subquery()
    return (
        select(Notice, func.count(NoticeServed.id))
        .outerjoin(NoticeServed, mine)
        .where(*published(bindparam("at", type_=UtcDateTime())))
        .group_by(Notice.id)
        .order_by(Notice.language == language, Notice.language == "en")
    )


_SHOWN = _shown()


def notices_shown(session: Session, customer_id: int, now: datetime) -> tuple[dict[tuple[str, int], Notice], set[int]]:
    """The published words by purpose and version in the customer's language; ids of those noted as shown."""
    rows = session.execute(_SHOWN, {"customer": customer_id, "at": now}).all()
    return {(notice.purpose_key, notice.version): notice for notice, _times in rows}, {
        notice.id for notice, times in rows if times
    }


def notice_by_id(session: Session, notice_id: int) -> Notice:
    """One version of the words, published or not.

    :raises NotFound: when there is none.
    """
    found = session.get(Notice, notice_id)
    if found is None:
        raise NotFound("There are no such words.")
    return found


@dataclass(frozen=True)
class OptIn:
    """To how many customers the words of a version were shown, and how many of those said yes to these words."""

    purpose: str
    version: int
    shown: int
    yes: int


def opt_in_by_version(session: Session, purpose: str | None = None) -> list[OptIn]:
    """How many of those who were shown a version of the words, in whatever language, said yes to it.

    Whoever was shown it and chose nothing counts as shown.
    """
    said = (
        select(ConsentEntry.customer_id, ConsentEntry.purpose, ConsentEntry.notice_version)
        .where(ConsentEntry.action.in_(("granted", "reaffirmed")), ConsentEntry.actor_type == "customer")
        .distinct()
        .subquery()
    )
    mine = and_(
        said.c.customer_id == NoticeServed.customer_id,
        said.c.purpose == Notice.purpose_key,
        said.c.notice_version == Notice.version,
    )
    rows = (
        select(
            Notice.purpose_key,
            Notice.version,
            func.count(NoticeServed.customer_id.distinct()),
            func.count(said.c.customer_id.distinct()),
        )
        .join(NoticeServed, NoticeServed.notice_id == Notice.id)
        .outerjoin(said, mine)
        .group_by(Notice.purpose_key, Notice.version)
        .order_by(Notice.purpose_key, Notice.version)
    )
    chosen = rows.where(Notice.purpose_key == purpose) if purpose else rows
    return [OptIn(*row) for row in session.execute(chosen)]


def granted_by_version(session: Session, purpose: str) -> dict[int, int]:
    """How many customers' yes to a purpose rests on which version of the words; 0 stands for no words."""
    here = (ConsentState.purpose == purpose, ConsentState.channel == ANY, ConsentState.topic == ANY)
    rows = session.execute(
        select(func.coalesce(ConsentState.notice_version, 0), func.count())
        .where(*here, ConsentState.state == "granted")
        .group_by(ConsentState.notice_version)
    )
    return {int(version): int(number) for version, number in rows}
