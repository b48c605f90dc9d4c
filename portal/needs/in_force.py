"""The reader of this process: which version of the needs and which model are in force, looked up now and then.

A process learns within `LOOK_SECONDS` of its next work that another one has published or gone live; until then it reads
with what it has. Every reading names what it was read with, so that both are honest.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from nlp import Reader, Taxonomy, TaxonomyError
from portal.needs.learning.files import model_numbered
from portal.needs.learning.models import LearntModel
from portal.needs.taxonomies.models import TaxonomyVersion

log = structlog.get_logger()
LOOK_SECONDS = 2.0
"""How old, in seconds, what a process believes to be in force may be before it looks again."""


@dataclass(frozen=True, slots=True)
class InForce:
    """What texts are read with now.

    :param taxonomy_number: version of the needs, as shown to people; the shipped one's when none was published.
    :param model_number: the learned model that is live, None when the rules read alone.
    :param names: names of needs by key, those of earlier versions too.
    :param shadow_number: the model that reads along without being heard, if there is one.
    :param shadow: the reader with that model.
    """

    taxonomy_number: int
    taxonomy: Taxonomy
    model_number: int | None
    reader: Reader
    names: Mapping[str, str]
    shadow_number: int | None = None
    shadow: Reader | None = None


Numbers = tuple[int | None, int | None, int | None]
"""Of the newest published taxonomy, of the live model and of the one in shadow; None where there is none."""
NOTHING_ELSE: Numbers = (None, None, None)


@dataclass(slots=True)
class _Process:
    """What this process believes. `looked_at` is in seconds of the clock that is never set."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    numbers: Numbers = NOTHING_ELSE
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
            _process.numbers = numbers
            _process.now = _usable(session, numbers, known)
        return in_force()
    finally:
        _process.lock.release()


def look_soon() -> None:
    """Make the next `catch_up` of this process look, because something is about to change."""
    _process.looked_at = None


def begin_anew() -> None:
    """Forget what was in force: for a process that turns to another database."""
    _process.numbers, _process.now, _process.looked_at = NOTHING_ELSE, None, None


def _is_due() -> bool:
    return _process.looked_at is None or time.monotonic() - _process.looked_at >= LOOK_SECONDS


def _look(session: Session) -> Numbers:
    """The one statement this costs."""
    newest = (
        sa.select(sa.func.max(TaxonomyVersion.number)).where(TaxonomyVersion.state == "published").scalar_subquery()
    )
    live, shadow = (
        sa.select(sa.func.max(LearntModel.number)).where(LearntModel.state == state).scalar_subquery()
        for state in ("live", "shadow")
    )
    row = session.execute(sa.select(newest.label("taxonomy"), live.label("live"), shadow.label("shadow"))).one()
    return row.taxonomy, row.live, row.shadow


def _usable(session: Session, numbers: Numbers, known: InForce) -> InForce:
    """A reader for these; what there was when a version was published by other code and cannot be used by this."""
    try:
        return _made(session, numbers)
    except TaxonomyError as fault:
        log.error("version of the needs cannot be used", number=numbers[0], problems=len(fault.problems))
        return known


def _made(session: Session, numbers: Numbers) -> InForce:
    """A reader for these; made once for each change, a few hundredths of a second."""
    taxonomy_number, live, shadow = numbers
    taxonomy, names = _taxonomy(session, taxonomy_number)
    model, silent = (model_numbered(session, number, taxonomy) for number in (live, shadow))
    return InForce(
        taxonomy_number=taxonomy.version,
        taxonomy=taxonomy,
        model_number=live if model is not None else None,
        reader=Reader.default() if taxonomy_number is None and model is None else Reader(taxonomy, model),
        names=names,
        shadow_number=shadow if silent is not None else None,
        shadow=Reader(taxonomy, silent) if silent is not None else None,
    )


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
