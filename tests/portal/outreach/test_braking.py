"""A campaign is held when enough people leave because of it, and a draft of one is changed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from portal import db, outreach, treatment
from portal.errors import Conflict, NotAllowed
from portal.mail.models import OutboxMessage
from portal.settings import Settings
from tests.cast import Cast
from tests.portal.outreach.test_campaigns import NOW, actor, draft, house, leave, run, send, started, state

__all__ = ["house"]


def test_in_a_small_campaign_the_first_who_leaves_holds_it(engine: Engine, house: Cast) -> None:
    """One of thirty is more than chance explains of a share of 0.5 %: the bound says so, and no count does."""
    started(engine, house)
    run(engine)
    send(engine)
    run(engine, NOW + timedelta(minutes=30))
    assert state(engine) == "running"
    leave(engine, ["P1"], NOW + timedelta(hours=1))
    run(engine, NOW + timedelta(hours=2))
    assert state(engine) == "braked"


def test_a_company_that_wants_more_people_to_have_left_sets_how_many(engine: Engine, house: Cast) -> None:
    with db.writing(engine) as session:
        settings = {**treatment.DEFAULT_POLICY, "leaving_least": 3}
        treatment.set_policy(session, settings, by="Ines", note="Three at the least", now=NOW)
    started(engine, house)
    run(engine)
    send(engine)
    leave(engine, ["P1", "P2"], NOW + timedelta(hours=1))
    run(engine, NOW + timedelta(hours=2))
    assert state(engine) == "running"
    leave(engine, ["P3"], NOW + timedelta(hours=3))
    run(engine, NOW + timedelta(hours=4))
    assert state(engine) == "braked"


def test_the_mail_about_a_held_campaign_is_in_the_language_of_the_house(engine: Engine, house: Cast) -> None:
    started(engine, house)
    run(engine)
    send(engine)
    leave(engine, ["P1", "P2", "P3", "P4"], NOW + timedelta(hours=1))
    settings = Settings(languages="it,en")
    outreach.run_campaigns(engine, settings=settings, clock=lambda: NOW + timedelta(hours=2), worker="w")
    with db.reading(engine) as session:
        told = session.scalars(sa.select(OutboxMessage.subject).where(OutboxMessage.kind == "campaign_braked")).all()
    assert told
    assert not [subject for subject in told if subject.startswith("The campaign")]


def test_a_changed_draft_is_tried_again_and_approved_by_neither_who_wrote_nor_who_changed_it(
    engine: Engine, house: Cast
) -> None:
    said = {
        "name": "Winter rate", "segment_key": "savers", "template_key": "rate", "reason": "You save with us.",
        "starts_on": NOW.date(), "ends_on": NOW.date() + timedelta(days=3), "control_percent": 5, "priority": 1,
        "product_line": "", "cross_sell": False, "zone": "Europe/London",
    }  # fmt: skip
    with db.writing(engine) as session:
        draft(session, house)
        outreach.run_trial(session, "autumn", by=actor(house.omar), now=NOW)
        changed = outreach.redraft_campaign(session, "autumn", author=actor(house.ines), now=NOW, **said)
        assert (changed.name, changed.control_percent, changed.trial) == ("Winter rate", 5, {})
        outreach.run_trial(session, "autumn", by=actor(house.omar), now=NOW)
        for account in (house.ines, house.omar):
            with pytest.raises(NotAllowed):
                outreach.move_campaign(session, "autumn", "approve", by=actor(account), now=NOW)
        outreach.move_campaign(session, "autumn", "approve", by=actor(house.priya), now=NOW)
        with pytest.raises(Conflict):
            outreach.redraft_campaign(session, "autumn", author=actor(house.omar), now=NOW, **said)
