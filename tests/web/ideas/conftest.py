"""People signed in without the detour over the sign-in page, and an idea to look at."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import accounts, clock, ideas
from portal.db import begin_writing
from portal.ideas.models import Idea
from portal.settings import Settings
from tests.cast import PASSWORD, Cast, csrf_token

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def as_(app, session: Session, settings: Settings, cast: Cast) -> SignIn:
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


def send(client: FlaskClient, page: str, to: str | None = None, **data: str) -> TestResponse:
    """Open a page and send a form of it, as a browser without JavaScript would."""
    token = csrf_token(client.get(page))
    return client.post(to or page, data={"csrf_token": token, **data}, headers={"Referer": f"http://localhost{page}"})


@pytest.fixture
def fee(session: Session, cast: Cast, now: datetime) -> Idea:
    """Ada's idea about fees, committed."""
    begin_writing(session)
    ideas.add_board(session, "Payments")
    ideas.add_board(session, "Cards", position=1)
    idea = ideas.propose(
        session,
        cast.ada,
        title="Show the fee before I press send",
        text="Put the number above the button, before I agree to anything.",
        board="Payments",
        now=now,
    )
    session.commit()
    return idea
