"""The reader's card: honest while nothing is known, each condition once a model was judged, one click live and back."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine

from portal import audit, db, needs
from portal.needs import LearntModel
from tests import taught
from tests.cast import Cast, csrf_token, sign_in


@pytest.fixture
def ines(client: FlaskClient, cast: Cast) -> FlaskClient:
    """A browser with Ines, the admin, signed in."""
    sign_in(client, "ines@example.org")
    return client


def learn(engine: Engine, frozen: int = 36) -> None:
    now = datetime.now(UTC)
    taught.finished(engine, taught.told(100 + frozen), frozen, now)
    assert needs.learn(engine, clock=lambda: now, worker="test") == (1, 0)


def test_the_card_says_that_nobody_reviewed_anything_yet(ines: FlaskClient) -> None:
    page = ines.get("/admin/reader").text
    assert "Nobody has reviewed anything yet." in page
    assert "The rules and word lists that ship with the reader read alone." in page


@pytest.mark.one_database
def test_a_model_is_made_live_after_a_look_and_left_with_one_click(ines: FlaskClient, engine: Engine) -> None:
    learn(engine)
    page = ines.get("/admin/reader")
    assert "Model 1 reads along" in page.text
    for told in ("It reads better than what reads now", "Few texts are read otherwise", "at least 30 texts",
                 "The rules alone", "Measured on 36 texts"):  # fmt: skip
        assert told in page.text
    token = csrf_token(page)
    refused = ines.post("/admin/reader/models/1/live", data={"csrf_token": token})
    assert refused.status_code == 422
    assert "say that you did" in refused.text
    ines.post("/admin/reader/models/1/live", data={"csrf_token": token, "signed_off": "yes"})
    page = ines.get("/admin/reader").text
    assert "It corrects the rules by what people said" in page
    assert "model v1" in page
    assert ines.post("/admin/reader/models/1/live", data={"csrf_token": token}).status_code == 409
    assert ines.post("/admin/reader/back", data={"csrf_token": token}).status_code == 422, "not without a yes"
    ines.post("/admin/reader/back", data={"csrf_token": token, "sure": "yes"})
    assert "Yes, back to model 1" in ines.get("/admin/reader").text
    ines.post("/admin/reader/back", data={"csrf_token": token, "sure": "yes", "number": "1"})
    with db.reading(engine) as session:
        assert session.scalars(sa.select(LearntModel.state)).one() == "live"
        acts = [entry.act for entry in audit.page(session, limit=9)]
    assert acts[:4] == ["reader.went-back", "reader.went-back", "reader.made-live", "reader.trained"]


@pytest.mark.one_database
def test_a_refused_model_says_that_there_was_too_little_to_measure_on(ines: FlaskClient, engine: Engine) -> None:
    learn(engine, frozen=9)
    page = ines.get("/admin/reader?model=1").text
    assert "There were too few texts to measure on." in page
    assert "9 texts" in page
    assert "Make it live" not in page


def test_the_card_is_for_admins_only(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "priya@example.org")
    assert client.get("/admin/reader").status_code == 403
