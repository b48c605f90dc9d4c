"""Decisions, the policy in force and the rules, as they are read; and the advice that writes nothing."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal import accounts, db
from portal.accounts.models import Customer
from portal.errors import NotFound
from portal.treatment.facts import Facts, IntentFacts, Outcome, facts_from, intent_from, plain
from portal.treatment.gathering import gather
from portal.treatment.models import Decision, Policy, TreatmentRule, TrustIndex
from portal.treatment.policy import DEFAULT_POLICY
from portal.treatment.rules import RULES, evaluate, what_would_change_it

GENESIS = "0" * 64
RENAMED = {"distress": "vulnerability"}
"""Rules that had another name in earlier records."""
FORGOTTEN = "erased:"
"""Before the ref of a decision, in the place of its intent: its customer was erased."""
CHAINED = (
    "ref", "intent_key", "attempt", "intent", "intent_sha256", "customer_id", "channel", "message_class", "purpose",
    "topic", "mode", "outcome", "hold_until", "decisive_rule", "rules", "facts", "counterfactual", "ledger_seq",
    "policy_version", "policy_sha256", "decided_at", "claim_until",
)  # fmt: skip


@dataclass(frozen=True)
class PolicyInForce:
    """The settings that decide now; version 0 is what we ship, before anybody has written one down."""

    version: int
    settings: dict[str, Any]
    sha256: str


@dataclass(frozen=True)
class Verdict:
    """What would be decided now, with everything it rests on."""

    intent: IntentFacts
    outcome: Outcome
    facts: Facts
    counterfactual: dict[str, Any]
    ledger_seq: int
    policy: PolicyInForce
    decided_at: datetime


@dataclass(frozen=True)
class Fault:
    """A decision whose record does not fit: `kind` is `changed`, `broken` (the chain) or `differs` (decided anew)."""

    ref: str
    kind: str


def digest(value: Any) -> str:
    """SHA-256 of the value as canonical JSON."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=plain)
    return hashlib.sha256(text.encode()).hexdigest()


def entry_hash(values: dict[str, Any], prev_hash: str) -> str:
    """The hash of one record of a decision, chained to the one before it."""
    return digest([prev_hash, {name: values[name] for name in CHAINED}])


_LIVE = (
    sa.select(Policy.version, Policy.settings, Policy.sha256)
    .where(Policy.state == "live")
    .order_by(Policy.version.desc())
    .limit(1)
)


def policy_in_force(session: Session) -> PolicyInForce:
    """The newest live policy, or the one we ship."""
    found = db.plainly(session).execute(_LIVE).first()
    if found is None:
        return PolicyInForce(0, DEFAULT_POLICY, digest(DEFAULT_POLICY))
    return PolicyInForce(found.version, found.settings, found.sha256)


_ON_TRIAL = (
    sa.select(Policy.version, Policy.settings, Policy.sha256)
    .where(Policy.state == "draft", Policy.shadow_since.is_not(None))
    .order_by(Policy.version.desc())
    .limit(1)
)


def policy_on_trial(session: Session) -> PolicyInForce | None:
    """The newest version in the shadow, or None."""
    found = db.plainly(session).execute(_ON_TRIAL).first()
    return None if found is None else PolicyInForce(found.version, found.settings, found.sha256)


def policies(session: Session) -> Sequence[Policy]:
    """All versions of the policy, newest first."""
    return session.scalars(sa.select(Policy).order_by(Policy.version.desc())).all()


def preview(session: Session, intent: IntentFacts, *, now: datetime, policy: PolicyInForce | None = None) -> Verdict:
    """What would be decided now. Writes nothing; nothing may be sent on the strength of it.

    :param policy: the one in force, if it is known.
    :raises NotFound: when there is no such customer.
    """
    policy = policy or policy_in_force(session)
    facts, seq = gather(session, intent, policy.settings, now)
    return verdict_on(intent, facts, policy, seq, now)


def verdict_on(intent: IntentFacts, facts: Facts, policy: PolicyInForce, ledger_seq: int, now: datetime) -> Verdict:
    """What a policy says about an intent on facts that were gathered before."""
    outcome = evaluate(intent, facts, policy.settings, now)
    change = what_would_change_it(intent, facts, policy.settings, now, outcome)
    return Verdict(intent, outcome, facts, change, ledger_seq, policy, now)


def decision(session: Session, ref: str, *, customer_id: int | None = None) -> Decision:
    """One decision.

    :param customer_id: whose it must be, when a customer asks.
    :raises NotFound: when there is none, or it is about somebody else.
    """
    statement = sa.select(Decision).where(Decision.ref == ref)
    if customer_id is not None:
        statement = statement.where(Decision.customer_id.in_(accounts.one_person(customer_id)))
    found = session.scalar(statement)
    if found is None:
        raise NotFound("There is no such decision.", code="no-such-decision")
    return found


def decisions_of(session: Session, customer_id: int, *, limit: int = 50) -> Sequence[Decision]:
    """Every decision about one customer, newest first."""
    theirs = Decision.customer_id.in_(accounts.one_person(customer_id))
    statement = sa.select(Decision).where(theirs, Decision.mode == "claim")
    return session.scalars(statement.order_by(Decision.decided_at.desc(), Decision.id.desc()).limit(limit)).all()


def decisions_page(
    session: Session,
    *,
    outcome: str | None = None,
    rule: str | None = None,
    message_class: str | None = None,
    channel: str | None = None,
    customer_ref: str | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[tuple[Decision, Customer]]:
    """Decisions, newest first; `after` is the id of the last one seen, the rest narrows the list down."""
    statement = sa.select(Decision, Customer).join(Customer, Customer.id == Decision.customer_id)
    statement = statement.where(Decision.mode == "claim")
    wanted = {
        Decision.outcome: outcome, Decision.decisive_rule: rule, Decision.message_class: message_class,
        Decision.channel: channel, Customer.ref: customer_ref,
    }  # fmt: skip
    for column, value in wanted.items():
        if value is not None:
            statement = statement.where(column == value)
    if after is not None:
        statement = statement.where(Decision.id < after)
    rows = session.execute(statement.order_by(Decision.id.desc()).limit(limit))
    return [(found, customer) for found, customer in rows]


def explain(found: Decision) -> list[tuple[str, dict[str, Any]]]:
    """The reasons of a decision as codes and parameters, the decisive one first; a translator puts them into words."""
    rules = sorted(found.rules, key=lambda item: (item["rule"] != found.decisive_rule, item["number"]))
    return [(item["code"], item["params"]) for item in rules]


def trust_of(session: Session, customer_id: int) -> TrustIndex | None:
    """How we have treated one customer, as it was measured last; None when it was not yet."""
    return session.get(TrustIndex, customer_id)


def outcomes_since(session: Session, since: datetime) -> dict[str, int]:
    """How many decisions there were since then, by outcome."""
    rows = session.execute(
        sa.select(Decision.outcome, sa.func.count())
        .where(Decision.decided_at > since, Decision.mode == "claim")
        .group_by(Decision.outcome)
    )
    return {outcome: int(count) for outcome, count in rows}


def verify(session: Session, customer_id: int | None = None) -> Iterator[Fault]:
    """Check that no record was changed, that the chains hold, and that each would be decided the same again."""
    statement = sa.select(Decision, Customer.erased_at).join(Customer, Customer.id == Decision.customer_id)
    statement = statement.order_by(Decision.customer_id, Decision.id)
    if customer_id is not None:
        statement = statement.where(Decision.customer_id == customer_id)
    settings = {policy.version: policy.settings for policy in policies(session)}
    before: Decision | None = None
    for found, erased_at in session.execute(statement.execution_options(yield_per=500)):
        same = before is not None and before.customer_id == found.customer_id
        if found.prev_hash != (before.entry_hash if same and before is not None else GENESIS):
            yield Fault(found.ref, "broken")
        if erased_at is not None and found.intent_key == FORGOTTEN + found.ref:
            before = found  # emptied on purpose: its place in the chain is all that is left to check
            continue
        if entry_hash({name: getattr(found, name) for name in CHAINED}, found.prev_hash) != found.entry_hash:
            yield Fault(found.ref, "changed")
        elif not _decided_alike(found, settings[found.policy_version]):
            yield Fault(found.ref, "differs")
        before = found


def _decided_alike(found: Decision, settings: dict[str, Any]) -> bool:
    again = evaluate(intent_from(found.intent), facts_from(found.facts), settings, found.decided_at)
    decisive = RENAMED.get(found.decisive_rule or "", found.decisive_rule)
    if (again.outcome, again.hold_until, again.decisive) != (found.outcome, found.hold_until, decisive):
        return False
    whole = [item["rule"] for item in found.rules] == list(RULES)
    return not whole or digest([item.as_json() for item in again.results]) == digest(found.rules)


def rules_page(session: Session) -> Sequence[TreatmentRule]:
    """All rules that follow from segments: live ones first, then by name."""
    order = sa.case({"live": 0, "draft": 1}, value=TreatmentRule.state, else_=2)
    return session.scalars(sa.select(TreatmentRule).order_by(order, TreatmentRule.name)).all()


def rule(session: Session, key: str, *, lock: bool = False) -> TreatmentRule:
    """One rule.

    :raises NotFound: when there is none with this key.
    """
    statement = sa.select(TreatmentRule).where(TreatmentRule.key == key)
    found = session.scalar(statement.with_for_update().execution_options(populate_existing=True) if lock else statement)
    if found is None:
        raise NotFound("There is no such rule.", code="no-such-rule")
    return found


def live_rules(session: Session, kind: str) -> Sequence[TreatmentRule]:
    """Live rules of a kind, `grant` or `contact`."""
    statement = sa.select(TreatmentRule).where(TreatmentRule.state == "live", TreatmentRule.kind == kind)
    return session.scalars(statement.order_by(TreatmentRule.id)).all()
