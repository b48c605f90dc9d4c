"""The reader of this process: which version of the needs and which model are in force, looked up now and then.

A process learns within `LOOK_SECONDS` of its next work that another one has published or gone live; until then it reads
with what it has. Every reading names what it was read with, so that both are honest.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from nlp import Reader, Taxonomy
from portal.needs.taxonomies.models import TaxonomyVersion

LOOK_SECONDS = 2.0
"""How old, in seconds, what a process believes to be in force may be before it looks again."""


@dataclass(frozen=True, slots=True)
class InForce:
    """What texts are read with now.

    :param taxonomy_number: version of the needs, as shown to people; the shipped one's when none was published.
    :param model_number: the learned model that is live, None when the rules read alone.
    :param names: names of needs by key, those of earlier versions too.
    """

    taxonomy_number: int
    taxonomy: Taxonomy
    model_number: int | None
    reader: Reader
    names: Mapping[str, str]


Numbers = tuple[int | None, int | None]
"""Of the newest published taxonomy and of the live model; None where there is none."""


@dataclass(slots=True)
class _Process:
    """What this process believes. `looked_at` is in seconds of the clock that is never set."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    numbers: Numbers = (None, None)
    now: InForce | None = None
    looked_at: float | None = None


_process = _Process()


def in_force() -> InForce:
    """What is in force as far as this process knows; asks no database. Begins with what ships with the reader."""
    known = _process.now
    if known is None:
        reader = Reader.default()
        known = InForce(reader.taxonomy.version, reader.taxonomy, None, reader, _names(reader.taxonomy))
        _process.now = known
    return known


def catch_up(session: Session, *, force: bool = False) -> InForce:
    """What is in force, after a look at the database when the last one is some seconds ago.

    While one thread looks, others go on with what there was.

    :param force: look now, as after publishing.
    """
    known = in_force()
    if not force and not _is_due():
        return known
    if not _process.lock.acquire(blocking=force):
        return known
    try:
        _process.looked_at = time.monotonic()
        numbers = _look(session)
        if numbers != _process.numbers:
            _process.now = _made(session, numbers)
            _process.numbers = numbers
        return in_force()
    finally:
        _process.lock.release()


def look_soon() -> None:
    """Make the next `catch_up` of this process look, because something is about to change."""
    _process.looked_at = None


def begin_anew() -> None:
    """Forget what was in force: for a process that turns to another database."""
    _process.numbers, _process.now, _process.looked_at = (None, None), None, None


def _is_due() -> bool:
    return _process.looked_at is None or time.monotonic() - _process.looked_at >= LOOK_SECONDS


def _look(session: Session) -> Numbers:
    """The one statement this costs."""
    newest = (
        sa.select(sa.func.max(TaxonomyVersion.number)).where(TaxonomyVersion.state == "published").scalar_subquery()
    )
    row = session.execute(sa.select(newest.label("taxonomy"))).one()
    return row.taxonomy, None


def _made(session: Session, numbers: Numbers) -> InForce:
    """A reader for these; made once for each change, a few hundredths of a second."""
    taxonomy_number, model_number = numbers
    taxonomy, names = _taxonomy(session, taxonomy_number)
    reader = Reader.default() if numbers == (None, None) else Reader(taxonomy)
    return InForce(taxonomy.version, taxonomy, model_number, reader, names)


def _taxonomy(session: Session, number: int | None) -> tuple[Taxonomy, dict[str, str]]:
    shipped = Taxonomy.shipped()
    if number is None:
        return shipped, _names(shipped)
    names = _names(shipped)
    published = sa.select(TaxonomyVersion.names).where(TaxonomyVersion.state == "published")
    for earlier in session.scalars(published.order_by(TaxonomyVersion.number)):
        names.update(earlier)
    text = session.scalars(sa.select(TaxonomyVersion.toml).where(TaxonomyVersion.number == number)).one()
    return Taxonomy.from_toml(text), names


def _names(taxonomy: Taxonomy) -> dict[str, str]:
    return {key: need.name for key, need in taxonomy.needs.items()}
