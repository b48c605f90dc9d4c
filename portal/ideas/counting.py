"""Counters and scores of ideas, from the rows they stand for."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.ideas.models import Comment, Idea, IdeaAnswer, Vote
from portal.ideas.rules import folded, trend_of


def recount(session: Session) -> int:
    """Set every counter, score and search text anew from the rows they stand for, after rows were put in by other ways.

    :returns: how many ideas were looked at.
    """
    ideas = session.scalars(sa.select(Idea).order_by(Idea.id)).all()
    for idea in ideas:
        _recount(session, idea)
        idea.folded = folded(idea.title, idea.text)
        idea.answered_at = session.scalar(sa.select(sa.func.max(IdeaAnswer.at)).where(IdeaAnswer.idea_id == idea.id))
    session.flush()
    return len(ideas)


def recount_some(session: Session, ids: Collection[int]) -> None:
    """Set the counters and scores of these ideas anew, after votes or comments below them went."""
    for idea in session.scalars(sa.select(Idea).where(Idea.id.in_(ids)).order_by(Idea.id)):
        _recount(session, idea)


def _recount(session: Session, idea: Idea) -> None:
    lock(session, idea)
    idea.votes = session.scalar(sa.select(sa.func.count()).where(Vote.idea_id == idea.id)) or 0
    idea.comments = session.scalar(sa.select(sa.func.count()).where(*standing(idea))) or 0
    rise_again(session, idea)


def lock(session: Session, idea: Idea) -> None:
    """Read the idea's row again and hold it; votes that insert meanwhile are not held up (FOR NO KEY UPDATE)."""
    session.flush()
    session.refresh(idea, with_for_update={"key_share": True})


def standing(idea: Idea) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition that a comment stands below this idea and was not taken back."""
    return Comment.idea_id == idea.id, Comment.deleted_at.is_(None)


def rise_again(session: Session, idea: Idea) -> None:
    """The rising score anew from what is still there: a float cannot be subtracted from without drifting."""
    voted = session.scalars(sa.select(Vote.at).where(Vote.idea_id == idea.id))
    said = session.scalars(sa.select(Comment.at).where(*standing(idea)))
    events = [("proposal", idea.created_at), *(("vote", at) for at in voted), *(("comment", at) for at in said)]
    idea.trend = trend_of(events)
    session.flush()
