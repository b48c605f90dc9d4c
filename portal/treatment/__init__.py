"""Whether, when and how we may contact somebody: advice, decisions for the record, and the rules behind both."""

from portal.treatment.actions import add_rule, claim, forget_decisions, note_event, set_policy, switch_rule
from portal.treatment.facts import CLASSES, DEFAULT_POLICY, OWED, Facts, IntentFacts, Outcome, Result
from portal.treatment.granting import Trial, reconcile_grants, try_grant_rule
from portal.treatment.measuring import measure_trust
from portal.treatment.models import ContactEvent, Decision, Policy, TreatmentRule, TrustIndex
from portal.treatment.queries import (
    Fault,
    PolicyInForce,
    Verdict,
    decision,
    decisions_of,
    decisions_page,
    explain,
    live_rules,
    outcomes_since,
    policies,
    policy_in_force,
    preview,
    rule,
    rules_page,
    trust_of,
    verify,
)
from portal.treatment.rules import RULES
from portal.treatment.schemas import CHANNELS, IntentSchema, PolicySchema, RuleSchema
from portal.treatment.trust import BASE as TRUST_BASE
from portal.treatment.trust import business_days_later

__all__ = [
    "CHANNELS",
    "CLASSES",
    "DEFAULT_POLICY",
    "OWED",
    "RULES",
    "TRUST_BASE",
    "ContactEvent",
    "Decision",
    "Facts",
    "Fault",
    "IntentFacts",
    "IntentSchema",
    "Outcome",
    "Policy",
    "PolicyInForce",
    "PolicySchema",
    "Result",
    "RuleSchema",
    "TreatmentRule",
    "Trial",
    "TrustIndex",
    "Verdict",
    "add_rule",
    "business_days_later",
    "claim",
    "decision",
    "decisions_of",
    "decisions_page",
    "explain",
    "forget_decisions",
    "live_rules",
    "measure_trust",
    "note_event",
    "outcomes_since",
    "policies",
    "policy_in_force",
    "preview",
    "reconcile_grants",
    "rule",
    "rules_page",
    "set_policy",
    "switch_rule",
    "trust_of",
    "try_grant_rule",
    "verify",
]  # fmt: skip
