"""Everything that decides for the record, and everything that changes the policy and the rules."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import accounts, db, downstream
from portal.accounts import Customer
from portal.errors import Conflict
from portal.treatment.facts import IntentFacts
from portal.treatment.gathering import facts_under
from portal.treatment.models import CLAIMED, ContactEvent, Decision, Policy
from portal.treatment.policy import DEFAULT_POLICY, is_whole
from portal.treatment.queries import (
    FORGOTTEN,
    GENESIS,
    PolicyInForce,
    Verdict,
    digest,
    entry_hash,
    policy_in_force,
    policy_on_trial,
    preview,
    verdict_on,
)
from portal.treatment.schemas import PolicySchema

SAME_WISH = (
    "customer_id", "channel", "message_class", "purpose", "topic", "template", "campaign", "segment_key", "subject_ref",
    "product_line", "cross_sell", "data_used",
)  # fmt: skip
"""What a key stands for: one that comes with another of these names another wish."""

_LAST_ATTEMPT = (
    sa.select(Decision)
    .where(Decision.intent_key == sa.bindparam("key"), CLAIMED)
    .order_by(Decision.attempt.desc())
    .limit(1)
)
_LAST_HASH = (
    sa.select(Decision.entry_hash)
    .where(Decision.customer_id == sa.bindparam("customer"))
    .order_by(Decision.id.desc())
    .limit(1)
)


def claim(session: Session, intent: IntentFacts, *, now: datetime, held: bool = False) -> Decision:
    """Decide and record, in this transaction, which holds the customer until it ends.

    A withdrawal takes the same lock, so it comes wholly before or wholly after. Nothing is remembered: what
    is claimed again is decided again. While the lease of an earlier yes runs and it is still yes, that decision is
    given back, so that claiming twice is one contact.

    :param held: whether the caller holds the customer already.
    :raises NotFound: when there is no such customer.
    :raises Conflict: when the same key named another wish before.
    """
    if not held:
        accounts.lock_customer(session, intent.customer_id)
    before = session.scalars(_LAST_ATTEMPT, {"key": intent.key}).first()
    if before is not None and _is_other(before, intent):
        raise Conflict("This key named another wish before.", code="intent-differs")
    in_force = policy_in_force(session)
    if in_force.version == 0 or not is_whole(in_force.settings):
        whole = {**DEFAULT_POLICY, **in_force.settings}
        in_force = set_policy(session, whole, by="portal", note="What we ship", now=now)
    verdict = preview(session, intent, now=now, policy=in_force)
    if before is not None and _still_holds(before, verdict, now):
        return before
    attempt = 1 if before is None else before.attempt + 1
    made = _record(session, verdict, attempt)
    _tell_systems(session, made)
    on_trial = policy_on_trial(session)
    if on_trial is not None:
        facts = facts_under(verdict.facts, on_trial.settings)
        beside = verdict_on(intent, facts, on_trial, verdict.ledger_seq, now)
        _record(session, beside, attempt, mode="shadow")
    return made


def _still_holds(before: Decision, verdict: Verdict, now: datetime) -> bool:
    """Whether it was allowed, its lease runs, the ledger is where it was, and every rule still says yes."""
    until = before.claim_until
    runs = before.outcome == "allow" and until is not None and before.decided_at <= now < until
    return runs and before.ledger_seq == verdict.ledger_seq and verdict.outcome.outcome == "allow"


def _is_other(before: Decision, intent: IntentFacts) -> bool:
    """Whether something else would go out, or to somebody else; when and for whom it is wished may differ."""
    told, wished = before.intent, intent.as_json()
    if any(told[name] != wished[name] for name in SAME_WISH if name in told):
        return True
    points = {told.get("contact_point") or "", intent.contact_point} - {""}  # it may be left to us, then named
    return len(points) > 1


def _record(session: Session, verdict: Verdict, attempt: int, mode: str = "claim") -> Decision:
    intent, outcome = verdict.intent, verdict.outcome
    stated = intent.as_json()
    lease = timedelta(seconds=int(verdict.policy.settings["lease_seconds"]))
    values: dict[str, Any] = {
        "ref": db.random_ref("D"),
        "intent_key": intent.key,
        "attempt": attempt,
        "intent": stated,
        "intent_sha256": digest(stated),
        "customer_id": intent.customer_id,
        "channel": intent.channel,
        "message_class": intent.message_class,
        "purpose": intent.purpose,
        "topic": intent.topic,
        "mode": mode,
        "outcome": outcome.outcome,
        "hold_until": outcome.hold_until,
        "decisive_rule": outcome.decisive,
        "rules": [result.as_json() for result in outcome.results],
        "facts": verdict.facts.as_json(),
        "counterfactual": verdict.counterfactual,
        "ledger_seq": verdict.ledger_seq,
        "policy_version": verdict.policy.version,
        "policy_sha256": verdict.policy.sha256,
        "decided_at": verdict.decided_at,
        "campaign": intent.campaign,
        "claim_until": verdict.decided_at + lease if outcome.outcome == "allow" and mode == "claim" else None,
    }
    prev_hash = db.plainly(session).scalar(_LAST_HASH, {"customer": intent.customer_id}) or GENESIS
    made = Decision(**values, prev_hash=prev_hash, entry_hash=entry_hash(values, prev_hash))
    session.add(made)
    session.flush()
    return made


def _tell_systems(session: Session, made: Decision) -> None:
    """Let the systems downstream know, in this transaction, what was decided: refs, keys and numbers alone."""
    payload = {
        "decision": made.ref,
        "customer": session.get_one(Customer, made.customer_id).ref,
        "purpose": made.purpose,
        "channel": made.channel,
        "topic": made.topic,
        "outcome": made.outcome,
        "decisive_rule": made.decisive_rule,
        "seq": made.ledger_seq,
    }
    downstream.tell(
        session, downstream.DECISION, made.ref, payload=payload, now=made.decided_at, purpose=made.purpose,
        customer_id=made.customer_id,
    )  # fmt: skip


def note_event(session: Session, *, now: datetime, **values: Any) -> bool:
    """Keep what a provider told about a contact; gives whether it is new. The same number again changes nothing.

    :param values: the columns of `ContactEvent`.
    """
    return bool(db.insert_new(session, ContactEvent, [{**values, "recorded_at": now}]))


def forget_decisions(session: Session, customer_id: int) -> int:
    """Empty the records of every decision about an erased customer: what, when and which rule decided stays.

    Hashes stay too, so that no record can be left out of the chain or moved in it unseen.

    :return: how many records were emptied.
    """
    emptied = session.execute(
        sa.update(Decision)
        .where(Decision.customer_id == customer_id, Decision.intent_key != FORGOTTEN + Decision.ref)
        .values(intent_key=FORGOTTEN + Decision.ref, attempt=1, intent={}, rules=[], facts={}, counterfactual={})
        .execution_options(synchronize_session=False)
    )
    return int(emptied.rowcount)  # type: ignore[attr-defined]  # an UPDATE has a rowcount


def set_policy(session: Session, settings: dict[str, Any], *, by: str, note: str, now: datetime) -> PolicyInForce:
    """Put a new version of the settings of the contact rules in force; older ones stay readable.

    :raises marshmallow.ValidationError: when a setting does not make sense.
    """
    settings = dict(PolicySchema().load(settings))
    newest = session.scalar(sa.select(sa.func.max(Policy.version))) or 0
    made = Policy(
        version=newest + 1,
        settings=settings,
        sha256=digest(settings),
        state="live",
        created_at=now,
        created_by=by,
        note=note,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return policy_in_force(session)  # somebody else wrote this version at the same moment: theirs stands
    session.execute(sa.update(Policy).where(Policy.version <= newest, Policy.state == "live").values(state="retired"))
    return policy_in_force(session)
