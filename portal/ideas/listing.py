"""Pages of a list of ideas: plain columns, by statements that are built once for each kind of list.

What is hidden is left out unless `hidden=True` says that the team is looking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.db import plainly
from portal.errors import Invalid
from portal.ideas.models import Idea, IdeaAnswer, Vote
from portal.ideas.search import matching

SORTS: dict[str, Any] = {
    "trending": Idea.trend,
    "new": Idea.created_at,
    "top": Idea.votes,
    "answered": Idea.answered_at,
}
COUNT_LIMIT = 1_000


class Viewer(Protocol):
    """Whose own votes a list shows: a customer, or whatever else has their number."""

    @property
    def id(self) -> int:
        """The number of the customer."""


class ListedIdea(NamedTuple):
    """What a list tells of an idea; the fields are those of `Idea`."""

    id: int
    ref: str
    board: str
    title: str
    text: str
    version: int
    status: str
    votes: int
    comments: int
    trend: int
    created_at: datetime
    answered_at: datetime | None
    hidden_at: datetime | None


class ListedAnswer(NamedTuple):
    """What a list tells of an official answer; the fields are those of `IdeaAnswer`."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """An idea as a list shows it, with its newest official answer and the viewer's own vote (None: not voted)."""

    idea: ListedIdea
    answer: ListedAnswer | None
    my_strength: str | None

    @property
    def ref(self) -> str:
        """The public name of the idea."""
        return self.idea.ref

    @property
    def title(self) -> str:
        """What it is called now."""
        return self.idea.title

    @property
    def votes(self) -> int:
        """How many customers back it."""
        return self.idea.votes


@dataclass(frozen=True)
class IdeasPage:
    """One page of a list. `after` is where the next begins; `total` counts all that match, up to `COUNT_LIMIT`."""

    rows: list[Listed]
    after: list[Any] | None
    total: int

    @property
    def total_is_exact(self) -> bool:
        """False when there are more than anybody counted."""
        return self.total < COUNT_LIMIT


class _Kind(NamedTuple):
    """Which conditions a list has; their values are bound when it is asked for."""

    sort: str
    status: bool
    board: bool
    further: bool
    shows: str


_IDEA, _ANSWER = len(ListedIdea._fields), len(ListedAnswer._fields)
_STRENGTH = _IDEA + _ANSWER


def ideas_page(
    session: Session,
    *,
    sort: str = "trending",
    status: str | None = None,
    board: str | None = None,
    q: str | None = None,
    after: list[Any] | None = None,
    viewer: Viewer | None = None,
    hidden: bool = False,
    limit: int = 20,
) -> IdeasPage:
    """One page of ideas with their newest answer, the viewer's vote, and how many match: in one statement.

    A second one counts when a page that is not the first has nothing.

    :param sort: `trending`, `new`, `top`, or `answered` (only ideas with an answer, newest answer first).
    :param after: the `after` of the page before.
    :param hidden: include what was hidden, and understand the status `hidden`; for the team only.
    """
    only_hidden = hidden and status == "hidden"
    status = None if only_hidden else status or None
    shows = "hidden" if only_hidden else "all" if hidden else "open"
    kind = _Kind(sort, bool(status), bool(board), after is not None, shows)
    value, last = _place(sort, after) if after is not None else (None, None)
    given = {**_eyes(viewer), "most": limit + 1, "status": status, "board": board, "value": value, "last": last}
    page, count = _statements(kind) if not q else _searching(kind, matching(session, q))
    connection = plainly(session)
    found = connection.execute(page, given).all()
    total = found[0][-1] if found else (connection.scalar(count, given) or 0) if after is not None else 0
    rows = [_listed(row) for row in found]
    return IdeasPage(rows[:limit], _after(sort, rows[limit - 1].idea) if len(rows) > limit else None, total)


def _searching(kind: _Kind, *more: sa.ColumnElement[bool]) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """The statement for a page of this kind of list and, alone, the one that counts; with further conditions."""
    matches = [*_matches(kind), *more]
    key = SORTS[kind.sort]
    some = sa.select(Idea.id).where(*matches).limit(COUNT_LIMIT).subquery()
    count = sa.select(sa.func.count()).select_from(some)
    page = _LISTING.add_columns(count.scalar_subquery()).where(*matches).order_by(key.desc(), Idea.id.desc())
    page = page.limit(sa.bindparam("most", type_=sa.Integer()))
    if kind.further:
        place = sa.tuple_(sa.bindparam("value", type_=key.type), sa.bindparam("last", type_=sa.Integer()))
        page = page.where(sa.tuple_(key, Idea.id) < place)
    return page, count


@cache
def _statements(kind: _Kind) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """Those of a list without a search, built once: building takes longer than running."""
    return _searching(kind)


def _matches(kind: _Kind) -> list[sa.ColumnElement[bool]]:
    shown = {"hidden": [Idea.hidden_at.is_not(None)], "all": [], "open": [Idea.hidden_at.is_(None)]}
    matches: list[sa.ColumnElement[bool]] = list(shown[kind.shows])
    if kind.sort == "answered":
        matches.append(Idea.answered_at.is_not(None))
    if kind.status:
        matches.append(Idea.status == sa.bindparam("status", type_=sa.Text()))
    if kind.board:
        matches.append(Idea.board == sa.bindparam("board", type_=sa.Text()))
    return matches


def _listing() -> sa.Select[Any]:
    """Ideas with their newest answer and the vote of `viewer`."""
    earlier = aliased(IdeaAnswer)
    newest = sa.select(sa.func.max(earlier.id)).where(earlier.idea_id == Idea.id).correlate(Idea).scalar_subquery()
    mine = sa.and_(Vote.idea_id == Idea.id, Vote.customer_id == sa.bindparam("viewer", type_=sa.Integer()))
    of_idea = [getattr(Idea, name) for name in ListedIdea._fields]
    of_answer = [getattr(IdeaAnswer, name).label(f"answer_{name}") for name in ListedAnswer._fields]
    statement = sa.select(*of_idea, *of_answer, Vote.strength).select_from(Idea)
    return statement.outerjoin(IdeaAnswer, IdeaAnswer.id == newest).outerjoin(Vote, mine)


_LISTING = _listing()


def _listed(row: Sequence[Any]) -> Listed:
    answer = ListedAnswer._make(row[_IDEA:_STRENGTH]) if row[_IDEA] is not None else None
    return Listed(ListedIdea._make(row[:_IDEA]), answer, row[_STRENGTH])


def _eyes(viewer: Viewer | None) -> dict[str, Any]:
    """Whose votes are theirs; nobody's for visitors, since no vote is of NULL."""
    return {"viewer": viewer.id if viewer is not None else None}


def _after(sort: str, last: ListedIdea) -> list[Any]:
    value = getattr(last, SORTS[sort].key)
    return [sort, value.isoformat() if isinstance(value, datetime) else value, last.id]


def _place(sort: str, after: list[Any]) -> tuple[Any, int]:
    if len(after) != 3 or after[0] != sort:
        raise Invalid("This page address belongs to another list.", code="bad-cursor")
    value = datetime.fromisoformat(after[1]) if isinstance(after[1], str) else after[1]
    return value, int(after[2])


def listed(session: Session, ids: list[int], viewer: Viewer | None = None) -> list[Listed]:
    """These ideas as a list shows them, in the order given; hidden ones are left out."""
    if not ids:
        return []
    statement = _LISTING.where(Idea.id.in_(ids), Idea.hidden_at.is_(None))
    found = {row[0]: _listed(row) for row in plainly(session).execute(statement, _eyes(viewer))}
    return [found[idea_id] for idea_id in ids if idea_id in found]


_POPULAR = (
    _LISTING.where(Idea.hidden_at.is_(None), Idea.status.not_in(("shipped", "declined")))
    .order_by(Idea.trend.desc(), Idea.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer()))
)


def popular(session: Session, limit: int = 4) -> list[Listed]:
    """What rises now among the ideas that are still to be decided or built, for the front page."""
    return [_listed(row) for row in plainly(session).execute(_POPULAR, {**_eyes(None), "most": limit})]
