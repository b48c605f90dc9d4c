"""What is asked for, and in which words: a method for each operation.

Made by scripts/write_client.py from the description of the API; do not edit.
"""

from portal.client import answers
from portal.client.asking import Asking, part


class AboutPurposes(Asking):
    """What is asked for, and in which words; what is left out is not sent."""

    def purposes(self) -> answers.Purposes:
        """What the company asks to do with data. Scope: purposes:read."""
        said: answers.Purposes = self.ask("GET", "/purposes", {})
        return said

    def purpose_notices(self, purpose: str) -> answers.Notices:
        """The words of a purpose. Scope: purposes:read."""
        said: answers.Notices = self.ask("GET", f"/purposes/{part(purpose)}/notices", {})
        return said

    def purpose_added(
        self,
        *,
        key: str,
        sentence: str,
        lawful_basis: str,
        data_used: list[str],
        recipients: list[str],
        retention_days: int,
        asks: bool | None = None,
        expires_months: int | None = None,
        honours_gpc: bool | None = None,
        channels: list[str] | None = None,
        topics: list[str] | None = None,
        carries: list[str] | None = None,
        idempotency_key: str | None = None,
    ) -> answers.Purpose:
        """Add a purpose. Scope: purposes:write."""
        given = {
            "key": key, "sentence": sentence, "lawful_basis": lawful_basis, "asks": asks, "data_used":
            data_used, "recipients": recipients, "retention_days": retention_days, "expires_months":
            expires_months, "honours_gpc": honours_gpc, "channels": channels, "topics": topics, "carries":
            carries,
        }  # fmt: skip
        said: answers.Purpose = self.ask("POST", "/purposes", given, key=idempotency_key, writes=True)
        return said

    def purpose_retired(self, purpose: str, *, idempotency_key: str | None = None) -> answers.Purpose:
        """Stop using a purpose. Scope: purposes:write."""
        said: answers.Purpose = self.ask(
            "POST", f"/purposes/{part(purpose)}/retire", {}, key=idempotency_key, writes=True
        )
        return said

    def words_drafted(
        self,
        purpose: str,
        *,
        title: str,
        summary: str,
        text: str,
        change: str | None = None,
        language: str | None = None,
        version: int | None = None,
        data_used: list[str] | None = None,
        recipients: list[str] | None = None,
        idempotency_key: str | None = None,
    ) -> answers.Version:
        """Draft words. Scope: purposes:write."""
        said: answers.Version = self.ask(
            "POST",
            f"/purposes/{part(purpose)}/notices",
            {
                "title": title,
                "summary": summary,
                "text": text,
                "change": change,
                "language": language,
                "version": version,
                "data_used": data_used,
                "recipients": recipients,
            },
            key=idempotency_key,
            writes=True,
        )
        return said

    def words(self, purpose: str, version: str) -> answers.Versions:
        """A version, drafts too. Scope: purposes:write."""
        said: answers.Versions = self.ask("GET", f"/purposes/{part(purpose)}/notices/{part(version)}", {})
        return said

    def words_published(
        self,
        purpose: str,
        version: str,
        *,
        sha256: str,
        effective_at: str | None = None,
        idempotency_key: str | None = None,
    ) -> answers.Versions:
        """Publish a version. Scope: purposes:publish."""
        said: answers.Versions = self.ask(
            "POST",
            f"/purposes/{part(purpose)}/notices/{part(version)}/publish",
            {"sha256": sha256, "effective_at": effective_at},
            key=idempotency_key,
            writes=True,
        )
        return said

    def words_taken_back(self, purpose: str, version: str, *, idempotency_key: str | None = None) -> answers.Versions:
        """Take back a version. Scope: purposes:publish."""
        said: answers.Versions = self.ask(
            "POST", f"/purposes/{part(purpose)}/notices/{part(version)}/take-back", {}, key=idempotency_key, writes=True
        )
        return said
