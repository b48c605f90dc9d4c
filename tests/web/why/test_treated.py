"""How we have treated Ada, as she reads it: every part a sentence, with its day and its weight."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.engine import Engine

from portal import treatment
from portal.treatment.trust import KINDS
from portal.web.trust_words import CONDUCT
from tests.cast import Cast, sign_in
from tests.web.analyst.conftest import NOW, world

__all__ = ["world"]


def test_before_it_was_measured_the_page_says_so(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "ada@example.org")
    assert "This has not been measured yet" in client.get("/me/trust").text


def test_ada_reads_what_we_did_and_what_it_counts(client: FlaskClient, world: Cast, engine: Engine) -> None:
    treatment.measure_trust(engine, clock=lambda: NOW + timedelta(days=9), worker="test")
    sign_in(client, "ada@example.org")
    text = client.get("/me/trust").text
    for part in ("0.58", "we still owe you an answer", "−0.06", "for as long as it lasts", "never changes a price"):
        assert part in text, part
    assert client.get("/me").text.count("/me/trust") == 1
    assert client.get("/me/why").text.count("/me/trust") == 1


def test_every_kind_of_conduct_has_its_words() -> None:
    assert set(CONDUCT) == set(KINDS)
