"""Takes a customer out of the ideas: their votes, the words of their comments, and their ideas or their name."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.ideas.counting import recount_some
from portal.ideas.models import Comment, Idea, IdeaFingerprint, IdeaVersion, Vote

REMOVED = "–"
"""What stands where the words of an idea were."""


def forget_author(session: Session, customer_id: int, *, keep_ideas: bool, now: datetime) -> dict[str, int]:
    """Votes go, comments lose words and name, ideas lose their author and, unless they are kept, their words.

    Counters of the ideas of others are brought up to date.

    :return: rows changed, by table.
    """
    mine = sa.select(Idea.id).where(Idea.customer_id == customer_id)
    own = list(session.scalars(mine))
    touched = set(session.scalars(sa.select(Vote.idea_id).where(Vote.customer_id == customer_id)))
    touched |= set(session.scalars(sa.select(Comment.idea_id).where(Comment.customer_id == customer_id)))
    counts = {
        "votes": _run(session, sa.delete(Vote).where(Vote.customer_id == customer_id)),
        "comments": _run(
            session,
            sa.update(Comment)
            .where(Comment.customer_id == customer_id)
            .values(
                customer_id=None, text="", author_name="", submission_key=None,
                deleted_at=sa.func.coalesce(Comment.deleted_at, now, type_=Comment.deleted_at.type),
            ),
        ),
    }  # fmt: skip
    if not keep_ideas and own:
        theirs = IdeaVersion.idea_id.in_(own)
        counts["idea_versions"] = _run(session, sa.update(IdeaVersion).where(theirs).values(title=REMOVED, text=""))
        counts["idea_fingerprints"] = _run(session, sa.delete(IdeaFingerprint).where(IdeaFingerprint.idea_id.in_(own)))
        gone: dict[str, Any] = {"title": REMOVED, "text": "", "folded": "", "hidden_at": now, "hidden_reason": "erased"}
    else:
        gone = {}
    without: dict[str, Any] = {"customer_id": None, "show_name": False, "submission_key": None, **gone}
    counts["ideas"] = _run(session, sa.update(Idea).where(Idea.id.in_(own)).values(**without)) if own else 0
    session.expire_all()
    recount_some(session, touched)
    return counts


def _run(session: Session, statement: Any) -> int:
    return int(session.execute(statement, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]
