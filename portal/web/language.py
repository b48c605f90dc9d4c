"""Language, zone and how dates and numbers are written for the person who is looking."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_timedelta
from flask import Flask, request
from flask_babel import Babel, get_locale, get_timezone, gettext

from portal import clock, sentences
from portal.web import translations
from portal.web.identity import current_settings, customer_or_none

babel = Babel()
COOKIE = "language"
"""Where the browser of somebody who is no customer keeps the language they chose; a customer's is a preference."""


def prepare(app: Flask) -> None:
    """Attach flask-babel and the template filters for dates."""
    babel.init_app(
        app,
        default_translation_directories=str(sentences.FOLDER),
        locale_selector=chosen_language,
        timezone_selector=chosen_zone,
    )
    translations.prepare(app, babel)
    app.jinja_env.filters.update(day=day, moment=moment, ago=ago, iso=iso)


def chosen_language() -> str:
    """The person's own choice, else the browser's, among the languages the portal speaks; as babel writes it."""
    offered = current_settings().zone_languages
    customer = customer_or_none()
    chosen = customer.language if customer is not None else request.cookies.get(COOKIE)
    wishes = (chosen, *request.accept_languages.values())  # the browser's come in its order of preference
    found = next((one for wish in wishes if (one := sentences.nearest(wish, offered))), offered[0])
    return found.replace("-", "_")


def offered_languages() -> list[tuple[str, str]]:
    """The languages the portal speaks, each with its name in itself."""
    codes = current_settings().zone_languages
    return [(code, _name(code)) for code in codes]


@lru_cache(64)
def _name(code: str) -> str:
    return str(Locale.parse(code.replace("_", "-"), sep="-").get_display_name())


def chosen_zone() -> str:
    """The customer's own zone, else the company's."""
    customer = customer_or_none()
    wanted = (customer.time_zone if customer is not None else None) or current_settings().default_zone
    try:
        ZoneInfo(wanted)
    except (ZoneInfoNotFoundError, ValueError):
        return current_settings().default_zone
    return str(wanted)


def day(value: date | datetime | None) -> str:
    """`14 November 2026`, in the reader's zone."""
    if value is None:
        return str(gettext("never"))
    return _written(value.astimezone(get_timezone()).date() if isinstance(value, datetime) else value, get_locale())


def moment(value: datetime | None) -> str:
    """`14 November 2026, 09:12`, in the reader's zone."""
    if value is None:
        return str(gettext("never"))
    local = value.astimezone(get_timezone())
    return f"{_written(local.date(), get_locale())}, {local:%H:%M}"


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
