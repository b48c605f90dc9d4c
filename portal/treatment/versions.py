"""How settings of the contact rules come into force: drafted, tried in the shadow, approved by a second person."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from portal.accounts.models import Customer
from portal.audit import Actor
from portal.errors import Conflict, NotAllowed, NotFound
from portal.treatment.actions import set_policy
from portal.treatment.facts import facts_from, intent_from
from portal.treatment.gathering import facts_under
from portal.treatment.models import Decision, Policy
from portal.treatment.policy import DEFAULT_POLICY
from portal.treatment.queries import FORGOTTEN, digest, policy_in_force
from portal.treatment.rules import evaluate
from portal.treatment.schemas import PolicySchema

LOOKED_AT = 1000
"""How many of the newest recorded decisions a back-test decides again."""


@dataclass(frozen=True)
class Changed:
    """A recorded decision that other settings would have decided otherwise.

    :ivar rule: the rule that stops it now or stopped it before; None when none did.
    """

    ref: str
    customer: str
    rule: str | None
    before: str
    after: str
    decided_at: datetime


@dataclass(frozen=True)
class BackTest:
    """What other settings would have decided of the newest recorded decisions, on what was known then."""

    looked_at: int
    changed: tuple[Changed, ...]

    @property
    def unchanged(self) -> int:
        """How many would have come out the same."""
        return self.looked_at - len(self.changed)

    def newly(self, *outcomes: str) -> dict[str | None, list[Changed]]:
        """Those that would have come to one of the outcomes, by rule, the most frequent rule first."""
        found = [one for one in self.changed if one.after in outcomes]
        order = [rule for rule, _count in Counter(one.rule for one in found).most_common()]
        return {rule: [one for one in found if one.rule == rule] for rule in order}


def policy_version(session: Session, version: int) -> Policy:
    """One version of the settings.

    :raises NotFound: when there is none.
    """
    found = session.scalar(sa.select(Policy).where(Policy.version == version))
    if found is None:
        raise NotFound("There is no such version of the rules.", code="no-such-policy")
    return found


def draft_policy(session: Session, settings: dict[str, Any], *, author: Actor, note: str, now: datetime) -> Policy:
    """Write down other settings; nothing is decided by them before somebody else has approved them.

    :raises marshmallow.ValidationError: when a setting does not make sense.
    :raises Conflict: when somebody else wrote a version at the same moment.
    """
    settings = dict(PolicySchema().load(settings))
    if policy_in_force(session).version == 0:
        set_policy(session, DEFAULT_POLICY, by="portal", note="What we ship", now=now)
    newest = session.scalar(sa.select(sa.func.max(Policy.version))) or 0
    made = Policy(
        version=newest + 1, settings=settings, sha256=digest(settings), state="draft", created_at=now,
        created_by=author.name, author_id=author.id, note=note,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        raise Conflict("Somebody else wrote a version at the same moment. Try again.", code="policy-state") from None
    return made


def try_policy(session: Session, version: int, *, now: datetime) -> Policy:
    """Put a draft in the shadow: from now on each claim is also decided by it, for the record alone.

    :raises NotFound: when there is no such version. :raises Conflict: when it is no draft any more.
    """
    found = _open(session, version)
    found.shadow_since = found.shadow_since or now
    session.flush()
    return found


def approve_policy(session: Session, version: int, *, by: Actor, now: datetime) -> Policy:
    """Put what was tried in the shadow in force; whoever wrote it cannot.

    :raises NotFound: when there is no such version. :raises NotAllowed: when its author tries.
    :raises Conflict: when it was not tried, is no draft any more, or another version came into force meanwhile.
    """
    found = _open(session, version)
    if by.id is None or found.author_id == by.id:
        raise NotAllowed("You wrote it, so it waits for a second person.", code="second-person")
    if found.shadow_since is None:
        raise Conflict("Try it in the shadow first, so that you see what it changes.", code="policy-state")
    in_force = session.get(Policy, policy_in_force(session).version)
    if in_force is not None and (in_force.live_at or in_force.created_at) > found.created_at:
        raise Conflict(
            "Another version came into force since this one was written. Write it anew.", code="policy-outdated"
        )
    session.execute(sa.update(Policy).where(Policy.state == "live").values(state="retired"))
    found.state, found.approved_at, found.approved_by, found.live_at = "live", now, by.name, now
    session.flush()
    return found


def put_away_policy(session: Session, version: int) -> Policy:
    """Give up a draft; it stays readable.

    :raises NotFound: when there is no such version. :raises Conflict: when it is no draft any more.
    """
    found = _open(session, version)
    found.state = "retired"
    session.flush()
    return found


def _open(session: Session, version: int) -> Policy:
    found = policy_version(session, version)
    session.refresh(found, with_for_update=True)
    if found.state != "draft":
        raise Conflict("Somebody has settled this version already.", code="policy-state")
    return found


def back_test(session: Session, settings: dict[str, Any], *, limit: int = LOOKED_AT) -> BackTest:
    """Decide the newest recorded intents again, by the settings in force and by others. Writes nothing.

    Both decide on the facts recorded then: what customers said or got since does not matter, and what would have
    followed from an earlier difference is not played on.
    """
    now_in_force = policy_in_force(session).settings
    rows = session.execute(
        sa.select(Decision.ref, Decision.intent, Decision.facts, Decision.decided_at, Customer.ref.label("customer"))
        .join(Customer, Customer.id == Decision.customer_id)
        .where(Decision.mode == "claim", Decision.intent_key != FORGOTTEN + Decision.ref)
        .order_by(Decision.id.desc())
        .limit(limit)
    ).all()
    found = [_again(row, now_in_force, settings) for row in rows]
    return BackTest(len(found), tuple(one for one in found if one.before != one.after))


def _again(row: Any, before: dict[str, Any], after: dict[str, Any]) -> Changed:
    intent, facts = intent_from(row.intent), facts_from(row.facts)
    was, will = (
        evaluate(intent, facts_under(facts, settings), settings, row.decided_at) for settings in (before, after)
    )
    rule = was.decisive if will.outcome == "allow" else will.decisive
    return Changed(row.ref, row.customer, rule, was.outcome, will.outcome, row.decided_at)


def shadowed(session: Session, version: int) -> tuple[int, int]:
    """How many real claims a version in the shadow decided beside the one in force, and how many of them otherwise."""
    real = aliased(Decision)
    same = (real.intent_key == Decision.intent_key, real.attempt == Decision.attempt, real.mode == "claim")
    row = session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(real.outcome != Decision.outcome))
        .join_from(Decision, real, sa.and_(*same))
        .where(Decision.mode == "shadow", Decision.policy_version == version)
    ).one()
    return int(row[0]), int(row[1])
