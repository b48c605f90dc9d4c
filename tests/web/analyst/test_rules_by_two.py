"""A rule that writes to people: Omar writes it, somebody else approves it, and each change ends that."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import db, outreach, treatment
from portal.audit import Actor
from portal.audit.models import AuditEntry
from portal.errors import Conflict, NotAllowed
from portal.treatment import TreatmentRule
from tests.cast import Cast
from tests.web.analyst.conftest import NOW
from tests.web.analyst.test_desk import send

RULE = {"name": "Tell them", "segment_key": "fees", "sentence": "Because fees bother you, we write once."}
HERE = "/analyst/rules/tell_them"


def write(omar: FlaskClient, template: str = "tell") -> None:
    answer = send(omar, "/analyst/rules/new", key="tell_them", kind="contact", template_key=template, **RULE)
    assert answer.status_code == 303


def stands(session: Session) -> tuple[str, int, str | None]:
    session.rollback()
    found = treatment.rule(session, "tell_them")
    return found.state, found.version, found.approved_by


def test_whoever_wrote_it_reads_why_somebody_else_approves_it(omar: FlaskClient, session: Session) -> None:
    write(omar)
    page = omar.get(HERE).text
    assert "You wrote it, so somebody else approves it." in page
    assert "two people have to want that" in page
    assert "Approve, and go live" not in page
    assert "not yet: it writes to nobody" in page
    answer = send(omar, f"{HERE}/live", version="1")
    assert answer.status_code == 403
    assert stands(session) == ("draft", 1, None)


def test_somebody_else_approves_it_and_the_page_says_who_wrote_and_who_approved(
    omar: FlaskClient, ines: FlaskClient, session: Session, engine: Engine
) -> None:
    write(omar)
    assert outreach.intend_from_rules(engine, clock=lambda: NOW, worker="w") == (0, 0)
    assert "Approve, and go live" in ines.get(HERE).text
    assert send(ines, f"{HERE}/live", version="1").status_code == 303
    assert stands(session) == ("live", 1, "Ines")
    page = omar.get(HERE).text
    assert page.index("Written") < page.index("by Omar", page.index("Written")) < page.index("Approved")
    assert "by Ines" in page
    assert session.scalars(sa.select(AuditEntry.act).where(AuditEntry.act == "rule.approved")).one()
    assert outreach.intend_from_rules(engine, clock=lambda: NOW, worker="w") == (1, 0)


def test_a_change_ends_the_approval_and_neither_who_wrote_nor_who_changed_it_approves_it_again(
    omar: FlaskClient, ines: FlaskClient, session: Session, engine: Engine
) -> None:
    write(omar)
    send(ines, f"{HERE}/live", version="1")
    assert "whoever approved it approved what it was" in ines.get(f"{HERE}/edit").text
    changed = {**RULE, "sentence": "Because fees bother you, we write once more.", "template_key": "ask"}
    assert send(ines, f"{HERE}/edit", **changed).status_code == 303
    assert stands(session) == ("draft", 2, None)
    assert "changed by Ines" in omar.get(HERE).text
    assert outreach.intend_from_rules(engine, clock=lambda: NOW, worker="w") == (0, 0)
    for author in (omar, ines):
        assert send(author, f"{HERE}/live", version="2").status_code == 403
    with db.writing(engine) as writing:
        treatment.approve_rule(writing, "tell_them", version=2, by=Actor("team", 999, "Mona"), now=NOW)
    assert stands(session) == ("live", 2, "Mona")


def test_what_was_changed_while_it_was_read_is_read_again_first(
    omar: FlaskClient, ines: FlaskClient, session: Session
) -> None:
    write(omar)
    send(omar, f"{HERE}/edit", **{**RULE, "name": "Tell them all"}, template_key="tell")
    assert send(ines, f"{HERE}/live", version="1").status_code == 409
    assert send(ines, f"{HERE}/live").status_code == 303
    assert stands(session) == ("draft", 2, None)


def test_what_was_retired_is_approved_anew_and_not_by_its_author(
    omar: FlaskClient, ines: FlaskClient, session: Session
) -> None:
    write(omar)
    send(ines, f"{HERE}/live", version="1")
    send(omar, f"{HERE}/retire")
    assert stands(session) == ("retired", 1, None)
    assert "ended when it was retired" in omar.get(HERE).text
    assert send(omar, f"{HERE}/live", version="1").status_code == 403
    assert send(ines, f"{HERE}/live", version="1").status_code == 303


def test_a_change_that_makes_no_sense_is_said_beside_its_field(omar: FlaskClient, session: Session) -> None:
    write(omar)
    assert send(omar, f"{HERE}/edit", **RULE, template_key="").status_code == 422
    assert send(omar, f"{HERE}/edit", **RULE, template_key="nothing").status_code == 422
    assert send(omar, f"{HERE}/edit", **{**RULE, "name": ""}, template_key="tell").status_code == 422
    assert stands(session) == ("draft", 1, None)


def test_what_grants_goes_live_by_one_person_and_is_changed_by_one(omar: FlaskClient, session: Session) -> None:
    assert "Written" not in omar.get("/analyst/rules/free_for_fees").text
    said = {**RULE, "name": "Five free", "benefit_key": "free"}
    assert send(omar, "/analyst/rules/free_for_fees/edit", **said).status_code == 303
    session.expire_all()
    assert treatment.rule(session, "free_for_fees").state == "draft"
    assert send(omar, "/analyst/rules/free_for_fees/live").status_code == 303


def test_no_way_past_the_second_person_is_left(session: Session, world: Cast) -> None:
    with pytest.raises(NotAllowed):
        treatment.switch_rule(session, "ask_about_fees", to="live")
    by_name = Actor("team", 77, "Omar")  # of whom a loader wrote down no more than the name
    with pytest.raises(NotAllowed):
        treatment.approve_rule(session, "ask_about_fees", version=1, by=by_name, now=NOW)
    treatment.approve_rule(session, "ask_about_fees", version=1, by=Actor("team", 1, "Ines"), now=NOW)
    with pytest.raises(Conflict):
        treatment.approve_rule(session, "ask_about_fees", version=1, by=Actor("team", 1, "Ines"), now=NOW)
    session.execute(sa.update(TreatmentRule).values(approved_at=None, last_run_at=NOW - timedelta(days=1)))
    assert outreach.actions._intend_some(session, "ask_about_fees", NOW) == (0, 0)
