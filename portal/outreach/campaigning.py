"""The job behind campaigns: it asks for new members, takes back for those who left, counts who leaves, and brakes."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from portal import accounts, db, mail, treatment
from portal.accounts.models import Account
from portal.outreach.actions import BATCH, row_of
from portal.outreach.campaigns import brake, finish, take_back
from portal.outreach.models import Campaign, Intent, MessageTemplate
from portal.outreach.reckoning import campaign, count_pace, in_segment, unasked
from portal.outreach.rules import is_control, leave_too_fast
from portal.sentences import Sentence, in_language
from portal.settings import Settings
from portal.treatment.models import CampaignPace

RECOUNT = timedelta(minutes=1)
TOLD_SUBJECT = Sentence("The campaign “%(name)s” is held: too many people leave")
TOLD_TEXT = Sentence(
    "%(left)s of %(sent)s people who got “%(name)s” in the last 24 hours took a consent back. Nothing more of it is "
    "sent until somebody looks and says why it may go on, or stops it:\n\n%(address)s"
)


def run_campaigns(
    engine: Engine,
    *,
    settings: Settings,
    clock: Callable[[], datetime],
    worker: str,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[int, int]:
    """Ask for every member of the segments of running campaigns, once each, in batches; brake or end where it is time.

    :returns: how many intents were made, and 0.
    """
    with db.reading(engine) as session:
        moving = sa.select(Campaign.key).where(Campaign.state.in_(("approved", "running", "paused", "braked")))
        keys = list(session.scalars(moving.order_by(Campaign.priority.desc(), Campaign.id)))
    done = 0
    for key in keys:
        while not should_stop():
            with db.writing(engine) as session:
                made = _run(session, campaign(session, key, lock=True), settings, clock())
            done += made
            if made < BATCH:
                break
    return done, 0


def _run(session: Session, found: Campaign, settings: Settings, now: datetime) -> int:
    if now >= found.ends_at:
        if found.state != "finished":
            finish(session, found, now)
        return 0
    if found.state != "running" or now < found.starts_at:
        return 0
    if _brakes(session, found, settings, now):
        return 0
    _follow_segment(session, found, now)
    words = session.get_one(MessageTemplate, found.template_id)
    rows = [
        row_of(words, f"campaign:{found.key}:{customer_id}", customer_id, found.reason, now)
        | {
            "campaign": found.key,
            "segment_key": found.segment_key,
            "expires_at": found.ends_at,
            "priority": found.priority,
            "product_line": found.product_line,
            "cross_sell": found.cross_sell,
            "control": found.key if is_control(found.salt, customer_id, found.control_percent) else "",
        }
        for customer_id in session.scalars(unasked(found).limit(BATCH))
    ]
    return len(db.insert_new(session, Intent, rows))


def _follow_segment(session: Session, found: Campaign, now: datetime) -> None:
    """Take back what waits for those who are not members any more; bring back what was taken back for those who are."""
    inside = Intent.customer_id.in_(in_segment(found.segment_key))
    take_back(session, sa.and_(Intent.campaign == found.key, ~inside), now)
    back = sa.update(Intent).where(
        Intent.campaign == found.key, Intent.state == "expired", Intent.withdrawn_at.is_not(None), inside
    )
    session.execute(
        back.values(state="waiting", withdrawn_at=None, settled_at=None, decide_after=now).execution_options(
            synchronize_session=False
        )
    )


def _brakes(session: Session, found: Campaign, settings: Settings, now: datetime) -> bool:
    """Count who leaves and, when it is too many, hold the campaign and tell the analysts."""
    pace = session.get(CampaignPace, found.key)
    if pace is not None and now - RECOUNT < pace.counted_at <= now:
        return False
    sent, left, usual = count_pace(session, found, now)
    pace = pace or CampaignPace(campaign=found.key)
    pace.sent, pace.left, pace.counted_at = sent, left, now
    pace.usual = None if usual is None else round(usual * 1_000_000)
    session.add(pace)
    policy = treatment.policy_in_force(session).settings
    low = treatment.wilson_low(left, sent, float(policy.get("leaving_sure") or 0.95))
    if not leave_too_fast(sent, left, usual, policy, low):
        return False
    brake(session, found, f"{left}/{sent}", now)
    address = f"{settings.base_url.rstrip('/')}/analyst/campaigns/{found.key}"
    working = sa.select(Account).where(Account.role.in_(("analyst", "admin")), Account.disabled_at.is_(None))
    for account in session.scalars(working.order_by(Account.id)):
        language = accounts.language_of(account, settings)
        mail.queue(
            session, kind="campaign_braked", to=account.email, now=now,
            subject=in_language(language, TOLD_SUBJECT, name=found.name),
            text=in_language(language, TOLD_TEXT, left=left, sent=sent, name=found.name, address=address),
            dedupe_key=f"braked:{found.key}:{now.isoformat()}:{account.id}",
        )  # fmt: skip
    return True
