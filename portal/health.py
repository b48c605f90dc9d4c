"""What is wrong with how this portal is set up, and what to do. Asked by `candour check` and shown to admins."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from portal import migrate
from portal.settings import Misread, Settings

SHORTEST_KEY = 32
TRANSLATIONS = Path(__file__).resolve().parent / "translations"
POSITIVE = ("read_every_seconds", "read_batch", "read_workers", "web_threads", "web_workers", "session_idle_minutes")


def _l(text: str) -> str:
    """Mark a text for the translators; whoever shows it translates it."""
    return text


@dataclass(frozen=True)
class Finding:
    """One thing to know: what is so, and what to do. `serious` when it must be mended before anybody comes.

    `text` and `advice` are templates for `params`, so that a page can translate them before it fills them in.
    """

    text: str
    advice: str
    serious: bool = True
    params: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.text % self.params}\n{self.advice % self.params}"


def findings(settings: Settings) -> list[Finding]:
    """Everything that is wrong or remarkable, the serious first."""
    checks = (_database, _instance, _secret, _addresses, _hosts, _mail, _languages, _numbers)
    found = [finding for check in checks for finding in check(settings)]
    return sorted(found, key=lambda finding: not finding.serious)


def misreadings(misread: Iterable[Misread]) -> list[Finding]:
    """A finding for each variable of the environment that cannot be understood; nothing serves before it is mended."""
    return [
        Finding(
            _l("%(name)s cannot be understood: it is “%(value)s”."),
            _l("Set it to %(wanted)s, or leave it away to have the default, %(default)s."),
            params={
                "name": one.name,
                "value": one.value,
                "wanted": one.wanted,
                "default": one.default,
            },
        )
        for one in misread
    ]


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        url = make_url(settings.url)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
            yield Finding(_l("There is no database yet."), _l("Run `candour migrate`."))
            return
        current, newest = migrate.current(settings.url), migrate.newest()
    except (SQLAlchemyError, ArgumentError, ImportError, OSError) as error:
        yield Finding(
            _l("The database cannot be reached (%(kind)s)."),
            _l("See that it runs and that CANDOUR_DATABASE_URL is right; for PostgreSQL, install candour[postgres]."),
            params={"kind": type(getattr(error, "orig", None) or error).__name__},
        )
        return
    if current != newest:
        yield Finding(
            _l("The database is at version %(current)s, the code at %(newest)s."),
            _l("Run `candour migrate`."),
            params={"current": str(current), "newest": str(newest)},
        )


def _instance(settings: Settings) -> Iterator[Finding]:
    folder = Path(settings.instance)
    existing = next(path for path in (folder, *folder.resolve().parents) if path.exists())
    try:
        tempfile.TemporaryFile(dir=existing).close()
    except OSError:
        yield Finding(
            _l("The folder %(folder)s cannot be written to."),
            _l("Give this user the right to write there, or name another folder with CANDOUR_INSTANCE."),
            params={"folder": str(folder)},
        )


def _secret(settings: Settings) -> Iterator[Finding]:
    if settings.secret_key and len(settings.secret_key) < SHORTEST_KEY:
        yield Finding(
            _l("CANDOUR_SECRET_KEY is short enough to be guessed."),
            _l("Make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'"),
        )
    if not settings.secret_key and not settings.url.startswith("sqlite"):
        yield Finding(
            _l("The secret key is kept in the instance folder, on this machine only."),
            _l("Set CANDOUR_SECRET_KEY when the portal runs on more than one machine."),
            serious=False,
        )


def _here(settings: Settings) -> bool:
    return urlsplit(settings.base_url).hostname in ("127.0.0.1", "localhost", "::1")


def _addresses(settings: Settings) -> Iterator[Finding]:
    parts = urlsplit(settings.base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield Finding(
            _l("CANDOUR_BASE_URL is not an address."),
            _l("Set it to what people type, such as https://candour.example.org."),
        )
    elif settings.cookie_secure and parts.scheme == "http":
        yield Finding(
            _l("Cookies are sent over HTTPS only, but CANDOUR_BASE_URL says http: nobody could stay signed in."),
            _l("Set CANDOUR_BASE_URL to the https address, or CANDOUR_COOKIE_SECURE=no on your own machine."),
        )
    elif not settings.cookie_secure and not _here(settings):
        yield Finding(_l("Cookies may travel without encryption."), _l("Set CANDOUR_COOKIE_SECURE=yes."))


def _hosts(settings: Settings) -> Iterator[Finding]:
    name = urlsplit(settings.base_url).hostname or ""
    hosts = [host.strip() for host in settings.trusted_hosts.split(",") if host.strip()]
    if not hosts and name and not _here(settings):
        yield Finding(
            _l("The portal answers to any host name."),
            _l("Set CANDOUR_TRUSTED_HOSTS=%(name)s."),
            params={"name": name},
        )
    if hosts and name not in hosts:
        yield Finding(
            _l("CANDOUR_TRUSTED_HOSTS does not name %(name)s, so the portal refuses its own address."),
            _l("Add %(name)s to CANDOUR_TRUSTED_HOSTS."),
            params={"name": name},
        )


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_url:
        yield Finding(
            _l("No mail leaves: there is no mail server."),
            _l("Set CANDOUR_SMTP_URL=smtp://host:25, or read mail on the outbox page, /admin/outbox."),
            serious=False,
        )
        return
    parts = urlsplit(settings.smtp_url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        yield Finding(
            _l("CANDOUR_SMTP_URL is not the address of a mail server."),
            _l("Write it as smtp://user:password@host:port."),
        )
    if "@" not in settings.mail_from:
        yield Finding(_l("CANDOUR_MAIL_FROM has no address."), _l("Write it as Your Company <hello@example.org>."))


def _languages(settings: Settings) -> Iterator[Finding]:
    spoken = (
        "en",
        *(path.parent.parent.name.replace("_", "-") for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo")),
    )
    unknown = [language for language in settings.zone_languages if language.replace("_", "-") not in spoken]
    if unknown or not settings.zone_languages:
        yield Finding(
            _l("The interface is not translated into the languages named in CANDOUR_LANGUAGES: %(unknown)s."),
            _l("Choose among these: %(spoken)s."),
            params={"unknown": ", ".join(unknown) or "-", "spoken": ", ".join(spoken)},
        )
    try:
        ZoneInfo(settings.default_zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield Finding(_l("CANDOUR_DEFAULT_ZONE is not a time zone."), _l("Write it as Europe/London."))


def _numbers(settings: Settings) -> Iterator[Finding]:
    for name in POSITIVE:
        if getattr(settings, name) < 1:
            yield Finding(
                _l("%(name)s must be at least 1."),
                _l("Leave it away to have the default."),
                params={"name": f"CANDOUR_{name.upper()}"},
            )
    if settings.live_streams >= settings.web_threads:
        yield Finding(
            _l("Live connections could take every thread of a web process."),
            _l("Set CANDOUR_LIVE_STREAMS well below CANDOUR_WEB_THREADS."),
        )
