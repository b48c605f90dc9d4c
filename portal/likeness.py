"""Texts that are alike, found among fingerprints that the database keeps.

Whoever has texts keeps a fingerprint of each in a table that mixes in :class:`FingerprintMixin`. Each process
holds an index of them in memory and takes in what changed before it answers, so that an index costs nothing to restart
and no two processes disagree for long.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, Session, mapped_column

from nlp import FINGERPRINT_VERSION, Fingerprint, SimilarTexts, fingerprint
from portal import writing

OVERLAP = 1_000
"""So many rows before the newest one seen are looked at again: a transaction may commit after one that began later."""
_AT_ONCE = 5_000
Print = dict[str, Any]
"""A row of a table of fingerprints, without its id."""


class FingerprintMixin:
    """Columns of a table that keeps one fingerprint for each text. Empty `features` mean that it is not to be found.

    A changed fingerprint is a new row with a higher `id`: that is how an index learns of it, whatever clocks say.
    """

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  (an id is never given twice)
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=FINGERPRINT_VERSION)
    features: Mapped[bytes] = mapped_column(LargeBinary)


def print_of(text: str) -> dict[str, Any]:
    """The columns of :class:`FingerprintMixin` for a text; an empty text is not to be found."""
    return {"version": FINGERPRINT_VERSION, "features": fingerprint(text).to_bytes()}


def prints_of(key: str, texts: Mapping[int, str]) -> list[Print]:
    """Rows ready to be kept, by the number of each text. To be made before writing: it takes about a thousandth of a
    second for each text, and SQLite lets one writer at a time.

    :param key: the column that tells which text a fingerprint is of.
    """
    return [{key: number, **print_of(text)} for number, text in texts.items()]


def keep(session: Session, table: type[Any], key: str, prints: Sequence[Print]) -> None:
    """Keep the fingerprints of texts, in place of those they had.

    :param prints: rows as :func:`prints_of` made them with the same `key`.
    """
    if prints:
        session.execute(sa.delete(table).where(getattr(table, key).in_([one[key] for one in prints])))
        writing.insert_many(session, table, prints)


class Neighbours:
    """The index over one table of fingerprints, in each process one for each database."""

    def __init__(self, table: type[Any], key: str) -> None:
        """`key` names the column that tells which text a fingerprint is of."""
        self._table, self._key = table, key
        self._indexes: WeakKeyDictionary[Any, _Index] = WeakKeyDictionary()
        self._making = threading.Lock()

    def nearest(
        self, session: Session, asked: Fingerprint, limit: int, *, floor: float = 0.2, without: Iterable[int] = ()
    ) -> list[tuple[int, float]]:
        """At most `limit` numbers of texts with their likeness (0 to 1), most alike first.

        :param without: numbers that are not wanted, such as that of the text itself.
        """
        unwanted = set(without)
        index = self._index_of(session)
        with index.lock:
            index.refresh(session, self._changes, self._features)
            found = index.texts.nearest(asked, limit + len(unwanted), floor)
        return [(int(key), likeness) for key, likeness in found if int(key) not in unwanted][:limit]

    def _index_of(self, session: Session) -> "_Index":
        engine = session.get_bind()
        engine = getattr(engine, "engine", engine)
        with self._making:
            return self._indexes.setdefault(engine, _Index())

    def _changes(self, after: int) -> sa.Select[Any]:
        """What came after a row: its id, whose it is, and how long, by which it is told from one rolled back."""
        table = self._table
        wanted = sa.select(table.id, getattr(table, self._key), sa.func.length(table.features)).order_by(table.id)
        return wanted.where(table.id > after, table.version == FINGERPRINT_VERSION)

    def _features(self, ids: list[int]) -> sa.Select[Any]:
        table = self._table
        return sa.select(getattr(table, self._key), table.features).where(table.id.in_(ids))


class _Index:
    """The fingerprints of one database's table, as far as they were seen."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.texts = SimilarTexts()
        self.newest = 0
        self.recent: set[tuple[int, int, int]] = set()

    def refresh(
        self,
        session: Session,
        changes: Callable[[int], sa.Select[Any]],
        features: Callable[[list[int]], sa.Select[Any]],
    ) -> None:
        """Take in what changed since the last time."""
        seen: set[tuple[int, int, int]] = {tuple(row) for row in session.execute(changes(self.newest - OVERLAP))}
        new = sorted(seen - self.recent)
        for at in range(0, len(new), _AT_ONCE):
            kept = session.execute(features([row for row, _, _ in new[at : at + _AT_ONCE]])).all()
            for number in [number for number, features_ in kept if not features_]:
                self.texts.remove(str(number))
            self.texts.extend({str(number): Fingerprint.from_bytes(one) for number, one in kept if one})
        self.newest = max([self.newest, *(row for row, _, _ in new)])
        # What lies before the overlap is never looked at again, and need not be remembered.
        self.recent = {row for row in self.recent | seen if row[0] > self.newest - OVERLAP}
