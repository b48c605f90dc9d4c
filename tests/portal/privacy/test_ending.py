"""A yes that has a day to end is spoken of before, once; doing nothing lets it end, saying yes again lets it go on."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import consent, privacy
from portal.audit import Actor
from portal.consent.models import Purpose
from portal.mail import OutboxMessage
from portal.settings import Settings
from tests.cast import Cast
from tests.people import ask_for, says

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def a_year_ago(session: Session, cast: Cast, now: datetime) -> None:
    """Ada said yes to offers, which last twelve months; Ben said yes later."""
    ask_for(session, "marketing", "needs")
    session.execute(sa.update(Purpose).where(Purpose.key == "marketing").values(expires_months=12))
    says(session, cast.ada, "marketing", "granted", now - 350 * DAY)
    says(session, cast.ben, "marketing", "granted", now - 90 * DAY)
    session.commit()


def warn(engine: Engine, settings: Settings, now: datetime) -> tuple[int, int]:
    return privacy.warn_before_end(engine, settings=settings, clock=lambda: now, worker="test")


def test_who_has_thirty_days_left_is_told_once(
    engine: Engine, session: Session, settings: Settings, cast: Cast, now: datetime
) -> None:
    assert warn(engine, settings, now) == (1, 0)
    assert warn(engine, settings, now + DAY) == (0, 0)
    [mail] = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == "consent-ending")).all()
    assert mail.to_address == "ada@example.org"
    assert "If you do nothing, it ends" in mail.text
    assert "/me/consent#marketing" in mail.text


def test_saying_yes_again_before_the_end_lets_it_go_on_and_doing_nothing_lets_it_end(
    engine: Engine, session: Session, settings: Settings, cast: Cast, now: datetime
) -> None:
    yes = [privacy.CellChange(purpose="marketing", act="give")]
    for person, expected in ((cast.ada, ["reaffirmed"]), (cast.ben, [])):
        receipt = privacy.change_consent(
            session,
            person,
            yes,
            actor=Actor("customer", None, person.ref),
            method="web_form",
            expected_seq=None,
            now=now,
        )
        assert [change["action"] for change in receipt.body["changes"]] == expected
    later = now + 30 * DAY
    assert consent.allows(session, cast.ada.id, "marketing", now=later)
    assert not consent.allows(session, cast.ben.id, "marketing", now=now + 300 * DAY)
    session.commit()
    assert warn(engine, settings, now) == (0, 0)
