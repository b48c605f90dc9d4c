"""Reads lists of ideas. What is hidden is left out unless `hidden=True` says that the team is looking."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from portal.accounts.models import Customer
from portal.errors import Invalid
from portal.ideas.models import STATUSES, Board, Idea, IdeaAnswer, Vote
from portal.ideas.search import matching

SORTS: dict[str, Any] = {
    "trending": Idea.trend,
    "new": Idea.created_at,
    "top": Idea.votes,
    "answered": Idea.answered_at,
}
FALLBACK_BOARD = "General"
COUNT_LIMIT = 1_000
OUTCOMES = ("planned", "shipped", "declined")


@dataclass(frozen=True)
class Listed:
    """An idea as a list shows it: the row, its newest official answer, and the viewer's own vote (None: not voted)."""

    idea: Idea
    answer: IdeaAnswer | None
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


@dataclass(frozen=True)
class Outcome:
    """An official answer with the idea it was given to."""

    idea: Idea
    answer: IdeaAnswer

    @property
    def ref(self) -> str:
        """The public name of the idea."""
        return self.idea.ref

    @property
    def title(self) -> str:
        """What the idea is called now."""
        return self.idea.title

    @property
    def status(self) -> str:
        """The status the answer gave."""
        return self.answer.status

    @property
    def text(self) -> str:
        """The words of the answer."""
        return self.answer.text

    @property
    def at(self) -> datetime:
        """When it was answered."""
        return self.answer.at


def boards(session: Session) -> list[str]:
    """The names of the boards in their order; one general board until somebody puts up others."""
    return list(session.scalars(sa.select(Board.name).order_by(Board.position, Board.name))) or [FALLBACK_BOARD]


def ideas_page(
    session: Session,
    *,
    sort: str = "trending",
    status: str | None = None,
    board: str | None = None,
    q: str | None = None,
    after: list[Any] | None = None,
    viewer: Customer | None = None,
    hidden: bool = False,
    limit: int = 20,
) -> IdeasPage:
    """One page of ideas with their newest answer and the viewer's vote (one statement), and how many match (another).

    :param sort: `trending`, `new`, `top`, or `answered` (only ideas with an answer, newest answer first).
    :param after: the `after` of the page before.
    :param hidden: include what was hidden, and understand the status `hidden`; for the team only.
    """
    matches = _matches(session, sort, status, board, q, hidden)
    key = SORTS[sort]
    statement = _LISTING.where(*matches).order_by(key.desc(), Idea.id.desc()).limit(limit + 1)
    if after is not None:
        value, last = _place(sort, after)
        statement = statement.where(sa.tuple_(key, Idea.id) < sa.tuple_(sa.literal(value, key.type), sa.literal(last)))
    rows = [Listed(*row) for row in session.execute(statement, _eyes(viewer))]
    counted = sa.select(Idea.id).where(*matches).limit(COUNT_LIMIT).subquery()
    total = session.scalar(sa.select(sa.func.count()).select_from(counted)) or 0
    return IdeasPage(rows[:limit], _after(sort, rows[limit - 1].idea) if len(rows) > limit else None, total)


def _matches(
    session: Session, sort: str, status: str | None, board: str | None, q: str | None, hidden: bool
) -> list[sa.ColumnElement[bool]]:
    only_hidden = hidden and status == "hidden"
    wanted: list[sa.ColumnElement[bool] | None] = [
        Idea.hidden_at.is_not(None) if only_hidden else None if hidden else Idea.hidden_at.is_(None),
        Idea.answered_at.is_not(None) if sort == "answered" else None,
        Idea.status == status if status and not only_hidden else None,
        Idea.board == board if board else None,
        matching(session, q) if q else None,
    ]
    return [condition for condition in wanted if condition is not None]


def _listing() -> sa.Select[Idea, IdeaAnswer, str]:
    """Ideas with their newest answer and the vote of `viewer`. Built once: building takes longer than running."""
    earlier = aliased(IdeaAnswer)
    newest = sa.select(sa.func.max(earlier.id)).where(earlier.idea_id == Idea.id).correlate(Idea).scalar_subquery()
    mine = sa.and_(Vote.idea_id == Idea.id, Vote.customer_id == sa.bindparam("viewer", type_=sa.Integer()))
    statement = sa.select(Idea, IdeaAnswer, Vote.strength).select_from(Idea)
    return statement.outerjoin(IdeaAnswer, IdeaAnswer.id == newest).outerjoin(Vote, mine)


_LISTING = _listing()


def _eyes(viewer: Customer | None) -> dict[str, int | None]:
    """Whose votes are theirs; nobody's for visitors, since no vote is of NULL."""
    return {"viewer": viewer.id if viewer is not None else None}


def _after(sort: str, last: Idea) -> list[Any]:
    value = getattr(last, SORTS[sort].key)
    return [sort, value.isoformat() if isinstance(value, datetime) else value, last.id]


def _place(sort: str, after: list[Any]) -> tuple[Any, int]:
    if len(after) != 3 or after[0] != sort:
        raise Invalid("This page address belongs to another list.", code="bad-cursor")
    value = datetime.fromisoformat(after[1]) if isinstance(after[1], str) else after[1]
    return value, int(after[2])


def listed(session: Session, ids: list[int], viewer: Customer | None = None) -> list[Listed]:
    """These ideas as a list shows them, in the order given; hidden ones are left out."""
    if not ids:
        return []
    rows = session.execute(_LISTING.where(Idea.id.in_(ids), Idea.hidden_at.is_(None)), _eyes(viewer))
    found = {row[0].id: Listed(*row) for row in rows}
    return [found[idea_id] for idea_id in ids if idea_id in found]


def popular(session: Session, limit: int = 4) -> list[Listed]:
    """What rises now among the ideas that are still to be decided or built, for the front page."""
    undecided = Idea.status.not_in(("shipped", "declined"))
    statement = _LISTING.where(Idea.hidden_at.is_(None), undecided).order_by(Idea.trend.desc(), Idea.id.desc())
    return [Listed(*row) for row in session.execute(statement.limit(limit), _eyes(None))]


def changed(
    session: Session, limit: int = 4, *, kind: str | None = None, after: list[Any] | None = None
) -> list[Outcome]:
    """What came of ideas, newest first: answers that planned, shipped or declined.

    :param kind: only one of the three.
    :param after: `[moment in ISO form, answer id]` of the last one of the page before.
    """
    kinds = (kind,) if kind in OUTCOMES else OUTCOMES
    statement = sa.select(Idea, IdeaAnswer).join(IdeaAnswer, IdeaAnswer.idea_id == Idea.id)
    statement = statement.where(IdeaAnswer.status.in_(kinds), Idea.hidden_at.is_(None))
    if after is not None:
        place = sa.tuple_(sa.literal(datetime.fromisoformat(after[0]), IdeaAnswer.at.type), sa.literal(int(after[1])))
        statement = statement.where(sa.tuple_(IdeaAnswer.at, IdeaAnswer.id) < place)
    rows = session.execute(statement.order_by(IdeaAnswer.at.desc(), IdeaAnswer.id.desc()).limit(limit))
    return [Outcome(*row) for row in rows]


def outcomes_of(session: Session, customer_id: int, limit: int = 5) -> list[Outcome]:
    """The newest answers to ideas this customer proposed or backed."""
    backed = sa.select(Vote.idea_id).where(Vote.customer_id == customer_id)
    proposed = sa.select(Idea.id).where(Idea.customer_id == customer_id)
    statement = sa.select(Idea, IdeaAnswer).join(IdeaAnswer, IdeaAnswer.idea_id == Idea.id)
    statement = statement.where(Idea.id.in_(backed.union(proposed)), Idea.hidden_at.is_(None))
    rows = session.execute(statement.order_by(IdeaAnswer.at.desc(), IdeaAnswer.id.desc()).limit(limit))
    return [Outcome(*row) for row in rows]


def status_counts(session: Session) -> dict[str, int]:
    """How many ideas the team has in each status, hidden ones apart under `hidden`."""
    state = sa.case((Idea.hidden_at.is_not(None), "hidden"), else_=Idea.status)
    counts: dict[str, int] = dict(session.execute(sa.select(state, sa.func.count()).group_by(state)).all())
    return {name: counts.get(name, 0) for name in (*STATUSES, "hidden")}
