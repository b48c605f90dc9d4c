"""What waits for somebody, for tests of the API: campaigns and settings that Ida wrote, files, words to come."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import accounts, consent, entitlements, importing, insight, outreach, rights, treatment
from portal.accounts.models import Account
from portal.audit import Actor
from portal.conversations import Promise
from tests import people
from tests.web.api.conftest import Caller


def member(session: Session, name: str, now: datetime, role: str = "analyst") -> Account:
    """Somebody who works here, and cannot sign in."""
    made = Account(email=f"{name.lower()}@bank.example", name=name, role=role, confirmed_at=now, created_at=now)
    session.add(made)
    session.flush()
    return made


def campaign_of(now: datetime, **values: Any) -> dict[str, Any]:
    """A campaign as the API takes it: asks for the segment `fees`, with the message `hello`."""
    return {
        "key": "plain", "name": "Plain fees", "segment_key": "fees", "template_key": "hello",
        "reason": "Because fees bother you.", "starts_on": (now - timedelta(days=1)).date().isoformat(),
        "ends_on": (now + timedelta(days=9)).date().isoformat(), **values,
    }  # fmt: skip


RULE = {
    "name": "Tell them", "sentence": "Because fees bother you, we write once.", "segment_key": "fees",
    "template_key": "hello",
}  # fmt: skip
"""What is said of a rule, but for its key and kind."""


def drafts(session: Session, now: datetime) -> Account:
    """Drafts of Ida's: a campaign to approve, one to change, one to start; versions 2 and 3. Gives Mona."""
    ida, mona = member(session, "Ida", now), member(session, "Mona", now)
    author, other = Actor("team", ida.id, ida.name), Actor("team", mona.id, mona.name)
    for key in ("tried", "written", "approved"):
        said = campaign_of(now, key=key)
        days = {name: datetime.fromisoformat(said.pop(name)).date() for name in ("starts_on", "ends_on")}
        outreach.draft_campaign(session, author=author, zone="UTC", now=now, **days, **said)
    for key in ("tried", "approved"):
        outreach.run_trial(session, key, by=author, now=now)
    outreach.move_campaign(session, "approved", "approve", by=other, now=now)
    for note in ("Quieter", "Louder"):
        made = treatment.draft_policy(session, treatment.DEFAULT_POLICY, author=author, note=note, now=now)
    treatment.try_policy(session, made.version, now=now)
    entitlements.add_benefit(
        session, key="free", name="Free transfers", unit="transfers", gloss="Five.", how_to_use="Send.", amount=5,
        days_valid=92, now=now,
    )  # fmt: skip
    for key, kind in (("tell", "contact"), ("asks", "contact"), ("gives", "grant")):
        said = {**RULE, "benefit_key": "free"} if kind == "grant" else RULE
        treatment.add_rule(session, key=key, kind=kind, by=ida.name, author_id=ida.id, now=now, **said)
    return mona


def belongs_to(session: Session, token_id: int, account_id: int) -> None:
    """From now on a token is this person's."""
    session.execute(sa.update(accounts.ApiToken).where(accounts.ApiToken.id == token_id).values(account_id=account_id))


def asked_for_everything(session: Session, ref: str, now: datetime) -> None:
    """Ada asked for everything we keep, under the ref `Q-ADAS`, and wrote `T-ADAS`, where promise 1 was not kept."""
    customer = accounts.customer_by_ref(session, ref)
    rights.ask(session, customer, kind="access", words="", now=now).ref = "Q-ADAS"
    said = people.message_of(session, customer, now, text="My card was swallowed")
    said.conversation.ref = "T-ADAS"
    session.add(
        Promise(
            id=1, conversation_id=said.conversation_id, message_id=said.id, customer_id=customer.id, text="A new card",
            due_at=now - timedelta(days=1), state="open",
        )
    )  # fmt: skip


def what_waits(session: Session, now: datetime) -> None:
    """Files of consents (waiting, to be confirmed, applied), words to come, and something that was measured."""
    for ref, state in (("B-ADAS", "waiting"), ("B-STAGED", "staged"), ("B-APPLIED", "applied")):
        made = importing.take_in(
            session, name="c.csv", content=f"customer,purpose,answer\nC-ADA,{ref},no\n".encode(), columns={},
            by="Ines", now=now,
        )  # fmt: skip
        made.ref, made.state = ref, state
    words_to_come(session, now)
    session.add(insight.IndicatorFigure(
        period="week", day=now.date(), indicator="coverage", part="marketing", scope="company", numerator=20,
        denominator=30, people=30,
    ))  # fmt: skip


def words_to_come(session: Session, now: datetime) -> None:
    """A draft of other words for one purpose, and for another one words that count from tomorrow on."""
    for purpose in ("needs", "marketing"):
        draft = consent.draft_notice(session, purpose=purpose, title="May we?", summary="?", text="Again", now=now)
        if purpose == "marketing":
            consent.publish_notice(session, draft.id, now=now, effective_at=now + timedelta(days=1))


def read_words(call: Caller, purpose: str) -> str:
    return str(call("GET", f"/purposes/{purpose}/notices/2").json["items"][0]["version_sha256"])
