"""Running the portal: people, purposes and words, tokens, outbox, audit log."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import accounts, clock, consent, mail
from portal.app import create_app
from portal.audit import AuditEntry
from portal.settings import Settings
from tests.cast import Cast, csrf_token, sign_in
from tests.people import ask_for, says

WORDS = {"title": "Reading", "summary": "We read.", "text": "We read it.\n\nAnd group you.", "change": "widening"}


@pytest.fixture
def ines(app: Flask, cast: Cast) -> FlaskClient:
    client = app.test_client()
    sign_in(client, "ines@example.org")
    return client


def send(client: FlaskClient, page: str, to: str | None = None, **data: object):
    return client.post(to or page, data={"csrf_token": csrf_token(client.get(page)), **data})


def acts(session: Session) -> list[tuple[str, str]]:
    session.rollback()
    return [(row.actor, row.act) for row in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))]


@pytest.mark.parametrize("page", ["people", "purposes", "tokens", "outbox", "audit"])
@pytest.mark.parametrize("person", ["ada", "priya", "omar"])
def test_only_administrators_come_in(app: Flask, cast: Cast, person: str, page: str) -> None:
    client = app.test_client()
    sign_in(client, f"{person}@example.org")
    assert client.get(f"/admin/{page}").status_code == 403


def test_somebody_new_is_invited_by_mail_and_signs_in_by_the_link(
    app: Flask, ines: FlaskClient, session: Session
) -> None:
    answer = send(ines, "/admin/people", name="Nils", email="nils@example.org", role="product", team="Cards")
    assert answer.status_code == 303
    assert "invited" in ines.get("/admin/people?role=product").text
    session.rollback()
    letter = mail.outbox_page(session, kind="invite")[0]
    path = re.findall(r"(/reset/\S+)", letter.text)[0]
    nils = app.test_client()
    assert send(nils, path, password="herring sings at noon").status_code == 303
    assert sign_in(nils, "nils@example.org", "herring sings at noon").location.startswith("/team")
    assert ("Ines", "account.added") in acts(session)


def test_a_form_with_mistakes_is_shown_again_with_what_was_typed(ines: FlaskClient) -> None:
    answer = send(ines, "/admin/people", name="Priya Two", email="priya@example.org", role="product")
    assert answer.status_code == 422
    assert 'value="Priya Two"' in answer.text
    assert "already a sign-in" in answer.text


def test_another_role_takes_effect_at_once(app: Flask, ines: FlaskClient, cast: Cast) -> None:
    priya = app.test_client()
    sign_in(priya, "priya@example.org")
    assert send(ines, "/admin/people", f"/admin/people/{cast.priya.id}/role", role="analyst").status_code == 303
    assert priya.get("/team").status_code == 302
    sign_in(priya, "priya@example.org")
    assert priya.get("/analyst/segments").status_code == 200


def test_a_closed_sign_in_is_out_at_once_and_can_be_opened_again(app: Flask, ines: FlaskClient, cast: Cast) -> None:
    omar = app.test_client()
    sign_in(omar, "omar@example.org")
    send(ines, "/admin/people", f"/admin/people/{cast.omar.id}/close")
    assert omar.get("/analyst/segments").status_code == 302
    assert sign_in(omar, "omar@example.org").status_code == 422
    send(ines, "/admin/people", f"/admin/people/{cast.omar.id}/open")
    assert sign_in(omar, "omar@example.org").status_code == 303


def test_the_last_administrator_cannot_close_the_door_behind_herself(ines: FlaskClient, cast: Cast) -> None:
    answer = send(ines, "/admin/people", f"/admin/people/{cast.ines.id}/close")
    assert answer.status_code == 409
    assert ines.get("/admin/people").status_code == 200


def test_a_token_is_shown_this_once_and_ends_when_it_is_ended(ines: FlaskClient, session: Session) -> None:
    made = send(ines, "/admin/tokens", name="CRM", scopes=["signals:read", "me:read"], submission_key="K-1")
    plain = re.findall(r"cnd_[\w-]{40,}", made.text)[0]
    assert plain not in ines.get("/admin/tokens").text
    session.rollback()
    token = accounts.token_for(session, plain, clock.utc_now())
    assert token is not None
    assert token.scopes == ["me:read", "signals:read"]
    send(ines, "/admin/tokens", f"/admin/tokens/{token.id}/revoke")
    session.rollback()
    assert accounts.token_for(session, plain, clock.utc_now()) is None
    assert plain not in str(acts(session))
    assert [act for _who, act in acts(session)][-2:] == ["token.added", "token.revoked"]


def test_one_form_makes_one_token_however_often_it_is_sent(ines: FlaskClient, session: Session) -> None:
    key = re.findall(r'name="submission_key" value="([^"]+)"', ines.get("/admin/tokens").text)[0]
    given = {"name": "CRM", "scopes": ["me:read"], "submission_key": key}
    first, second = send(ines, "/admin/tokens", **given), send(ines, "/admin/tokens", **given)
    assert ("cnd_" in first.text, second.status_code) == (True, 200)
    assert re.findall(r"cnd_\w{12,}", second.text) == []
    assert "was made already" in second.text
    assert key not in second.text, "the form for another token has a key of its own"
    session.rollback()
    assert [token.name for token in accounts.tokens(session)] == ["CRM"]
    assert [act for _who, act in acts(session)].count("token.added") == 1


def test_a_token_without_a_scope_is_refused(ines: FlaskClient) -> None:
    for given in ({}, {"scopes": ["everything"]}, {"scopes": []}):
        refused = send(ines, "/admin/tokens", name="CRM", submission_key="K-1", **given)
        assert (refused.status_code, "#f-scopes" in refused.text) == (422, True)


def test_words_are_drafted_compared_and_published_as_they_were_read(
    ines: FlaskClient, session: Session, cast: Cast
) -> None:
    ask_for(session, "needs")
    says(session, cast.ada, "needs", "granted", clock.utc_now())
    session.commit()
    drafted = send(ines, "/admin/purposes/needs", "/admin/purposes/needs/notices", **WORDS)
    page = ines.get(drafted.location)
    assert "<ins>" in page.text
    assert "<del>" in page.text
    old = re.findall(r'name="sha256" value="(\w+)"', page.text)[0]
    send(ines, drafted.location, **{**WORDS, "text": "We read it."})
    stale = send(ines, drafted.location, f"{drafted.location}/publish", sha256=old)
    assert stale.status_code == 303
    session.rollback()
    assert consent.current_notice(session, "needs").version == 1
    read = re.findall(r'name="sha256" value="(\w+)"', ines.get(drafted.location).text)[0]
    send(ines, drafted.location, f"{drafted.location}/publish", sha256=read)
    session.rollback()
    words = consent.current_notice(session, "needs")
    assert (words.version, words.sha256, words.text) == (2, read, "We read it.")
    assert consent.allows(session, cast.ada.id, "needs", now=clock.utc_now()).notice_version == 1
    shown = ines.get(drafted.location).text
    assert "published, never changes" in shown
    assert "Publish these words" not in shown


def test_published_words_cannot_be_edited_nor_published_again(ines: FlaskClient, session: Session) -> None:
    ask_for(session, "needs")
    session.commit()
    words = consent.current_notice(session, "needs")
    page = f"/admin/notices/{words.id}"
    token = csrf_token(ines.get("/admin/people"))
    assert ines.post(page, data={"csrf_token": token, **WORDS}).status_code == 409
    assert ines.post(f"{page}/publish", data={"csrf_token": token, "sha256": words.sha256}).status_code == 409
    session.rollback()
    assert consent.verify(session) == []


def test_a_purpose_is_added_and_retired(ines: FlaskClient, session: Session) -> None:
    given = {
        "key": "surveys", "sentence": "Ask you", "lawful_basis": "consent", "data_used": "answers", "recipients": "us",
        "retention_days": "30", "asks": "true", "channels": ["email", "in_app"], "topics": "cards, savings",
    }  # fmt: skip
    assert send(ines, "/admin/purposes", **given).location == "/admin/purposes/surveys"
    session.rollback()
    made = consent.purposes(session)[0]
    assert (made.channels, made.topics, made.asks, made.honours_gpc) == (
        ["email", "in_app"],
        ["cards", "savings"],
        True,
        False,
    )
    assert send(ines, "/admin/purposes", **given).status_code == 422
    assert send(ines, "/admin/purposes/surveys", "/admin/purposes/surveys/retire").status_code == 303
    session.rollback()
    assert consent.purposes(session) == []
    assert "retired" in ines.get("/admin/purposes").text


def test_the_outbox_shows_links_only_while_nothing_else_delivers_them(
    ines: FlaskClient, session: Session, settings: Settings
) -> None:
    accounts.ask_reset(session, "ada@example.org", settings=settings, now=clock.utc_now())
    session.commit()
    letter = mail.outbox_page(session)[0]
    assert "/reset/" in ines.get(f"/admin/outbox/{letter.id}").text
    token = re.findall(r"/reset/(\S+)", letter.text)[0]
    sending = create_app(Settings(**{**vars(settings), "smtp_url": "smtp://mail.example.org"})).test_client()
    sign_in(sending, "ines@example.org")
    assert token not in sending.get(f"/admin/outbox/{letter.id}").text
    assert "waiting" in ines.get("/admin/outbox?state=waiting").text
    assert ines.get("/admin/outbox/999999").status_code == 404


def test_the_audit_log_is_searched_and_read_page_by_page(ines: FlaskClient, session: Session) -> None:
    for number in range(60):
        accounts.add_token(session, name=f"T{number}", scopes=["me:read"], created_by="Ines", now=clock.utc_now())
    session.commit()
    first = ines.get("/admin/audit?act=token.added")
    assert first.text.count("<code>token.added</code></td>") == 50
    more = re.findall(r'rel="next" href="([^"]+)"', first.text)[0].replace("&amp;", "&")
    assert ines.get(more).text.count("<code>token.added</code></td>") == 10
    assert "No act matches" in ines.get("/admin/audit?actor=Nobody").text
