"""Campaigns and settings through the API: one person writes, another approves, whatever tokens they hold."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from portal import accounts, conversations, db, outreach, segments, treatment
from portal.accounts.models import Account, Customer
from portal.audit.models import AuditEntry
from portal.outreach.models import Campaign
from portal.settings import Settings
from portal.treatment.models import Policy
from portal.web.admin import tokens
from tests import people
from tests.web.api.conftest import Caller, new_token
from tests.web.api.drafted import RULE, belongs_to, campaign_of, member

NOW = datetime.now(UTC)
As = Callable[..., TestResponse]


@pytest.fixture
def as_(call: Caller, engine: Engine, ada: Customer) -> As:
    """`as_("Ida", "POST", "/campaigns", json={…})`: with a token of that person; `fresh` takes another one."""
    with db.writing(engine) as session:
        outreach.add_template(
            session, key="hello", message_class="service", purpose="service", channel="in_app", subject="Hello",
            text="Hello $name", by="Ines", now=NOW,
        )  # fmt: skip
        tree = {"feature": "need.cost.count.90d", "op": ">=", "value": 1}
        segments.define(session, key="fees", name="Fees", why="Fees hurt", tree=tree, by="Omar", now=NOW)
        segments.go_live(session, "fees", now=NOW)
        people.says(session, session.merge(ada), "needs", "granted", NOW - timedelta(hours=1))
        segments.place_customer(session, ada.id, cause="signal", now=NOW)
        for name, role in (("Ida", "analyst"), ("Mona", "analyst"), ("Priya", "product")):
            member(session, name, NOW, role)
    held: dict[str, str] = {}

    def ask(name: str, method: str, path: str, fresh: bool = False, **more: Any) -> TestResponse:
        if fresh or name not in held:
            held[name] = new_token(engine)
            with db.writing(engine) as session:
                newest = session.scalars(sa.select(accounts.ApiToken.id).order_by(accounts.ApiToken.id.desc())).first()
                whose = session.scalars(sa.select(Account.id).where(Account.name == name)).one_or_none()
                if whose is not None:
                    belongs_to(session, newest or 0, whose)
        return call(method, path, token=held[name], **({"json": {}} if method == "POST" else {}) | more)

    return ask


def drafted(as_: As) -> None:
    assert as_("Ida", "POST", "/campaigns", json=campaign_of(NOW)).status_code == 201
    assert as_("Ida", "POST", "/campaigns/plain/try").json["trial"]["members"] == 1


def test_a_campaign_goes_from_the_draft_to_what_became_of_it(as_: As, engine: Engine, settings: Settings) -> None:
    drafted(as_)
    assert as_("Mona", "POST", "/campaigns/plain/approve").json["state"] == "approved"
    assert as_("Ida", "POST", "/campaigns/plain/moves", json={"act": "start"}).json["state"] == "running"
    later = NOW + timedelta(seconds=1)
    outreach.run_campaigns(engine, settings=settings, clock=lambda: later, worker="w")
    outreach.send_due(engine, settings=settings, clock=lambda: later, worker="w")
    told = as_("Ida", "GET", "/campaigns/plain").json
    assert {name: told["figures"][name] for name in ("asked", "sent", "left", "control")} == {
        "asked": 1, "sent": 1, "left": 0, "control": 0,
    }  # fmt: skip
    assert [step["act"] for step in told["steps"]] == ["start", "approve", "try", "draft"]
    assert [(one["key"], one["asked"], one["sent"]) for one in as_("Ida", "GET", "/campaigns").json["items"]] == [
        ("plain", 1, 1)
    ]
    stopped = as_("Ida", "POST", "/campaigns/plain/moves", json={"act": "stop"}).json
    assert stopped["state"] == "finished"


def test_what_is_denied_is_told_by_its_rule(as_: As, engine: Engine, settings: Settings, ada: Customer) -> None:
    with db.writing(engine) as session:
        treatment.set_mark(session, ada.id, "court", note="Order 7", by="Ines", now=NOW)
    drafted(as_)
    as_("Mona", "POST", "/campaigns/plain/approve")
    as_("Mona", "POST", "/campaigns/plain/moves", json={"act": "start"})
    later = NOW + timedelta(seconds=1)
    outreach.run_campaigns(engine, settings=settings, clock=lambda: later, worker="w")
    outreach.send_due(engine, settings=settings, clock=lambda: later, worker="w")
    assert as_("Ida", "GET", "/campaigns/plain").json["figures"]["denied"] == {"suppression": 1}


def test_nobody_approves_a_campaign_they_wrote_or_changed_with_whatever_token(as_: As, engine: Engine) -> None:
    drafted(as_)
    for fresh in (False, True):
        refused = as_("Ida", "POST", "/campaigns/plain/approve", fresh=fresh)
        assert (refused.status_code, refused.json["code"]) == (403, "second-person")
    changed = {name: value for name, value in campaign_of(NOW, name="Plainer").items() if name != "key"}
    assert as_("Mona", "POST", "/campaigns/plain/edit", json=changed).json["name"] == "Plainer"
    assert as_("Mona", "POST", "/campaigns/plain/approve").json["code"] == "second-person"
    as_("Mona", "POST", "/campaigns/plain/try")
    assert as_("Ida", "POST", "/campaigns/plain/approve").json["code"] == "second-person", "she wrote it first"
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Campaign.state)).one() == "draft"


def test_a_version_of_the_settings_is_written_tried_and_approved_by_another(as_: As, engine: Engine) -> None:
    quieter = {**treatment.DEFAULT_POLICY, "quiet_from": "19:00"}
    made = as_("Ida", "POST", "/policies", json={"settings": quieter, "note": "Quieter"})
    assert (made.status_code, made.json["stage"]) == (201, "draft")
    place = f"/policies/{made.json['version']}"
    told = as_("Ida", "GET", f"{place}/difference").json
    assert told["settings"] == [{"name": "quiet_from", "before": "20:00", "after": "19:00"}]
    assert as_("Mona", "POST", f"{place}/approve").json["code"] == "policy-state", "it was not tried yet"
    assert as_("Ida", "POST", f"{place}/shadow").json["stage"] == "shadow"
    for fresh in (False, True):
        assert as_("Ida", "POST", f"{place}/approve", fresh=fresh).json["code"] == "second-person"
    done = as_("Mona", "POST", f"{place}/approve").json
    assert (done["stage"], done["approved_by"], done["settings"]["quiet_from"]) == ("live", "Mona", "19:00")
    assert [one["stage"] for one in as_("Mona", "GET", "/policies").json["items"]] == ["live", "retired"]


def test_a_difference_names_what_would_be_newly_allowed_first(as_: As, engine: Engine, ada: Customer) -> None:
    with db.writing(engine) as session:
        intent = treatment.IntentFacts("k", ada.id, "email", "marketing", "marketing", expires_at=None)
        people.says(session, session.merge(ada), "marketing", "granted", NOW)
        treatment.claim(session, intent, now=NOW)
    looser = {**treatment.DEFAULT_POLICY, "zone_if_unknown": "Europe/London", "quiet_from": "00:00",
              "quiet_until": "00:00", "email_offer_months": 0}  # fmt: skip
    made = as_("Ida", "POST", "/policies", json={"settings": looser, "note": "Looser"}).json
    told = as_("Ida", "GET", f"/policies/{made['version']}/difference").json
    assert told["looked_at"] == 1
    assert told["unchanged"] + sum(one["count"] for one in told["outcomes"]) == 1


def test_settings_that_make_no_sense_are_refused_by_name(as_: As) -> None:
    broken = {**treatment.DEFAULT_POLICY, "quiet_from": "late"}
    refused = as_("Ida", "POST", "/policies", json={"settings": broken, "note": "Late"})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["quiet_from"])
    assert as_("Ida", "GET", "/policies/999").status_code == 404
    assert as_("Ida", "GET", "/policies/1e3").status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [("/campaigns", campaign_of(NOW)), ("/policies", {"settings": treatment.DEFAULT_POLICY, "note": "Same"})],
)
def test_a_token_of_nobody_and_of_whom_it_is_not_the_work_writes_nothing(
    as_: As, engine: Engine, path: str, body: dict[str, Any]
) -> None:
    assert as_("nobody", "POST", path, json=body).json["code"] == "token-without-person"
    assert as_("Priya", "POST", path, json=body).json["code"] == "person-may-not"
    with db.writing(engine) as session:
        session.execute(sa.update(Account).where(Account.name == "Mona").values(disabled_at=NOW))
    assert as_("Mona", "POST", path, json=body).json["code"] == "person-may-not"
    with db.reading(engine) as session:
        assert session.scalars(sa.select(Campaign)).all() == []
        assert session.scalars(sa.select(Policy).where(Policy.state == "draft")).all() == []


def test_what_was_done_by_a_token_is_in_the_audit_log_with_whose_it_is(as_: As, engine: Engine) -> None:
    drafted(as_)
    with db.reading(engine) as session:
        ida = session.scalars(sa.select(Account.id).where(Account.name == "Ida")).one()
        acts = session.scalars(sa.select(AuditEntry).where(AuditEntry.act.startswith("campaign."))).all()
        assert [(one.act, one.detail["person"]) for one in acts] == [("campaign.drafted", ida), ("campaign.try", ida)]


def test_the_page_for_tokens_offers_every_scope() -> None:
    assert set(tokens.SCOPES) == set(accounts.SCOPES)


def test_the_archive_comes_only_on_the_customers_own_request_and_each_time_is_recorded(
    call: Caller, engine: Engine, ada: Customer
) -> None:
    made = call("POST", "/customers/C-ADA/requests", json={"kind": "access", "came_by": "letter"}).json
    place = f"/customers/C-ADA/requests/{made['request']}"
    assert call("GET", place).json["state"] == "open"
    told = call("POST", f"{place}/archive", json={}).json
    assert told["tables"]["customers"][0]["ref"] == "C-ADA"
    assert "Internal notes" in told["left_out"][0]
    with db.reading(engine) as session:
        fetched = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "rights.archive-fetched")).all()
        assert [one.subject for one in fetched] == [made["request"]]
    with db.writing(engine) as session:
        people.customer(session, "Ben")
    assert call("POST", f"/customers/C-BEN/requests/{made['request']}/archive", json={}).status_code == 404
    other = call(
        "POST", "/customers/C-ADA/requests", json={"kind": "complaint", "came_by": "letter", "words": "No"}
    ).json
    refused = call("POST", f"/customers/C-ADA/requests/{other['request']}/archive", json={})
    assert (refused.status_code, refused.json["code"]) == (409, "no-archive")
    assert call("POST", f"{place}/archive", json={}, scopes="requests:read").status_code == 403


def test_the_product_line_of_a_complaint_is_set_and_left_to_its_words_again(
    call: Caller, engine: Engine, ada: Customer
) -> None:
    with db.writing(engine) as session:
        people.message_of(session, ada, NOW, text="My card was swallowed").conversation.ref = "T-ADAS"
    for line, kept in (("card", "card"), ("*", ""), (None, None)):
        told = call("POST", "/conversations/T-ADAS/product-line", json={"line": line}).json
        assert told == {"conversation": "T-ADAS", "line": line}
        with db.reading(engine) as session:
            assert conversations.conversation_by_ref(session, "T-ADAS").product_line == kept
    assert call("POST", "/conversations/T-ADAS/product-line", json={"line": "boats"}).status_code == 422
    assert call("POST", "/conversations/T-NONE/product-line", json={"line": "card"}).status_code == 404


def test_a_rule_that_writes_to_people_is_approved_with_nobody_s_token_who_wrote_or_changed_it(
    as_: As, engine: Engine
) -> None:
    written = {**RULE, "key": "tell", "kind": "contact"}
    assert as_("Ida", "POST", "/rules", json=written).json["state"] == "draft"
    for fresh in (False, True):
        refused = as_("Ida", "POST", "/rules/tell/approve", json={"version": 1}, fresh=fresh)
        assert (refused.status_code, refused.json["code"]) == (403, "second-person")
    assert as_("Mona", "POST", "/rules/tell/live").json["code"] == "second-person"
    assert as_("Priya", "POST", "/rules/tell/approve", json={"version": 1}).json["code"] == "person-may-not"
    assert as_("nobody", "POST", "/rules/tell/approve", json={"version": 1}).json["code"] == "token-without-person"
    told = as_("Mona", "POST", "/rules/tell/approve", json={"version": 1}).json
    assert (told["state"], told["approved_by"], [one["name"] for one in told["writers"]]) == ("live", "Mona", ["Ida"])
    changed = as_("Mona", "POST", "/rules/tell/edit", json={**RULE, "name": "Tell them all"}).json
    assert (changed["state"], changed["version"], changed["approved_by"]) == ("draft", 2, None)
    assert [one["name"] for one in changed["writers"]] == ["Ida", "Mona"]
    assert as_("Ida", "POST", "/rules/tell/approve", json={"version": 1}).json["code"] == "rule-changed"
    for name in ("Ida", "Mona"):
        assert as_(name, "POST", "/rules/tell/approve", json={"version": 2}).json["code"] == "second-person"
    assert as_("Ida", "POST", "/rules/tell/retire").json["state"] == "retired"
    assert as_("Ida", "GET", "/rules/tell").json["name"] == "Tell them all"
    assert [one["key"] for one in as_("Ida", "GET", "/rules").json["items"]] == ["tell"]
    with db.reading(engine) as session:
        acts = session.scalars(sa.select(AuditEntry.act).where(AuditEntry.act.startswith("rule.")))
        assert list(acts) == ["rule.added", "rule.approved", "rule.changed", "rule.retire"]
