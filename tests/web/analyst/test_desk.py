"""The analyst's desk: segments, rules and decisions, as Omar reads and changes them without JavaScript."""

import re
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import db, outreach, segments, treatment
from portal.audit import Actor
from portal.audit.models import AuditEntry
from portal.segments.models import Segment
from portal.settings import Settings
from portal.treatment.models import Decision
from tests import people
from tests.cast import Cast, csrf_token, sign_in
from tests.web.analyst.conftest import NOW

CONDITION = {"join": "all", "sense": "is", "feature": "need.cost.count.90d", "op": ">=", "value": "1"}

ADDRESSES = """
    /segments /segments/new /segments/new?clone=fees /segments/fees /segments/fees/edit /segments/fees/members
    /rules /rules/new /rules/free_for_fees /rules/ask_about_fees /what-if /decisions
""".split()


def send(client: FlaskClient, page: str, to: str | None = None, **data: object) -> TestResponse:
    token = csrf_token(client.get(page))
    return client.post(to or page, data={"csrf_token": token, **data})


def test_every_page_opens(omar: FlaskClient, session: Session) -> None:
    ref = session.scalars(sa.select(Decision.ref)).first()
    for address in ("", *ADDRESSES, f"/decisions/{ref}"):
        answer = omar.get(f"/analyst{address}")
        assert answer.status_code == 200, address


def test_a_segment_page_says_what_it_means_and_why_somebody_is_in_it(omar: FlaskClient, world: Cast) -> None:
    text = omar.get("/analyst/segments/fees").text
    assert "<b>at least twice</b>" in text
    assert "<b>English</b>" in text
    assert world.ada.ref in text
    assert "The fee was taken twice" in text
    assert "<b>again</b>" not in text
    assert 'role="img"' in text


def test_the_size_is_shown_before_anything_is_saved(omar: FlaskClient, session: Session) -> None:
    answer = send(omar, "/analyst/segments/new", act="try", name="Fee talkers", key="talkers", **CONDITION)
    assert answer.status_code == 200
    assert "people now" in answer.text
    assert 'value="Fee talkers"' in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(Segment)) == 1


def test_a_new_segment_is_saved_as_a_draft_then_goes_live_and_retires(
    omar: FlaskClient, engine: Engine, session: Session
) -> None:
    answer = send(omar, "/analyst/segments/new", act="save", name="Fee talkers", key="talkers", why="", **CONDITION)
    assert answer.headers["Location"] == "/analyst/segments/talkers"
    send(omar, "/analyst/segments/talkers", "/analyst/segments/talkers/live")
    segments.place_customers(engine, clock=lambda: NOW + timedelta(minutes=1), worker="test")
    assert [count for found, _tree, count in segments.segments_page(session) if found.key == "talkers"] == [1]
    send(omar, "/analyst/segments/talkers", "/analyst/segments/talkers/retire")
    session.rollback()
    assert segments.segment(session, "talkers").state == "retired"
    acts = session.scalars(
        sa.select(AuditEntry.act).where(AuditEntry.subject == "talkers").order_by(AuditEntry.id)
    ).all()
    assert acts == ["segment.defined", "segment.live", "segment.retired"]


def test_until_everybody_is_placed_a_live_segment_says_so_instead_of_counting_nobody(
    omar: FlaskClient, engine: Engine
) -> None:
    send(omar, "/analyst/segments/new", act="save", name="Fee talkers", key="talkers", why="", **CONDITION)
    page = "/analyst/segments/talkers"
    assert "being placed" not in omar.get(page).text, "a draft places nobody"
    send(omar, page, f"{page}/live")
    for address in (page, "/analyst/segments", "/analyst"):
        assert "being placed" in omar.get(address).text, address
    waiting = omar.get(page).text
    assert "usually within 10 seconds. It will hold 1 people: 1 enter and 0 leave." in waiting
    assert ("data-live-awaits" in waiting, "live.js" in waiting, f'<a href="{page}">Look again</a>' in waiting) == (
        True,
        True,
        True,
    )
    assert "Nobody is or was in this segment" not in waiting
    assert "usually within 10 seconds" in omar.get(f"{page}/members").text
    segments.place_customers(engine, clock=lambda: NOW + timedelta(minutes=1), worker="test")
    placed = omar.get(page).text
    assert ("being placed" in placed, "data-live-awaits" in placed) == (False, False)


def test_rows_are_added_and_mistakes_are_said_with_the_values_kept(omar: FlaskClient) -> None:
    more = send(omar, "/analyst/segments/new", act="more", name="X y", **CONDITION)
    assert more.text.count('name="feature"') == 3
    wrong = send(omar, "/analyst/segments/new", act="save", name="X y", key="xy", **{**CONDITION, "value": "many"})
    assert wrong.status_code == 422
    assert "This feature takes a number" in wrong.text
    assert 'value="many"' in wrong.text
    nothing = send(omar, "/analyst/segments/new", act="save", name="X y", key="xy", **{**CONDITION, "feature": ""})
    assert "Choose at least one condition" in nothing.text
    assert send(omar, "/analyst/segments/new", act="save", name="X y", key="xy", tree="{").status_code == 422


def test_a_nested_definition_is_written_as_json_and_read_back_into_the_form(
    omar: FlaskClient, session: Session
) -> None:
    tree = '{"any": [{"all": [{"feature": "language", "op": "==", "value": "it"}]}, {"in_segment": "fees"}]}'
    send(omar, "/analyst/segments/new", act="save", name="Nested", key="nested", tree=tree)
    assert segments.segment(session, "nested").state == "draft"
    assert "in_segment" in omar.get("/analyst/segments/nested/edit").text


def test_an_edit_says_who_would_leave_and_saves_the_next_version(omar: FlaskClient, session: Session) -> None:
    page = "/analyst/segments/fees/edit"
    shown = send(omar, page, act="try", name="Fees", **{**CONDITION, "value": "5"})
    assert "would leave" in shown.text
    assert send(omar, page, act="save", name="Fees", **{**CONDITION, "value": "5"}).status_code == 303
    session.rollback()
    assert segments.segment(session, "fees").version == 2


def test_members_come_page_by_page_and_as_csv(omar: FlaskClient, engine: Engine, world: Cast) -> None:
    with db.writing(engine) as session:
        for number in range(60):
            person = people.customer(session, f"P{number}")
            for days in (1, 2):
                people.signal(session, person, "cost", NOW - timedelta(days=days))
    segments.place_customers(engine, clock=lambda: NOW + timedelta(minutes=11), worker="test")
    first = omar.get("/analyst/segments/fees/members")
    address = first.text.split('rel="next" href="')[1].split('"')[0]
    second = omar.get(address)
    assert [len(re.findall(r"\bC-P\d+\b", page.text)) for page in (first, second)] == [50, 10]
    assert world.ada.ref in second.text
    rows = omar.get("/analyst/segments/fees/members.csv").text.splitlines()
    assert len(rows) == 62
    assert omar.get("/analyst/segments/fees/members?after=made-up").status_code == 422


def test_a_rule_says_who_would_get_what_before_it_acts(omar: FlaskClient, session: Session, world: Cast) -> None:
    page = "/analyst/rules/ask_about_fees"
    text = omar.get(page).text
    assert "1 of 1 members have not had it yet" in text
    assert world.ada.ref in text
    assert "was never allowed" in text
    assert "1 of 1 members have not had it yet" in omar.get(page).text, "looking did nothing"


def test_a_new_rule_is_checked_and_saved_as_a_draft(omar: FlaskClient, session: Session) -> None:
    rule = {"name": "More free", "key": "more_free", "segment_key": "fees", "kind": "grant", "benefit_key": "free"}
    answer = send(omar, "/analyst/rules/new", sentence="Because fees bother you, more are free.", **rule)
    assert answer.headers["Location"] == "/analyst/rules/more_free"
    again = send(omar, "/analyst/rules/new", sentence="Because fees bother you, more are free.", **rule)
    assert again.status_code == 422
    empty = send(
        omar, "/analyst/rules/new", sentence="Because fees bother you.", **{**rule, "key": "k2", "benefit_key": ""}
    )
    assert "Choose what is granted" in empty.text


def test_what_if_records_nothing(omar: FlaskClient, session: Session, world: Cast) -> None:
    before = session.scalar(sa.select(sa.func.count()).select_from(Decision))
    question = f"/analyst/what-if?customer={world.ada.ref}&message_class=marketing&purpose=marketing&channel=email"
    text = omar.get(question).text
    assert "It would not be sent" in text
    assert "was never allowed" in text
    assert "Nobody wrote in distress" in text
    assert session.scalar(sa.select(sa.func.count()).select_from(Decision)) == before
    assert omar.get(question.replace(world.ada.ref, "C-NOBODY")).status_code == 422


def test_what_if_finds_the_customer_by_address_and_keeps_it_out_of_the_address(omar: FlaskClient, world: Cast) -> None:
    asked = send(omar, "/analyst/what-if", customer="ada@example.org", template="tell@1", not_before="2036-05-01T10:00")
    place = asked.headers["Location"]
    assert (asked.status_code, f"customer={world.ada.ref}" in place, "example.org" in place) == (303, True, False)
    text = omar.get(place).text
    assert "It would wait until 1 May 2036, 10:00" in text, "a time without a zone is in the reader's own"
    assert f'Ada <a class="small ref" href="/team/customers/{world.ada.ref}/consent">' in text
    assert '<option value="service" selected>' in text, "the template settles what it was confirmed with"
    assert '<option value="tell@1" data-fill="{&#34;message_class&#34;: &#34;service&#34;' in text
    lost = send(omar, "/analyst/what-if", customer="nobody@example.org")
    assert (lost.status_code, "There is no such customer. Give the reference" in lost.text) == (422, True)
    assert send(omar, "/analyst/what-if", customer="").status_code == 422
    assert '<option value="elsewhere@3" selected>' in omar.get(place.replace("tell@1", "elsewhere@3")).text


def test_what_if_takes_a_whole_intent(omar: FlaskClient, world: Cast) -> None:
    question = f"/analyst/what-if?customer={world.ada.ref}&message_class=service&purpose=service&channel=in_app"
    later = f"{question}&product_line=loan&not_before=2036-05-01T10%3A00"
    assert "It would wait until" in omar.get(later).text
    assert "Too late" in omar.get(f"{later}&expires_at=2036-04-01T10%3A00").text
    assert "such a message carries no offer" in omar.get(f"{question}&cross_sell=true").text
    assert "confirmed with another message_class" in omar.get(f"{question}&template=offer@1").text
    page = omar.get(f"{question}&data=shoe+size%3B+income").text
    assert "does not cover this use" in page
    assert 'value="shoe size; income"' in page


def test_decisions_are_filtered_and_each_says_why(omar: FlaskClient, session: Session, world: Cast) -> None:
    text = omar.get("/analyst/decisions?outcome=deny").text
    assert "It was not sent" in text
    assert "It was sent" not in text
    denied = session.scalars(sa.select(Decision).where(Decision.outcome == "deny")).first()
    page = omar.get(f"/analyst/decisions/{denied.ref}").text
    assert "rule decisive" in page
    assert "It would be allowed when" in page
    assert "decided the same again just now" in page
    rows = omar.get("/analyst/decisions.csv?outcome=deny").text.splitlines()
    assert len(rows) == 1 + session.scalar(sa.select(sa.func.count()).where(Decision.outcome == "deny"))


def test_a_decision_names_its_segment_and_its_rule_as_people_call_them(
    omar: FlaskClient, session: Session, world: Cast, engine: Engine, settings: Settings
) -> None:
    by_segment = session.scalars(sa.select(Decision).where(Decision.intent_key == "offer")).one()
    page = omar.get(f"/analyst/decisions/{by_segment.ref}").text
    assert ">People who want fees to be plain</a> <code>fees</code>" in page
    assert "every topic" in page
    with db.writing(engine) as writing:
        mona = Actor("team", None, "Mona")
        treatment.approve_rule(writing, "ask_about_fees", version=1, by=mona, now=NOW)
    outreach.intend_from_rules(engine, clock=lambda: NOW, worker="test")
    outreach.send_due(engine, settings=settings, clock=lambda: NOW, worker="test")
    text = omar.get("/analyst/decisions").text
    assert "a question · Ask them" in text
    assert "ask_about_fees" not in text


def test_a_decision_is_called_what_its_customer_reads_and_not_what_the_template_has_blank(
    omar: FlaskClient, app: Flask, session: Session, world: Cast, engine: Engine, settings: Settings
) -> None:
    with db.writing(engine) as writing:
        words = outreach.add_template(
            writing, key="blank", message_class="service", purpose="service", channel="in_app", text="$name",
            subject="$company tells you", by="Priya", now=NOW,
        )  # fmt: skip
        writing.get_one(people.Customer, world.ada.id).language = "it"
        words.translations = {"it": {"subject": "$company ti dice", "text": "$name"}}
        outreach.intend(writing, key="blank", customer_id=world.ada.id, template_key="blank", reason="Told", now=NOW)
    outreach.send_due(engine, settings=settings, clock=lambda: NOW, worker="test")
    ref = session.scalars(sa.select(Decision.ref).where(Decision.intent_key == "blank")).one()
    assert f"{settings.company} tells you</h1>" in omar.get(f"/analyst/decisions/{ref}").text
    client = app.test_client()
    sign_in(client, "ada@example.org")
    for page in ("/me/why", f"/me/why/decisions/{ref}"):
        assert f"{settings.company} ti dice" in client.get(page).text


def test_customers_and_the_product_team_do_not_reach_the_desk(client: FlaskClient, world: Cast) -> None:
    sign_in(client, "ada@example.org")
    assert client.get("/analyst/segments/fees").status_code == 403
