"""One customer, one vote, whatever happens at once; and a tally that says what was voted on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import db, ideas
from portal.accounts.models import Customer
from portal.errors import Invalid
from portal.ideas.models import Idea, Vote
from portal.ideas.rules import trend_of

from .conftest import customer


def votes_in(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Vote)) or 0


def vote_in_a_transaction_of_its_own(engine: Engine, idea_id: int, customer_id: int, now: datetime) -> None:
    with db.writing(engine) as session:
        idea, voter = session.get_one(Idea, idea_id), session.get_one(Customer, customer_id)
        ideas.vote(session, idea, voter, "important", now)


def test_twenty_votes_at_once_by_one_customer_are_one_vote(
    engine: Engine, writing: Session, idea: Idea, ben: Customer, now: datetime
) -> None:
    writing.commit()
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: vote_in_a_transaction_of_its_own(engine, idea.id, ben.id, now), range(20)))
    writing.refresh(idea)
    assert votes_in(writing) == 1
    assert idea.votes == 1
    assert idea.trend == pytest.approx(trend_of([("proposal", now), ("vote", now)]), abs=1)


def test_twenty_customers_voting_at_once_are_all_counted(
    engine: Engine, writing: Session, idea: Idea, now: datetime
) -> None:
    voters = [customer(writing, f"Voter{number}", now).id for number in range(20)]
    writing.commit()
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda voter: vote_in_a_transaction_of_its_own(engine, idea.id, voter, now), voters))
    writing.refresh(idea)
    assert votes_in(writing) == idea.votes == 20
    assert idea.trend == pytest.approx(trend_of([("proposal", now), *[("vote", now)] * 20]), abs=20)
    assert ideas.voters(writing, idea.id) == sorted(voters)


def test_the_schema_refuses_a_second_vote(writing: Session, idea: Idea, ben: Customer, now: datetime) -> None:
    ideas.vote(writing, idea, ben, "nice", now)
    with pytest.raises(IntegrityError):
        writing.execute(sa.insert(Vote).values(idea_id=idea.id, customer_id=ben.id, strength="nice", version=1, at=now))


def test_voting_again_changes_the_strength_and_not_the_count(
    writing: Session, idea: Idea, ben: Customer, now: datetime
) -> None:
    ideas.vote(writing, idea, ben, "nice", now)
    ideas.vote(writing, idea, ben, "critical", now)
    assert idea.votes == 1
    assert ideas.tally(writing, idea).by_strength == {"critical": 1, "important": 0, "nice": 0}


def test_a_vote_taken_back_leaves_nothing_and_can_be_given_again(
    writing: Session, idea: Idea, ben: Customer, now: datetime
) -> None:
    before = idea.trend
    ideas.vote(writing, idea, ben, "nice", now)
    assert idea.trend > before
    assert ideas.unvote(writing, idea, ben)
    assert (idea.votes, idea.trend, votes_in(writing)) == (0, before, 0)
    assert not ideas.unvote(writing, idea, ben)
    assert idea.votes == 0
    ideas.vote(writing, idea, ben, "nice", now)
    assert idea.votes == 1


def test_a_strength_nobody_knows_is_refused(writing: Session, idea: Idea, ben: Customer, now: datetime) -> None:
    with pytest.raises(Invalid):
        ideas.vote(writing, idea, ben, "huge", now)
    assert votes_in(writing) == 0


def test_the_tally_says_how_many_votes_were_for_an_earlier_text(
    writing: Session, idea: Idea, ada: Customer, ben: Customer, now: datetime
) -> None:
    ideas.vote(writing, idea, ben, "important", now)
    ideas.revise(writing, idea, ada, title=idea.title, text="Other words, quite different.", version=1, now=now)
    ideas.vote(writing, idea, ada, "nice", now)
    tally = ideas.tally(writing, idea)
    assert (tally.total, tally.earlier) == (2, 1)
    ideas.vote(writing, idea, ben, "important", now + timedelta(days=1))
    assert ideas.tally(writing, idea).earlier == 0


def test_a_vote_sent_from_a_page_with_the_old_text_counts_for_the_old_text(
    writing: Session, idea: Idea, ada: Customer, ben: Customer, now: datetime
) -> None:
    ideas.revise(writing, idea, ada, title=idea.title, text="Other words, quite different.", version=1, now=now)
    ideas.vote(writing, idea, ben, "important", now, version=1)
    assert ideas.tally(writing, idea).earlier == 1
    ideas.vote(writing, idea, ben, "important", now, version=99)
    assert ideas.tally(writing, idea).earlier == 0


def test_counters_are_right_again_after_rows_were_put_in_by_other_ways(
    writing: Session, idea: Idea, ben: Customer, now: datetime
) -> None:
    writing.execute(sa.insert(Vote).values(idea_id=idea.id, customer_id=ben.id, strength="nice", version=1, at=now))
    writing.execute(sa.update(Idea).values(folded="", trend=0, comments=7))
    assert ideas.recount(writing) == 1
    writing.refresh(idea)
    assert (idea.votes, idea.comments) == (1, 0)
    assert idea.trend == trend_of([("proposal", now), ("vote", now)])
    assert ideas.ideas_page(writing, q="fee").total == 1
