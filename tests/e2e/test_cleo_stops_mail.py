"""Cleo stops a kind of mail from its foot: one click to the page, one button, no sign-in, and the page names nobody."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import APIRequestContext, Page, expect

from portal.consent import StopLink, seal_stop
from portal.settings import from_environment, secret_of
from tests.e2e.serving import Demo


@pytest.fixture
def link(demo: Demo, page_as: Callable[..., Page]) -> str:
    """The address at the foot of an offer to Cleo about travel, as outreach writes it."""
    account = page_as("cleo")
    ref = re.search(r"C-[A-Z0-9]+", account.request.get("/me/download.json").text())
    assert ref
    named = StopLink(ref[0], "marketing", "email", "travel", "D-DEMO")
    return f"/u/{seal_stop(secret_of(from_environment(demo.environment)), named)}"


@pytest.mark.parametrize("look", ["wide", "phone", "dark"])
def test_one_button_on_the_page_behind_the_link_stops_this_kind_of_mail(
    link: str, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None], look: str
) -> None:
    page = open_page(look)
    page.goto(link)
    assert_accessible(page)
    expect(page.get_by_text("Nothing has changed yet.")).to_be_visible()
    page.get_by_role("button", name="Stop this kind of mail").click()
    expect(page.get_by_role("status")).to_contain_text("Stopped.")
    expect(page.locator("body")).not_to_contain_text("Cleo")
    assert_accessible(page)
    assert page.context.cookies() == []


def test_the_button_of_a_mail_program_is_answered_with_200_and_the_ledger_tells_how(
    link: str, open_page: Callable[..., Page], page_as: Callable[..., Page]
) -> None:
    program: APIRequestContext = open_page().request
    for _ in range(2):
        answer = program.post(link, form={"List-Unsubscribe": "One-Click"}, max_redirects=0)
        assert answer.status == 200
    cleo = page_as("cleo")
    cleo.goto("/me/consent/history")
    expect(cleo.get_by_role("row").filter(has_text="by one click in a mail").first).to_contain_text("Travel")


def test_a_link_that_was_cut_off_says_what_to_do(
    link: str, open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = open_page("phone")
    page.goto(link[:40])
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
    expect(page.get_by_role("link", name="Write to us")).to_be_visible()
    assert_accessible(page)
