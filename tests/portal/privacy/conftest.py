"""Ada with a canary in everything that is kept of her."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import accounts
from portal.accounts.models import Customer
from tests.cast import Cast
from tests.people import ask_for, says, signal
from tests.portal.privacy.planted import CANARY, plant


@pytest.fixture
def ada(session: Session, cast: Cast, now: datetime) -> Customer:
    ask_for(session, "needs", "marketing")
    for person in (cast.ada, cast.ben):
        says(session, person, "needs", "granted", now - timedelta(days=30))
    cast.ada.name, cast.ada.email, cast.ada.external_ref = f"Ada {CANARY}", f"{CANARY}@example.org", f"{CANARY}-7"
    account = session.scalars(sa.select(accounts.Account).where(accounts.Account.customer_id == cast.ada.id)).one()
    account.name, account.email = cast.ada.name, cast.ada.email
    signal(session, cast.ben, "cost", now, text="Ben writes about queues")
    session.flush()
    plant(session, cast.ada, cast, now)
    return cast.ada
