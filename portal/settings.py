"""Every setting, read once from the environment. The table in README.md is kept complete by a test."""

import os
import secrets
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any


def _setting(default: Any, text: str) -> Any:
    return field(default=default, metadata={"text": text})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be configured. The variable is the field in capitals: `company` is `CANDOUR_COMPANY`."""

    instance: str = _setting("instance", "folder for the SQLite file, the secret key and reports")
    database_url: str = _setting("", "where the data lives; empty means SQLite in the instance folder")
    secret_key: str = _setting("", "signs cookies and links; empty means one made once and kept in the instance folder")
    company: str = _setting("Harbour Bank", "the name customers know")
    controller: str = _setting(
        "Harbour Bank, 1 Quay Street, Port Ellery, privacy@example.org",
        "who answers for the data: name, address, contact",
    )
    base_url: str = _setting("http://127.0.0.1:8000", "address used in mail and receipts")
    trusted_hosts: str = _setting("", "comma-separated host names the portal answers to; empty means any")
    cookie_secure: bool = _setting(False, "send cookies over HTTPS only; turn on in production")
    languages: str = _setting("en", "languages of the interface, comma-separated")
    default_zone: str = _setting("Europe/London", "time zone of people who have not said theirs")
    mail_from: str = _setting("Harbour Bank <hello@example.org>", "sender of mail")
    smtp_url: str = _setting("", "smtp://user:password@host:port; empty keeps mail in the outbox page")
    session_idle_minutes: int = _setting(120, "sign-in ends after this long without a request")
    session_absolute_hours: int = _setting(336, "sign-in ends after this long in any case")
    password_time_cost: int = _setting(2, "argon2 passes")
    password_memory_kib: int = _setting(19456, "argon2 memory in KiB")
    max_body_bytes: int = _setting(2_000_000, "largest request accepted")
    jobs_in_web: bool = _setting(False, "run the background jobs inside the web process too")
    read_every_seconds: int = _setting(3, "how often waiting messages are read")
    read_batch: int = _setting(200, "messages read in one go")
    web_threads: int = _setting(12, "threads of one web process")
    web_workers: int = _setting(1, "web processes")
    rate_api: str = _setting("600 per minute", "requests a token may make")
    rate_sign_in: str = _setting("10 per minute", "sign-in attempts per address and per account")
    rate_write: str = _setting("60 per minute", "things one visitor may submit")
    live_streams: int = _setting(6, "open live connections per web process")
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR")
    demo: bool = _setting(False, "shows the demo sign-ins on the sign-in page")

    @property
    def url(self) -> str:
        """Database address, with the default filled in and PostgreSQL on psycopg 3."""
        if self.database_url:
            return self.database_url.replace("postgres://", "postgresql+psycopg://", 1).replace(
                "postgresql://", "postgresql+psycopg://", 1
            )
        return f"sqlite:///{Path(self.instance).resolve() / 'candour.sqlite3'}"

    @property
    def zone_languages(self) -> list[str]:
        """Languages of the interface, first is the default."""
        return [part.strip() for part in self.languages.split(",") if part.strip()]


def from_environment(environ: dict[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from `CANDOUR_…` variables; `overrides` win.

    :raises ValueError: naming the variable, when a value cannot be understood or a variable is unknown.
    """
    environ = dict(os.environ if environ is None else environ)
    values: dict[str, Any] = {}
    known = {f"CANDOUR_{item.name.upper()}": item for item in fields(Settings)}
    for name, item in known.items():
        if name in environ and item.name not in overrides:
            values[item.name] = _parse(name, environ[name], type(item.default))
    return Settings(**{**values, **overrides})


def _parse(name: str, value: str, kind: type) -> Any:
    if kind is bool:
        words = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
            "": False,
        }
        if value.strip().lower() not in words:
            raise ValueError(f"{name} must be yes or no, not {value!r}.")
        return words[value.strip().lower()]
    if kind is int:
        try:
            return int(value)
        except ValueError:
            raise ValueError(f"{name} must be a whole number, not {value!r}.") from None
    return value


def secret_of(settings: Settings) -> str:
    """The secret key: the one given, or one made once and kept readable by its owner only."""
    if settings.secret_key:
        return settings.secret_key
    path = Path(settings.instance) / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
