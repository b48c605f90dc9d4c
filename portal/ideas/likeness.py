"""Ideas that are like a text or like each other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from nlp import FINGERPRINT_VERSION, fingerprint
from portal import db, likeness
from portal.ideas.listing import Listed, Viewer, listed
from portal.ideas.models import Idea, IdeaFingerprint, NotDuplicate
from portal.ideas.rules import shared_words

NEIGHBOURS = likeness.Neighbours(IdeaFingerprint, "idea_id")


@dataclass(frozen=True)
class Alike:
    """An idea like a text: how much (0 to 1, an estimate) and the words both have."""

    listed: Listed
    likeness: float
    words: list[str]


def keep_fingerprint(session: Session, idea: Idea) -> None:
    """Make an idea findable by its present words, or not at all while it is hidden."""
    likeness.keep(session, IdeaFingerprint, "idea_id", likeness.prints_of("idea_id", {idea.id: _findable(idea)}))


def _findable(idea: Idea) -> str:
    return f"{idea.title}\n{idea.text}" if idea.hidden_at is None else ""


def index_missing(
    engine: Engine,
    *,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
    limit: int = 200,
) -> tuple[int, int]:
    """Make findable the ideas that are not yet, or only by fingerprints of an older kind.

    :returns: how many, and 0 failed.
    """
    known = sa.exists().where(IdeaFingerprint.idea_id == Idea.id, IdeaFingerprint.version == FINGERPRINT_VERSION)
    wanted = sa.select(Idea).where(~known).order_by(Idea.id).limit(limit)
    done = 0
    while not should_stop():
        with db.reading(engine) as session:
            missing = {idea.id: _findable(idea) for idea in session.scalars(wanted)}
        if not missing:
            break
        prints = likeness.prints_of("idea_id", missing)
        with db.writing(engine) as session:
            # What was rewritten, hidden or erased meanwhile waits for the next turn, or has its own already.
            still = {idea.id for idea in session.scalars(wanted) if missing.get(idea.id) == _findable(idea)}
            likeness.keep(session, IdeaFingerprint, "idea_id", [one for one in prints if one["idea_id"] in still])
        done += len(still)
    return done, 0


def similar(session: Session, text: str, limit: int = 5, *, viewer: Viewer | None = None) -> list[Alike]:
    """Visible ideas like `text`, most alike first, with the viewer's own votes and the words they share."""
    found = NEIGHBOURS.nearest(session, fingerprint(text), limit)
    return _explained(session, text, dict(found), viewer)


def duplicates_of(session: Session, idea: Idea, limit: int = 5) -> list[Alike]:
    """Ideas that may be the same as this one, without those a person already said are not."""
    text = f"{idea.title}\n{idea.text}"
    cleared = {idea.id, *_cleared(session, idea)}
    found = NEIGHBOURS.nearest(session, fingerprint(text), limit, without=cleared)
    return _explained(session, text, dict(found), None)


def _cleared(session: Session, idea: Idea) -> set[int]:
    either = sa.or_(NotDuplicate.idea_id == idea.id, NotDuplicate.other_id == idea.id)
    pairs = session.execute(sa.select(NotDuplicate.idea_id, NotDuplicate.other_id).where(either))
    return {one for pair in pairs for one in pair}


def _explained(session: Session, text: str, found: dict[int, float], viewer: Viewer | None) -> list[Alike]:
    rows = listed(session, list(found), viewer)
    return [Alike(row, found[row.idea.id], shared_words(text, f"{row.idea.title} {row.idea.text}")) for row in rows]
