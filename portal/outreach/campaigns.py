"""Writes campaigns: drafted by one person, tried, approved by another, and from then on started, paused and stopped."""

import secrets
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import segments
from portal.audit import Actor
from portal.errors import Conflict, Invalid, NotAllowed
from portal.outreach.models import Campaign, CampaignStep, Intent
from portal.outreach.queries import template
from portal.outreach.reckoning import campaign, try_campaign
from portal.outreach.templating import check_carried
from portal.sentences import Sentence
from portal.treatment.models import CampaignPace, TreatmentRule

WAITING = ("waiting", "held")
MOVES = {
    "approve": (("draft",), "approved"),
    "start": (("approved",), "running"),
    "pause": (("running", "braked"), "paused"),
    "resume": (("paused",), "running"),
    "release": (("braked",), "running"),
    "stop": (("draft", "approved", "running", "paused", "braked"), "finished"),
}
"""What can be done to a campaign: from which states, and to which."""


def draft_campaign(
    session: Session, *, starts_on: date, ends_on: date, zone: str, template_key: str, author: Actor, now: datetime,
    **values: Any,
) -> Campaign:  # fmt: skip
    """Write down who shall get what, why and when. Nothing is asked before somebody else has approved it.

    :param starts_on: first day, and :param ends_on: last day, on the calendar of `zone`.
    :param values: key, name, segment_key, reason, control_percent, priority, product_line, cross_sell.
    :raises Conflict: code `campaign-exists`. :raises NotFound: no such segment, or no template that may be sent.
    :raises Invalid: code `bad-window`, when it ends before it starts or is over already; `not-carried`, see
        `check_carried`.
    """
    told = _said(session, values, starts_on, ends_on, zone, template_key, now)
    taken = Conflict(Sentence("There is a campaign or a rule called “%(key)s” already.", key=values["key"]))
    taken.code = "campaign-exists"
    used = sa.select(Intent.id).where(Intent.campaign == values["key"]).limit(1)
    if session.scalar(used) or session.scalar(sa.select(TreatmentRule.id).where(TreatmentRule.key == values["key"])):
        raise taken
    made = Campaign(
        **told, salt=secrets.token_hex(8), state="draft", trial={}, created_at=now, created_by=author.name,
        author_id=author.id,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise taken from None
    _step(session, made, "draft", author.name, now)
    return made


def redraft_campaign(
    session: Session, key: str, *, starts_on: date, ends_on: date, zone: str, template_key: str, author: Actor,
    now: datetime, **values: Any,
) -> Campaign:  # fmt: skip
    """Change a draft, all of it but its key. What was tried of it before does not count any more.

    :raises NotFound, Invalid: as for drafting. :raises Conflict: code `campaign-state`, when it is no draft any more.
    """
    found = campaign(session, key, lock=True)
    if found.state != "draft":
        raise Conflict("Only a draft can be changed. Stop this one, and write another.", code="campaign-state")
    for name, value in _said(session, values, starts_on, ends_on, zone, template_key, now).items():
        setattr(found, name, value)
    found.trial, found.author_id = {}, author.id
    _step(session, found, "edit", author.name, now)
    return found


def _said(
    session: Session, values: dict[str, Any], starts_on: date, ends_on: date, zone: str, template_key: str,
    now: datetime,
) -> dict[str, Any]:  # fmt: skip
    segments.segment(session, values["segment_key"])
    words = template(session, template_key)
    check_carried(session, words.purpose, words.message_class)
    starts_at = datetime.combine(starts_on, time(), ZoneInfo(zone))
    ends_at = datetime.combine(ends_on + timedelta(days=1), time(), ZoneInfo(zone))
    if ends_at <= starts_at or ends_at <= now:
        raise Invalid("It ends before it starts, or is over already.", code="bad-window")
    return {**values, "template_id": words.id, "starts_at": starts_at, "ends_at": ends_at}


def run_trial(session: Session, key: str, *, by: Actor, now: datetime) -> Campaign:
    """Ask what would become of it now, member by member, and keep the answer. Nothing is sent or decided.

    :raises NotFound: when there is no such campaign. :raises Conflict: when it has begun.
    """
    found = campaign(session, key, lock=True)
    if found.state not in ("draft", "approved"):
        raise Conflict("It has begun: look at what became of it instead.", code="campaign-state")
    found.trial = try_campaign(session, found, now)
    _step(session, found, "try", by.name, now)
    return found


def move_campaign(session: Session, key: str, act: str, *, by: Actor, now: datetime, because: str = "") -> Campaign:
    """Do one of `MOVES`. Pausing and stopping take back what waits; what was sent stays sent.

    :raises NotFound: when there is no such campaign. :raises Conflict: when it cannot go there from where it is.
    :raises NotAllowed: when its author approves it. :raises Invalid: when it was not tried, or no reason is given.
    """
    found = campaign(session, key, lock=True)
    before, after = MOVES[act]
    if found.state not in before:
        raise Conflict("That does not go with where it stands now. Look again.", code="campaign-state")
    if act == "approve":
        _may_approve(session, found, by)
    if act == "release":
        _release(session, found, because, now)
    found.state = after
    if act in ("pause", "stop"):
        take_back(session, Intent.campaign == found.key, now)
    _step(session, found, act, by.name, now, because)
    return found


def take_back(session: Session, which: sa.ColumnElement[bool], now: datetime) -> int:
    """End intents that wait, so that they are neither decided nor sent; gives how many."""
    ended = session.execute(
        sa.update(Intent)
        .where(which, Intent.state.in_(WAITING))
        .values(state="expired", withdrawn_at=now, settled_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(ended.rowcount)  # type: ignore[attr-defined]  # an UPDATE has a rowcount


def brake(session: Session, found: Campaign, note: str, now: datetime) -> None:
    """Hold a campaign until a person looks: rule 17 holds its intents, since the pace it reads stays as it is."""
    found.state = "braked"
    _step(session, found, "brake", "portal", now, note)


def finish(session: Session, found: Campaign, now: datetime) -> None:
    """End a campaign whose window is over."""
    found.state = "finished"
    take_back(session, Intent.campaign == found.key, now)
    _step(session, found, "finish", "portal", now)


def _may_approve(session: Session, found: Campaign, by: Actor) -> None:
    wrote = sa.select(CampaignStep.id).where(
        CampaignStep.campaign_id == found.id, CampaignStep.act.in_(("draft", "edit")), CampaignStep.by == by.name
    )
    if (found.author_id is not None and found.author_id == by.id) or session.scalar(wrote.limit(1)):
        raise NotAllowed("You wrote it, so somebody else approves it.", code="second-person")
    if not found.trial:
        raise Invalid("Try it first: see what would become of it before it is approved.", code="not-tried")
    if segments.segment(session, found.segment_key).state != "live":
        raise Conflict("Its segment is not live: nobody would be in it.", code="segment-not-live")


def _release(session: Session, found: Campaign, because: str, now: datetime) -> None:
    if not because:
        raise Invalid("Say why it may go on.", code="no-reason")
    found.released_at = now
    session.execute(
        sa.update(CampaignPace).where(CampaignPace.campaign == found.key).values(sent=0, left=0, counted_at=now)
    )
    held = sa.update(Intent).where(Intent.campaign == found.key, Intent.state == "held")
    session.execute(held.values(decide_after=now).execution_options(synchronize_session=False))


def _step(session: Session, found: Campaign, act: str, by: str, now: datetime, note: str = "") -> None:
    session.add(CampaignStep(campaign_id=found.id, act=act, by=by, at=now, note=note))
    session.flush()
