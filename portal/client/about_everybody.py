"""Feeds, feedback, segments and signals: a method for each operation.

Made by scripts/write_client.py from the description of the API; do not edit.
"""

from collections.abc import Iterator
from typing import Any

from portal.client import answers
from portal.client.asking import Asking, part


class AboutEverybody(Asking):
    """Feeds, feedback, segments and signals; what is left out is not sent."""

    def changes(self, *, after: int | None = None, limit: int | None = None) -> answers.Changes:
        """Changes of consent, in order. Scope: changes:read."""
        said: answers.Changes = self.ask("GET", "/consents/changes", {"after": after, "limit": limit})
        return said

    def acknowledge(self, *, up_to: int, idempotency_key: str | None = None) -> answers.Standing:
        """Say what is known. Scope: changes:read."""
        said: answers.Standing = self.ask(
            "POST", "/consents/acknowledgements", {"up_to": up_to}, key=idempotency_key, writes=True
        )
        return said

    def complaint_line(
        self, conversation: str, *, line: str | None, idempotency_key: str | None = None
    ) -> answers.ComplaintLine:
        """Say which product a complaint is about. Scope: complaints:write."""
        said: answers.ComplaintLine = self.ask(
            "POST",
            f"/conversations/{part(conversation)}/product-line",
            {"line": line},
            key=idempotency_key,
            writes=True,
        )
        return said

    def feedback_submit(
        self,
        *,
        text: str,
        customer: str | None = None,
        customer_external_ref: str | None = None,
        written_at: str | None = None,
        external_id: str | None = None,
        may_reply: bool | None = None,
        rating: int | None = None,
        idempotency_key: str | None = None,
    ) -> answers.FeedbackAnswer:
        """Hand in feedback. Scope: feedback:write."""
        said: answers.FeedbackAnswer = self.ask(
            "POST",
            "/feedback",
            {
                "text": text,
                "customer": customer,
                "customer_external_ref": customer_external_ref,
                "written_at": written_at,
                "external_id": external_id,
                "may_reply": may_reply,
                "rating": rating,
            },
            key=idempotency_key,
            writes=True,
        )
        return said

    def imports(self) -> answers.Batches:
        """Files of consents. Scope: imports:read."""
        said: answers.Batches = self.ask("GET", "/imports", {})
        return said

    def import_one(self, batch: str) -> answers.Batch:
        """One file of consents. Scope: imports:read."""
        said: answers.Batch = self.ask("GET", f"/imports/{part(batch)}", {})
        return said

    def import_taken(
        self, *, name: str, text: str, columns: dict[str, Any] | None = None, idempotency_key: str | None = None
    ) -> answers.Batch:
        """Take in a file of consents. Scope: imports:write."""
        said: answers.Batch = self.ask(
            "POST", "/imports", {"name": name, "text": text, "columns": columns}, key=idempotency_key, writes=True
        )
        return said

    def import_applied(self, batch: str, *, idempotency_key: str | None = None) -> answers.Batch:
        """Let a file of consents take effect. Scope: imports:write."""
        said: answers.Batch = self.ask("POST", f"/imports/{part(batch)}/apply", {}, key=idempotency_key, writes=True)
        return said

    def import_undone(self, batch: str, *, idempotency_key: str | None = None) -> answers.Batch:
        """Undo a file of consents. Scope: imports:write."""
        said: answers.Batch = self.ask("POST", f"/imports/{part(batch)}/undo", {}, key=idempotency_key, writes=True)
        return said

    def import_discarded(self, batch: str, *, idempotency_key: str | None = None) -> answers.Batch:
        """Throw a file of consents away. Scope: imports:write."""
        said: answers.Batch = self.ask("POST", f"/imports/{part(batch)}/discard", {}, key=idempotency_key, writes=True)
        return said

    def me(self) -> answers.Me:
        """Who am I. Scope: me:read."""
        said: answers.Me = self.ask("GET", "/me", {})
        return said

    def merges(self) -> answers.Merges:
        """Customers who were made one. Scope: merges:read."""
        said: answers.Merges = self.ask("GET", "/merges", {})
        return said

    def merged(
        self, *, keep: str, merge: str, verified: bool, how: str, idempotency_key: str | None = None
    ) -> answers.MergeLine:
        """Make two customers one. Scope: merges:write."""
        said: answers.MergeLine = self.ask(
            "POST",
            "/merges",
            {"keep": keep, "merge": merge, "verified": verified, "how": how},
            key=idempotency_key,
            writes=True,
        )
        return said

    def parted(self, merge: str, *, idempotency_key: str | None = None) -> answers.MergeLine:
        """Part two customers again. Scope: merges:write."""
        said: answers.MergeLine = self.ask("POST", f"/merges/{part(merge)}/undo", {}, key=idempotency_key, writes=True)
        return said

    def indicators(
        self, *, period: str | None = None, scope: str | None = None, key: str | None = None
    ) -> answers.Figures:
        """What is measured about us. Scope: indicators:read."""
        said: answers.Figures = self.ask("GET", "/indicators", {"period": period, "scope": scope, "key": key})
        return said

    def promises(
        self, *, cursor: str | None = None, limit: int | None = None, which: str | None = None
    ) -> answers.Promises:
        """Promises. Scope: promises:read."""
        said: answers.Promises = self.ask("GET", "/promises", {"cursor": cursor, "limit": limit, "which": which})
        return said

    def all_promises(self, *, limit: int | None = None, which: str | None = None) -> Iterator[answers.PromiseLine]:
        """Promises, page after page; `limit` is of one page. Scope: promises:read."""
        return self.pages("/promises", {"limit": limit, "which": which})

    def promise_apologised(
        self, promise: str, *, text: str, by: str, idempotency_key: str | None = None
    ) -> answers.Apology:
        """Apologise for a promise that was not kept. Scope: promises:write."""
        said: answers.Apology = self.ask(
            "POST", f"/promises/{part(promise)}/apology", {"text": text, "by": by}, key=idempotency_key, writes=True
        )
        return said

    def call_registers(self) -> answers.Registers:
        """Do-not-call registers. Scope: call-registers:read."""
        said: answers.Registers = self.ask("GET", "/call-registers", {})
        return said

    def call_register_brought(
        self,
        *,
        name: str,
        taken_on: str,
        numbers: list[str],
        try_only: bool | None = None,
        idempotency_key: str | None = None,
    ) -> answers.RegisterChange:
        """Bring in a copy of a do-not-call register. Scope: call-registers:write."""
        said: answers.RegisterChange = self.ask(
            "POST",
            "/call-registers",
            {"name": name, "taken_on": taken_on, "numbers": numbers, "try_only": try_only},
            key=idempotency_key,
            writes=True,
        )
        return said

    def segments(self) -> answers.Segments:
        """Segments. Scope: segments:read."""
        said: answers.Segments = self.ask("GET", "/segments", {})
        return said

    def members(self, key: str, *, cursor: str | None = None, limit: int | None = None) -> answers.Members:
        """Members of a segment. Scope: segments:read."""
        said: answers.Members = self.ask("GET", f"/segments/{part(key)}/members", {"cursor": cursor, "limit": limit})
        return said

    def all_members(self, key: str, *, limit: int | None = None) -> Iterator[answers.Member]:
        """Members of a segment, page after page; `limit` is of one page. Scope: segments:read."""
        return self.pages(f"/segments/{part(key)}/members", {"limit": limit})

    def signals(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        need: str | None = None,
        state: str | None = None,
        customer: str | None = None,
        since: str | None = None,
    ) -> answers.Signals:
        """Signals. Scope: signals:read."""
        said: answers.Signals = self.ask(
            "GET",
            "/signals",
            {"cursor": cursor, "limit": limit, "need": need, "state": state, "customer": customer, "since": since},
        )
        return said

    def all_signals(
        self,
        *,
        limit: int | None = None,
        need: str | None = None,
        state: str | None = None,
        customer: str | None = None,
        since: str | None = None,
    ) -> Iterator[answers.Signal]:
        """Signals, page after page; `limit` is of one page. Scope: signals:read."""
        return self.pages(
            "/signals", {"limit": limit, "need": need, "state": state, "customer": customer, "since": since}
        )
