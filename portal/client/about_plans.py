"""Campaigns, rules and settings: what one writes and another approves: a method for each operation.

Made by scripts/write_client.py from the description of the API; do not edit.
"""

from typing import Any

from portal.client import answers
from portal.client.asking import Asking, part


class AboutPlans(Asking):
    """Campaigns, rules and settings: what one writes and another approves; what is left out is not sent."""

    def campaigns(self) -> answers.Campaigns:
        """Campaigns. Scope: campaigns:read."""
        said: answers.Campaigns = self.ask("GET", "/campaigns", {})
        return said

    def campaign(self, campaign: str) -> answers.CampaignOne:
        """One campaign. Scope: campaigns:read."""
        said: answers.CampaignOne = self.ask("GET", f"/campaigns/{part(campaign)}", {})
        return said

    def campaign_drafted(
        self,
        *,
        name: str,
        segment_key: str,
        template_key: str,
        reason: str,
        starts_on: str,
        ends_on: str,
        key: str,
        control_percent: int | None = None,
        priority: int | None = None,
        product_line: str | None = None,
        cross_sell: bool | None = None,
        idempotency_key: str | None = None,
    ) -> answers.CampaignOne:
        """Write a campaign. Scope: campaigns:write."""
        said: answers.CampaignOne = self.ask(
            "POST",
            "/campaigns",
            {
                "name": name,
                "segment_key": segment_key,
                "template_key": template_key,
                "reason": reason,
                "starts_on": starts_on,
                "ends_on": ends_on,
                "control_percent": control_percent,
                "priority": priority,
                "product_line": product_line,
                "cross_sell": cross_sell,
                "key": key,
            },
            key=idempotency_key,
            writes=True,
        )
        return said

    def campaign_edited(
        self,
        campaign: str,
        *,
        name: str,
        segment_key: str,
        template_key: str,
        reason: str,
        starts_on: str,
        ends_on: str,
        control_percent: int | None = None,
        priority: int | None = None,
        product_line: str | None = None,
        cross_sell: bool | None = None,
        idempotency_key: str | None = None,
    ) -> answers.CampaignOne:
        """Change a draft. Scope: campaigns:write."""
        said: answers.CampaignOne = self.ask(
            "POST",
            f"/campaigns/{part(campaign)}/edit",
            {
                "name": name,
                "segment_key": segment_key,
                "template_key": template_key,
                "reason": reason,
                "starts_on": starts_on,
                "ends_on": ends_on,
                "control_percent": control_percent,
                "priority": priority,
                "product_line": product_line,
                "cross_sell": cross_sell,
            },
            key=idempotency_key,
            writes=True,
        )
        return said

    def campaign_tried(self, campaign: str, *, idempotency_key: str | None = None) -> answers.CampaignOne:
        """Hand in a draft by trying it. Scope: campaigns:write."""
        said: answers.CampaignOne = self.ask(
            "POST", f"/campaigns/{part(campaign)}/try", {}, key=idempotency_key, writes=True
        )
        return said

    def campaign_approved(self, campaign: str, *, idempotency_key: str | None = None) -> answers.CampaignOne:
        """Approve a campaign. Scope: campaigns:approve."""
        said: answers.CampaignOne = self.ask(
            "POST", f"/campaigns/{part(campaign)}/approve", {}, key=idempotency_key, writes=True
        )
        return said

    def campaign_moved(
        self, campaign: str, *, act: str, because: str | None = None, idempotency_key: str | None = None
    ) -> answers.CampaignOne:
        """Start, pause or stop a campaign. Scope: campaigns:write."""
        said: answers.CampaignOne = self.ask(
            "POST",
            f"/campaigns/{part(campaign)}/moves",
            {"act": act, "because": because},
            key=idempotency_key,
            writes=True,
        )
        return said

    def policies(self) -> answers.Policies:
        """Versions of the settings. Scope: policies:read."""
        said: answers.Policies = self.ask("GET", "/policies", {})
        return said

    def policy(self, version: str) -> answers.PolicyOne:
        """One version of the settings. Scope: policies:read."""
        said: answers.PolicyOne = self.ask("GET", f"/policies/{part(version)}", {})
        return said

    def policy_difference(self, version: str) -> answers.Difference:
        """What a version changes. Scope: policies:read."""
        said: answers.Difference = self.ask("GET", f"/policies/{part(version)}/difference", {})
        return said

    def policy_drafted(
        self, *, settings: dict[str, Any], note: str, idempotency_key: str | None = None
    ) -> answers.PolicyOne:
        """Write other settings. Scope: policies:write."""
        said: answers.PolicyOne = self.ask(
            "POST", "/policies", {"settings": settings, "note": note}, key=idempotency_key, writes=True
        )
        return said

    def policy_tried(self, version: str, *, idempotency_key: str | None = None) -> answers.PolicyOne:
        """Try a draft in the shadow. Scope: policies:write."""
        said: answers.PolicyOne = self.ask(
            "POST", f"/policies/{part(version)}/shadow", {}, key=idempotency_key, writes=True
        )
        return said

    def policy_approved(self, version: str, *, idempotency_key: str | None = None) -> answers.PolicyOne:
        """Put a version in force. Scope: policies:approve."""
        said: answers.PolicyOne = self.ask(
            "POST", f"/policies/{part(version)}/approve", {}, key=idempotency_key, writes=True
        )
        return said

    def policy_put_away(self, version: str, *, idempotency_key: str | None = None) -> answers.PolicyOne:
        """Give up a draft. Scope: policies:write."""
        said: answers.PolicyOne = self.ask(
            "POST", f"/policies/{part(version)}/put-away", {}, key=idempotency_key, writes=True
        )
        return said

    def rules(self) -> answers.Rules:
        """What follows from segments. Scope: rules:read."""
        said: answers.Rules = self.ask("GET", "/rules", {})
        return said

    def rule(self, rule: str) -> answers.RuleOne:
        """One rule. Scope: rules:read."""
        said: answers.RuleOne = self.ask("GET", f"/rules/{part(rule)}", {})
        return said

    def rule_drafted(
        self,
        *,
        name: str,
        sentence: str,
        segment_key: str,
        key: str,
        kind: str,
        benefit_key: str | None = None,
        template_key: str | None = None,
        idempotency_key: str | None = None,
    ) -> answers.RuleOne:
        """Write a rule. Scope: rules:write."""
        said: answers.RuleOne = self.ask(
            "POST",
            "/rules",
            {
                "name": name,
                "sentence": sentence,
                "segment_key": segment_key,
                "benefit_key": benefit_key,
                "template_key": template_key,
                "key": key,
                "kind": kind,
            },
            key=idempotency_key,
            writes=True,
        )
        return said

    def rule_edited(
        self,
        rule: str,
        *,
        name: str,
        sentence: str,
        segment_key: str,
        benefit_key: str | None = None,
        template_key: str | None = None,
        idempotency_key: str | None = None,
    ) -> answers.RuleOne:
        """Change a rule. Scope: rules:write."""
        said: answers.RuleOne = self.ask(
            "POST",
            f"/rules/{part(rule)}/edit",
            {
                "name": name,
                "sentence": sentence,
                "segment_key": segment_key,
                "benefit_key": benefit_key,
                "template_key": template_key,
            },
            key=idempotency_key,
            writes=True,
        )
        return said

    def rule_live(self, rule: str, *, idempotency_key: str | None = None) -> answers.RuleOne:
        """Let a rule that grants act. Scope: rules:write."""
        said: answers.RuleOne = self.ask("POST", f"/rules/{part(rule)}/live", {}, key=idempotency_key, writes=True)
        return said

    def rule_approved(self, rule: str, *, version: int, idempotency_key: str | None = None) -> answers.RuleOne:
        """Approve a rule that writes to people. Scope: rules:approve."""
        said: answers.RuleOne = self.ask(
            "POST", f"/rules/{part(rule)}/approve", {"version": version}, key=idempotency_key, writes=True
        )
        return said

    def rule_retired(self, rule: str, *, idempotency_key: str | None = None) -> answers.RuleOne:
        """Stop a rule. Scope: rules:write."""
        said: answers.RuleOne = self.ask("POST", f"/rules/{part(rule)}/retire", {}, key=idempotency_key, writes=True)
        return said
