"""Whether, when and how we may contact somebody: advice, decisions for the record, and the rules behind both."""

from portal.treatment.actions import add_rule, claim, forget_decisions, note_event, set_policy, switch_rule
from portal.treatment.bulk import COVERED, REASONS, BulkAnswer, BulkWish, may_contact
from portal.treatment.facts import Claim, Complaint, Facts, IntentFacts, Outcome, Result
from portal.treatment.granting import Trial, reconcile_grants, try_grant_rule
from portal.treatment.leaving import count_campaigns
from portal.treatment.marking import end_mark, marks, marks_in_force, set_holder, set_mark
from portal.treatment.measuring import measure_trust
from portal.treatment.models import (
    MARKS,
    CallRegister,
    CampaignPace,
    ContactEvent,
    Decision,
    JointHolder,
    Mark,
    Policy,
    TreatmentRule,
    TrustIndex,
)
from portal.treatment.pace import wilson_low
from portal.treatment.policy import CHANNELS, CLASSES, DEFAULT_POLICY, OWED, PRODUCT_LINES, SELLS, whole
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
from portal.treatment.registers import CallList, FileList, import_register, registers
from portal.treatment.rules import COURTESY, RULES
from portal.treatment.schemas import IntentSchema, PolicySchema, RuleSchema
from portal.treatment.trust import BASE as TRUST_BASE
from portal.treatment.trust import business_days_later

__all__ = [
    "CHANNELS", "CLASSES", "COURTESY", "COVERED", "DEFAULT_POLICY", "MARKS", "OWED", "PRODUCT_LINES", "REASONS",
    "RULES", "SELLS", "TRUST_BASE", "BulkAnswer", "BulkWish", "CallList", "CallRegister", "CampaignPace", "Claim",
    "Complaint", "ContactEvent", "Decision", "Facts", "Fault", "FileList", "IntentFacts", "IntentSchema",
    "JointHolder", "Mark", "Outcome", "Policy", "PolicyInForce", "PolicySchema", "Result", "RuleSchema",
    "TreatmentRule", "Trial", "TrustIndex", "Verdict", "add_rule", "business_days_later", "claim",
    "count_campaigns", "decision", "decisions_of", "decisions_page", "end_mark", "explain", "forget_decisions",
    "import_register", "live_rules", "marks", "marks_in_force", "may_contact", "measure_trust", "note_event",
    "outcomes_since", "policies", "policy_in_force", "preview", "reconcile_grants", "registers", "rule",
    "rules_page", "set_holder", "set_mark", "set_policy", "switch_rule", "trust_of", "try_grant_rule", "verify",
    "whole", "wilson_low",
]  # fmt: skip
