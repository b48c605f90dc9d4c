"""The settings of the contact rules as pages: every one a sentence and a field."""

import re
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import treatment
from portal.audit.models import AuditEntry
from portal.web.analyst import policy_form
from tests.cast import Cast
from tests.web.analyst.test_desk import send

CHANGED: dict[str, Any] = {
    "complaint_days": 41, "promise_days": 61, "caps_marketing": "1/7, 3/31", "caps_research": "1/45",
    "caps_repermission": "", "caps_answer": "6/2", "channel_in_app": "9/8", "channel_email": "3/9",
    "channel_sms": "2/11", "channel_phone": "1/62", "channel_post": "1/63", "channel_push": "2/12",
    "caps_by_topic": "5/33", "caps_in_all": "5/13, 11/34", "quiet_from": "19:15", "quiet_until": "09:30",
    "zone_if_unknown": "Europe/London", "ask_again_hours": 23, "lease_seconds": 67, "email_offer_months": 22,
    "call_list_days": 27, "vulnerable_products": ["loan", "exchange"], "cooldown_days": 15, "spam_days": 32,
    "repermission_months": 14, "trust_cross_sell": 0.42, "trust_offers": 0.26, "trust_lift": 0.12,
    "leaving_percent": 0.7, "leaving_times": 3.5, "leaving_least": 4, "leaving_sure": 0.9,
    "balance_of": 4, "balance_days": 364,
}  # fmt: skip


def test_every_setting_has_a_field_that_gives_it_back_unchanged() -> None:
    for settings in (treatment.DEFAULT_POLICY, policy_form.settings_from(_loaded(CHANGED))):
        again = policy_form.settings_from(_loaded(policy_form.as_fields(settings)))
        assert again == dict(treatment.PolicySchema().load(again)) == settings
        assert again.keys() == treatment.PolicySchema().fields.keys()


def test_every_setting_is_read_as_a_sentence_with_its_number(omar: FlaskClient, session: Session) -> None:
    settings = policy_form.settings_from(_loaded(CHANGED))
    treatment.set_policy(session, settings, by="Omar", note="Calmer", now=treatment.policies(session)[0].created_at)
    session.commit()
    page = omar.get("/analyst/rules").text
    rules = page[page.index("<ol>") : page.index("</ol>")] + page.split("</ol>")[1].split("<details")[0]
    numbers = re.findall(r"[\d:.]+\d|\d", re.sub("<[^>]+>", " ", rules))
    for name, value in CHANGED.items():
        for number in re.findall(r"[\d:.]+\d|\d", str(value)):
            assert number in numbers, name
    assert "loans, foreign exchange" in rules
    assert "Asking again for a yes: no limit." in rules


def test_a_limit_that_cannot_be_read_is_named_beside_its_field(omar: FlaskClient, session: Session) -> None:
    before = len(treatment.policies(session))
    wrong = {**CHANGED, "caps_in_all": "4 a week", "zone_if_unknown": "Mars", "trust_offers": 7}
    answer = send(omar, "/analyst/rules", "/analyst/rules/policy", note="Odd", **wrong)
    assert answer.status_code == 422
    assert "Write limits like 2/7, 6/30" in answer.text
    assert 'value="4 a week"' in answer.text
    answer = send(omar, "/analyst/rules", "/analyst/rules/policy", note="Odd", **{**CHANGED, "zone_if_unknown": "Mars"})
    assert answer.status_code == 422
    assert "There is no such time zone" in answer.text
    session.rollback()
    assert len(treatment.policies(session)) == before


def test_one_writes_tries_and_waits_and_another_puts_it_in_force(
    omar: FlaskClient, ines: FlaskClient, session: Session
) -> None:
    before = treatment.policy_in_force(session).version
    session.rollback()
    sent = send(omar, "/analyst/rules", "/analyst/rules/policy", note="Calmer", **CHANGED)
    address = f"/analyst/policies/{before + 1}"
    assert sent.headers["Location"] == address
    draft = omar.get(address).text
    assert "and for 30 days after the answer" in draft
    assert "and for 41 days after the answer" in draft
    assert "What it would have decided differently" not in draft
    assert send(ines, address, f"{address}/approve").status_code == 422
    assert send(omar, address, f"{address}/shadow").status_code == 303
    mine = omar.get(address).text
    assert "You wrote it, so it waits for a second person." in mine
    assert "Approve and put in force" not in mine
    refused = send(omar, address, f"{address}/approve")
    assert (refused.status_code, "waits for a second person" in refused.text) == (422, True)
    session.rollback()
    assert treatment.policy_in_force(session).version == before
    assert "waits for a second person" in ines.get("/analyst/rules").text
    assert send(ines, address, f"{address}/approve").status_code == 303
    session.rollback()
    in_force = treatment.policy_in_force(session)
    assert (in_force.version, in_force.settings) == (before + 1, policy_form.settings_from(_loaded(CHANGED)))
    assert "Approved by Ines" in omar.get(address).text
    acts = session.execute(sa.select(AuditEntry.act, AuditEntry.actor).where(AuditEntry.act.like("policy.%"))).all()
    assert [tuple(one) for one in acts] == [
        ("policy.drafted", "Omar"), ("policy.shadow", "Omar"), ("policy.approved", "Ines")
    ]  # fmt: skip


def test_what_would_newly_go_out_is_shown_first_with_its_rule_and_customer(
    omar: FlaskClient, ines: FlaskClient, session: Session, world: Cast
) -> None:
    with_night = {"quiet_from": "00:00", "quiet_until": "00:00"}
    stopped = {**CHANGED, **with_night, "channel_in_app": "", "caps_research": ""}
    send(omar, "/analyst/rules", "/analyst/rules/policy", note="No night", **stopped)
    address = f"/analyst/policies/{treatment.policies(session)[0].version}"
    session.rollback()
    send(omar, address, f"{address}/shadow")
    page = ines.get(address).text
    assert "decided again on what was known then" in page
    assert "Newly allowed: 0" in page
    assert "It would send nothing that is not sent now." in page
    assert "Unchanged: 3." in page
    assert send(ines, address, f"{address}/put-away").status_code == 303
    session.rollback()
    assert treatment.policies(session)[0].stage == "retired"
    assert send(ines, "/analyst/rules", f"{address}/shadow").status_code == 422


def _loaded(fields: dict[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in fields.items() if value != ""}
    return dict(policy_form.PolicyFormSchema().load({**known, "note": "Calmer"}))
