"""Numbers in charts: large ones are written out and grouped, never shortened to powers."""

from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.web import language, plots


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (999, "999"), (4_181, "4,181"), (12_345_678, "12,345,678"), (2.5, "2.5")]
)
def test_a_large_number_stays_readable(app: Flask, value: float, text: str) -> None:
    with app.test_request_context("/"):
        assert plots.shown(value) == text


@pytest.mark.parametrize(("values", "beside"), [([1, 4], -8), ([4, 2], 110), ([4, 0], 172), ([3], 37)])
def test_the_newest_value_is_written_where_its_line_does_not_run(values: list[float], beside: float) -> None:
    assert plots.beside(values, plots.Scale(640, 180, 4)) == beside


@pytest.mark.one_database
def test_how_long_and_how_often_are_said_in_the_largest_whole_unit(app: Flask) -> None:
    with app.test_request_context("/"):
        assert [language.days_long(days) for days in (1, 90, 365, 2555)] == ["1 day", "90 days", "1 year", "7 years"]
        assert [language.every(seconds) for seconds in (10, 300, 3_600, 86_400)] == ["10 sec", "5 min", "1 hr", "1 day"]
        assert language.language_name("it") == "Italian"
        assert language.language_name("xx-none") == "xx-none"


@pytest.mark.one_database
def test_a_date_has_the_order_of_the_readers_language(app: Flask) -> None:
    spoken = {"en": ("9 March 2026", "9 Mar"), "it": ("9 marzo 2026", "9 mar"), "zh_Hant": ("2026年3月9日", "3月9日")}
    for code, (long, short) in spoken.items():
        with app.test_request_context("/"), force_locale(code):
            assert (language.day(date(2026, 3, 9)), language.short_day(date(2026, 3, 9))) == (long, short)
