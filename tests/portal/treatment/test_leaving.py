"""How many leave because of a campaign is counted, and the campaign waits when it is too many."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import Engine

from portal import db, treatment
from portal.treatment import IntentFacts
from portal.treatment.models import CampaignPace
from tests import people

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_a_campaign_that_makes_people_leave_waits(engine: Engine) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        for number in range(21):
            them = people.customer(session, f"Ada{number}")
            people.says(session, them, "marketing", "granted", people.JOINED)
            if number < 20:
                wish = IntentFacts(f"w{number}", them.id, "email", "marketing", "marketing", campaign="rates")
                assert treatment.claim(session, wish, now=NOW).outcome == "allow"
            if number < 5:
                people.says(session, them, "marketing", "withdrawn", NOW + timedelta(hours=2))
    soon = NOW + timedelta(hours=3)
    assert treatment.count_campaigns(engine, clock=lambda: soon, worker="w") == (1, 0)
    with db.writing(engine) as session:
        row = session.get_one(CampaignPace, "rates")
        assert (row.sent, row.left, row.usual) == (20, 5, None)
        last = IntentFacts("last", them.id, "email", "marketing", "marketing", campaign="rates")
        assert treatment.preview(session, last, now=soon).outcome.decisive == "leaving"
    treatment.count_campaigns(engine, clock=lambda: NOW + timedelta(days=3), worker="w")
    with db.reading(engine) as session:
        row = session.get_one(CampaignPace, "rates")
        assert (row.sent, row.left, row.usual) == (0, 0, 250_000)
