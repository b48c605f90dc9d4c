"""Language, zone and how dates and numbers are written for the person who is looking."""

from datetime import date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_timedelta
from babel.units import format_unit
from flask import Flask, request
from flask_babel import Babel, get_locale, get_timezone, gettext, ngettext

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
    app.jinja_env.filters.update(
        day=day, moment=moment, ago=ago, iso=iso, days_long=days_long, every=every, language_name=language_name
    )


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


def short_day(value: date | datetime) -> str:
    """`14 Nov`, for the axis of a chart; month and day in the order of the reader's language."""
    at, locale = value.astimezone(get_timezone()) if isinstance(value, datetime) else value, get_locale()
    if locale.language == "en":
        return str(format_date(at, "d MMM", locale=locale))
    return str(format_skeleton("MMMd", at, locale=locale))


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
    between = " " if locale.language == "zh" else ", "
    return f"{_written(local.date(), locale)}{between}{local:%H:%M}"


def ago(value: datetime | None) -> str:
    """`3 days ago` or `in 2 hours`: the hint beside an absolute date."""
    if value is None:
        return str(gettext("never"))
    return str(format_timedelta(value - clock.utc_now(), add_direction=True, locale=get_locale()))


@lru_cache(2_048)
def _written(value: date, locale: Locale) -> str:
    """A date in words; a list names the same days again and again."""
    return str(format_date(value, "d MMMM yyyy" if locale.language == "en" else "long", locale=locale))


def days_long(number: int) -> str:
    """How long something is kept: whole years as years, everything else in days."""
    if number and number % 365 == 0:
        return str(ngettext("%(num)s year", "%(num)s years", number // 365))
    return str(ngettext("%(num)s day", "%(num)s days", number))


def every(seconds: int) -> str:
    """How often something comes, in the largest unit that says it whole: `10 s`, `5 min`, `1 h`, `1 day`."""
    for length, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds % length == 0:
            return str(format_unit(seconds // length, f"duration-{unit}", "short", locale=get_locale()))
    return str(format_unit(seconds, "duration-second", "short", locale=get_locale()))


def language_name(code: str) -> str:
    """What a language is called in the reader's own; the code itself for one that nobody knows."""
    try:
        named = Locale.parse(code.replace("_", "-"), sep="-").get_display_name(get_locale())
    except (UnknownLocaleError, ValueError):
        return code
    return named or code


def iso(value: date | datetime | None) -> str:
    """For the `datetime` attribute of `<time>`."""
    return "" if value is None else value.isoformat()
