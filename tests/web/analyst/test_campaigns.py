"""A campaign on its pages: Omar writes and tries it, Ines approves, it runs, is paused, held and stopped."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import outreach
from portal.outreach import Figures
from portal.settings import Settings
from portal.web.analyst.campaigns import every_day
from tests.web.analyst.conftest import NOW
from tests.web.analyst.test_desk import send

HERE = "/analyst/campaigns/plain-fees"
GIVEN = {
    "name": "Plain fees", "key": "plain-fees", "segment_key": "fees", "template_key": "tell", "priority": "2",
    "reason": "Because fees bother you, we tell you what changes.", "starts_on": (NOW - timedelta(days=1)).date(),
    "ends_on": (NOW + timedelta(days=9)).date(), "control_percent": "0", "product_line": "account",
}  # fmt: skip
Move = Callable[..., TestResponse]


def move(who: FlaskClient, act: str, **data: str) -> TestResponse:
    return send(who, HERE, f"{HERE}/move", act=act, **data)


def test_from_the_draft_to_what_became_of_it(
    omar: FlaskClient, ines: FlaskClient, engine: Engine, settings: Settings
) -> None:
    assert "There is no campaign yet." in omar.get("/analyst/campaigns").text
    assert send(omar, "/analyst/campaigns/new", **GIVEN).headers["Location"] == HERE
    assert move(omar, "approve").status_code == 422
    assert send(omar, HERE, f"{HERE}/try").status_code == 303
    tried = omar.get(HERE).text
    assert "1 member would be asked for." in tried
    assert "You wrote it, so somebody else approves it." in tried
    assert move(ines, "approve").status_code == 303
    assert move(omar, "start").status_code == 303
    outreach.run_campaigns(engine, settings=settings, clock=lambda: NOW, worker="w")
    outreach.send_due(engine, settings=settings, clock=lambda: NOW, worker="w")
    seen = omar.get(HERE).text
    assert "1 of 1 people it asked for got it" in seen
    assert "<b>Ines</b> approved it" in seen
    assert omar.get(f"{HERE}/figures.csv").text.splitlines()[:4] == [
        "what,which,number", "people,asked,1", "people,waiting,0", "people,sent,1",
    ]  # fmt: skip
    assert move(omar, "pause").status_code == 303
    assert move(omar, "stop").status_code == 303
    assert "finished" in omar.get("/analyst/campaigns").text
    assert move(omar, "start").status_code == 422


def test_the_last_day_is_the_day_that_was_written_and_not_the_one_after(omar: FlaskClient) -> None:
    send(omar, "/analyst/campaigns/new", **{**GIVEN, "starts_on": "2030-03-01", "ends_on": "2030-03-09"})
    assert "from 1 March 2030 to 9 March 2030, both days included" in omar.get(HERE).text
    assert "<td>9 March 2030</td>" in omar.get("/analyst/campaigns").text


def test_a_day_on_which_nothing_was_sent_is_drawn_as_none(app: Flask) -> None:
    days = Figures(days=[("2030-02-27", 6, 0), ("2030-03-02", 1, 1)])
    with app.test_request_context("/"):
        assert every_day(days) == [("27 Feb", 6), ("28 Feb", 0), ("1 Mar", 0), ("2 Mar", 1)]
        assert every_day(Figures()) == []


def test_mistakes_are_said_beside_their_field(omar: FlaskClient, session: Session) -> None:
    answer = send(omar, "/analyst/campaigns/new", **{**GIVEN, "ends_on": "2020-01-01"})
    assert answer.status_code == 422
    assert "It ends before it starts, or is over already." in answer.text
    answer = send(omar, "/analyst/campaigns/new", **{**GIVEN, "key": "free_for_fees"})
    assert "There is a campaign or a rule called “free_for_fees” already." in answer.text
    answer = send(omar, "/analyst/campaigns/new", **{**GIVEN, "control_percent": "80"})
    assert answer.status_code == 422
    assert outreach.campaigns_page(session) == []


def test_a_held_campaign_goes_on_only_with_a_reason(omar: FlaskClient, ines: FlaskClient, session: Session) -> None:
    send(omar, "/analyst/campaigns/new", **GIVEN)
    found = outreach.campaign(session, "plain-fees")
    found.state = "braked"
    session.commit()
    assert "It is held: too many people left" in omar.get(HERE).text
    assert move(omar, "release").status_code == 422
    assert move(omar, "release", because="The words are right now.").status_code == 303
    assert "The words are right now." in omar.get(HERE).text


def test_a_draft_is_changed_on_its_page_and_what_is_no_draft_is_not(omar: FlaskClient, ines: FlaskClient) -> None:
    send(omar, "/analyst/campaigns/new", **GIVEN)
    send(omar, HERE, f"{HERE}/try")
    form = omar.get(f"{HERE}/edit").text
    assert GIVEN["reason"] in form.replace("&#39;", "'")
    changed = {name: value for name, value in GIVEN.items() if name != "key"} | {"name": "Plainer fees"}
    wrong = send(omar, f"{HERE}/edit", **(changed | {"ends_on": (NOW - timedelta(days=9)).date()}))
    assert wrong.status_code == 422
    assert send(omar, f"{HERE}/edit", **changed).headers["Location"] == HERE
    seen = omar.get(HERE).text
    assert "Plainer fees" in seen
    assert "It was not tried yet" in seen
    send(omar, HERE, f"{HERE}/try")
    move(ines, "approve")
    assert omar.get(f"{HERE}/edit").headers["Location"] == HERE
    assert "Change it" not in omar.get(HERE).text
