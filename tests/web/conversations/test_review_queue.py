"""The review queue: one message at a time, what was said counts, nobody is asked twice, and only those who allow it."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine

from portal import conversations, db, jobs, needs, privacy
from portal.accounts.models import Customer
from portal.audit import Actor
from portal.needs import QueueItem, Review, Tag
from portal.needs.learning.rules import Learnable
from portal.settings import Settings
from tests import people, taught
from tests.cast import Cast, csrf_token, sign_in

WORDS = (
    "The transfer fee is too high and nobody answers.",
    "Support was friendly and quick, thank you.",
    "The app is down again since the morning.",
)


@pytest.fixture
def queue(engine: Engine, cast: Cast) -> list[int]:
    """Ada allows it and said one thing, Ben does not and said another; the rest came without a name."""
    now = datetime.now(UTC)
    with db.writing(engine) as session:
        people.ask_for(session, "needs")
        ada, ben = session.merge(cast.ada), session.merge(cast.ben)
        people.says(session, ada, "needs", "granted", now - timedelta(days=1))
        for customer, text in ((ada, WORDS[0]), (None, WORDS[1]), (None, WORDS[2]), (ben, "Ben speaks of queues.")):
            conversations.submit(session, customer=customer, text=text, now=now)
    needs.read_waiting(engine, clock=lambda: now, worker="test")
    assert needs.fill_queue(engine, clock=lambda: now, worker="test") == (3, 0)
    assert needs.fill_queue(engine, clock=lambda: now, worker="test") == (0, 0)
    with db.reading(engine) as session:
        return list(session.scalars(sa.select(QueueItem.id).order_by(QueueItem.id)))


@pytest.fixture
def priya(client: FlaskClient, queue: list[int]) -> FlaskClient:
    """A browser with Priya signed in, and something in the queue."""
    sign_in(client, "priya@example.org")
    return client


def press(browser: FlaskClient, path: str, **values: object) -> str:
    token = csrf_token(browser.get("/team/review"))
    answer = browser.post(path, data={"csrf_token": token, **values}, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def settled(engine: Engine) -> dict[int, Learnable]:
    with db.reading(engine) as session:
        return {one.message_id: one for one in needs.labels(session, datetime.now(UTC))}


def message_of(engine: Engine, item_id: int) -> int:
    with db.reading(engine) as session:
        return session.get_one(QueueItem, item_id).message_id


def test_all_of_it_is_right_settles_a_message_and_brings_the_next(
    priya: FlaskClient, engine: Engine, queue: list[int]
) -> None:
    first = priya.get("/team/review").text
    assert "0 of 3" in first
    after = press(priya, f"/team/review/{queue[0]}/right")
    assert "1 of 3" in after
    assert "1 by you" in after
    assert f"/team/review/{queue[1]}/right" in after
    message_id = message_of(engine, queue[0])
    with db.reading(engine) as session:
        tags = session.scalars(sa.select(Tag).where(Tag.message_id == message_id, Tag.ended_at.is_(None))).all()
        assert {tag.review for tag in tags} == {"accepted"}
        needs_then = tuple(sorted(tag.value for tag in tags if tag.kind == "need"))
    label = settled(engine)[message_id].label
    assert (label.needs, label.weight, label.giver) == (needs_then, 3.0, None)


def test_a_tag_is_corrected_and_a_missing_need_put_down_before_all_is_right(
    priya: FlaskClient, engine: Engine, queue: list[int]
) -> None:
    message_id = message_of(engine, queue[0])
    with db.reading(engine) as session:
        felt = session.scalars(sa.select(Tag).where(Tag.message_id == message_id, Tag.kind == "sentiment")).one()
        has = set(session.scalars(sa.select(Tag.value).where(Tag.message_id == message_id, Tag.kind == "need")))
    other = "mixed" if felt.value != "mixed" else "neutral"
    page = press(priya, f"/team/review/{queue[0]}/tags/{felt.id}", verdict="correct", corrected_to=other)
    assert f"/team/review/{queue[0]}/right" in page, "the message stays until all of it is right"
    missing = next(key for key in needs.taxonomy().needs if key not in has)
    press(priya, f"/team/review/{queue[0]}/needs", need=missing, state="unmet")
    press(priya, f"/team/review/{queue[0]}/right")
    label = settled(engine)[message_id].label
    assert label.sentiment == other
    assert set(label.needs or ()) == {*has, missing}


def test_something_wanted_that_the_reader_did_not_see_is_put_down_once(
    priya: FlaskClient, engine: Engine, queue: list[int]
) -> None:
    message_id = message_of(engine, queue[1])
    press(priya, f"/team/review/{queue[1]}/intents", intent="idea")
    token = csrf_token(priya.get("/team/review"))
    again = priya.post(f"/team/review/{queue[1]}/intents", data={"csrf_token": token, "intent": "idea"})
    assert (again.status_code, "on the message already" in again.text) == (409, True)
    odd = priya.post(f"/team/review/{queue[1]}/intents", data={"csrf_token": token, "intent": "revenge"})
    assert odd.status_code == 422
    press(priya, f"/team/review/{queue[1]}/right")
    assert "idea" in (settled(engine)[message_id].label.intents or ())


def test_a_skipped_message_is_never_put_again_and_teaches_nothing(
    priya: FlaskClient, engine: Engine, queue: list[int]
) -> None:
    press(priya, f"/team/review/{queue[0]}/skip")
    assert message_of(engine, queue[0]) not in settled(engine)
    assert needs.fill_queue(engine, clock=lambda: datetime.now(UTC), worker="test") == (0, 0)


def test_who_comes_second_is_told_and_changes_nothing(priya: FlaskClient, engine: Engine, queue: list[int]) -> None:
    token = csrf_token(priya.get("/team/review"))
    assert priya.post(f"/team/review/{queue[0]}/skip", data={"csrf_token": token}).status_code == 303
    again = priya.post(f"/team/review/{queue[0]}/right", data={"csrf_token": token})
    assert again.status_code == 409
    assert "Somebody was quicker" in again.text
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Review)).all() == []


def test_nobody_is_asked_about_words_of_who_does_not_allow_it(
    priya: FlaskClient, engine: Engine, queue: list[int], cast: Cast
) -> None:
    with db.writing(engine) as session:  # Ben never allowed it, and Ada takes it back while her words wait
        privacy.change_consent(
            session, session.get_one(Customer, cast.ada.id), [privacy.CellChange(purpose="needs", act="withdraw")],
            actor=Actor("customer", None, "Ada"), method="web_form", expected_seq=None, now=datetime.now(UTC),
        )  # fmt: skip
    page = priya.get("/team/review").text
    assert "0 of 2" in page
    with db.reading(engine) as session:
        left = list(session.scalars(sa.select(QueueItem.id).order_by(QueueItem.id)))
    for item in left:
        assert "Ben speaks" not in page
        assert WORDS[0] not in page
        page = press(priya, f"/team/review/{item}/right")
    assert len(settled(engine)) == 2


def test_when_all_is_done_the_page_says_so(priya: FlaskClient, queue: list[int]) -> None:
    for item in queue:
        page = press(priya, f"/team/review/{item}/right")
    assert "All of today’s messages are done." in page
    assert "3 of 3" in page
    assert "Nothing is left to ask about: every message" in page
    assert "Choose fifty more now" not in page
    assert "Nothing is left to ask about now." in press(priya, "/team/review/fill")


def written(engine: Engine, count: int, seed: int = 3) -> None:
    """So many messages of somebody unknown, none like another, and read."""
    now = datetime.now(UTC)
    with db.writing(engine) as session:
        for text, _need in taught.told(count, seed):
            conversations.submit(session, customer=None, text=text, now=now)
    needs.read_waiting(engine, clock=lambda: now, worker="test")


def parts(engine: Engine) -> Counter[str]:
    with db.reading(engine) as session:
        return Counter(session.scalars(sa.select(QueueItem.part)))


def test_an_empty_queue_is_filled_at_once(client: FlaskClient, cast: Cast, engine: Engine) -> None:
    sign_in(client, "priya@example.org")
    written(engine, 10)
    assert "Choose some now" in client.get("/team/review").text
    page = press(client, "/team/review/fill")
    assert "10 more messages were chosen." in page
    assert "0 of 10" in page
    assert parts(engine)["random"] == 2, "a fifth of what is there, not all of it"


def test_who_has_done_the_fifty_of_the_day_may_ask_for_fifty_more(
    client: FlaskClient, cast: Cast, engine: Engine
) -> None:
    written(engine, 120)
    now = datetime.now(UTC)
    assert needs.fill_queue(engine, clock=lambda: now, worker="test") == (50, 0)
    with db.writing(engine) as session:
        session.execute(sa.update(QueueItem).values(state="done", done_at=now, done_by="Priya"))
    assert needs.fill_queue(engine, clock=lambda: now, worker="test") == (0, 0), "the day has had its fifty"
    sign_in(client, "priya@example.org")
    assert "Choose fifty more now" in client.get("/team/review").text
    assert "50 of 100" in press(client, "/team/review/fill")
    assert "Messages wait already." in press(client, "/team/review/fill"), "a second press, or another tab"
    assert parts(engine) == {"uncertain": 60, "random": 20, "watch": 20}
    assert needs.fill_queue(engine, clock=lambda: now, worker="test") == (0, 0)


def test_of_two_who_ask_at_the_same_moment_one_fills_the_queue(engine: Engine, cast: Cast) -> None:
    written(engine, 120)
    now, both = datetime.now(UTC), threading.Barrier(2)
    needs.fill_queue(engine, clock=lambda: now, worker="test")
    with db.writing(engine) as session:
        session.execute(sa.update(QueueItem).values(state="done", done_at=now, done_by="Priya"))

    def ask() -> int | None:
        both.wait(10)
        with db.writing(engine) as session:
            return needs.ask_for_more(session, now=now)

    with ThreadPoolExecutor(2) as pool:
        got = [one.result() for one in [pool.submit(ask), pool.submit(ask)]]
    assert sorted(got, key=str) == [50, None]


def test_the_page_says_how_far_the_next_model_is_and_so_does_the_reader_page(
    client: FlaskClient, cast: Cast, engine: Engine
) -> None:
    now = datetime.now(UTC)
    due = jobs.next_run(jobs.job_named("learn"), Settings(), now)
    sign_in(client, "priya@example.org")
    page = client.get("/team/review").text
    assert "20 more to learn from, then a model is trained in the night, next on " in page
    assert f"{due.astimezone(ZoneInfo('Europe/London')):%-d %B %Y, 02:00}" in page
    assert "The background jobs stand still" in page
    taught.finished(engine, taught.told(80), 18, now)
    assert "12 more of those drawn at random, then the next model can be judged." in client.get("/team/review").text
    taught.finished(engine, taught.told(40, seed=9), 12, now)
    assert "Enough is said for the next model" in client.get("/team/review").text
    assert needs.learn(engine, clock=lambda: datetime.now(UTC), worker="test") == (1, 0)
    assert "Model 1 knows all that was said." in client.get("/team/review").text
    ines = client.application.test_client()
    sign_in(ines, "ines@example.org")
    page = ines.get("/admin/reader").text
    assert "Model 1 knows all that was said." in page
    assert "/admin/jobs#job-learn" in page


def test_words_that_may_not_be_used_any_more_do_not_count_towards_the_next_model(
    priya: FlaskClient, engine: Engine, queue: list[int], cast: Cast
) -> None:
    for item in queue:
        press(priya, f"/team/review/{item}/right")
    with db.writing(engine) as session:
        before = needs.ahead(session, datetime.now(UTC))
        people.says(session, session.merge(cast.ada), "needs", "withdrawn", datetime.now(UTC))
    with db.reading(engine) as session:
        after = needs.ahead(session, datetime.now(UTC))
    assert (after.to_learn + after.to_measure) == before.to_learn + before.to_measure + 1


def test_an_analyst_may_look_and_not_act(client: FlaskClient, queue: list[int], cast: Cast) -> None:
    sign_in(client, "omar@example.org")
    page = client.get("/team/review").text
    assert "All of it is right now" not in page
    token = csrf_token(client.get("/team/review"))
    assert client.post(f"/team/review/{queue[0]}/right", data={"csrf_token": token}).status_code == 403
