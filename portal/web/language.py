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
    """The customer's own choice, else the browser's, among the languages the portal speaks."""
    offered = current_settings().zone_languages
    customer = customer_or_none()
    if customer is not None and customer.language in offered:
        return str(customer.language)
    return request.accept_languages.best_match(offered) or offered[0]


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
