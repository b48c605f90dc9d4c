"""A purpose carries only messages of the kinds it is for, whoever they are for and whatever was allowed."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from portal import consent, outreach, treatment
from portal.audit import Actor
from portal.errors import Invalid
from portal.treatment import BulkWish, IntentFacts
from portal.treatment.facts import facts_from
from tests import people
from tests.cast import Cast

INES = Actor("team", 1, "Ines")
KINDS = {
    "service": ("mandatory", "service", "answer"), "reply": ("service", "answer"), "needs": (), "partners": (),
    "research": ("research", "repermission"), "marketing": ("marketing", "repermission"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def purposes(session: Session) -> None:
    people.ask_for(session, *(key for key in KINDS if key != "service"))
    people.ask_for(session, "service", asks=False)


def said(session: Session, customer_id: int, kind: str, purpose: str, now: datetime) -> treatment.Result:
    intent = IntentFacts("k", customer_id, "in_app", kind, purpose, template_state="confirmed")
    return next(one for one in treatment.preview(session, intent, now=now).outcome.results if one.rule == "consent")


def test_an_offer_does_not_go_as_service_once_offers_are_withdrawn(session: Session, cast: Cast, now: datetime) -> None:
    people.says(session, cast.ada, "marketing", "withdrawn", now)
    told = said(session, cast.ada.id, "marketing", "service", now)
    assert (told.result, told.code, told.remedy) == ("deny", "consent-class", "other-purpose")
    intent = IntentFacts("k", cast.ada.id, "in_app", "marketing", "service")
    made = treatment.claim(session, intent, now=now)
    assert (made.outcome, made.decisive_rule) == ("deny", "consent")
    assert made.counterfactual["remedies"][0]["code"] == "other-purpose"


@pytest.mark.parametrize("purpose", KINDS)
def test_each_purpose_carries_what_it_is_for_and_nothing_else(
    session: Session, cast: Cast, now: datetime, purpose: str
) -> None:
    people.says(session, cast.ada, purpose, "granted", now)
    let = {kind for kind in treatment.CLASSES if said(session, cast.ada.id, kind, purpose, now).code != "consent-class"}
    assert let == set(KINDS[purpose])


def test_asking_about_many_says_the_same_of_a_kind_that_does_not_go(
    session: Session, cast: Cast, now: datetime
) -> None:
    people.says(session, cast.ben, "marketing", "objected", now)
    ids = [cast.ada.id, cast.ben.id]
    wish = BulkWish("marketing", "in_app", message_class="service")
    answer = treatment.may_contact(session, wish, now=now, among=ids)
    assert answer.counts == {"class": 1, "objected": 1}


def test_what_was_decided_before_kinds_were_known_is_decided_the_same_again(
    session: Session, cast: Cast, now: datetime
) -> None:
    intent = IntentFacts("k", cast.ada.id, "in_app", "marketing", "service")
    verdict = treatment.preview(session, intent, now=now)
    recorded = {name: value for name, value in verdict.facts.as_json().items() if name != "carries"}
    assert facts_from(recorded).carries is None
    assert facts_from(verdict.facts.as_json()) == verdict.facts


def test_a_purpose_that_is_asked_for_carries_less_from_then_on_and_never_more(
    session: Session, cast: Cast, now: datetime
) -> None:
    with pytest.raises(Invalid) as refused:
        consent.set_carried(session, "research", ["research", "marketing"], now=now, by=INES)
    assert refused.value.code == "published"
    consent.set_carried(session, "research", ["research"], now=now, by=INES)
    people.says(session, cast.ada, "research", "granted", now)
    assert said(session, cast.ada.id, "repermission", "research", now).code == "consent-class"
    assert said(session, cast.ada.id, "research", "research", now).result == "pass"


def test_nobody_is_asked_for_a_contract_so_it_carries_no_offer(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        consent.set_carried(session, "service", ["service", "marketing"], now=now, by=INES)
    assert refused.value.code == "not-owed"


def test_a_message_whose_kind_does_not_go_under_its_purpose_is_refused_when_it_is_written_and_confirmed(
    session: Session, cast: Cast, now: datetime
) -> None:
    words = {"purpose": "service", "topic": "*", "channel": "in_app", "subject": "A rate", "text": "It rises."}
    omar, ines = (Actor("team", one.id, one.name) for one in (cast.omar, cast.ines))
    with pytest.raises(Invalid, match="do not go under this purpose"):
        outreach.draft_template(session, key="rate", author=omar, now=now, message_class="marketing", **words)
    outreach.draft_template(session, key="rate", author=omar, now=now, message_class="service", **words)
    with pytest.raises(Invalid, match="do not go under this purpose"):
        outreach.confirm_template(session, "rate", 1, message_class="marketing", by=ines, now=now)
    assert outreach.confirm_template(session, "rate", 1, message_class="service", by=ines, now=now)
