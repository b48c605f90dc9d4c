"""What a yes covers of what is done today: old words, said yes to before they were widened, name less."""

from datetime import datetime

from sqlalchemy import ScalarSelect, and_, bindparam, func, select
from sqlalchemy.orm import Session

from portal.consent.chain import TERMS
from portal.consent.models import Notice, Purpose
from portal.consent.notices import MAY_ADD, covers
from portal.consent.published import published
from portal.consent.rules import parts
from portal.db import UtcDateTime


def named_by(session: Session, purpose: str | None = None) -> dict[str, list[str]]:
    """All data and recipients that words of each purpose name, or named once; those of a purpose without words.

    :param purpose: only of this one.
    """
    told = and_(Notice.purpose_key == Purpose.key, *published(None))
    texts = [func.coalesce(getattr(Notice, name), getattr(Purpose, name)) for name in TERMS]
    statement = select(Purpose.key, *texts).outerjoin(Notice, told).order_by(Purpose.key, Notice.version.desc())
    if purpose is not None:
        statement = statement.where(Purpose.key == purpose)
    found: dict[str, dict[str, None]] = {}
    for key, *terms in session.execute(statement):
        found.setdefault(key, {}).update(dict.fromkeys(part for text in terms for part in parts(text)))
    return {key: list(named) for key, named in found.items()}


def last_addition() -> ScalarSelect[int]:
    """The last version of the bound purpose, `only`, by which something was added as of the bound `at`.

    Later ones name less or the same, so a yes to this one or to a later one covers all that is done today.
    """
    at = bindparam("at", type_=UtcDateTime())
    here = (Notice.purpose_key == bindparam("only"), Notice.change.in_(MAY_ADD), *published(at))
    return select(func.max(Notice.version)).where(*here).scalar_subquery()


def narrower(session: Session, purpose: str, now: datetime) -> tuple[int, ...]:
    """The versions whose words do not name all that the words in force name, and 0: what was said to no known words.

    Empty when there are no words at all: then nothing is named.
    """
    rows = session.execute(
        select(Notice.version, Notice.data_used, Notice.recipients)
        .where(Notice.purpose_key == purpose, *published(now))
        .order_by(Notice.version)
        .distinct()
    ).all()
    if not rows:
        return ()
    uses = [*parts(rows[-1].data_used), *parts(rows[-1].recipients)]
    less = {row.version for row in rows if not covers({"data_used": row.data_used, "recipients": row.recipients}, uses)}
    return (0, *sorted(less))
