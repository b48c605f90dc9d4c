"""Ines brings in consents: the difference first, then she confirms, follows it, and takes it back."""

import io

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from portal import audit, clock, consent, db, importing
from portal.importing import ConsentBatch
from portal.settings import Settings
from tests import people
from tests.cast import Cast, csrf_token, sign_in

FILE = (
    b"customer,purpose,answer,at,evidence\nada@example.org,marketing,yes,2026-11-01,=call 7\nnobody,marketing,yes,,\n"
)


@pytest.fixture
def ines(client: FlaskClient, cast: Cast, engine: Engine) -> FlaskClient:
    """A browser with Ines, the admin, signed in, in a company that asks for offers."""
    with db.writing(engine) as session:
        people.ask_for(session, "marketing")
    sign_in(client, "ines@example.org")
    return client


def upload(ines: FlaskClient, content: bytes = FILE, name: str = "from crm.csv", **more: str) -> TestResponse:
    form = {"csrf_token": csrf_token(ines.get("/admin/imports")), "key": "k-1", "file": (io.BytesIO(content), name)}
    return ines.post("/admin/imports", data=form | more)


def press(ines: FlaskClient, path: str, act: str) -> TestResponse:
    return ines.post(f"{path}/{act}", data={"csrf_token": csrf_token(ines.get("/admin/imports"))})


def work(engine: Engine, settings: Settings) -> None:
    importing.work_on_batches(engine, settings=settings, clock=clock.utc_now, worker="test")


def allowed(engine: Engine, cast: Cast) -> bool:
    with db.reading(engine) as session:
        return bool(consent.allows(session, cast.ada.id, "marketing", now=clock.utc_now()))


def test_a_file_is_shown_confirmed_and_taken_back(
    ines: FlaskClient, cast: Cast, engine: Engine, settings: Settings
) -> None:
    assert "No consents were brought in yet" in ines.get("/admin/imports").text
    answer = upload(ines)
    assert answer.status_code == 303
    path = answer.headers["Location"]
    waiting = ines.get(path)
    assert "being read" in waiting.text
    assert waiting.headers["Refresh"] == "3"
    work(engine, settings)
    page = ines.get(path)
    assert "become allowed: 1, and this many denied: 0" in page.text
    assert "Nobody has this number or address." in page.text
    assert "Refresh" not in page.headers
    assert not allowed(engine, cast)
    for _click in range(2):
        assert press(ines, path, "apply").status_code == 303
    work(engine, settings)
    assert allowed(engine, cast)
    assert "Rows written: 1; with nothing to write: 1." in ines.get(path).text
    assert press(ines, path, "discard").status_code == 303
    press(ines, path, "undo")
    work(engine, settings)
    assert not allowed(engine, cast)
    assert "Taken back: 1; left as somebody changed them since: 0." in ines.get(path).text
    with db.reading(engine) as session:
        acts = [entry.act for entry in audit.page(session) if entry.act.startswith("import.")]
    assert sorted(acts) == ["import.applied", "import.undone", "import.uploaded"]


def test_sent_twice_it_is_one_import(ines: FlaskClient, engine: Engine) -> None:
    assert upload(ines).headers["Location"] == upload(ines).headers["Location"]
    with db.reading(engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ConsentBatch)) == 1


def test_the_difference_is_narrowed_and_downloaded(ines: FlaskClient, engine: Engine, settings: Settings) -> None:
    path = upload(ines).headers["Location"]
    work(engine, settings)
    assert "ada@" not in ines.get(f"{path}?outcome=refused").text
    sheet = ines.get(f"{path}/difference.csv").text.splitlines()
    assert len(sheet) == 3
    assert "allow" in sheet[1]
    assert "=call" not in "\n".join(sheet)
    assert len(ines.get(f"{path}/difference.csv?outcome=refused").text.splitlines()) == 2
    assert "No rows of this kind" in ines.get(f"{path}?outcome=deny").text


def test_what_cannot_be_used_is_said_at_the_field(ines: FlaskClient, engine: Engine, settings: Settings) -> None:
    for content, name, more, told in (
        (b"x", "a.xls", {}, "is neither .csv"),
        (b"", "a.csv", {}, "The file is empty."),
        (FILE, "", {}, "Choose a file."),
        (FILE, "a.csv", {"columns": "customer"}, "is not understood"),
    ):
        answer = upload(ines, content, name, **more)
        assert answer.status_code == 422
        assert told in answer.text
    path = upload(ines, b"who\n1\n", "b.csv").headers["Location"]
    work(engine, settings)
    assert "has no column “customer”" in ines.get(path).text
    assert press(ines, path, "apply").status_code == 409
    assert press(ines, path, "discard").status_code == 303


def test_a_file_larger_than_other_requests_is_taken(ines: FlaskClient, settings: Settings) -> None:
    content = FILE + b"nobody,marketing,yes,,\n" * (settings.max_body_bytes // 20)
    assert len(content) > settings.max_body_bytes
    assert upload(ines, content).status_code == 303


def test_others_see_no_imports(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "omar@example.org")
    assert client.get("/admin/imports").status_code == 403


def test_a_page_of_many_rows_goes_on(ines: FlaskClient, engine: Engine, settings: Settings) -> None:
    path = upload(ines, FILE + b"nobody,marketing,no,,\n" * 150).headers["Location"]
    work(engine, settings)
    first = ines.get(path).text
    assert "after=101" in first
    assert "after=101" not in ines.get(f"{path}?after=101").text
