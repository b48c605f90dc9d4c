"""Language, zone and how dates and numbers are written for the person who is looking."""

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_timedelta
from flask import Flask, request
from flask_babel import Babel, format_date, format_datetime, get_locale, gettext
from flask_login import current_user

from portal import clock
from portal.web.identity import current_settings

babel = Babel()


def prepare(app: Flask) -> None:
    """Attach flask-babel and the template filters for dates."""
    babel.init_app(app, locale_selector=chosen_language, timezone_selector=chosen_zone)
    app.jinja_env.filters.update(day=day, moment=moment, ago=ago, iso=iso)


def chosen_language() -> str:
    """The customer's own choice, else the browser's, among the languages the portal speaks."""
    offered = current_settings().zone_languages
    customer = current_user.customer if current_user and current_user.is_authenticated else None
    if customer is not None and customer.language in offered:
        return str(customer.language)
    return request.accept_languages.best_match(offered) or offered[0]


def chosen_zone() -> str:
    """The customer's own zone, else the company's."""
    customer = current_user.customer if current_user and current_user.is_authenticated else None
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
    return str(
        format_datetime(value, "d MMMM yyyy") if isinstance(value, datetime) else format_date(value, "d MMMM yyyy")
    )


def moment(value: datetime | None) -> str:
    """`14 November 2026, 09:12`, in the reader's zone."""
    return str(gettext("never") if value is None else format_datetime(value, "d MMMM yyyy, HH:mm"))


def ago(value: datetime | None) -> str:
    """`3 days ago` or `in 2 hours`: the hint beside an absolute date."""
    if value is None:
        return str(gettext("never"))
    return str(format_timedelta(value - clock.utc_now(), add_direction=True, locale=get_locale()))


def iso(value: date | datetime | None) -> str:
    """For the `datetime` attribute of `<time>`."""
    return "" if value is None else value.isoformat()
