"""People signed in without the detour over the sign-in page, purposes to consent to, and words that were read."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, clock, conversations, db, needs
from portal.conversations import Conversation, Message
from portal.settings import Settings
from tests import people
from tests.cast import PASSWORD, Cast

SignIn = Callable[[str], FlaskClient]
Say = Callable[..., Conversation]
FEE = "The transfer fee is too high and you charged me twice. Nobody answers my messages."


@pytest.fixture
def as_(app: Flask, session: Session, settings: Settings, cast: Cast) -> SignIn:
    """A browser in which somebody of the cast is signed in: `as_("ada")`."""

    def signed_in(name: str) -> FlaskClient:
        client = app.test_client()
        token = accounts.sign_in(
            session, f"{name}@example.org", PASSWORD, settings=settings, user_agent="test", now=clock.utc_now()
        )
        session.commit()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return client

    return signed_in


@pytest.fixture
def allowing(engine: Engine, cast: Cast) -> None:
    """Ada allows us to understand her needs; Ben was never asked."""
    with db.writing(engine) as session:
        people.ask_for(session, "needs", "reply")
        people.says(session, session.merge(cast.ada), "needs", "granted", clock.utc_now() - timedelta(days=1))


@pytest.fixture
def say(engine: Engine, cast: Cast, allowing: None) -> Say:
    """Somebody says something and it is read: `say("ada", "The fee…")`; nobody in particular with None."""

    def said(name: str | None = "ada", text: str = FEE, **values: object) -> Conversation:
        now = clock.utc_now()
        with db.writing(engine) as session:
            customer = session.merge(getattr(cast, name)) if name else None
            message = conversations.submit(session, customer=customer, text=text, now=now, **values)  # type: ignore[arg-type]
            conversation = message.conversation
        needs.read_waiting(engine, clock=clock.utc_now, worker="test")
        return conversation

    return said


def first_message(session: Session, conversation: Conversation) -> Message:
    return conversations.thread(session, conversation.id, internal=False)[0]


def anew(session: Session) -> None:
    """Look at the database as it is now, not as it was when this session looked first."""
    session.rollback()
    session.expire_all()
