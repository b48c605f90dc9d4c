"""What a page of ideas costs: a fixed number of statements, however much there is to show."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import ideas
from portal.ideas.models import Idea
from tests.cast import Cast

from .conftest import SignIn


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement sent to any database inside the block."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    sa.event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def full(session: Session, fee: Idea, cast: Cast, now: datetime) -> Idea:
    """The idea with comments, votes, versions and answers, among thirty others."""
    for number in range(30):
        at = now + timedelta(minutes=number)
        ideas.propose(session, cast.cleo, title=f"Wish number {number}", text="A wish of mine.", board="Cards", now=at)
        ideas.comment(session, fee, text=f"Comment {number}.", customer=cast.cleo, now=at)
        ideas.answer(session, fee, status="planned", text=f"Answer {number}.", account=cast.priya, now=at)
    for voter in (cast.ada, cast.ben, cast.cleo):
        ideas.vote(session, fee, voter, "nice", now)
    ideas.revise(session, fee, cast.ada, title=fee.title, text="Other words now.", version=1, now=now)
    session.commit()
    return fee


@pytest.mark.usefixtures("looked_once")
@pytest.mark.parametrize(
    ("who", "address", "most"),
    [
        ("ada", "/ideas", 4),
        ("ada", "/ideas?q=wish&sort=new&board=Cards", 4),
        ("ada", "/ideas/{ref}", 6),
        ("ada", "/ideas/new", 4),
        ("ada", "/changes", 2),
        ("priya", "/team/ideas", 5),
    ],
)
def test_a_page_sends_few_statements_whatever_it_shows(
    as_: SignIn, full: Idea, who: str, address: str, most: int
) -> None:
    browser = as_(who)
    place = address.format(ref=full.ref)
    browser.get(place)
    with statements() as sent:
        assert browser.get(place).status_code == 200
    asked = [
        statement for statement in sent if statement.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
    ]
    assert len(asked) <= most, "\n".join(asked)
