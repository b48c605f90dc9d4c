"""What is wrong with how this portal is set up, and what to do. Asked by `candour check` and shown to admins."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from portal import migrate
from portal.settings import Settings

SHORTEST_KEY = 32
LANGUAGES = ("en",)
"""Languages the interface is written in."""


@dataclass(frozen=True)
class Finding:
    """One thing to know: what is so, and what to do. `serious` when nobody should use the portal before it is mended."""

    text: str
    advice: str
    serious: bool = True


def findings(settings: Settings) -> list[Finding]:
    """Everything that is wrong or remarkable, the serious first."""
    checks = (_database, _instance, _secret, _addresses, _mail, _languages, _numbers)
    found = [finding for check in checks for finding in check(settings)]
    return sorted(found, key=lambda finding: not finding.serious)


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        url = make_url(settings.url)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
            yield Finding("There is no database yet.", "Run `candour migrate`.")
            return
        current, newest = migrate.current(settings.url), migrate.newest()
    except (SQLAlchemyError, ArgumentError, ImportError, OSError) as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        yield Finding(
            f"The database cannot be reached ({kind}).",
            "See that it runs, that CANDOUR_DATABASE_URL is right, and for PostgreSQL that candour[postgres] is installed.",
        )
        return
    if current != newest:
        yield Finding(f"The database is at version {current}, the code at {newest}.", "Run `candour migrate`.")


def _instance(settings: Settings) -> Iterator[Finding]:
    folder = Path(settings.instance)
    existing = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    if not os.access(existing, os.W_OK):
        yield Finding(
            f"The folder {folder} cannot be written to.",
            "Give this user the right to write there, or name another folder with CANDOUR_INSTANCE.",
        )


def _secret(settings: Settings) -> Iterator[Finding]:
    if settings.secret_key and len(settings.secret_key) < SHORTEST_KEY:
        yield Finding(
            "CANDOUR_SECRET_KEY is short enough to be guessed.",
            "Make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'",
        )
    if not settings.secret_key and not settings.url.startswith("sqlite"):
        yield Finding(
            "The secret key is kept in the instance folder, of this machine only.",
            "Set CANDOUR_SECRET_KEY when the portal runs on more than one machine.",
            serious=False,
        )


def _addresses(settings: Settings) -> Iterator[Finding]:
    parts = urlsplit(settings.base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield Finding(
            "CANDOUR_BASE_URL is not an address.", "Set it to what people type, such as https://candour.example.org."
        )
        return
    here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    if settings.cookie_secure and parts.scheme == "http":
        yield Finding(
            "Cookies are sent over HTTPS only, but CANDOUR_BASE_URL says http: nobody could stay signed in.",
            "Set CANDOUR_BASE_URL to the https address, or CANDOUR_COOKIE_SECURE=no on your own machine.",
        )
    if not settings.cookie_secure and not here:
        yield Finding("Cookies may travel without encryption.", "Set CANDOUR_COOKIE_SECURE=yes.")
    hosts = [host.strip() for host in settings.trusted_hosts.split(",") if host.strip()]
    if not hosts and not here:
        yield Finding("The portal answers to any host name.", f"Set CANDOUR_TRUSTED_HOSTS={parts.hostname}.")
    if hosts and parts.hostname not in hosts:
        yield Finding(
            f"CANDOUR_TRUSTED_HOSTS does not name {parts.hostname}, so the portal refuses its own address.",
            f"Add {parts.hostname} to CANDOUR_TRUSTED_HOSTS.",
        )


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_url:
        yield Finding(
            "No mail leaves: there is no mail server.",
            "Set CANDOUR_SMTP_URL=smtp://host:25, or read mail on the outbox page, /admin/outbox.",
            serious=False,
        )
        return
    parts = urlsplit(settings.smtp_url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        yield Finding(
            "CANDOUR_SMTP_URL is not the address of a mail server.", "Write it as smtp://user:password@host:port."
        )
    if "@" not in settings.mail_from:
        yield Finding("CANDOUR_MAIL_FROM has no address.", "Write it as Your Company <hello@example.org>.")


def _languages(settings: Settings) -> Iterator[Finding]:
    spoken = LANGUAGES + tuple(path.parent.parent.name for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo"))
    unknown = [language for language in settings.zone_languages if language not in spoken]
    if unknown or not settings.zone_languages:
        yield Finding(
            f"The interface is not translated into {', '.join(unknown) or 'any language'}.",
            f"Set CANDOUR_LANGUAGES to some of: {', '.join(spoken)}.",
        )
    try:
        ZoneInfo(settings.default_zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield Finding("CANDOUR_DEFAULT_ZONE is not a time zone.", "Write it as Europe/London.")


def _numbers(settings: Settings) -> Iterator[Finding]:
    for name in ("read_every_seconds", "read_batch", "web_threads", "web_workers", "session_idle_minutes"):
        if getattr(settings, name) < 1:
            yield Finding(f"CANDOUR_{name.upper()} must be at least 1.", "Leave it away to have the default.")
    if settings.live_streams >= settings.web_threads:
        yield Finding(
            "Live connections could take every thread of a web process.",
            "Set CANDOUR_LIVE_STREAMS well below CANDOUR_WEB_THREADS.",
        )


TRANSLATIONS = Path(__file__).resolve().parent / "translations"
