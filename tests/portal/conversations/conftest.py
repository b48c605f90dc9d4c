"""A session that writes, and Priya, who answers."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from portal.accounts.models import Account
from portal.db import begin_writing


@pytest.fixture
def writing(session: Session) -> Session:
    begin_writing(session)
    return session


@pytest.fixture
def priya(writing: Session, now: datetime) -> Account:
    account = Account(email="priya@example.org", name="Priya", role="product", created_at=now)
    writing.add(account)
    writing.flush()
    return account
