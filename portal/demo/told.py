"""Systems of the demo company that are told what changed: one knows all, one has not asked for days."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from portal import accounts, consent, downstream
from portal.demo.timeline import Act, World

MAIL_HOUSE, CALL_CENTRE = "Mail house", "Call centre"
ADDED_DAYS = 30
LATE_DAYS = 3


def acts(now: datetime) -> list[Act]:
    """Two systems are added, and acknowledge what they read."""
    added = now - timedelta(days=ADDED_DAYS)
    made = [Act(added, _add)]
    for days in range(1, ADDED_DAYS):
        made.append(Act(added + timedelta(days=days, minutes=4), partial(_acknowledge, MAIL_HOUSE)))
        if days < ADDED_DAYS - LATE_DAYS:
            made.append(Act(added + timedelta(days=days, hours=2), partial(_acknowledge, CALL_CENTRE)))
    made.append(Act(now, partial(_acknowledge, MAIL_HOUSE)))
    return made


def _add(session: Session, world: World, now: datetime) -> None:
    for name in (MAIL_HOUSE, CALL_CENTRE):
        token, _plain = accounts.add_token(session, name=name, scopes=["changes:read"], created_by="Ines", now=now)
        downstream.add_system(
            session, name=name, how="feed", by="Ines", started_after=consent.horizon(session), token_id=token.id,
            purposes=["marketing", "research"], sends=True, now=now,
        )  # fmt: skip


def _acknowledge(name: str, session: Session, world: World, now: datetime) -> None:
    found = next(row.system for row in downstream.standings(session, now, minutes=15) if row.system.name == name)
    downstream.acknowledge(session, found, consent.horizon(session), now=now)
