"""What you allow: yes and no of equal weight, in force at once, safe against stale pages and double clicks."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import clock, consent
from portal.consent.models import ConsentEntry, NoticeServed
from portal.web import database
from tests.cast import Cast, csrf_token, sign_in
from tests.people import ask_for, says, signal

FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.fixture(autouse=True)
def purposes(session: Session, cast: Cast) -> None:
    ask_for(session, "needs", "marketing")
    ask_for(session, "service", asks=False)
    session.commit()


@pytest.fixture
def ada(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "ada@example.org")
    return client


def form_of(text: str, purpose: str, act: str = "give", channel: str = "*", topic: str = "*") -> dict[str, str]:
    """The hidden fields of the form that answers one cell."""
    for form in FORM.findall(text):
        fields = dict(FIELD.findall(form))
        cell = (fields.get("purpose"), fields.get("channel", "*"), fields.get("topic", "*"))
        if cell == (purpose, channel, topic) and f'value="{act}"' in form:
            return fields
    raise AssertionError(f"No form for {act} {purpose} {channel} {topic}.")


def choose(client: FlaskClient, purpose: str, act: str, page: str | None = None, **values: str):
    fields = form_of(page or client.get("/me/consent").text, purpose, act)
    return client.post("/me/consent", data={**fields, "act": act, **values})


def head(session: Session, cast: Cast) -> int:
    session.rollback()
    return consent.head(session, cast.ada.id)


def test_looking_records_no_choice_but_that_the_words_were_shown(
    ada: FlaskClient, session: Session, cast: Cast
) -> None:
    for _ in range(2):
        text = ada.get("/me/consent").text
    assert "You have not been asked. That counts as no." in text
    assert head(session, cast) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(NoticeServed)) == 3


def test_nothing_is_chosen_beforehand(ada: FlaskClient) -> None:
    text = ada.get("/me/consent").text
    assert 'aria-pressed="true"' not in text
    assert " checked" not in text


def test_one_click_gives_and_one_click_takes_back(ada: FlaskClient, session: Session, cast: Cast) -> None:
    given = choose(ada, "marketing", "give")
    assert given.status_code == 303
    shown = ada.get(given.location).text
    assert "You said yes" in shown
    assert "Undo" in shown
    taken = choose(ada, "marketing", "withdraw")
    assert taken.status_code == 303
    assert not consent.allows(session, cast.ada.id, "marketing", now=clock.utc_now())
    assert head(session, cast) == 2
    assert "No since" in ada.get("/me/consent").text


def test_yes_and_no_are_the_same_kind_of_button_in_the_same_form(ada: FlaskClient) -> None:
    for form in FORM.findall(ada.get("/me/consent").text):
        if 'value="give"' in form and 'name="channel"' in form:
            buttons = re.findall(r"<button ([^>]*)>", form)
            assert len(buttons) == 2
            assert {re.sub(r'value="\w+"', "", button) for button in buttons} == {'name="act"  aria-pressed="false"'}


def test_only_the_touched_cell_changes(ada: FlaskClient, session: Session, cast: Cast) -> None:
    choose(ada, "marketing", "give")
    session.rollback()
    entries = session.scalars(sa.select(ConsentEntry)).all()
    assert [(entry.purpose, entry.channel, entry.topic) for entry in entries] == [("marketing", "*", "*")]
    assert entries[0].notice_version == 1
    assert (entries[0].actor_type, entries[0].actor) == ("customer", cast.ada.ref)


def test_a_double_click_is_one_entry_and_one_receipt(ada: FlaskClient, session: Session, cast: Cast) -> None:
    page = ada.get("/me/consent").text
    first, second = (choose(ada, "marketing", "give", page) for _ in range(2))
    assert first.location == second.location
    assert head(session, cast) == 1


def test_a_stale_tab_cannot_overturn_a_newer_no_and_shows_what_changed(
    ada: FlaskClient, session: Session, cast: Cast
) -> None:
    choose(ada, "marketing", "give")
    stale = ada.get("/me/consent").text
    choose(ada, "marketing", "withdraw")
    choose(ada, "marketing", "give")
    choose(ada, "marketing", "withdraw")
    answer = choose(ada, "marketing", "give", stale)
    assert answer.status_code == 409
    assert "Something changed since you opened this page" in answer.text
    assert answer.text.count("You took your yes back") >= 1
    assert head(session, cast) == 4
    again = choose(ada, "marketing", "give", answer.text)
    assert again.status_code == 303
    assert head(session, cast) == 5


def test_undo_brings_back_what_was(ada: FlaskClient, session: Session, cast: Cast) -> None:
    choose(ada, "marketing", "give")
    shown = ada.get(choose(ada, "marketing", "withdraw").location)
    code = re.findall(r'name="receipt" value="([^"]+)"', shown.text)[0]
    undone = ada.post("/me/consent/undo", data={"csrf_token": csrf_token(shown), "receipt": code})
    assert undone.status_code == 303
    session.rollback()
    assert consent.allows(session, cast.ada.id, "marketing", now=clock.utc_now())
    assert "This undoes receipt" in ada.get("/receipts/" + undone.location.split("=")[1]).text


def test_another_customer_cannot_undo_nor_see_the_flash(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    code = choose(ada, "marketing", "give").location.split("=")[1]
    ben = app.test_client()
    sign_in(ben, "ben@example.org")
    page = ben.get(f"/me/consent?receipt={code}")
    assert code not in page.text
    assert ben.post("/me/consent/undo", data={"csrf_token": csrf_token(page), "receipt": code}).status_code == 404


def test_a_receipt_is_open_to_whoever_has_its_code_and_names_nobody(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    code = choose(ada, "needs", "give").location.split("=")[1]
    visitor = app.test_client()
    answer = visitor.get(f"/receipts/{code.lower()}")
    assert answer.status_code == 200
    assert "You said yes" in answer.text
    for secret in ("Ada", "ada@example.org", cast.ada.ref):
        assert secret not in answer.text
    assert visitor.get("/receipts/C-2222-2222-2222-2222").status_code == 404
    assert visitor.get(f"/receipts?code={code}").location == f"/receipts/{code}"


def test_withdrawing_the_needs_cuts_the_line_and_giving_it_again_asks_about_earlier_words(
    ada: FlaskClient, session: Session, cast: Cast
) -> None:
    before = clock.utc_now() - timedelta(days=9)
    says(session, cast.ada, "needs", "granted", before)
    signal(session, cast.ada, "cost", before + timedelta(days=1))
    session.commit()
    assert "1 thing we read rests on this" in ada.get("/me/consent").text
    receipt = ada.get("/receipts/" + choose(ada, "needs", "withdraw").location.split("=")[1]).text
    assert "1 conclusion drawn from your words ended with it." in receipt
    given = ada.get(choose(ada, "needs", "give").location).text
    assert "May we also use what you wrote before" in given
    assert "0 things we read rest on this" in given
    forms = [form for form in FORM.findall(given) if "earlier_words" in form]
    answer = ada.post("/me/consent", data={**dict(FIELD.findall(forms[0])), "act": "give"})
    assert "1 thing we read rests on this" in ada.get(answer.location).text


def test_objecting_stays_until_it_is_lifted(ada: FlaskClient, session: Session, cast: Cast) -> None:
    choose(ada, "needs", "object")
    shown = ada.get("/me/consent").text
    assert "that stays until you lift it" in shown
    choose(ada, "needs", "lift")
    session.rollback()
    assert consent.allows(session, cast.ada.id, "needs", now=clock.utc_now()).reason == "not-asked"


def test_single_ways_can_be_switched_off_once_there_is_a_yes(ada: FlaskClient, session: Session, cast: Cast) -> None:
    assert "Once you say yes" in ada.get("/me/consent").text
    choose(ada, "marketing", "give")
    fields = form_of(ada.get("/me/consent").text, "marketing", "withdraw", channel="sms")
    assert ada.post("/me/consent", data={**fields, "act": "withdraw"}).status_code == 303
    session.rollback()
    now = clock.utc_now()
    assert not consent.allows(session, cast.ada.id, "marketing", now=now, channel="sms")
    assert consent.allows(session, cast.ada.id, "marketing", now=now, channel="email")


def test_everything_is_withdrawn_in_one_act(ada: FlaskClient, session: Session, cast: Cast) -> None:
    for purpose in ("needs", "marketing"):
        choose(ada, purpose, "give")
    page = ada.get("/me/consent").text
    form = next(form for form in FORM.findall(page) if "withdraw-all" in form)
    assert ada.post("/me/consent/withdraw-all", data=dict(FIELD.findall(form))).status_code == 303
    assert "You allow nothing beyond what running your accounts needs." in ada.get("/me/consent").text


def test_a_pause_is_taken_and_ended(ada: FlaskClient, session: Session, cast: Cast) -> None:
    choose(ada, "marketing", "give")
    page = ada.get("/me/consent")
    data = {"csrf_token": csrf_token(page), "seq": "1", "months": "1"}
    assert ada.post("/me/pause", data=data).status_code == 303
    assert "Paused until" in ada.get("/me/consent").text
    session.rollback()
    assert consent.allows(session, cast.ada.id, "marketing", now=clock.utc_now()).reason == "paused"
    stale = ada.post("/me/resume", data={**data, "seq": "1"})
    assert stale.status_code == 409
    assert ada.post("/me/resume", data={"csrf_token": data["csrf_token"], "seq": "2"}).status_code == 303
    assert "Paused until" not in ada.get("/me/consent").text


@pytest.mark.parametrize(
    "damage",
    [
        {"act": "own"},
        {"purpose": ""},
        {"seq": "x"},
        {"seq": ""},
        {"customer_id": "2"},
        {"purpose": "lottery"},
        {"channel": "pigeon"},
    ],
)
def test_a_damaged_form_changes_nothing(ada: FlaskClient, session: Session, cast: Cast, damage: dict[str, str]) -> None:
    fields = form_of(ada.get("/me/consent").text, "marketing")
    answer = ada.post("/me/consent", data={**fields, "act": "give", **damage})
    assert 400 <= answer.status_code < 500
    assert head(session, cast) == 0


def test_the_history_shows_every_entry_page_by_page(ada: FlaskClient, session: Session, cast: Cast) -> None:
    now = clock.utc_now()
    for number in range(35):
        says(session, cast.ada, "needs", "granted" if number % 2 else "withdrawn", now)
    session.commit()
    first = ada.get("/me/consent/history")
    assert first.text.count("<tr>") == 31
    more = re.findall(r'rel="next" href="([^"]+)"', first.text)[0]
    assert ada.get(more).text.count("<tr>") == 6
    assert ada.get("/me/consent/history?after=made-up").status_code == 422


def test_the_exact_words_are_there_for_anybody(client: FlaskClient) -> None:
    answer = client.get("/notices/needs/1")
    assert answer.status_code == 200
    assert "May we?" in answer.text
    assert client.get("/notices/needs/2").status_code == 404


def test_the_page_asks_the_database_a_fixed_number_of_times(
    app: Flask, ada: FlaskClient, session: Session, cast: Cast
) -> None:
    for number in range(12):
        says(session, cast.ada, "needs", "granted" if number % 2 else "withdrawn", clock.utc_now())
    session.commit()
    ada.get("/me/consent")
    asked: list[str] = []
    with app.app_context():
        engine = database.engine()
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _cur, statement, *_more: asked.append(statement))
    assert ada.get("/me/consent").status_code == 200
    assert len([statement for statement in asked if statement.startswith("SELECT")]) <= 7
