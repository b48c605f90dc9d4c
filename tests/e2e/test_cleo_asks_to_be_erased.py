"""Cleo asks to have everything about her erased, sleeps on it, and takes it back: nothing happened."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_cleo_reads_what_goes_asks_for_it_and_takes_it_back(
    page_as: Callable[..., Page], password: str, assert_accessible: Callable[[Page], None]
) -> None:
    cleo = page_as("cleo")
    cleo.goto("/me/account")
    assert_accessible(cleo)
    cleo.get_by_role("link", name="Your rights").click()
    assert_accessible(cleo)

    cleo.get_by_role("link", name="Have everything about you erased").click()
    expect(cleo.get_by_role("heading", name="What goes")).to_be_visible()
    expect(cleo.get_by_role("heading", name="What stays, without you in it")).to_be_visible()
    assert_accessible(cleo)
    cleo.get_by_label("Your password, again").fill(password)
    cleo.get_by_label("I want everything about me erased").check()
    cleo.get_by_role("button", name="Erase everything in seven days").click()

    expect(cleo.get_by_role("status")).to_contain_text("Until then you can take it back here")
    assert_accessible(cleo)
    cleo.get_by_role("button", name="Take it back").click()
    expect(cleo.get_by_role("status")).to_contain_text("Nothing is erased")
    assert_accessible(cleo)
    cleo.goto("/me/")
    expect(cleo.get_by_role("main")).to_be_visible()
