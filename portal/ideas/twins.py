"""Votes of a customer who turned out to be another one: one person has one vote."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.ideas.counting import recount_some
from portal.ideas.models import Idea, Vote


def set_votes_aside(session: Session, customer_id: int) -> list[dict[str, Any]]:
    """Take away the votes of a customer, and give them, so that they can be put back."""
    votes = session.scalars(sa.select(Vote).where(Vote.customer_id == customer_id)).all()
    kept: list[dict[str, Any]] = [
        {"idea": vote.idea_id, "strength": vote.strength, "version": vote.version, "at": vote.at.isoformat()}
        for vote in votes
    ]
    session.execute(sa.delete(Vote).where(Vote.customer_id == customer_id))
    recount_some(session, [vote["idea"] for vote in kept])
    return kept


def put_votes_back(session: Session, customer_id: int, votes: Iterable[Mapping[str, Any]]) -> None:
    """Put votes back that were set aside, for ideas that are still there."""
    kept: dict[int, Mapping[str, Any]] = {vote["idea"]: vote for vote in votes}
    there = session.scalars(sa.select(Idea.id).where(Idea.id.in_(kept))).all()
    for idea_id in there:
        vote = kept[idea_id]
        at = datetime.fromisoformat(vote["at"])
        session.add(
            Vote(idea_id=idea_id, customer_id=customer_id, strength=vote["strength"], version=vote["version"], at=at)
        )
    session.flush()
    recount_some(session, there)
