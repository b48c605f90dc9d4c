"""A caller with a token that may do everything, and one for each scope."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from portal import accounts, db
from portal.accounts.models import Customer
from tests import people

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
Caller = Callable[..., TestResponse]


def new_token(engine: Engine, *scopes: str) -> str:
    with db.writing(engine) as session:
        return accounts.add_token(
            session, name="crm", scopes=list(scopes or accounts.SCOPES), created_by="Ines", now=YESTERDAY
        )[1]


@pytest.fixture
def ada(engine: Engine) -> Customer:
    """Ada, who lets us understand her needs, and wrote about fees yesterday."""
    with db.writing(engine) as session:
        people.ask_for(session, "needs", "marketing")
        people.ask_for(session, "service", asks=False)
        ada = people.customer(session, "Ada", external_ref="4711")
        people.signal(session, ada, "cost", YESTERDAY)
    return ada


@pytest.fixture
def call(app: Flask, engine: Engine) -> Caller:
    """`call("GET", "/me")` with a token that has every scope; `scopes=` narrows it, `token=` replaces it."""
    known = {"": new_token(engine)}

    def ask(method: str, path: str, *, scopes: str = "", token: str | None = None, **more: Any) -> TestResponse:
        if scopes not in known:
            known[scopes] = new_token(engine, *scopes.split())
        headers = {"Authorization": f"Bearer {token or known[scopes]}", **more.pop("headers", {})}
        return app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **more)

    return ask
