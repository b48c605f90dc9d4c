"""What the API answers, by name.

Made by scripts/write_client.py from the description of the API; do not edit.
"""

# ruff: noqa: UP013

from typing import Any, TypedDict

DecisionLine = TypedDict("DecisionLine", {
    "decision": str, "customer": str, "channel": str, "message_class": str, "purpose": str, "topic": str,
    "outcome": str, "decisive_rule": str | None, "hold_until": str | None, "ledger_seq": int, "policy_version": int,
    "decided_at": str,
})  # fmt: skip
Decisions = TypedDict("Decisions", {"items": list[DecisionLine], "next": str | None})
RuleResult = TypedDict("RuleResult", {
    "number": int, "rule": str, "result": str, "code": str, "params": dict[str, Any], "until": str | None,
    "remedy": str,
})  # fmt: skip
DecisionRecord = TypedDict("DecisionRecord", {
    "decision": str, "customer": str, "channel": str, "message_class": str, "purpose": str, "topic": str,
    "outcome": str, "decisive_rule": str | None, "hold_until": str | None, "ledger_seq": int, "policy_version": int,
    "decided_at": str, "rules": list[RuleResult], "entry_hash": str,
})  # fmt: skip
RightsRequest = TypedDict("RightsRequest", {
    "request": str, "kind": str, "state": str, "came_by": str, "asked_at": str, "due_at": str,
    "settled_at": str | None, "outcome": str,
})  # fmt: skip
RightsRequests = TypedDict("RightsRequests", {"customer": str, "items": list[RightsRequest]})
Template = TypedDict("Template", {
    "key": str, "version": int, "message_class": str, "purpose": str, "topic": str, "channel": str, "subject": str,
    "text": str, "data_used": list[str],
})  # fmt: skip
Templates = TypedDict("Templates", {"items": list[Template]})
Archive = TypedDict("Archive", {
    "customer": str, "request": str, "made_at": str, "left_out": list[str], "tables": dict[str, Any],
})  # fmt: skip
CampaignLine = TypedDict("CampaignLine", {
    "key": str, "name": str, "state": str, "segment": str, "starts_at": str, "ends_at": str, "asked": int, "sent": int,
})  # fmt: skip
Campaigns = TypedDict("Campaigns", {"items": list[CampaignLine]})
CampaignFigures = TypedDict("CampaignFigures", {
    "asked": int, "waiting": int, "sent": int, "stopped": int, "seen": int, "in_portal": int, "expired": int,
    "taken_back": int, "failed": int, "control": int, "left": int, "bounced": int, "spam": int, "held": dict[str, Any],
    "denied": dict[str, Any],
})  # fmt: skip
Step = TypedDict("Step", {"act": str, "by": str, "at": str, "note": str})
CampaignOne = TypedDict("CampaignOne", {
    "key": str, "name": str, "state": str, "segment_key": str, "segment_name": str, "template_key": str,
    "template_version": int, "reason": str, "starts_on": str, "ends_on": str, "control_percent": int, "priority": int,
    "product_line": str, "cross_sell": bool, "created_by": str, "trial": dict[str, Any], "figures": CampaignFigures,
    "steps": list[Step],
})  # fmt: skip
Change = TypedDict("Change", {
    "position": int, "event_id": str, "customer": str, "seq": int, "purpose": str, "channel": str, "topic": str,
    "action": str, "notice_version": int | None, "occurred_at": str, "recorded_at": str, "valid_until": str | None,
    "method": str,
})  # fmt: skip
Changes = TypedDict("Changes", {"items": list[Change], "position": int, "head": int})
Standing = TypedDict("Standing", {"system": str, "acknowledged_up_to": int, "behind": int, "fenced": bool})
ComplaintLine = TypedDict("ComplaintLine", {"conversation": str, "line": str | None})
ContactEventAnswer = TypedDict("ContactEventAnswer", {"event_id": str, "accepted": bool})
Cell = TypedDict("Cell", {
    "purpose": str, "channel": str, "topic": str, "state": str, "allowed": bool, "reason": str, "seq": int | None,
    "since": str | None, "notice_version": int | None,
})  # fmt: skip
Consents = TypedDict("Consents", {"customer": str, "head": int, "items": list[Cell]})
Balance = TypedDict("Balance", {
    "benefit": str, "name": str, "unit": str, "granted": int, "used": int, "left": int, "until": str | None,
})  # fmt: skip
Entitlements = TypedDict("Entitlements", {"customer": str, "items": list[Balance]})
Verdict = TypedDict("Verdict", {
    "outcome": str, "hold_until": str | None, "decisive_rule": str | None, "ledger_seq": int, "policy_version": int,
    "rules": list[RuleResult],
})  # fmt: skip
Claim = TypedDict("Claim", {
    "outcome": str, "hold_until": str | None, "decisive_rule": str | None, "ledger_seq": int, "policy_version": int,
    "rules": list[RuleResult], "ref": str, "attempt": int, "claim_until": str | None, "counterfactual": dict[str, Any],
})  # fmt: skip
FeedbackAnswer = TypedDict("FeedbackAnswer", {
    "message": str, "conversation": str, "receipt": str, "customer": str | None, "rating": int | None, "reading": str,
})  # fmt: skip
Batch = TypedDict("Batch", {
    "batch": str, "file": str, "file_sha256": str, "state": str, "fault": str, "outcomes": dict[str, Any],
    "results": dict[str, Any], "uploaded_at": str, "applied_at": str | None, "undone_at": str | None,
})  # fmt: skip
Batches = TypedDict("Batches", {"items": list[Batch]})
Entry = TypedDict("Entry", {
    "seq": int, "event_id": str, "purpose": str, "channel": str, "topic": str, "action": str,
    "notice_version": int | None, "grade": str | None, "occurred_at": str, "recorded_at": str,
    "valid_until": str | None, "actor_type": str, "method": str, "entry_hash": str,
})  # fmt: skip
Entries = TypedDict("Entries", {"customer": str, "items": list[Entry], "next": str | None})
ReceiptLine = TypedDict("ReceiptLine", {"code": str, "kind": str, "issued_at": str})
ReceiptLines = TypedDict("ReceiptLines", {"customer": str, "items": list[ReceiptLine]})
Preferences = TypedDict("Preferences", {
    "language": str | None, "time_zone": str | None, "quiet_from": str | None, "quiet_until": str | None,
    "max_per_week": int | None, "channel": str | None, "digest": str | None,
})  # fmt: skip
MarkLine = TypedDict("MarkLine", {
    "kind": str, "stage": str, "note": str, "since": str, "until": str | None, "set_at": str, "set_by": str,
    "ended_at": str | None, "ended_by": str | None,
})  # fmt: skip
Marks = TypedDict("Marks", {"customer": str, "items": list[MarkLine]})
HolderLine = TypedDict("HolderLine", {"name": str, "state": str, "proof": str, "said_at": str, "recorded_by": str})
Holders = TypedDict("Holders", {"customer": str, "items": list[HolderLine]})
Me = TypedDict("Me", {"name": str, "prefix": str, "scopes": list[str], "created_at": str, "company": str})
MergeLine = TypedDict("MergeLine", {
    "merge": str, "kept": str, "merged": str, "verified": bool, "how": str, "merged_at": str, "merged_by": str,
    "undone_at": str | None,
})  # fmt: skip
Merges = TypedDict("Merges", {"items": list[MergeLine]})
Purpose = TypedDict("Purpose", {
    "key": str, "sentence": str, "lawful_basis": str, "asks": bool, "data_used": list[str], "recipients": list[str],
    "retention_days": int, "expires_months": int, "honours_gpc": bool, "channels": list[str], "topics": list[str],
    "carries": list[str], "retired_at": str | None,
})  # fmt: skip
Purposes = TypedDict("Purposes", {"items": list[Purpose]})
Notice = TypedDict("Notice", {
    "version": int, "language": str, "change": str, "title": str, "summary": str, "text": str, "data_used": list[str],
    "recipients": list[str], "sha256": str, "published_at": str, "effective_at": str,
})  # fmt: skip
Notices = TypedDict("Notices", {"purpose": str, "items": list[Notice]})
Figure = TypedDict("Figure", {
    "indicator": str, "part": str, "day": str, "numerator": int | None, "denominator": int | None, "low": float | None,
    "high": float | None, "value": float | None, "hidden": bool,
})  # fmt: skip
Figures = TypedDict("Figures", {"items": list[Figure]})
Version = TypedDict("Version", {
    "version": int, "language": str, "change": str, "title": str, "summary": str, "text": str, "data_used": list[str],
    "recipients": list[str], "sha256": str, "published_at": str | None, "effective_at": str | None, "state": str,
    "version_sha256": str,
})  # fmt: skip
Versions = TypedDict("Versions", {"purpose": str, "items": list[Version]})
Waiting = TypedDict("Waiting", {
    "message": str, "position": int, "channel": str, "customer": str, "decision": str, "state": str, "created_at": str,
    "not_before": str, "leased_until": str | None,
})  # fmt: skip
WaitingPage = TypedDict("WaitingPage", {"items": list[Waiting]})
Leased = TypedDict("Leased", {
    "message": str, "customer": str, "decision": str, "to": str, "subject": str, "text": str, "language": str,
    "lease": int, "send_before": str,
})  # fmt: skip
Leases = TypedDict("Leases", {"items": list[Leased]})
Reported = TypedDict("Reported", {"message": str, "state": str, "news": bool})
PointKept = TypedDict("PointKept", {"customer": str, "kind": str, "known": bool, "verified_at": str | None})
ManyReason = TypedDict("ManyReason", {"outcome": str, "rule": str, "code": str, "people": int, "words": str})
ManyAnswer = TypedDict("ManyAnswer", {
    "allowed": list[str], "counts": dict[str, Any], "reasons": list[ManyReason], "held_from": str | None,
    "held_until": str | None, "position": int, "policy_version": int, "covers": list[str],
})  # fmt: skip
PolicyLine = TypedDict("PolicyLine", {
    "version": int, "stage": str, "note": str, "created_at": str, "created_by": str, "shadow_since": str | None,
    "approved_at": str | None, "approved_by": str | None, "sha256": str,
})  # fmt: skip
Policies = TypedDict("Policies", {"items": list[PolicyLine]})
PolicyOne = TypedDict("PolicyOne", {
    "version": int, "stage": str, "note": str, "created_at": str, "created_by": str, "shadow_since": str | None,
    "approved_at": str | None, "approved_by": str | None, "sha256": str, "settings": dict[str, Any],
})  # fmt: skip
ChangedSetting = TypedDict("ChangedSetting", {"name": str, "before": dict[str, Any], "after": dict[str, Any]})
ChangedOutcome = TypedDict("ChangedOutcome", {"after": str, "rule": str | None, "count": int, "examples": list[str]})
Difference = TypedDict("Difference", {
    "version": int, "against": int, "settings": list[ChangedSetting], "looked_at": int, "unchanged": int,
    "outcomes": list[ChangedOutcome], "shadowed": int, "shadowed_otherwise": int,
})  # fmt: skip
PromiseLine = TypedDict("PromiseLine", {
    "promise": int, "conversation": str, "customer": str | None, "text": str, "due_at": str, "state": str,
    "settled_at": str | None, "apologised_at": str | None, "apology": str | None,
})  # fmt: skip
Promises = TypedDict("Promises", {"items": list[PromiseLine], "next": str | None})
Apology = TypedDict("Apology", {"promise": int, "conversation": str, "message": str, "apologised_at": str})
Receipt = TypedDict("Receipt", {
    "customer": str, "code": str, "issued_at": str, "profile": str, "document": dict[str, Any],
})  # fmt: skip
RegisterLine = TypedDict("RegisterLine", {"name": str, "state": str, "taken_at": str, "numbers": int, "sha256": str})
Registers = TypedDict("Registers", {"items": list[RegisterLine]})
RegisterChange = TypedDict("RegisterChange", {
    "name": str, "state": str, "taken_at": str, "numbers": int, "sha256": str, "added": int, "gone": int, "same": int,
})  # fmt: skip
RuleWriter = TypedDict("RuleWriter", {"name": str, "at": str})
RuleOne = TypedDict("RuleOne", {
    "key": str, "name": str, "kind": str, "state": str, "version": int, "sentence": str, "segment_key": str,
    "benefit_key": str | None, "template_key": str | None, "writers": list[RuleWriter], "approved_at": str | None,
    "approved_by": str | None, "last_run_at": str | None,
})  # fmt: skip
Rules = TypedDict("Rules", {"items": list[RuleOne]})
Segment = TypedDict("Segment", {
    "key": str, "name": str, "why": str, "state": str, "version": int, "definition": dict[str, Any], "members": int,
})  # fmt: skip
Segments = TypedDict("Segments", {"items": list[Segment]})
Member = TypedDict("Member", {"customer": str, "since": str, "cause": str, "evidence": dict[str, Any]})
Members = TypedDict("Members", {"items": list[Member], "next": str | None})
ConsentLineage = TypedDict("ConsentLineage", {"entry_seq": int, "notice_version": int | None})
Lineage = TypedDict("Lineage", {
    "message": str, "spans": list[list[int]], "reader_version": str, "source": str, "consent": ConsentLineage,
})  # fmt: skip
Signal = TypedDict("Signal", {
    "id": int, "customer": str, "need": str, "need_state": str, "strength": float, "polarity": float,
    "observed_at": str, "lineage": Lineage,
})  # fmt: skip
Signals = TypedDict("Signals", {"items": list[Signal], "next": str | None})
