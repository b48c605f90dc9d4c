"""Campaigns as they are read: what one would do, what became of it, and how fast people leave because of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import treatment
from portal.consent.models import ConsentEntry
from portal.errors import NotFound
from portal.outreach.models import Campaign, CampaignStep, Dispatch, Intent, MessageTemplate
from portal.outreach.rules import is_control
from portal.segments.models import Membership, Segment
from portal.sentences import Sentence
from portal.treatment import BulkWish, Reason
from portal.treatment.models import CLAIMED, OF_A_CAMPAIGN, ContactEvent, Decision

LEAVES_WITHIN = timedelta(days=7)
"""Who takes a consent back within so long after a message is counted as having left because of it."""
DAY = timedelta(days=1)
USUAL_DAYS = timedelta(days=90)
LEAVING = ("withdrawn", "refused", "objected", "suppressed")
OF_EVERYTHING = "*"


@dataclass(frozen=True)
class Figures:
    """What became of a campaign: how many people it asked for, by what happened to them.

    `denied` is by the rule that decided; `held` too. `days` has, by day, how many were sent and how many left.
    """

    asked: int = 0
    waiting: int = 0
    sent: int = 0
    stopped: int = 0
    seen: int = 0
    in_portal: int = 0
    expired: int = 0
    taken_back: int = 0
    failed: int = 0
    control: int = 0
    left: int = 0
    bounced: int = 0
    spam: int = 0
    held: dict[str, int] = field(default_factory=dict)
    denied: dict[str, int] = field(default_factory=dict)
    days: list[tuple[str, int, int]] = field(default_factory=list)


def campaign(session: Session, key: str, *, lock: bool = False) -> Campaign:
    """One campaign.

    :param lock: keep others from moving it until this transaction ends.
    :raises NotFound: when there is none with this key.
    """
    statement = sa.select(Campaign).where(Campaign.key == key)
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise NotFound(Sentence("There is no campaign called “%(key)s”.", key=key), code="no-such-campaign")
    return found


def campaigns_page(session: Session) -> list[tuple[Campaign, str, int, int]]:
    """All campaigns, the newest first, with their segment's name, how many were asked and how many were sent."""
    asked = sa.select(
        Intent.campaign, sa.func.count().label("asked"), sa.func.sum(sa.case((Intent.state == "sent", 1), else_=0))
        .label("sent"),
    ).where(Intent.campaign != "").group_by(Intent.campaign).subquery()  # fmt: skip
    rows = session.execute(
        sa.select(Campaign, Segment.name, asked.c.asked, asked.c.sent)
        .join(Segment, Segment.key == Campaign.segment_key)
        .outerjoin(asked, asked.c.campaign == Campaign.key)
        .order_by(Campaign.id.desc())
    )
    return [(found, name, int(number or 0), int(sent or 0)) for found, name, number, sent in rows]


def steps_of(session: Session, found: Campaign) -> Sequence[CampaignStep]:
    """What was done to a campaign, the newest first."""
    statement = sa.select(CampaignStep).where(CampaignStep.campaign_id == found.id)
    return session.scalars(statement.order_by(CampaignStep.id.desc())).all()


def in_segment(key: str) -> sa.Select[int]:
    """The customers who are in a segment now."""
    return (
        sa.select(Membership.customer_id)
        .join(Segment, Segment.id == Membership.segment_id)
        .where(Segment.key == key, Membership.valid_to.is_(None))
    )


def unasked(found: Campaign) -> sa.Select[int]:
    """The members of a campaign's segment for whom nothing was intended yet."""
    asked = sa.select(Intent.customer_id).where(Intent.campaign == found.key)
    return in_segment(found.segment_key).where(Membership.customer_id.not_in(asked)).order_by(Membership.customer_id)


def try_campaign(session: Session, found: Campaign, now: datetime) -> dict[str, Any]:
    """What would be decided now for each member. Writes nothing.

    :returns: `members`, `control` of them; how many `allow`, `hold`, `deny`; `reasons`: outcome, rule, code, number.
    """
    words = session.get_one(MessageTemplate, found.template_id)
    ids = list(session.scalars(unasked(found)))
    kept = [one for one in ids if is_control(found.salt, one, found.control_percent)]
    wish = BulkWish(
        words.purpose, words.channel, words.topic, words.message_class, campaign=found.key, expires_at=found.ends_at,
        segment_id=session.scalar(sa.select(Segment.id).where(Segment.key == found.segment_key)),
        product_line=found.product_line, cross_sell=found.cross_sell, template_state=words.state,
        data_used=tuple(words.data_used),
    )  # fmt: skip
    others = treatment.may_contact(session, wish, now=now, among=sorted(set(ids) - set(kept)))
    reasons = Counter(dict(others.reasons))
    for reason, number in treatment.may_contact(session, wish, now=now, among=kept, control=kept).reasons:
        compared = reason if reason.outcome == "allow" else Reason("deny", "control", "control")
        reasons[compared] += number  # whoever would not have got it anyway is kept for comparison all the same
    return {"at": now.isoformat(), "members": len(ids), "control": len(kept), **_sums(reasons)}


def _sums(reasons: Mapping[Reason, int]) -> dict[str, Any]:
    """How many by outcome, by rule of what is held and denied, and by each reason, most first."""
    outcomes: Counter[str] = Counter()
    rules: dict[str, Counter[str]] = {"hold": Counter(), "deny": Counter()}
    for reason, number in reasons.items():
        outcomes[reason.outcome] += number
        if reason.outcome in rules:
            rules[reason.outcome][reason.rule] += number
    most = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0].code))
    return {
        **{name: outcomes[name] for name in ("allow", "hold", "deny", "expire")},
        "rules": {name: dict(counted.most_common()) for name, counted in rules.items()},
        "reasons": [[one.outcome, one.rule, one.code, number] for one, number in most],
    }


def left_at(purpose: str) -> sa.ScalarSelect[datetime]:
    """When the one who got a dispatch first took the consent behind it back, or stopped everything, after it."""
    return (
        sa.select(sa.func.min(ConsentEntry.recorded_at))
        .where(
            ConsentEntry.customer_id == Dispatch.customer_id,
            ConsentEntry.action.in_(LEAVING),
            sa.or_(ConsentEntry.purpose == purpose, ConsentEntry.purpose == OF_EVERYTHING),
            ConsentEntry.recorded_at >= Dispatch.sent_at,
        )
        .scalar_subquery()
    )


def sent_and_left(
    session: Session, found: Campaign, since: datetime | None = None
) -> list[tuple[datetime, datetime | None]]:
    """When each message of a campaign was sent, and when the one who got it left afterwards, if they did."""
    purpose = session.get_one(MessageTemplate, found.template_id).purpose
    statement = (
        sa.select(Dispatch.sent_at, left_at(purpose))
        .join(Intent, Intent.id == Dispatch.intent_id)
        .where(Intent.campaign == found.key, Dispatch.stopped_at.is_(None))
        .order_by(Dispatch.sent_at)
    )
    if since is not None:
        statement = statement.where(Dispatch.sent_at > since)
    return [(sent, left) for sent, left in session.execute(statement)]


def count_pace(session: Session, found: Campaign, now: datetime) -> tuple[int, int, float | None]:
    """How many got it in the last 24 hours (since a person let it go on), how many of them left, and the usual share.

    The usual share is the mean of the 90 days before: of those who got it, how many left within a day; None when
    nobody did get it then.
    """
    begin = max(now - DAY, found.released_at or now - DAY)
    rows = sent_and_left(session, found, now - USUAL_DAYS)
    lately = [left for sent, left in rows if sent > begin]
    before = [left is not None and left < sent + DAY for sent, left in rows if sent <= now - DAY]
    usual = sum(before) / len(before) if before else None
    return len(lately), sum(left is not None for left in lately), usual


def figures(session: Session, found: Campaign) -> Figures:
    """What became of a campaign so far. Who is kept to compare is counted as that, whatever else stood against it."""
    latest = (
        sa.select(Decision.intent_key, sa.func.max(Decision.attempt).label("attempt"))
        .where(Decision.campaign == found.key, OF_A_CAMPAIGN, CLAIMED)
        .group_by(Decision.intent_key)
        .subquery()
    )
    decided = session.execute(
        sa.select(Decision.outcome, Decision.decisive_rule, sa.func.count())
        .join(latest, sa.and_(latest.c.intent_key == Decision.intent_key, latest.c.attempt == Decision.attempt))
        .join(Intent, Intent.key == Decision.intent_key)
        .where(CLAIMED, Intent.withdrawn_at.is_(None), ~_kept_to_compare())
        .group_by(Decision.outcome, Decision.decisive_rule)
    )
    by_rule: dict[str, dict[str, int]] = {"hold": {}, "deny": {}}
    for outcome, rule, count in decided:
        if outcome in by_rule:
            by_rule[outcome][rule or ""] = int(count)
    return Figures(
        held=_sorted(by_rule["hold"]), denied=_sorted(by_rule["deny"]),
        **_asked(session, found), **_sent(session, found), **_followed(session, found),
    )  # fmt: skip


def _kept_to_compare() -> sa.ColumnElement[bool]:
    """That somebody is in the control group: what is owed reaches them all the same, and is counted as sent."""
    return sa.and_(Intent.control != "", Intent.state != "sent")


def _sorted(counted: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda pair: -pair[1]))


def _asked(session: Session, found: Campaign) -> dict[str, Any]:
    taken = sa.case(
        (Intent.withdrawn_at.is_not(None), "taken_back"), (_kept_to_compare(), "control"), else_=Intent.state
    )
    rows = session.execute(sa.select(taken, sa.func.count()).where(Intent.campaign == found.key).group_by(taken))
    states = {state: int(count) for state, count in rows}
    names = ("waiting", "expired", "failed", "taken_back", "control")
    return {"asked": sum(states.values()), **{name: states.get(name, 0) for name in names}}


def _sent(session: Session, found: Campaign) -> dict[str, Any]:
    stopped = Dispatch.stopped_at.is_not(None)
    row = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.sum(sa.case((stopped, 1), else_=0)),
            sa.func.sum(sa.case((Dispatch.seen_at.is_not(None), 1), else_=0)),
            sa.func.sum(sa.case((Dispatch.channel == "in_app", 1), else_=0)),
        )
        .join(Intent, Intent.id == Dispatch.intent_id)
        .where(Intent.campaign == found.key)
    ).one()
    sent, gone, seen, in_portal = (int(number or 0) for number in row)
    return {"sent": sent - gone, "stopped": gone, "seen": seen, "in_portal": in_portal}


def _followed(session: Session, found: Campaign) -> dict[str, Any]:
    """Who left, what came back and what was reported within a week, and the days of sending."""
    rows = sent_and_left(session, found)
    left = [at is not None and at < sent + LEAVES_WITHIN for sent, at in rows]
    sent_on, left_on = Counter(sent.date() for sent, _at in rows), Counter[Any]()
    for (sent, _at), gone in zip(rows, left, strict=True):
        left_on[sent.date()] += gone
    events = session.execute(
        sa.select(ContactEvent.kind, ContactEvent.recorded_at, Dispatch.sent_at)
        .join(Dispatch, sa.and_(Dispatch.customer_id == ContactEvent.customer_id))
        .join(Intent, Intent.id == Dispatch.intent_id)
        .where(Intent.campaign == found.key, ContactEvent.channel == Dispatch.channel)
        .where(ContactEvent.recorded_at >= Dispatch.sent_at)
    ).all()
    told = Counter(kind for kind, at, sent in events if at < sent + LEAVES_WITHIN)
    return {
        "left": sum(left), "bounced": told["hard_bounce"], "spam": told["spam_complaint"],
        "days": [(day.isoformat(), sent_on[day], left_on[day]) for day in sorted(sent_on)],
    }  # fmt: skip
