"""Language, zone and how dates and numbers are written for the person who is looking."""

from datetime import date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel import Locale
from babel.dates import format_date, format_timedelta
from flask import Flask, request
from flask_babel import Babel, get_locale, get_timezone, gettext

from portal import clock, sentences
from portal.web import translations
from portal.web.identity import current_settings, viewer

babel = Babel()
COOKIE = "language"
"""Where a visitor's browser keeps the language they chose; whoever signs in has it with their account."""
REGIONS = frozenset("Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split())


def prepare(app: Flask) -> None:
    """Attach flask-babel and the template filters for dates."""
    babel.init_app(
        app,
        default_translation_directories=str(sentences.FOLDER),
        locale_selector=lambda: _locale(chosen_language()),
        timezone_selector=chosen_zone,
    )
    translations.prepare(app, babel)
    app.jinja_env.filters.update(day=day, moment=moment, ago=ago, iso=iso)


def chosen_language() -> str:
    """The person's own choice, else the browser's, among the languages the portal speaks; as babel writes it."""
    chosen = _own("language") or request.cookies.get(COOKIE)
    wishes = (chosen, *request.accept_languages.values())  # the browser's come in its order of preference
    return _nearest(wishes, tuple(current_settings().zone_languages))


@lru_cache(256)
def _nearest(wishes: tuple[str | None, ...], offered: tuple[str, ...]) -> str:
    """The first of the wishes that the portal speaks, or its own first language."""
    found = next((one for wish in wishes if (one := sentences.nearest(wish, offered))), offered[0])
    return found.replace("-", "_")


@lru_cache(64)
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def offered_languages() -> list[tuple[str, str]]:
    """The languages the portal speaks, each with its name in itself."""
    return [(code, _name(code)) for code in current_settings().zone_languages]


def other_tongues(language: str) -> str:
    """The names of the languages a reader of `language` could choose as well."""
    return _others(language, tuple(current_settings().zone_languages))


@lru_cache(64)
def _others(language: str, offered: tuple[str, ...]) -> str:
    return " · ".join(_name(code) for code in offered if code != language)


def offered_zones() -> list[tuple[str, str]]:
    """The time zones that have a place, each with its name as people read it."""
    names = sorted(available_timezones())
    return [(zone, zone.replace("_", " ")) for zone in names if zone.split("/")[0] in REGIONS]


def _own(name: str) -> str | None:
    """What whoever is signed in chose: as a customer, or as somebody who works here."""
    person = viewer()
    found: str | None = getattr(person, name) if person is not None else None
    return found


@lru_cache(64)
def _name(code: str) -> str:
    return str(Locale.parse(code.replace("_", "-"), sep="-").get_display_name())


def chosen_zone() -> str:
    """The zone of whoever is looking, else the company's."""
    wanted = _own("time_zone") or current_settings().default_zone
    try:
        ZoneInfo(wanted)
    except (ZoneInfoNotFoundError, ValueError):
        return current_settings().default_zone
    return str(wanted)


def day(value: date | datetime | None) -> str:
    """`14 November 2026`, in the reader's zone."""
    if value is None:
        return str(gettext("never"))
    if isinstance(value, datetime):
        return _day_of(value, get_timezone(), get_locale())
    return _written(value, get_locale())


def moment(value: datetime | None) -> str:
    """`14 November 2026, 09:12`, in the reader's zone."""
    return str(gettext("never")) if value is None else _moment_of(value, get_timezone(), get_locale())


@lru_cache(4_096)
def _day_of(value: datetime, zone: tzinfo, locale: Locale) -> str:
    """A list names the same moments again and again, and so does the next reader."""
    return _written(value.astimezone(zone).date(), locale)


@lru_cache(4_096)
def _moment_of(value: datetime, zone: tzinfo, locale: Locale) -> str:
    local = value.astimezone(zone)
    return f"{_written(local.date(), locale)}, {local:%H:%M}"


def ago(value: datetime | None) -> str:
    """`3 days ago` or `in 2 hours`: the hint beside an absolute date."""
    if value is None:
        return str(gettext("never"))
    return str(format_timedelta(value - clock.utc_now(), add_direction=True, locale=get_locale()))


@lru_cache(2_048)
def _written(value: date, locale: Locale) -> str:
    """A date in words; a list names the same days again and again."""
    return str(format_date(value, "d MMMM yyyy", locale=locale))


def iso(value: date | datetime | None) -> str:
    """For the `datetime` attribute of `<time>`."""
    return "" if value is None else value.isoformat()
