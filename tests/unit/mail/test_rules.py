"""When a mail is tried again, and what of it may be shown."""

from datetime import timedelta

from portal.mail.rules import backoff, fits_a_header, without_links


def test_waiting_doubles_and_stops_growing_at_six_hours() -> None:
    assert [backoff(n) for n in (1, 2, 3)] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert backoff(40) == timedelta(hours=6)


def test_a_link_that_acts_is_hidden_and_the_rest_stays() -> None:
    text = "Open http://127.0.0.1:8000/reset/sTtb3WXJH8x38D_vc1hZQxS-fcPhEDKy-aP3Myan4LY within one hour."
    assert without_links(text) == "Open http://127.0.0.1:8000/reset/… within one hour."


def test_a_line_break_does_not_fit_a_header() -> None:
    assert fits_a_header("Your answer – très bien")
    assert not fits_a_header("Your answer\r\nBcc: ben@example.org")
