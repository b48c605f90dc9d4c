"""A small world behind the analyst's desk: Ada spoke twice about fees, is in a segment, was granted and written to."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, entitlements, outreach, segments, treatment
from portal.settings import Settings
from tests import people
from tests.cast import Cast, sign_in

NOW = datetime.now(UTC).replace(microsecond=0)

COST_TWICE = {"feature": "need.cost.count.90d", "op": ">=", "value": 2}


def what_follows(session: Session) -> None:
    """A segment, a benefit, templates, and what being in the segment brings."""
    entitlements.add_benefit(
        session, key="free", name="Free transfers", unit="transfers", gloss="Five a quarter.",
        how_to_use="Just send.", amount=5, days_valid=92, now=people.JOINED,
    )  # fmt: skip
    segments.define(
        session, key="fees", name="People who want fees to be plain", why="Show fees first.", by="Omar",
        tree={"all": [COST_TWICE, {"feature": "language", "op": "==", "value": "en"}]}, now=people.JOINED,
    )  # fmt: skip
    segments.go_live(session, "fees", now=people.JOINED)
    treatment.add_rule(
        session, key="free_for_fees", name="Free transfers", sentence="Because fees bother you, five are free.",
        kind="grant", segment_key="fees", benefit_key="free", state="live", by="Omar", now=people.JOINED,
    )  # fmt: skip
    for key, purpose, channel in (
        ("offer", "marketing", "email"),
        ("ask", "research", "in_app"),
        ("tell", "service", "in_app"),
    ):
        outreach.add_template(
            session, key=key, message_class=purpose, purpose=purpose, channel=channel, subject=f"About {key}",
            text="Dear $name", by="Priya", now=people.JOINED,
        )  # fmt: skip
    treatment.add_rule(
        session, key="ask_about_fees", name="Ask them", sentence="Because fees bother you, we ask you once.",
        kind="contact", segment_key="fees", template_key="ask", by="Omar", now=people.JOINED,
    )  # fmt: skip


@pytest.fixture
def world(engine: Engine, cast: Cast, settings: Settings) -> Cast:
    """The cast with a live segment, a live grant rule, a draft contact rule, and three decisions about Ada."""
    with db.writing(engine) as session:
        people.ask_for(session, "needs", "marketing", "research")
        people.ask_for(session, "service", asks=False)
        ada = session.get_one(people.Customer, cast.ada.id)
        ada.time_zone = "Europe/London"
        for days in (12, 2):
            people.signal(session, ada, "cost", NOW - timedelta(days=days), text="The fee was taken twice <b>again</b>")
        what_follows(session)
    segments.place_customers(engine, clock=lambda: NOW, worker="test")
    treatment.reconcile_grants(engine, clock=lambda: NOW, worker="test")
    with db.writing(engine) as session:
        for key in ("offer", "ask", "tell"):
            outreach.intend(
                session, key=key, customer_id=cast.ada.id, template_key=key, reason=f"Because of {key}", now=NOW,
                segment_key="fees" if key == "offer" else None,
            )  # fmt: skip
    outreach.send_due(engine, settings=settings, clock=lambda: NOW, worker="test")
    return cast


@pytest.fixture
def omar(client: FlaskClient, world: Cast) -> FlaskClient:
    sign_in(client, "omar@example.org")
    return client


@pytest.fixture
def ines(app: Flask, world: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "ines@example.org")
    return client
