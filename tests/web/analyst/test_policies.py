"""The settings of the contact rules as pages: every one a sentence and a field."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal import treatment
from portal.web.analyst import policy_form
from tests.cast import Cast, sign_in
from tests.web.analyst.test_desk import send

CHANGED: dict[str, Any] = {
    "complaint_days": 41, "promise_days": 61, "caps_marketing": "1/7, 3/31", "caps_research": "1/45",
    "caps_repermission": "", "caps_answer": "6/2", "channel_in_app": "9/8", "channel_email": "3/9",
    "channel_sms": "2/11", "channel_phone": "1/62", "channel_post": "1/63", "channel_push": "2/12",
    "caps_by_topic": "5/33", "caps_in_all": "5/13, 11/34", "quiet_from": "19:15", "quiet_until": "09:30",
    "zone_if_unknown": "Europe/London", "ask_again_hours": 23, "lease_seconds": 67, "email_offer_months": 22,
    "call_list_days": 27, "vulnerable_products": ["loan", "exchange"], "cooldown_days": 15, "spam_days": 32,
    "repermission_months": 14, "trust_cross_sell": 0.42, "trust_offers": 0.26, "trust_lift": 0.12,
    "leaving_percent": 0.7, "leaving_times": 3.5, "balance_of": 4, "balance_days": 364,
}  # fmt: skip


@pytest.fixture
def omar(client: FlaskClient, world: Cast) -> FlaskClient:
    sign_in(client, "omar@example.org")
    return client


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


def test_a_new_policy_says_all_that_was_sent(omar: FlaskClient, session: Session) -> None:
    send(omar, "/analyst/rules", "/analyst/rules/policy", note="Calmer", **CHANGED)
    session.rollback()
    assert treatment.policies(session)[0].settings == policy_form.settings_from(_loaded(CHANGED))


def _loaded(fields: dict[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in fields.items() if value != ""}
    return dict(policy_form.PolicyFormSchema().load({**known, "note": "Calmer"}))
