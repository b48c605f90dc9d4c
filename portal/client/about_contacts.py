"""Who may be contacted, what was decided, and what came of it: a method for each operation.

Made by scripts/write_client.py from the description of the API; do not edit.
"""

from collections.abc import Iterator

from portal.client import answers
from portal.client.asking import Asking, part


class AboutContacts(Asking):
    """Who may be contacted, what was decided, and what came of it; what is left out is not sent."""

    def decisions(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        customer: str | None = None,
        outcome: str | None = None,
    ) -> answers.Decisions:
        """Decisions. Scope: decisions:read."""
        said: answers.Decisions = self.ask(
            "GET", "/decisions", {"cursor": cursor, "limit": limit, "customer": customer, "outcome": outcome}
        )
        return said

    def all_decisions(
        self, *, limit: int | None = None, customer: str | None = None, outcome: str | None = None
    ) -> Iterator[answers.DecisionLine]:
        """Decisions, page after page; `limit` is of one page. Scope: decisions:read."""
        return self.pages("/decisions", {"limit": limit, "customer": customer, "outcome": outcome})

    def decision(self, decision: str) -> answers.DecisionRecord:
        """One decision. Scope: decisions:read."""
        said: answers.DecisionRecord = self.ask("GET", f"/decisions/{part(decision)}", {})
        return said

    def templates(self) -> answers.Templates:
        """Message templates. Scope: templates:read."""
        said: answers.Templates = self.ask("GET", "/templates", {})
        return said

    def contact_event(
        self,
        *,
        kind: str,
        event_id: str,
        channel: str | None = None,
        email: str | None = None,
        customer: str | None = None,
        customer_external_ref: str | None = None,
        occurred_at: str | None = None,
        idempotency_key: str | None = None,
    ) -> answers.ContactEventAnswer:
        """Tell about a STOP, a bounce or a spam report. Scope: contact-events:write."""
        said: answers.ContactEventAnswer = self.ask(
            "POST",
            "/contact-events",
            {
                "kind": kind,
                "event_id": event_id,
                "channel": channel,
                "email": email,
                "customer": customer,
                "customer_external_ref": customer_external_ref,
                "occurred_at": occurred_at,
            },
            key=idempotency_key,
            writes=True,
        )
        return said

    def decision_preview(
        self,
        *,
        channel: str,
        message_class: str,
        purpose: str,
        customer: str,
        topic: str | None = None,
        campaign: str | None = None,
        reason: str | None = None,
        segment_key: str | None = None,
        expires_at: str | None = None,
        contact_point: str | None = None,
        product_line: str | None = None,
        cross_sell: bool | None = None,
        data_used: list[str] | None = None,
        priority: int | None = None,
        not_before: str | None = None,
        template: str | None = None,
        at_least_seq: int | None = None,
    ) -> answers.Verdict:
        """Would we be allowed to send this. Scope: decisions:preview."""
        given = {
            "channel": channel, "message_class": message_class, "purpose": purpose, "topic": topic,
            "campaign": campaign, "reason": reason, "segment_key": segment_key, "expires_at": expires_at,
            "contact_point": contact_point, "product_line": product_line, "cross_sell": cross_sell,
            "data_used": data_used, "priority": priority, "not_before": not_before, "template": template,
            "customer": customer, "at_least_seq": at_least_seq,
        }  # fmt: skip
        said: answers.Verdict = self.ask("POST", "/decisions/preview", given)
        return said

    def decision_claim(
        self,
        *,
        channel: str,
        message_class: str,
        purpose: str,
        customer: str,
        key: str,
        topic: str | None = None,
        campaign: str | None = None,
        reason: str | None = None,
        segment_key: str | None = None,
        expires_at: str | None = None,
        contact_point: str | None = None,
        product_line: str | None = None,
        cross_sell: bool | None = None,
        data_used: list[str] | None = None,
        priority: int | None = None,
        not_before: str | None = None,
        template: str | None = None,
        at_least_seq: int | None = None,
        idempotency_key: str | None = None,
    ) -> answers.Claim:
        """May we send this now. Scope: decisions:claim."""
        given = {
            "channel": channel, "message_class": message_class, "purpose": purpose, "topic": topic,
            "campaign": campaign, "reason": reason, "segment_key": segment_key, "expires_at": expires_at,
            "contact_point": contact_point, "product_line": product_line, "cross_sell": cross_sell,
            "data_used": data_used, "priority": priority, "not_before": not_before, "template": template,
            "customer": customer, "at_least_seq": at_least_seq, "key": key,
        }  # fmt: skip
        said: answers.Claim = self.ask("POST", "/decisions", given, key=idempotency_key, writes=True)
        return said

    def outbox(self, *, channel: str, after: int | None = None, limit: int | None = None) -> answers.WaitingPage:
        """What waits for a gateway. Scope: outbox:drain."""
        said: answers.WaitingPage = self.ask("GET", "/outbox", {"channel": channel, "after": after, "limit": limit})
        return said

    def outbox_lease(self, *, channel: str, limit: int | None = None) -> answers.Leases:
        """Take messages to send. Scope: outbox:drain."""
        said: answers.Leases = self.ask("POST", "/outbox/leases", {"channel": channel, "limit": limit})
        return said

    def outbox_report(
        self,
        *,
        message: str,
        outcome: str,
        note: str | None = None,
        occurred_at: str | None = None,
        idempotency_key: str | None = None,
    ) -> answers.Reported:
        """Say what became of a message. Scope: outbox:drain."""
        said: answers.Reported = self.ask(
            "POST",
            "/outbox/reports",
            {"message": message, "outcome": outcome, "note": note, "occurred_at": occurred_at},
            key=idempotency_key,
            writes=True,
        )
        return said

    def permissions_bulk(
        self,
        *,
        purpose: str,
        channel: str,
        topic: str | None = None,
        message_class: str | None = None,
        campaign: str | None = None,
        product_line: str | None = None,
        cross_sell: bool | None = None,
        segment: str | None = None,
        customers: list[str] | None = None,
        at_least_position: int | None = None,
    ) -> answers.ManyAnswer:
        """May we contact these many people. Scope: permissions:read."""
        said: answers.ManyAnswer = self.ask(
            "POST",
            "/permissions/bulk",
            {
                "purpose": purpose,
                "channel": channel,
                "topic": topic,
                "message_class": message_class,
                "campaign": campaign,
                "product_line": product_line,
                "cross_sell": cross_sell,
                "segment": segment,
                "customers": customers,
                "at_least_position": at_least_position,
            },
        )
        return said
