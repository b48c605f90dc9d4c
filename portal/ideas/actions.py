"""Everything that writes ideas, votes, comments and official answers.

Unique keys decide what is new: rows are inserted first, and counters move in the same transaction,
in the row they belong to.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import audit
from portal.accounts.models import Account, Customer
from portal.db import insert_new, random_ref
from portal.errors import Conflict, Invalid, NotFound
from portal.ideas.counting import lock, rise_again
from portal.ideas.likeness import keep_fingerprint
from portal.ideas.models import STATUSES, STRENGTHS, Board, Comment, Idea, IdeaAnswer, IdeaVersion, NotDuplicate, Vote
from portal.ideas.queries import boards
from portal.ideas.rules import first_is_lower, folded, public_name, trend_of, trend_with


def add_board(session: Session, name: str, *, position: int = 0) -> Board:
    """Put up a board, or move the one of that name to `position`."""
    board = session.get(Board, name) or Board(name=name)
    board.position = position
    session.add(board)
    session.flush()
    return board


def propose(
    session: Session,
    customer: Customer,
    *,
    title: str,
    text: str,
    board: str,
    now: datetime,
    show_name: bool = False,
    submission_key: str | None = None,
) -> Idea:
    """Put an idea before everybody; sent twice with one `submission_key`, there is one idea.

    :raises Invalid: when there is no such board.
    """
    if board not in boards(session):
        raise Invalid("There is no such board. Choose one from the list.", code="no-such-board")
    key = _key_of(customer.ref, submission_key)
    row = {
        "ref": random_ref("I"), "customer_id": customer.id, "board": board, "title": title, "text": text,
        "folded": folded(title, text), "show_name": show_name, "trend": trend_of([("proposal", now)]),
        "submission_key": key, "created_at": now, "updated_at": now,
    }  # fmt: skip
    new = insert_new(session, Idea, [row])
    if not new:
        return session.scalars(sa.select(Idea).where(Idea.submission_key == key)).one()
    session.add(IdeaVersion(idea_id=new[0], version=1, title=title, text=text, at=now))
    session.flush()
    idea = session.get_one(Idea, new[0])
    keep_fingerprint(session, idea)
    return idea


def revise(
    session: Session, idea: Idea, customer: Customer, *, title: str, text: str, version: int, now: datetime
) -> Idea:
    """Give one's own idea new words. The old ones stay as a version, and votes given for them keep saying so.

    :param version: the version the author had before their eyes.
    :raises NotFound: when the idea is somebody else's.
    :raises Conflict: when it was changed meanwhile.
    """
    _own(idea, customer)
    lock(session, idea)
    if idea.version != version:
        raise Conflict(
            "This idea was changed in another window. Look at it again before you save.", version=idea.version
        )
    if (idea.title, idea.text) == (title, text):
        return idea
    idea.title, idea.text, idea.folded = title, text, folded(title, text)
    idea.version, idea.updated_at = version + 1, now
    session.add(IdeaVersion(idea_id=idea.id, version=idea.version, title=title, text=text, at=now))
    session.flush()
    keep_fingerprint(session, idea)
    return idea


def drop_name(session: Session, idea: Idea, customer: Customer) -> None:
    """Keep one's idea, and no longer show who proposed it.

    :raises NotFound: when the idea is somebody else's.
    """
    _own(idea, customer)
    idea.show_name = False
    session.flush()


def vote(
    session: Session, idea: Idea, customer: Customer, strength: str, now: datetime, *, version: int | None = None
) -> None:
    """Back an idea, or say anew how much it is needed and for which words: one customer, one vote, however often sent.

    :param strength: `nice`, `important` or `critical`.
    :param version: the version of the text the customer read; the present one when not given.
    """
    if strength not in STRENGTHS:
        raise Invalid("Say nice, important or critical.", code="no-such-strength")
    seen = min(version or idea.version, idea.version)
    values: dict[str, Any] = {"strength": strength, "version": seen, "at": now}
    try:
        with session.begin_nested():
            session.execute(sa.insert(Vote).values(idea_id=idea.id, customer_id=customer.id, **values))
    except IntegrityError:
        session.execute(_votes_of(sa.update(Vote), idea, customer).values(strength=strength, version=seen))
        return
    lock(session, idea)
    idea.trend = trend_with(idea.trend, "vote", now)
    _count(session, idea, "votes", 1)


def unvote(session: Session, idea: Idea, customer: Customer) -> bool:
    """Take one's vote back; False when there was none."""
    lock(session, idea)
    gone: Any = session.execute(_votes_of(sa.delete(Vote), idea, customer))
    if not gone.rowcount:
        return False
    _count(session, idea, "votes", -1)
    rise_again(session, idea)
    return True


def comment(
    session: Session,
    idea: Idea,
    *,
    text: str,
    now: datetime,
    customer: Customer | None = None,
    account: Account | None = None,
    show_name: bool = True,
    submission_key: str | None = None,
) -> Comment:
    """Say something below an idea, as a customer or, with a team member's `account`, for the company.

    :param show_name: whether the customer's given name stands beside it; the team always signs.
    """
    name = account.name if account else public_name(customer.name) if customer and show_name else ""
    author = customer.ref if customer else f"A{account.id}" if account else "-"
    key = _key_of(author, submission_key)
    row = {
        "idea_id": idea.id, "customer_id": customer.id if customer else None,
        "account_id": account.id if account else None, "author_name": name, "text": text,
        "submission_key": key, "at": now,
    }  # fmt: skip
    new = insert_new(session, Comment, [row])
    if not new:
        return session.scalars(sa.select(Comment).where(Comment.submission_key == key)).one()
    lock(session, idea)
    idea.trend = trend_with(idea.trend, "comment", now)
    _count(session, idea, "comments", 1)
    return session.get_one(Comment, new[0])


def delete_comment(session: Session, comment_id: int, customer: Customer, *, now: datetime) -> Idea:
    """Delete one's own comment: the words go at once, only the place where they stood remains.

    :returns: the idea it stood below.
    :raises NotFound: when there is no such comment of this customer.
    """
    found = session.get(Comment, comment_id)
    if found is None or found.customer_id != customer.id:
        raise NotFound("There is no such comment of yours.")
    idea = session.get_one(Idea, found.idea_id)
    lock(session, idea)
    session.refresh(found)
    if found.deleted_at is None:
        found.text, found.author_name, found.deleted_at = "", "", now
        _count(session, idea, "comments", -1)
        rise_again(session, idea)
    return idea


def answer(
    session: Session,
    idea: Idea,
    *,
    status: str,
    text: str,
    account: Account,
    now: datetime,
    planned_for: datetime | None = None,
    submission_key: str | None = None,
) -> IdeaAnswer:
    """Answer officially and say where the idea stands. Earlier answers stay as they are.

    :param planned_for: the day it is meant to be there; kept only while the idea is planned or started.
    """
    if status not in STATUSES:
        raise Invalid("There is no such status.", code="no-such-status")
    key = _key_of(f"A{account.id}", submission_key)
    row = {"idea_id": idea.id, "status": status, "text": text, "by": account.name, "at": now, "submission_key": key}
    new = insert_new(session, IdeaAnswer, [row])
    if not new:
        return session.scalars(sa.select(IdeaAnswer).where(IdeaAnswer.submission_key == key)).one()
    lock(session, idea)
    idea.status, idea.answered_at, idea.updated_at = status, now, now
    idea.planned_for = planned_for if status in ("planned", "started") else None
    _record(session, "idea.answered", idea, account, now, status=status)
    return session.get_one(IdeaAnswer, new[0])


def hide(session: Session, idea: Idea, *, reason: str, account: Account, now: datetime) -> None:
    """Take an idea out of sight with a reason that its author reads."""
    idea.hidden_at, idea.hidden_reason, idea.updated_at = now, reason, now
    keep_fingerprint(session, idea)
    _record(session, "idea.hidden", idea, account, now)


def unhide(session: Session, idea: Idea, *, account: Account, now: datetime) -> None:
    """Show a hidden idea again."""
    idea.hidden_at, idea.hidden_reason, idea.updated_at = None, None, now
    keep_fingerprint(session, idea)
    _record(session, "idea.shown", idea, account, now)


def not_duplicate(session: Session, idea: Idea, other: Idea, *, account: Account, now: datetime) -> None:
    """Remember that two ideas are not the same, so that nobody is asked about this pair again.

    :raises Invalid: when it is one idea named twice.
    """
    if idea.id == other.id:
        raise Invalid("An idea is always the same as itself.", code="same-idea")
    low, high = first_is_lower(idea.id, other.id)
    insert_new(session, NotDuplicate, [{"idea_id": low, "other_id": high, "at": now, "by": account.name}])


def _own(idea: Idea, customer: Customer) -> None:
    if idea.customer_id != customer.id:
        raise NotFound("There is no such idea of yours.")


def _key_of(author: str, submission_key: str | None) -> str | None:
    """Keys are told apart by author, so that nobody can meet another's by guessing one."""
    return f"{author}:{submission_key}" if submission_key else None


def _votes_of(statement: Any, idea: Idea, customer: Customer) -> Any:
    return statement.where(Vote.idea_id == idea.id, Vote.customer_id == customer.id)


def _count(session: Session, idea: Idea, counter: str, change: int) -> None:
    """Move a counter where it stands, by the database's own arithmetic."""
    setattr(idea, counter, getattr(Idea, counter) + change)
    session.flush()


def _record(session: Session, act: str, idea: Idea, account: Account, now: datetime, **detail: str) -> None:
    by = audit.Actor(type="team", id=account.id, name=account.name)
    audit.record(session, act=act, subject=idea.ref, detail=dict(detail), now=now, by=by)
    session.flush()
