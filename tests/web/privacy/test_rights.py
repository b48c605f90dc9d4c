"""Rights on the pages: asking, taking back, the desk with its clocks, holds, and the certificate."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, clock, consent, privacy, rights
from portal.privacy.plan import FATES
from portal.rights import LegalHold, RightsRequest
from portal.settings import Settings, secret_of
from portal.web import rights_words
from tests.cast import PASSWORD, Cast, csrf_token, sign_in
from tests.people import ask_for

ERASE = {"ideas": "blank", "password": PASSWORD, "sure": "true"}


@pytest.fixture
def ada(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "ada@example.org")
    return client


@pytest.fixture
def ines(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "ines@example.org")
    return client


def send(client: FlaskClient, page: str, to: str, **data: Any) -> Any:
    return client.post(to, data={"csrf_token": csrf_token(client.get(page)), **data}, follow_redirects=True)


def requests(session: Session) -> list[RightsRequest]:
    session.rollback()
    return list(session.scalars(sa.select(RightsRequest).order_by(RightsRequest.id)))


def test_every_table_of_the_plan_and_every_code_has_words() -> None:
    assert set(rights_words.TABLES) == set(FATES)
    assert set(rights_words.KINDS) == set(rights.KINDS)
    assert set(rights_words.WAYS) == set(rights.WAYS)
    assert set(rights_words.COVERS) == set(rights.COVERS)


def test_asking_to_be_erased_says_what_goes_and_can_be_taken_back(ada: FlaskClient, session: Session) -> None:
    page = ada.get("/me/privacy/erase").text
    assert "What goes" in page
    assert "fingerprint" in page
    answer = send(ada, "/me/privacy/erase", "/me/privacy/erase", **ERASE)
    assert "Until then you can take it back" in answer.text
    (asked,) = requests(session)
    assert (asked.kind, asked.state) == ("erase", "open")
    assert asked.acts_at == asked.asked_at + timedelta(days=7)
    back = send(ada, "/me/privacy", f"/me/privacy/requests/{asked.ref}/take-back")
    assert "Nothing is erased" in back.text
    assert requests(session)[0].state == "taken_back"


@pytest.mark.parametrize("wrong", [{"password": "not hers at all"}, {"sure": "false"}, {"ideas": "burn"}])
def test_without_password_and_tick_nothing_is_asked(ada: FlaskClient, session: Session, wrong: dict[str, str]) -> None:
    assert send(ada, "/me/privacy/erase", "/me/privacy/erase", **{**ERASE, **wrong}).status_code == 422
    assert requests(session) == []


def test_asking_twice_is_one_wish(ada: FlaskClient, session: Session) -> None:
    for _ in range(2):
        send(ada, "/me/privacy/erase", "/me/privacy/erase", **ERASE)
    assert len(requests(session)) == 1


def test_looking_changes_nothing(ada: FlaskClient, session: Session) -> None:
    for page in ("/me/privacy", "/me/privacy/erase", "/me/account"):
        assert ada.get(page).status_code == 200
    assert requests(session) == []


def test_another_persons_request_is_not_found(ada: FlaskClient, cast: Cast, session: Session) -> None:
    made = rights.ask(session, cast.ben, kind="access", words="All of it", now=clock.utc_now())
    session.commit()
    assert send(ada, "/me/privacy", f"/me/privacy/requests/{made.ref}/take-back").status_code == 404
    assert requests(session)[0].state == "open"


def test_a_complaint_is_acknowledged_and_answered_at_the_desk_and_the_customer_reads_it(
    ada: FlaskClient, ines: FlaskClient, session: Session
) -> None:
    send(ada, "/me/privacy", "/me/privacy/requests", kind="complaint", words="You wrote to my old address", key="k1")
    send(ada, "/me/privacy", "/me/privacy/requests", kind="complaint", words="You wrote to my old address", key="k1")
    (made,) = requests(session)
    assert made.acknowledge_by == made.asked_at + timedelta(days=30)
    page = f"/admin/requests/{made.ref}"
    assert made.ref in ines.get("/admin/requests").text
    assert "You wrote to my old address" in ines.get(page).text
    send(ines, page, f"{page}/note", note="Asked the branch")
    assert "It is yours now" in send(ines, page, f"{page}/acknowledge").text
    assert "Settled" in send(ines, page, f"{page}/settle", granted="true", outcome="The address is corrected").text
    (made,) = requests(session)
    assert (made.state, made.taken_by) == ("done", "Ines")
    seen = ada.get("/me/privacy").text
    assert "The address is corrected" in seen
    assert "Asked the branch" not in seen
    assert send(ines, page, f"{page}/settle", granted="false", outcome="No").status_code == 409


@pytest.mark.parametrize(("days", "word"), [(1, ""), (24, "due soon"), (31, "late")])
def test_the_desk_and_the_home_of_admins_say_what_is_late(
    ines: FlaskClient, cast: Cast, session: Session, days: int, word: str
) -> None:
    rights.ask(session, cast.ada, kind="access", words="All", now=datetime.now(UTC) - timedelta(days=days))
    session.commit()
    for page in ("/admin/requests", "/admin/"):
        text = ines.get(page).text
        assert ('class="chip bad">late<' in text) is (word == "late")
        assert ('class="chip wait">due soon<' in text) is (word == "due soon")


def test_a_hold_is_set_with_reason_and_day_and_lifted(
    ines: FlaskClient, cast: Cast, session: Session, settings: Settings
) -> None:
    made = privacy.ask_erasure(session, cast.ada, keep_ideas=False, settings=settings, now=clock.utc_now())
    session.commit()
    page = f"/admin/requests/{made.ref}"
    day = f"{clock.utc_now().date() + timedelta(days=30)}"
    assert send(ines, page, f"{page}/holds", reason="A lawsuit", until=day).status_code == 422
    past = send(ines, page, f"{page}/holds", reason="A lawsuit", until="2020-01-01", covers="words")
    assert past.status_code == 422
    assert "A lawsuit" in send(ines, page, f"{page}/holds", reason="A lawsuit", until=day, covers="words").text
    assert send(ines, page, f"{page}/settle", granted="true", outcome="Done").status_code == 409
    hold = session.scalars(sa.select(LegalHold)).one()
    send(ines, page, f"{page}/holds/{hold.id}/lift")
    session.rollback()
    session.refresh(hold)
    assert hold.lifted_by == "Ines"


@pytest.mark.parametrize("person", ["ada", "priya", "omar"])
def test_only_administrators_come_to_the_desk(app: Flask, cast: Cast, person: str) -> None:
    client = app.test_client()
    sign_in(client, f"{person}@example.org")
    assert client.get("/admin/requests").status_code == 403


def test_a_call_is_taken_down(ines: FlaskClient, cast: Cast, session: Session) -> None:
    form = {"kind": "erase", "came_by": "phone", "words": "Please", "key": "k2"}
    wrong = send(ines, "/admin/requests", "/admin/requests", customer="C-NOBODY", **form)
    assert wrong.status_code == 422
    send(ines, "/admin/requests", "/admin/requests", customer=cast.ada.ref, **form)
    assert [(one.kind, one.came_by) for one in requests(session)] == [("erase", "phone")]


def test_after_the_day_the_customer_is_signed_out_and_the_certificate_names_nobody(
    app: Flask, ada: FlaskClient, ines: FlaskClient, engine: Engine, session: Session, settings: Settings, cast: Cast
) -> None:
    send(ada, "/me/privacy/erase", "/me/privacy/erase", **ERASE)
    later = clock.utc_now() + timedelta(days=8)
    assert privacy.erase_due(engine, settings=settings, clock=lambda: later, worker="w") == (1, 0)
    assert ada.get("/me/account").status_code == 302
    session.rollback()
    found = rights.last_certificate(session, cast.ada.id)
    assert found is not None
    page = app.test_client().get(f"/erased/{found.code}")
    assert page.status_code == 200
    assert "Ada" not in page.text
    assert app.test_client().get("/erased/E-NONE").status_code == 404
    (made,) = requests(session)
    for place in (f"/admin/requests/{made.ref}", "/admin/requests?settled=true"):
        assert "erased" in ines.get(place).text


def test_who_signs_up_again_begins_with_a_no(app: Flask, cast: Cast, session: Session, settings: Settings) -> None:
    ask_for(session, "needs", "marketing")
    privacy.erase(session, cast.ada, by="portal", reason="asked", now=clock.utc_now(), key=secret_of(settings))
    session.commit()
    form = {"name": "Ada", "email": "ada@example.org", "password": "a sentence that I like a lot"}
    send(app.test_client(), "/sign-up", "/sign-up", **form)
    session.rollback()
    back = accounts.customer_by_email(session, "ada@example.org")
    assert back is not None
    assert {entry.action for entry in consent.history(session, back.id)} == {"suppressed"}
