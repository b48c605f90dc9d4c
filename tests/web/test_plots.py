"""Numbers in charts: large ones are written out and grouped, never shortened to powers."""

import pytest
from flask import Flask

from portal.web import plots


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
