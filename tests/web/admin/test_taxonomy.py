"""Ines changes the needs: every page, what is wrong at its field with what was typed, two at once, publishing."""

import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from portal import conversations, db, needs
from portal.audit.models import AuditEntry
from portal.clock import utc_now
from portal.needs import Taxonomy
from tests import people
from tests.cast import Cast, csrf_token, sign_in

DRAFT = "/admin/taxonomy/draft"
NEW: dict[str, Any] = {
    "key": "hours", "name": "Opening hours", "gloss": "Being able to come when it suits.", "family": "Function",
    "servqual": "responsiveness", "core": "queue|queues\nopening hours",
    "seeds": "you are closed on saturdays\nopen longer in the evening\nno appointment before next month\n"
    "the branch closes at noon\nI waited in the queue for an hour",
    "examples_for": "The queue was long again",
}  # fmt: skip
QUEUES = "The queue at the counter was endless and I stood there for an hour."


@pytest.fixture
def ines(client: FlaskClient, cast: Cast) -> FlaskClient:
    sign_in(client, "ines@example.org")
    return client


def send(browser: FlaskClient, path: str, at: str = "/admin/taxonomy", **values: Any) -> TestResponse:
    """Fill in a form of the page `at` and send it to `path`."""
    return browser.post(path, data={"csrf_token": csrf_token(browser.get(at)), **values})


def begin(browser: FlaskClient) -> None:
    assert send(browser, DRAFT).status_code == 303


def add(browser: FlaskClient, **values: Any) -> TestResponse:
    return send(browser, f"{DRAFT}/new", f"{DRAFT}/new", **{**NEW, **values})


def as_form(key: str) -> dict[str, str]:
    """The form of a need as it ships."""
    section = needs.section_of(Taxonomy.shipped().needs[key])
    return {name: "\n".join(value) if isinstance(value, list) else value for name, value in section.items()}


def seen(browser: FlaskClient, key: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', browser.get(f"{DRAFT}/needs/{key}").text)
    assert found
    return found[1]


def publish(browser: FlaskClient) -> TestResponse:
    return send(browser, f"{DRAFT}/publish", DRAFT, note="Branches were missing", revision=revision(browser))


def revision(browser: FlaskClient) -> str:
    found = re.search(r'name="revision" value="(\d+)"', browser.get(DRAFT).text)
    assert found
    return found[1]


def test_the_needs_in_force_are_listed_by_family_and_can_be_downloaded(ines: FlaskClient) -> None:
    text = ines.get("/admin/taxonomy").text
    assert all(need.gloss in text for need in Taxonomy.shipped().needs.values())
    file = ines.get(f"/admin/taxonomy/{Taxonomy.shipped().version}.toml")
    assert Taxonomy.from_toml(file.text) == Taxonomy.shipped()


def test_pages_of_a_draft_lead_back_while_there_is_none(ines: FlaskClient) -> None:
    for path in ("", ".toml", "/new", "/needs/cost", "/try", "/messages"):
        assert ines.get(DRAFT + path).location == "/admin/taxonomy", path


def test_only_an_admin_comes_here(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "priya@example.org")
    assert client.get("/admin/taxonomy").status_code == 403
    assert client.get("/admin/rereads").status_code == 403


def test_a_need_is_added_tried_and_published(ines: FlaskClient, engine: Engine) -> None:
    begin(ines)
    assert add(ines).location == f"{DRAFT}/needs/hours"
    assert "Opening hours" in ines.get(DRAFT).text
    tried = send(ines, f"{DRAFT}/try", f"{DRAFT}/try", text=QUEUES)
    assert re.search(r"Opening hours\s*<span[^>]*>not met", tried.text)
    assert "only here" in tried.text
    answer = publish(ines)
    assert answer.location == "/admin/rereads"
    assert "Branches were missing" in ines.get("/admin/taxonomy").text
    assert ">Opening hours<" in ines.get("/admin/taxonomy").text
    with db.reading(engine) as session:
        assert "taxonomy.published" in set(session.scalars(sa.select(AuditEntry.act)))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("key", "Hours!"),
        ("key", "cost"),
        ("seeds", "too few"),
        ("core", "queue|"),
        ("name", "Fair cost"),
        ("gloss", ""),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(ines: FlaskClient, field: str, wrong: str) -> None:
    begin(ines)
    answer = add(ines, **{field: wrong})
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text
    assert "the branch closes at noon" in answer.text or field == "seeds"
    assert "Being able to come when it suits." in answer.text or field == "gloss"
    assert "hours" not in Taxonomy.from_toml(ines.get(f"{DRAFT}.toml").text).needs


def test_who_saves_a_need_that_somebody_changed_is_told_and_loses_nothing(ines: FlaskClient) -> None:
    begin(ines)
    first = seen(ines, "cost")
    form = as_form("cost")
    at = f"{DRAFT}/needs/cost"
    assert send(ines, at, at, **{**form, "gloss": "What it costs.", "seen": first}).status_code == 303
    late = send(ines, at, at, **{**form, "gloss": "Prices and fees.", "seen": first})
    assert late.status_code == 422
    assert "Ines changed the draft meanwhile" in late.text
    assert "Prices and fees." in late.text
    assert "What it costs." in late.text
    now = re.search(r'name="seen" value="(\w+)"', late.text)
    assert now
    again = send(ines, at, at, **{**form, "gloss": "Prices and fees.", "seen": now[1]})
    assert again.status_code == 303
    assert "Prices and fees." in ines.get(DRAFT).text


def test_a_draft_that_changed_since_it_was_read_is_not_published(ines: FlaskClient) -> None:
    begin(ines)
    shown = revision(ines)
    add(ines)
    late = send(ines, f"{DRAFT}/publish", DRAFT, note="As I saw it", revision=shown)
    assert late.status_code == 422
    assert "As I saw it" in late.text
    assert "draft meanwhile" in late.text


def test_taking_a_need_out_says_what_rests_on_it(ines: FlaskClient, engine: Engine) -> None:
    now = utc_now()
    with db.writing(engine) as session:
        people.ask_for(session, "needs")
        people.signal(session, people.customer(session, "Dora"), "cost", now)
    begin(ines)
    page = ines.get(f"{DRAFT}/needs/cost").text
    assert "1 tag," in page
    assert "1 signal " in page
    send(ines, f"{DRAFT}/needs/cost/remove", f"{DRAFT}/needs/cost", seen=seen(ines, "cost"))
    assert "taken out" in ines.get(DRAFT).text
    publish(ines)
    with db.reading(engine) as session:
        assert needs.uses_of_needs(session)["cost"].signals == 1


def test_a_file_replaces_the_draft_and_a_bad_one_says_why(ines: FlaskClient) -> None:
    begin(ines)

    def load(content: bytes) -> TestResponse:
        token = csrf_token(ines.get(DRAFT))
        data = {"csrf_token": token, "revision": revision(ines), "file": (io.BytesIO(content), "needs.toml")}
        return ines.post(f"{DRAFT}/load", data=data)

    bad = load(b'key = "bank.en"\nversion = 1\n')
    assert bad.status_code == 422
    assert "give at least one need" in bad.text
    assert load(b"\xff\xfe").status_code == 422
    text = ines.get(f"{DRAFT}.toml").text.replace('name = "Fair cost"', 'name = "Prices"')
    assert load(text.encode()).status_code == 303
    assert "<ins>Prices</ins>" in ines.get(DRAFT).text


def test_an_example_that_is_read_otherwise_is_told_after_the_save(ines: FlaskClient) -> None:
    begin(ines)
    add(ines, examples_for="Lovely weather today")
    assert "Lovely weather today”: this need should be seen" in ines.get(f"{DRAFT}/needs/hours").text
    assert "1 example read otherwise" in ines.get(DRAFT).text


def test_a_draft_is_discarded(ines: FlaskClient) -> None:
    begin(ines)
    send(ines, f"{DRAFT}/discard", DRAFT, revision=revision(ines))
    assert ines.get(DRAFT).status_code == 302


def test_what_changes_in_the_newest_messages_is_listed_without_a_script(ines: FlaskClient, engine: Engine) -> None:
    now = utc_now()
    with db.writing(engine) as session:
        conversations.submit(session, customer=None, text=QUEUES, now=now)
    needs.read_waiting(engine, clock=lambda: now, worker="test")
    begin(ines)
    add(ines)
    answer = ines.get(f"{DRAFT}/messages")
    assert "1 of 1 messages read, 1 of them otherwise." in answer.text
    assert "Refresh" not in answer.headers


def test_history_is_read_again_stopped_and_gone_on_with(ines: FlaskClient, engine: Engine) -> None:
    now = utc_now()
    with db.writing(engine) as session:
        conversations.submit(session, customer=None, text=QUEUES, now=now)
    needs.read_waiting(engine, clock=lambda: now, worker="test")
    assert send(ines, "/admin/rereads", "/admin/rereads").status_code == 303
    waiting = ines.get("/admin/rereads")
    assert waiting.headers["Refresh"]
    number = re.search(r"/rereads/(\d+)/stop", waiting.text)
    assert number
    for act, word in (("stop", "stopped"), ("resume", "waiting")):
        send(ines, f"/admin/rereads/{number[1]}/{act}", "/admin/rereads")
        assert word in ines.get("/admin/rereads").text
    needs.reread(engine, clock=lambda: now, worker="test")
    assert "1 of 1 messages read, 0 with other tags than before." in ines.get("/admin/rereads").text


def test_the_way_back_is_a_draft_from_an_earlier_version(ines: FlaskClient) -> None:
    begin(ines)
    add(ines)
    publish(ines)
    shipped = Taxonomy.shipped().version
    assert "earlier version" in ines.get(f"/admin/taxonomy/{shipped}").text
    send(ines, DRAFT, f"/admin/taxonomy/{shipped}", number=shipped)
    assert "taken out" in ines.get(DRAFT).text


def test_a_segment_can_still_ask_for_a_need_that_was_taken_out(ines: FlaskClient) -> None:
    begin(ines)
    send(ines, f"{DRAFT}/needs/cost/remove", f"{DRAFT}/needs/cost", seen=seen(ines, "cost"))
    publish(ines)
    text = ines.get("/analyst/segments/new").text
    assert "Need no longer listened for: Fair cost" in text
    assert "Need: Rewards" in text
