"""What one customer allows, said and may use: a method for each operation.

Made by scripts/write_client.py from the description of the API; do not edit.
"""

from collections.abc import Iterator

from portal.client import answers
from portal.client.asking import Asking, part


class AboutCustomers(Asking):
    """What one customer allows, said and may use; what is left out is not sent."""

    def rights_requests(self, ref: str) -> answers.RightsRequests:
        """What a customer asked for by right. Scope: requests:read."""
        said: answers.RightsRequests = self.ask("GET", f"/customers/{part(ref)}/requests", {})
        return said

    def rights_request(self, ref: str, request: str) -> answers.RightsRequest:
        """How one request stands. Scope: requests:read."""
        said: answers.RightsRequest = self.ask("GET", f"/customers/{part(ref)}/requests/{part(request)}", {})
        return said

    def archive(self, ref: str, request: str) -> answers.Archive:
        """Fetch the archive that a customer asked for. Scope: archives:read."""
        said: answers.Archive = self.ask("POST", f"/customers/{part(ref)}/requests/{part(request)}/archive", {})
        return said

    def consents(self, ref: str, *, known_at: str | None = None, valid_at: str | None = None) -> answers.Consents:
        """What a customer allows. Scope: consents:read."""
        said: answers.Consents = self.ask(
            "GET", f"/customers/{part(ref)}/consents", {"known_at": known_at, "valid_at": valid_at}
        )
        return said

    def entitlements(self, ref: str) -> answers.Entitlements:
        """What a customer may use. Scope: entitlements:read."""
        said: answers.Entitlements = self.ask("GET", f"/customers/{part(ref)}/entitlements", {})
        return said

    def ledger(self, ref: str, *, cursor: str | None = None, limit: int | None = None) -> answers.Entries:
        """Everything a customer said. Scope: consents:read."""
        said: answers.Entries = self.ask("GET", f"/customers/{part(ref)}/ledger", {"cursor": cursor, "limit": limit})
        return said

    def all_ledger(self, ref: str, *, limit: int | None = None) -> Iterator[answers.Entry]:
        """Everything a customer said, page after page; `limit` is of one page. Scope: consents:read."""
        return self.pages(f"/customers/{part(ref)}/ledger", {"limit": limit})

    def consent_said(
        self,
        ref: str,
        *,
        purpose: str,
        act: str,
        method: str,
        seq: int,
        channel: str | None = None,
        topic: str | None = None,
        evidence: str | None = None,
        grade: str | None = None,
        authority: str | None = None,
        said_at: str | None = None,
        idempotency_key: str | None = None,
    ) -> answers.ReceiptLine:
        """Write down what a customer said. Scope: consents:write."""
        said: answers.ReceiptLine = self.ask(
            "POST",
            f"/customers/{part(ref)}/consents",
            {
                "purpose": purpose,
                "channel": channel,
                "topic": topic,
                "act": act,
                "method": method,
                "evidence": evidence,
                "grade": grade,
                "authority": authority,
                "said_at": said_at,
                "seq": seq,
            },
            key=idempotency_key,
            writes=True,
        )
        return said

    def receipts(self, ref: str) -> answers.ReceiptLines:
        """A customer's receipts. Scope: consents:read."""
        said: answers.ReceiptLines = self.ask("GET", f"/customers/{part(ref)}/receipts", {})
        return said

    def preferences(self, ref: str) -> answers.Preferences:
        """How a customer wants to hear from us. Scope: consents:read."""
        said: answers.Preferences = self.ask("GET", f"/customers/{part(ref)}/preferences", {})
        return said

    def marks(self, ref: str) -> answers.Marks:
        """What holds contact back. Scope: marks:read."""
        said: answers.Marks = self.ask("GET", f"/customers/{part(ref)}/marks", {})
        return said

    def mark_set(
        self,
        ref: str,
        *,
        kind: str,
        note: str,
        since: str | None = None,
        until: str | None = None,
        idempotency_key: str | None = None,
    ) -> answers.MarkLine:
        """Record what holds contact back. Scope: marks:write."""
        said: answers.MarkLine = self.ask(
            "POST",
            f"/customers/{part(ref)}/marks",
            {"kind": kind, "note": note, "since": since, "until": until},
            key=idempotency_key,
            writes=True,
        )
        return said

    def mark_ended(self, ref: str, *, kind: str, idempotency_key: str | None = None) -> answers.MarkLine:
        """Record that it does not hold any more. Scope: marks:write."""
        said: answers.MarkLine = self.ask(
            "POST", f"/customers/{part(ref)}/marks/end", {"kind": kind}, key=idempotency_key, writes=True
        )
        return said

    def holders(self, ref: str) -> answers.Holders:
        """Who holds it together. Scope: marks:read."""
        said: answers.Holders = self.ask("GET", f"/customers/{part(ref)}/holders", {})
        return said

    def holder_said(
        self, ref: str, *, name: str, state: str, proof: str, idempotency_key: str | None = None
    ) -> answers.HolderLine:
        """Write down what a holder said. Scope: marks:write."""
        said: answers.HolderLine = self.ask(
            "POST",
            f"/customers/{part(ref)}/holders",
            {"name": name, "state": state, "proof": proof},
            key=idempotency_key,
            writes=True,
        )
        return said

    def point_said(
        self,
        ref: str,
        *,
        kind: str,
        value: str | None,
        verified_at: str | None = None,
        idempotency_key: str | None = None,
    ) -> answers.PointKept:
        """Say where a customer is reached. Scope: contact-points:write."""
        said: answers.PointKept = self.ask(
            "POST",
            f"/customers/{part(ref)}/contact-points",
            {"kind": kind, "value": value, "verified_at": verified_at},
            key=idempotency_key,
            writes=True,
        )
        return said

    def receipt(self, ref: str, code: str, *, profile: str | None = None) -> answers.Receipt:
        """A customer's receipt. Scope: consents:read."""
        said: answers.Receipt = self.ask("GET", f"/customers/{part(ref)}/receipts/{part(code)}", {"profile": profile})
        return said

    def preferences_said(
        self,
        ref: str,
        *,
        language: str | None = None,
        time_zone: str | None = None,
        quiet_from: str | None = None,
        quiet_until: str | None = None,
        max_per_week: int | None = None,
        channel: str | None = None,
        digest: str | None = None,
        idempotency_key: str | None = None,
    ) -> answers.Preferences:
        """Write down how a customer wants to hear from us. Scope: consents:write."""
        said: answers.Preferences = self.ask(
            "POST",
            f"/customers/{part(ref)}/preferences",
            {
                "language": language,
                "time_zone": time_zone,
                "quiet_from": quiet_from,
                "quiet_until": quiet_until,
                "max_per_week": max_per_week,
                "channel": channel,
                "digest": digest,
            },
            key=idempotency_key,
            writes=True,
        )
        return said

    def pause_said(
        self,
        ref: str,
        *,
        seq: int,
        method: str,
        months: int | None = None,
        until: str | None = None,
        idempotency_key: str | None = None,
    ) -> answers.Entry:
        """Write down that a customer wants a pause. Scope: consents:write."""
        said: answers.Entry = self.ask(
            "POST",
            f"/customers/{part(ref)}/pause",
            {"seq": seq, "months": months, "until": until, "method": method},
            key=idempotency_key,
            writes=True,
        )
        return said

    def pause_ended(self, ref: str, *, seq: int, method: str, idempotency_key: str | None = None) -> answers.Entry:
        """Write down that a customer's pause is over. Scope: consents:write."""
        said: answers.Entry = self.ask(
            "POST",
            f"/customers/{part(ref)}/pause/end",
            {"seq": seq, "method": method},
            key=idempotency_key,
            writes=True,
        )
        return said

    def right_asked(
        self, ref: str, *, kind: str, came_by: str, words: str | None = None, idempotency_key: str | None = None
    ) -> answers.RightsRequest:
        """Take down what a customer asks for by right. Scope: requests:write."""
        said: answers.RightsRequest = self.ask(
            "POST",
            f"/customers/{part(ref)}/requests",
            {"kind": kind, "came_by": came_by, "words": words},
            key=idempotency_key,
            writes=True,
        )
        return said
