"""Reads one idea: its words and versions, who backs it, what was answered and said.

What is hidden is found by its author and, with `hidden=True`, by the team.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Customer
from portal.errors import NotFound
from portal.ideas.listing import Viewer
from portal.ideas.models import STRENGTHS, Comment, Idea, IdeaAnswer, IdeaVersion, Vote
from portal.ideas.rules import public_name


@dataclass(frozen=True)
class Seen:
    """An idea as one person sees it: the author's name if shown (else empty), and this person's own vote."""

    idea: Idea
    author: str
    vote: Vote | None


@dataclass(frozen=True)
class Tally:
    """Who backs an idea: by strength, and how many votes were given for an earlier text."""

    total: int
    by_strength: dict[str, int]
    earlier: int


def idea_by_ref(session: Session, ref: str, viewer: Customer | None = None, *, hidden: bool = False) -> Idea:
    """The idea of that public name.

    :raises NotFound: when there is none, or it is hidden and the viewer is not its author.
    """
    return seen_idea(session, ref, viewer, hidden=hidden).idea


def seen_idea(session: Session, ref: str, viewer: Viewer | None = None, *, hidden: bool = False) -> Seen:
    """The idea of that public name with what its page says about author and viewer, in one statement.

    :raises NotFound: when there is none, or it is hidden and the viewer is not its author.
    """
    mine = sa.and_(Vote.idea_id == Idea.id, Vote.customer_id == viewer.id if viewer is not None else sa.false())
    named = sa.and_(Customer.id == Idea.customer_id, Idea.show_name)
    statement = sa.select(Idea, Customer.name, Vote).select_from(Idea).outerjoin(Customer, named).outerjoin(Vote, mine)
    row = session.execute(statement.where(Idea.ref == ref)).one_or_none()
    if row is None or (row[0].hidden_at is not None and not hidden and not _is_author(row[0], viewer)):
        raise NotFound("There is no such idea, or it is not shown any more.")
    return Seen(row[0], public_name(row[1] or ""), row[2])


def own_idea(session: Session, ref: str, customer: Customer) -> Idea:
    """The customer's own idea of that public name, hidden or not.

    :raises NotFound: when it is somebody else's.
    """
    idea = idea_by_ref(session, ref, customer)
    if idea.customer_id != customer.id:
        raise NotFound("There is no such idea of yours.")
    return idea


def _is_author(idea: Idea, viewer: Viewer | None) -> bool:
    return viewer is not None and idea.customer_id == viewer.id


def tally(session: Session, idea: Idea) -> Tally:
    """The votes of an idea, counted from the votes themselves."""
    current = sa.case((Vote.version == idea.version, 0), else_=1)
    statement = sa.select(Vote.strength, sa.func.count(), sa.func.sum(current)).where(Vote.idea_id == idea.id)
    rows = session.execute(statement.group_by(Vote.strength)).all()
    counts = {strength: count for strength, count, _ in rows}
    by_strength = {strength: counts.get(strength, 0) for strength in reversed(STRENGTHS)}
    return Tally(sum(counts.values()), by_strength, sum(int(earlier) for _, _, earlier in rows))


def voters(session: Session, idea_id: int) -> list[int]:
    """The customers who backed an idea, by id: those who are owed its outcome."""
    return list(session.scalars(sa.select(Vote.customer_id).where(Vote.idea_id == idea_id).order_by(Vote.customer_id)))


def versions_of(session: Session, idea: Idea) -> list[IdeaVersion]:
    """Every version of the words, newest first."""
    statement = sa.select(IdeaVersion).where(IdeaVersion.idea_id == idea.id)
    return list(session.scalars(statement.order_by(IdeaVersion.version.desc())))


def answers_of(session: Session, idea: Idea) -> list[IdeaAnswer]:
    """Every official answer with the status it gave, newest first."""
    statement = sa.select(IdeaAnswer).where(IdeaAnswer.idea_id == idea.id)
    return list(session.scalars(statement.order_by(IdeaAnswer.id.desc())))


def comments_of(session: Session, idea: Idea, *, after: int = 0, limit: int = 20) -> tuple[list[Comment], int | None]:
    """Comments in the order they were made, and after which id the next page begins (None: this was the last)."""
    statement = sa.select(Comment).where(Comment.idea_id == idea.id, Comment.id > after)
    rows = list(session.scalars(statement.order_by(Comment.id).limit(limit + 1)))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None
