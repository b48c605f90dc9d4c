"""Everything that only reads versions of the needs, what uses a need, and runs that read history again."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from nlp import Taxonomy
from portal.conversations.models import Message
from portal.errors import NotFound
from portal.needs.models import Signal, Tag
from portal.needs.taxonomies.models import Reread, TaxonomyVersion


@dataclass(frozen=True, slots=True)
class NeedUse:
    """How much rests on a need now: open tags and open signals."""

    tags: int = 0
    signals: int = 0


def taxonomy_versions(session: Session) -> Sequence[TaxonomyVersion]:
    """Every published version, the newest first."""
    published = sa.select(TaxonomyVersion).where(TaxonomyVersion.state == "published")
    return session.scalars(published.order_by(TaxonomyVersion.number.desc())).all()


def draft_of(session: Session, *, locked: bool = False) -> TaxonomyVersion | None:
    """The draft that is being edited, None when there is none.

    :param locked: as it is now, and nobody else may change it before this transaction ends.
    """
    wanted = sa.select(TaxonomyVersion).where(TaxonomyVersion.state == "draft")
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalars(wanted).one_or_none()


def the_draft(session: Session, *, locked: bool = False) -> TaxonomyVersion:
    """The draft that is being edited; `locked` as for `draft_of`.

    :raises NotFound: when nobody has begun one, or it was published or discarded meanwhile.
    """
    found = draft_of(session, locked=locked)
    if found is None:
        raise NotFound("There is no draft of the needs now. Begin one first.", code="no-draft")
    return found


def taxonomy_version(session: Session, number: int) -> tuple[TaxonomyVersion | None, Taxonomy]:
    """A version that is or was in force; the shipped one has no row.

    :raises NotFound: when there is none with this number.
    """
    shipped = Taxonomy.shipped()
    row = session.scalars(
        sa.select(TaxonomyVersion).where(TaxonomyVersion.number == number, TaxonomyVersion.state == "published")
    ).one_or_none()
    if row is not None:
        return row, Taxonomy.from_toml(row.toml)
    if number != shipped.version:
        raise NotFound("There is no such version of the needs.")
    return None, shipped


def uses_of_needs(session: Session) -> dict[str, NeedUse]:
    """How much rests on each need, by key, removed ones too."""
    tagged = sa.select(Tag.value, sa.func.count()).where(Tag.kind == "need", Tag.ended_at.is_(None))
    signalled = sa.select(Signal.need, sa.func.count()).where(Signal.ended_at.is_(None))
    tags = dict(session.execute(tagged.group_by(Tag.value)).all())
    signals = dict(session.execute(signalled.group_by(Signal.need)).all())
    return {key: NeedUse(tags.get(key, 0), signals.get(key, 0)) for key in {*tags, *signals}}


def newest_texts(session: Session, limit: int) -> list[tuple[int, str]]:
    """Id and text of the newest messages of customers that were read, the newest first."""
    wanted = sa.select(Message.id, Message.text).where(Message.author == "customer", Message.reading == "read")
    return [(number, text) for number, text in session.execute(wanted.order_by(Message.id.desc()).limit(limit))]


def rereads(session: Session, limit: int = 10) -> Sequence[Reread]:
    """The newest runs that read history again."""
    return session.scalars(sa.select(Reread).order_by(Reread.id.desc()).limit(limit)).all()


def reread_by_id(session: Session, reread_id: int) -> Reread:
    """One such run.

    :raises NotFound: when there is none.
    """
    found = session.get(Reread, reread_id, populate_existing=True)
    if found is None:
        raise NotFound("There is no such run.")
    return found
