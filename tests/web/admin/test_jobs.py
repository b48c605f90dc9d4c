"""What an admin sees of the background jobs, and what happens when they ask for one."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine

from portal import audit, db, jobs
from portal.jobs import lease, runs
from portal.jobs.models import JobRequest
from tests.cast import Cast, csrf_token, sign_in


@pytest.fixture
def ines(client: FlaskClient, cast: Cast) -> FlaskClient:
    """A browser with Ines, the admin, signed in."""
    sign_in(client, "ines@example.org")
    return client


def ran(engine: Engine, job: str, *, done: int = 0, failed: int = 0, error: str | None = None) -> None:
    now = datetime.now(UTC) - timedelta(minutes=3)
    run_id = runs.begin(engine, job, by="schedule", fence=1, now=now)
    runs.finish(engine, run_id, done=done, failed=failed, error=error, now=now + timedelta(seconds=2))


def test_the_overview_says_that_nobody_works_and_what_waits(ines: FlaskClient) -> None:
    page = ines.get("/admin/")
    assert page.status_code == 200
    assert "Nobody runs the schedule" in page.text
    assert "messages to read" in page.text
    for job in jobs.JOBS:
        assert job.name in page.text


def test_the_overview_shows_troubles_by_kind(ines: FlaskClient, engine: Engine) -> None:
    ran(engine, "send-outbox", failed=2)
    ran(engine, "expire", error="KeyError at somewhere.py:7")
    ran(engine, "read-messages", done=9)
    page = ines.get("/admin/").text
    assert "KeyError at somewhere.py:7" in page
    assert page.count("read-messages") == 1


def test_the_overview_says_what_the_check_says(ines: FlaskClient) -> None:
    assert "No mail leaves: there is no mail server." in ines.get("/admin/").text


def test_a_living_leader_is_shown(ines: FlaskClient, engine: Engine) -> None:
    with db.writing(engine) as session:
        lease.take(session, "harbour-1:77", now=datetime.now(UTC))
    for path in ("/admin/", "/admin/jobs"):
        assert "The schedule is run by harbour-1:77." in ines.get(path).text


def test_a_job_is_asked_for_with_one_click_and_once_with_two(ines: FlaskClient, engine: Engine) -> None:
    token = csrf_token(ines.get("/admin/jobs"))
    for _click in range(2):
        answer = ines.post("/admin/jobs/expire/run", data={"csrf_token": token})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/jobs")
    with db.reading(engine) as session:
        assert session.scalars(sa.select(JobRequest.asked_by)).all() == ["Ines"]
        assert [entry.subject for entry in audit.page(session, act="job.asked")] == ["expire"]
    page = ines.get("/admin/jobs").text
    assert "asked for by Ines" in page
    assert "/admin/jobs/expire/run" not in page


def test_a_job_that_does_not_exist_cannot_be_asked_for(ines: FlaskClient) -> None:
    token = csrf_token(ines.get("/admin/jobs"))
    assert ines.post("/admin/jobs/make-coffee/run", data={"csrf_token": token}).status_code == 404


def test_runs_are_paged_and_can_be_narrowed_to_one_job(ines: FlaskClient, engine: Engine) -> None:
    for number in range(45):
        ran(engine, "read-messages", done=1_000_000 + number)  # long, so that no token on the page holds it by chance
    ran(engine, "expire", done=77)
    first = ines.get("/admin/jobs?job=read-messages").text
    assert "1000044" in first
    assert "1000004" not in first
    with db.reading(engine) as session:
        oldest = jobs.runs_page(session, job="read-messages", limit=40)[-1].id
    assert f"before={oldest}" in first
    second = ines.get(f"/admin/jobs?job=read-messages&before={oldest}").text
    assert "1000004" in second
    assert "1000044" not in second


@pytest.mark.parametrize("query", ["job=make-coffee", "before=x", "before=-1", "before=" + "9" * 40, "colour=red"])
def test_a_query_that_makes_no_sense_shows_the_page_with_a_refusal(ines: FlaskClient, query: str) -> None:
    assert ines.get(f"/admin/jobs?{query}").status_code == 422


@pytest.mark.parametrize("who", ["ada", "priya", "omar"])
def test_nobody_but_an_admin_may_look_or_ask(client: FlaskClient, cast: Cast, who: str) -> None:
    sign_in(client, f"{who}@example.org")
    assert client.get("/admin/").status_code == 403
    assert client.get("/admin/jobs").status_code == 403
