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


def test_a_label_that_does_not_fit_beside_its_bar_stands_above_it() -> None:
    assert not plots.are_long([("sent", 3, None), ("waiting", 2, None)])
    assert plots.are_long([("sent", 3, None), ("not sent: complaint about the same product", 2, None)])
    assert plots.are_long([("未送出：同一產品的投訴尚未解決", 2, None)])
