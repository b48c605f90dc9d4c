"""Ideas that are like a text. Each process keeps an index in memory and brings it up to date before it answers."""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from nlp import SimilarTexts
from portal.accounts.models import Customer
from portal.ideas.models import Idea, NotDuplicate
from portal.ideas.queries import Listed, listed
from portal.ideas.rules import first_is_lower, shared_words

OVERLAP = timedelta(minutes=2)
"""Looking for changes begins this long before the newest one seen: a transaction may commit after a later one."""


@dataclass(frozen=True)
class Alike:
    """An idea like a text: how much (0 to 1, an estimate) and the words both have."""

    listed: Listed
    likeness: float
    words: list[str]


class _Index:
    """The texts of one database's visible ideas."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.texts = SimilarTexts()
        self.seen: dict[int, datetime] = {}
        self.newest: datetime | None = None

    def refresh(self, session: Session) -> None:
        """Take in what changed since the last time."""
        statement = sa.select(Idea.id, Idea.title, Idea.text, Idea.hidden_at, Idea.updated_at)
        if self.newest is not None:
            statement = statement.where(sa.or_(Idea.updated_at >= self.newest - OVERLAP, Idea.id > max(self.seen)))
        for row in session.execute(statement):
            self.newest = max(self.newest or row.updated_at, row.updated_at)
            if self.seen.get(row.id) == row.updated_at:
                continue
            self.seen[row.id] = row.updated_at
            if row.hidden_at is None:
                self.texts.add(str(row.id), f"{row.title}\n{row.text}")
            else:
                self.texts.remove(str(row.id))

    def query(self, session: Session, text: str, limit: int) -> list[tuple[int, float]]:
        """Ids with their likeness, most alike first."""
        with self.lock:
            self.refresh(session)
            return [(int(key), likeness) for key, likeness in self.texts.query(text, limit)]


_indexes: WeakKeyDictionary[Any, _Index] = WeakKeyDictionary()
_making = threading.Lock()


def _index_of(session: Session) -> _Index:
    engine = session.get_bind()
    engine = getattr(engine, "engine", engine)
    with _making:
        return _indexes.setdefault(engine, _Index())


def similar(session: Session, text: str, limit: int = 5, *, viewer: Customer | None = None) -> list[Alike]:
    """Visible ideas like `text`, most alike first, with the viewer's own votes and the words they share."""
    found = _index_of(session).query(session, text, limit)
    return _explained(session, text, dict(found), viewer)


def duplicates_of(session: Session, idea: Idea, limit: int = 5) -> list[Alike]:
    """Ideas that may be the same as this one, without those a person already said are not."""
    text = f"{idea.title}\n{idea.text}"
    found = _index_of(session).query(session, text, limit * 4)
    pairs = {first_is_lower(idea.id, other) for other, _ in found if other != idea.id}
    cleared = _cleared(session, idea)
    kept = [(other, likeness) for other, likeness in found if first_is_lower(idea.id, other) in pairs - cleared]
    return _explained(session, text, dict(kept[:limit]), None)


def _cleared(session: Session, idea: Idea) -> set[tuple[int, int]]:
    either = sa.or_(NotDuplicate.idea_id == idea.id, NotDuplicate.other_id == idea.id)
    return {
        (low, high)
        for low, high in session.execute(sa.select(NotDuplicate.idea_id, NotDuplicate.other_id).where(either))
    }


def _explained(session: Session, text: str, found: dict[int, float], viewer: Customer | None) -> list[Alike]:
    rows = listed(session, list(found), viewer)
    return [Alike(row, found[row.idea.id], shared_words(text, f"{row.idea.title} {row.idea.text}")) for row in rows]
