"""The cast on a database, and two boards."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from portal import ideas
from portal.accounts.models import Account, Customer
from portal.db import begin_writing
from portal.ideas.models import Idea

WORDS = "Put the number on the last screen, above the button, before I agree to anything."


@pytest.fixture
def writing(session: Session, now: datetime) -> Session:
    """A session in a writing transaction, with two boards."""
    begin_writing(session)
    ideas.add_board(session, "Payments", position=1)
    ideas.add_board(session, "Cards", position=2)
    return session


def customer(session: Session, name: str, now: datetime) -> Customer:
    row = Customer(ref=f"C-{name}", name=f"{name} Larsen", email=f"{name.lower()}@example.org", created_at=now)
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def ada(writing: Session, now: datetime) -> Customer:
    return customer(writing, "Ada", now)


@pytest.fixture
def ben(writing: Session, now: datetime) -> Customer:
    return customer(writing, "Ben", now)


@pytest.fixture
def priya(writing: Session, now: datetime) -> Account:
    account = Account(email="priya@example.org", name="Priya", role="product", created_at=now)
    writing.add(account)
    writing.flush()
    return account


@pytest.fixture
def idea(writing: Session, ada: Customer, now: datetime) -> Idea:
    return ideas.propose(writing, ada, title="Show the fee before I press send", text=WORDS, board="Payments", now=now)
