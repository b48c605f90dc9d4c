"""Ines finds two records of one person, looks at both, makes them one, and parts them again."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from portal import audit, clock, consent, db
from portal.merging.moving import MOVES
from portal.web import merge_words
from tests import people
from tests.cast import Cast, csrf_token, sign_in


@pytest.fixture
def twin(cast: Cast, engine: Engine) -> str:
    """The number of a second record of Ada, who said no to offers there."""
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
        made = people.customer(session, "Ada", ref="C-TWIN", email="ada+bank@example.org")
        people.receipt(session, made, "R-TWIN", people.JOINED)
        people.says(session, made, "marketing", "withdrawn", clock.utc_now())
        people.says(session, session.merge(cast.ada), "marketing", "granted", clock.utc_now())
        return made.ref


@pytest.fixture
def ines(client: FlaskClient, twin: str) -> FlaskClient:
    sign_in(client, "ines@example.org")
    return client


def merge(ines: FlaskClient, cast: Cast, twin: str, **values: str) -> TestResponse:
    page = ines.get(f"/admin/merges/compare?keep={cast.ada.ref}&merge={twin}")
    form = {
        "csrf_token": csrf_token(page), "keep": cast.ada.ref, "merge": twin, "verified": "false", "how": "By phone",
        "word": "Merge ",
    }  # fmt: skip
    return ines.post("/admin/merges/compare", data=form | values)


def test_two_records_of_one_person_are_suggested_merged_and_parted(
    ines: FlaskClient, cast: Cast, twin: str, engine: Engine
) -> None:
    home = ines.get("/admin/merges").text
    assert "same address, same name" in home
    page = ines.get(f"/admin/merges/compare?keep={cast.ada.ref}&merge={twin}").text
    assert "1 receipts" in page
    done = merge(ines, cast, twin)
    assert done.status_code == 303
    path = done.headers["Location"]
    assert "not verified" in ines.get(path).text
    assert "Nobody looks like somebody else." in ines.get("/admin/merges").text
    with db.reading(engine) as session:
        assert not consent.allows(session, cast.ada.id, "marketing", now=clock.utc_now())
    assert ines.get("/receipts/R-TWIN").status_code == 200
    for _click in range(2):
        assert ines.post(f"{path}/undo", data={"csrf_token": csrf_token(ines.get("/admin/imports"))}).status_code == 303
    assert "They are two again" in ines.get(path).text
    with db.reading(engine) as session:
        assert consent.allows(session, cast.ada.id, "marketing", now=clock.utc_now())
        acts = [entry.act for entry in audit.page(session)]
    assert acts.count("customers.merged") == 1


def test_the_word_must_be_typed_and_what_is_wrong_is_said(ines: FlaskClient, cast: Cast, twin: str) -> None:
    wrong = merge(ines, cast, twin, word="yes")
    assert wrong.status_code == 422
    assert "Type the word “merge” to confirm." in wrong.text
    assert 'value="By phone"' in wrong.text
    assert merge(ines, cast, twin, how="").status_code == 422
    for pair in (f"keep={cast.ada.ref}&merge=C-NOBODY", f"keep={twin}&merge={twin}", "keep=1"):
        assert ines.get(f"/admin/merges/compare?{pair}").headers["Location"] == "/admin/merges"
    assert ines.get("/admin/merges/G-NONE").status_code == 404


def test_the_merged_customer_signs_in_no_more(client: FlaskClient, cast: Cast, engine: Engine) -> None:
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
    sign_in(client, "ines@example.org")
    assert merge(client, cast, cast.ben.ref).status_code == 303
    other = client.application.test_client()
    assert sign_in(other, "ben@example.org").status_code != 303
    assert sign_in(client.application.test_client(), "ada@example.org").status_code == 303


def test_every_table_that_moves_has_words() -> None:
    assert set(merge_words.TABLES) == set(MOVES)
