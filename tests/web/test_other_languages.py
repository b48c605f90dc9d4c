"""A page and the API say what is wrong in the language of whoever looks, also where a library found it."""

import dataclasses
import inspect
import re
from pathlib import Path

import pytest
from flask import Flask
from marshmallow import Schema, ValidationError, fields, validate
from sqlalchemy.orm import Session

from portal import sentences
from portal.app import create_app
from portal.settings import Settings
from portal.web.field_words import WORDS, about_field, about_fields
from tests import catalogues
from tests.cast import Cast, csrf_token, sign_in

NOT_USED = ("Tuple", "TimeDelta", "IP", "Enum", "Decimal", "_TemporalField", "ContainsNoneOf", "NoneOf")
ITALIAN = {
    "This is needed.": "Questo serve.",
    "Use at most %(max)s characters.": "Usa al massimo %(max)s caratteri.",
    "Write at least %(least)s characters.": "Scrivi almeno %(least)s caratteri.",
    "Nothing of this name is taken here.": "Qui non si prende nulla con questo nome.",
    "There is nothing at this address of the API.": "Non c'è nulla a questo indirizzo.",
    "Choose yes or no.": "Scegli sì o no.",
}


@pytest.fixture
def bilingual(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A portal that speaks English and a little Italian."""
    catalogues.write(tmp_path / "words", "it", ITALIAN)
    monkeypatch.setattr(sentences, "FOLDER", tmp_path / "words")
    return create_app(dataclasses.replace(settings, languages="en,it"))


def test_a_form_says_what_is_wrong_in_the_customers_language_not_the_browsers(
    bilingual: Flask, cast: Cast, session: Session
) -> None:
    cast.ben.language = "it"
    session.commit()
    for email, said in (("ben@example.org", "Scrivi almeno 4 caratteri."), ("ada@example.org", "Write at least 4")):
        client = bilingual.test_client()
        sign_in(client, email)
        form = {"title": "Ab", "text": "Everything dark, please.", "csrf_token": csrf_token(client.get("/ideas/new"))}
        answer = client.post("/ideas/new", data=form, headers={"Accept-Language": "en"})
        assert answer.status_code == 422
        assert said in answer.text


def test_what_marshmallow_finds_is_said_in_the_language_of_whoever_looks(bilingual: Flask) -> None:
    client = bilingual.test_client()
    token = csrf_token(client.get("/sign-up"))
    answer = client.post("/sign-up", data={"csrf_token": token}, headers={"Accept-Language": "it"})
    assert "Questo serve." in answer.text
    assert "Missing data" not in answer.text


def test_the_api_refuses_in_the_language_that_is_asked_for(bilingual: Flask) -> None:
    answer = bilingual.test_client().get("/api/v1/nothing", headers={"Accept-Language": "it"})
    assert answer.json["detail"] == "Non c'è nulla a questo indirizzo."


def library_messages() -> set[str]:
    """Every message of the fields and checks of marshmallow that we use, as the library writes it."""
    found = {"Unknown field.", "Invalid input type."}
    for name, kind in [*vars(fields).items(), *vars(validate).items()]:
        if inspect.isclass(kind) and not name.startswith(NOT_USED):
            found |= set(vars(kind).get("default_error_messages", {}).values())
            named = {
                text
                for key, text in vars(kind).items()
                if re.fullmatch(r"default_message|message_(min|max|all|equal)", key)
            }
            found |= {text for text in named if not text.startswith("Must be {m")}
    return found


@pytest.mark.parametrize("message", sorted(library_messages()))
def test_every_message_of_the_library_has_words_of_ours(message: str, app: Flask) -> None:
    with app.test_request_context():
        assert message in WORDS
        assert about_field(message) != message


class Everything(Schema):
    """A field for each check that fills blanks of its own."""

    whole = fields.Integer(validate=validate.Range(1, 9))
    least = fields.Integer(validate=validate.Range(min=1))
    most = fields.Integer(validate=validate.Range(max=9))
    short = fields.String(validate=validate.Length(max=3))
    long = fields.String(validate=validate.Length(min=3))
    between = fields.String(validate=validate.Length(min=3, max=5))
    exact = fields.List(fields.Integer(), validate=validate.Length(equal=2))
    one = fields.String(validate=validate.OneOf(["a", "b"]))
    when = fields.AwareDateTime()
    time = fields.Time()
    parts = fields.List(fields.Integer())


def test_the_blanks_of_the_library_are_kept_in_our_words(app: Flask) -> None:
    asked = {
        "whole": 10, "least": 0, "most": 10, "short": "four", "long": "x", "between": "x", "exact": [1], "one": "c",
        "when": "yesterday", "time": "noon", "parts": [1, "x"],
    }  # fmt: skip
    with pytest.raises(ValidationError) as caught, app.test_request_context():
        Everything().load(asked)
    with app.test_request_context():
        said = about_fields(caught.value.messages)
    assert said == {
        "whole": ["Choose something from 1 to 9."],
        "least": ["Choose 1 or more."],
        "most": ["Choose 9 or less."],
        "short": ["Use at most 3 characters."],
        "long": ["Use at least 3 characters."],
        "between": ["Use between 3 and 5 characters."],
        "exact": ["Exactly 2 are needed here."],
        "one": ["Choose one of these: a, b."],
        "when": ["Write a date and time like 2027-03-01T09:30:00Z."],
        "time": ["Write a time like 20:00."],
        "parts": {1: ["This must be a whole number."]},
    }
