"""Every setting, read once from the environment. The table in README.md is kept complete by a test."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
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
    jurisdiction: str = _setting("GB", "country whose law applies, as in ISO 3166-1; stands on receipts")
    data_location: str = _setting("GB", "country where the data is stored, as in ISO 3166-1; stands on receipts")
    receipt_keys: str = _setting(
        "",
        "comma-separated; the first signs receipts, each one still proves them; empty means made from the secret key",
    )
    heads: str = _setting(
        "",
        "second place of the ledger's signed heads, best on another machine; empty means heads in the instance folder",
    )
    base_url: str = _setting("http://127.0.0.1:8000", "address used in mail and receipts")
    trusted_hosts: str = _setting("", "comma-separated host names the portal answers to; empty means any")
    cookie_secure: bool = _setting(False, "send cookies over HTTPS only; turn on in production")
    languages: str = _setting("en,it,zh-Hant", "languages of the interface, comma-separated; the first is the default")
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
    read_workers: int = _setting(2, "processes that read when more than 5,000 messages wait; one reads otherwise")
    web_threads: int = _setting(12, "threads of one web process")
    web_workers: int = _setting(1, "web processes")
    rate_api: str = _setting("600 per minute", "requests a token may make")
    rate_sign_in: str = _setting("10 per minute", "sign-in attempts per address and per account")
    rate_write: str = _setting("60 per minute", "things one visitor may submit")
    fence_minutes: int = _setting(15, "a system that sends may not while a change it has not acknowledged is older")
    webhook_private: bool = _setting(False, "webhooks may use http and addresses that are not public; for development")
    live_streams: int = _setting(6, "open live connections per web process")
    trust_limits: str = _setting(
        "", "limits of the indicators of trust put over the shipped ones, in percent: `answered=90, opt_out=1`"
    )
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
        return list(_parts(self.languages))


@lru_cache(16)
def _parts(text: str) -> tuple[str, ...]:
    """The parts of a text with commas; each page asks for those of one setting."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


TRUTHS = {
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
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
WANTED = {bool: "yes or no", int: "a whole number"}


@dataclass(frozen=True)
class Misread:
    """One variable whose value cannot be understood: what it must be, and what stands for it meanwhile."""

    name: str
    value: str
    wanted: str
    default: str

    def __str__(self) -> str:
        return f"{self.name} must be {self.wanted}, not {self.value!r}."


def read_environment(environ: Mapping[str, str] | None = None, **overrides: Any) -> tuple[Settings, list[Misread]]:
    """Settings from `CANDOUR_…` variables, with the default for each that cannot be understood, and a list of those.

    :param overrides: settings that win over the environment.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    misread: list[Misread] = []
    for item in fields(Settings):
        name = f"CANDOUR_{item.name.upper()}"
        if name not in environ or item.name in overrides:
            continue
        try:
            values[item.name] = _parse(item.name, environ[name], type(item.default))
        except ValueError as error:
            misread.append(Misread(name, environ[name], str(error), str(item.default)))
    return Settings(**{**values, **overrides}), misread


def from_environment(environ: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from `CANDOUR_…` variables; `overrides` win.

    :raises ValueError: naming every variable whose value cannot be understood.
    """
    settings, misread = read_environment(environ, **overrides)
    if misread:
        raise ValueError(" ".join(map(str, misread)))
    return settings


def _parse(name: str, value: str, kind: type) -> Any:
    """The value as its setting has it.

    :raises ValueError: saying what it must be.
    """
    text = value.strip()
    if name == "log_level":
        if text.upper() not in LEVELS:
            raise ValueError(f"one of {', '.join(LEVELS)}")
        return text.upper()
    try:
        return TRUTHS[text.lower()] if kind is bool else int(text) if kind is int else value
    except (KeyError, ValueError):
        raise ValueError(WANTED[kind]) from None


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
