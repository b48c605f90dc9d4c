"""Reads boards, and what came of ideas."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import plainly
from portal.ideas.models import STATUSES, Board, Idea, IdeaAnswer, Vote

FALLBACK_BOARD = "General"
OUTCOMES = ("planned", "shipped", "declined")
_BOARDS = sa.select(Board.name).order_by(Board.position, Board.name)


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
    return list(plainly(session).scalars(_BOARDS)) or [FALLBACK_BOARD]


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
