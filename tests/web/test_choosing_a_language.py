"""Everybody reads the portal in the language they choose, and a customer's letters follow."""

import dataclasses
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal import consent, sentences
from portal.app import create_app
from portal.settings import Settings
from tests import catalogues
from tests.cast import Cast, csrf_token, sign_in

pytestmark = pytest.mark.one_database


@pytest.fixture
def trilingual(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A portal that speaks English, a word of Italian and a word of Traditional Chinese."""
    catalogues.write(tmp_path / "words", "it", {"Privacy": "Riservatezza", "Language": "Lingua"})
    catalogues.write(tmp_path / "words", "zh_Hant", {"Privacy": "隱私", "Language": "語言"})
    monkeypatch.setattr(sentences, "FOLDER", tmp_path / "words")
    return create_app(dataclasses.replace(settings, languages="en,it,zh-Hant"))


def test_a_visitor_chooses_and_their_browser_keeps_it(trilingual: Flask) -> None:
    client = trilingual.test_client()
    form = {"language": "zh-Hant", "next": "/ideas", "csrf_token": csrf_token(client.get("/language"))}
    answer = client.post("/language", data=form)
    assert (answer.status_code, answer.location) == (303, "/ideas")
    assert "隱私" in client.get("/ideas", headers={"Accept-Language": "it"}).text
    assert 'lang="zh-Hant"' in client.get("/privacy").text


def test_a_customers_choice_is_a_preference_and_no_browsers_matter(
    trilingual: Flask, cast: Cast, session: Session
) -> None:
    client = trilingual.test_client()
    sign_in(client, "ada@example.org")
    form = {"language": "it", "next": "/me/", "csrf_token": csrf_token(client.get("/language"))}
    client.post("/language", data=form)
    session.expire_all()
    assert consent.preference_of(session, cast.ada.id).language == cast.ada.language == "it"
    elsewhere = trilingual.test_client()
    sign_in(elsewhere, "ada@example.org")
    assert "Riservatezza" in elsewhere.get("/me/").text


def test_whoever_speaks_chinese_is_answered_in_the_chinese_we_write(
    trilingual: Flask, cast: Cast, session: Session
) -> None:
    cast.ben.language = "zh"
    session.commit()
    client = trilingual.test_client()
    sign_in(client, "ben@example.org")
    assert "隱私" in client.get("/me/").text
    assert sentences.in_language("zh", "Privacy") == sentences.in_language("zh-TW", "Privacy") == "隱私"
    assert sentences.in_language("fr", "Privacy") == "Privacy"


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("fr,it;q=0.7,en;q=0.3", "it"),
        ("fr", "en"),
        ("*", "en"),
        ("en-GB", "en"),
    ],
)
def test_the_browsers_wishes_are_heard_in_their_order(trilingual: Flask, wanted: str, spoken: str) -> None:
    assert f'<html lang="{spoken}"' in trilingual.test_client().get("/ideas", headers={"Accept-Language": wanted}).text


def test_a_language_the_portal_does_not_speak_is_refused_and_said_so(trilingual: Flask) -> None:
    client = trilingual.test_client()
    form = {"language": "xx", "next": "/ideas", "csrf_token": csrf_token(client.get("/language"))}
    answer = client.post("/language", data=form)
    assert answer.status_code == 422
    assert "does not speak this language" in answer.text


def test_choosing_leads_to_no_other_site(trilingual: Flask) -> None:
    client = trilingual.test_client()
    form = {"language": "it", "next": "https://example.com/", "csrf_token": csrf_token(client.get("/language"))}
    assert client.post("/language", data=form).location == "/"


def test_a_portal_of_one_language_offers_no_choice(settings: Settings) -> None:
    english = create_app(dataclasses.replace(settings, languages="en"))
    assert "/language" not in english.test_client().get("/ideas").text
