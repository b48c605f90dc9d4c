"""Omar reads how the company does: nothing yet, few people, many, alarms, and exactly the same as a file."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine

from portal import db, insight
from portal.insight import IndicatorAlarm, IndicatorFigure, IndicatorPeriod
from portal.insight.rules import LIMITS
from portal.web.indicator_words import GROUPS, INDICATORS
from tests.cast import Cast, sign_in

NOW = datetime.now(UTC)
SUNDAY = (NOW - timedelta(days=NOW.weekday() + 1)).date()


@pytest.fixture
def omar(client: FlaskClient, cast: Cast) -> FlaskClient:
    sign_in(client, "omar@example.org")
    return client


def counted(engine: Engine, good: int, of: int, *, people: int | None = None, weeks: int = 0, **values: object) -> None:
    row: dict[str, object] = {
        "period": "week", "day": SUNDAY - timedelta(weeks=weeks), "indicator": "answered", "part": "",
        "scope": "company", "scope_key": "", "numerator": good, "denominator": of, "value": None,
        "people": of if people is None else people,
    }  # fmt: skip
    with db.writing(engine) as session:
        session.add(IndicatorFigure(**{**row, **values}))
        session.merge(IndicatorPeriod(period="week", day=SUNDAY, measured_at=NOW))


def test_before_anything_was_counted_the_page_says_so(omar: FlaskClient) -> None:
    text = omar.get("/analyst/trust").text
    assert "Nothing has been counted here yet" in text
    assert "No audit of the decisions has come to its end yet" in text


def test_a_figure_is_a_sentence_with_its_interval_its_trend_and_its_table(omar: FlaskClient, engine: Engine) -> None:
    counted(engine, 90, 100, weeks=1)
    counted(engine, 60, 100)
    text = omar.get("/analyst/trust").text
    for part in (
        "60% of those who wanted an answer had one within 5 business days: 60 of 100.", "between 50% and 69%",
        "less than in the time before", '<svg class="plot spark"', "Nothing was counted for this.",
        "No indicator is beyond its limit.",
    ):  # fmt: skip
        assert part in text, part


def test_figures_of_few_people_are_hidden_on_the_page_and_in_the_file(omar: FlaskClient, engine: Engine) -> None:
    counted(engine, 15, 30, people=19)
    text = omar.get("/analyst/trust").text
    assert "hidden, as fewer than 20 people stand behind it" in text
    assert "50%" not in text
    row = next(iter(csv.DictReader(io.StringIO(omar.get("/analyst/trust.csv").text))))
    assert (row["indicator"], row["numerator"], row["share"], row["hidden"]) == ("answered", "", "", "True")


def test_contacts_after_a_no_are_never_hidden(omar: FlaskClient, engine: Engine) -> None:
    counted(engine, 1, 3, indicator="after_withdrawal")
    assert "1 of 3 messages went out after a no to them had been recorded." in omar.get("/analyst/trust").text


def test_parts_of_the_company_and_of_a_purpose_are_read_as_words(omar: FlaskClient, engine: Engine) -> None:
    for part in ("marketing × * × * @ 1", "marketing × email × * @ 2", "marketing × * × * @ 2"):
        counted(engine, 30, 60, indicator="opt_in", part=part)
    counted(engine, 30, 60, indicator="coverage", part="research")
    counted(engine, 30, 60, scope="channel", scope_key="email")
    text = omar.get("/analyst/trust").text
    places = [
        text.index(f"<b>offers: {part}</b>")
        for part in ("all ways and topics (words 2)", "all ways and topics (words 1)", "e-mail (words 2)")
    ]
    assert places == sorted(places), "the purpose as a whole comes first, and of it the words in force"
    assert "<b>short questions</b>" in text
    assert ">Channel: E-mail<" in text


def test_what_has_no_figure_is_named_once_and_folded(omar: FlaskClient, engine: Engine) -> None:
    counted(engine, 15, 30, people=19)
    counted(engine, 15, 30, indicator="promises")
    text = omar.get("/analyst/trust").text
    assert "Without a figure: Complaints answered in time, Age of open complaints, Feedback answered," in text
    assert text.count('<article class="card') == 1


def test_the_file_holds_exactly_what_the_page_shows(omar: FlaskClient, engine: Engine) -> None:
    for weeks in range(16):
        counted(engine, 50 + weeks, 100, weeks=weeks)
    counted(engine, 3, 40, indicator="denials", part="consent", scope="campaign", scope_key="spring")
    rows = list(csv.reader(io.StringIO(omar.get("/analyst/trust.csv").text)))[1:]
    assert len(rows) == omar.get("/analyst/trust").text.count('<th scope="row" class="whole">') == 13
    spring = omar.get("/analyst/trust?of=campaign:spring").text
    assert "Campaign: spring" in spring
    assert len(list(csv.reader(io.StringIO(omar.get("/analyst/trust.csv?of=campaign:spring").text)))) == 2


def test_an_alarm_says_since_when_and_what_to_do_wherever_it_is_needed(app: Flask, cast: Cast, engine: Engine) -> None:
    with db.writing(engine) as session:
        session.add(
            IndicatorAlarm(
                indicator="complaints", part="15bd", scope="company", scope_key="", since=SUNDAY - timedelta(days=6),
                seen=0.6, limit=0.8, raised_at=NOW,
            )
        )  # fmt: skip
    for name, place, words in (
        ("omar", "/analyst/trust", "60%, where the limit is 80%"),
        ("priya", "/team/", "Answer the oldest complaints first"),
        ("ines", "/admin/", "1 indicator of trust is beyond its limit"),
    ):
        client = app.test_client()
        sign_in(client, f"{name}@example.org")
        assert words in client.get(place).text, place


def test_old_figures_are_said_to_be_old(omar: FlaskClient, engine: Engine) -> None:
    counted(engine, 60, 100)
    with db.writing(engine) as session:
        session.execute(sa.update(IndicatorPeriod).values(measured_at=NOW - timedelta(days=3)))
    assert "The figures are older than two days" in omar.get("/analyst/trust").text


def test_what_an_address_asks_for_wrongly_is_said(omar: FlaskClient) -> None:
    assert "This list does not know" in omar.get("/analyst/trust?of=planet:mars&period=year").text


def test_the_auditors_page_says_what_was_found(omar: FlaskClient, engine: Engine) -> None:
    assert "No audit has begun yet" in omar.get("/analyst/trust/audit").text
    insight.audit_decisions(engine, clock=lambda: NOW, worker="test")
    assert "Nothing contradicts anything." in omar.get("/analyst/trust/audit").text
    with db.writing(engine) as session:
        last = insight.last_audit(session)
        assert last is not None
        last.contradictions = 1
        session.add(insight.Contradiction(audit_id=last.id, ref="D-1", kind="unseen", detail="seen 3"))
    assert "was not seen" in omar.get("/analyst/trust/audit").text
    assert "The auditor found 1 contradiction." in omar.get("/analyst/trust").text


def test_every_indicator_has_its_place_and_every_limit_its_advice() -> None:
    assert {name for _key, _name, members in GROUPS for name in members} == set(INDICATORS)
    assert all(str(INDICATORS[name].advice) for name, _part in LIMITS)
