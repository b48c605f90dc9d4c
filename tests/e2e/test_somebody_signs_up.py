"""Somebody signs up, confirms the address by the mail in the outbox, forgets the password, and signs out everywhere."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

FIRST, SECOND = "a sentence that I like", "another sentence that I like"


def link_in_mail(ines: Page, address: str, subject: str) -> str:
    """The link in the newest mail to an address, as an administrator reads it where no mail server is set."""
    row = ines.get_by_role("row", name=address).filter(has_text=re.compile(subject, re.IGNORECASE))
    for _wait in range(20):
        ines.goto("/admin/outbox")
        if row.count():
            break
        ines.wait_for_timeout(500)
    row.first.get_by_role("link").click()
    return str(ines.get_by_role("main").locator(".card a").first.inner_text())


def sign_up(page: Page, address: str) -> None:
    page.goto("/sign-up")
    page.get_by_label("Your name").fill("Fay Green")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(FIRST)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()


def sign_in(page: Page, address: str, password: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_from_signing_up_to_signing_out_everywhere(
    open_page: Callable[..., Page], page_as: Callable[..., Page], assert_accessible: Callable[..., None], word: str
) -> None:
    page, ines, address = open_page(), page_as("ines"), f"{word}@example.org"
    sign_up(page, address)
    assert_accessible(page)
    page.goto(link_in_mail(ines, address, "confirm"))
    assert_accessible(page)
    page.get_by_role("button", name="Yes, this is my address").click()
    sign_in(page, address, FIRST)
    expect(page.get_by_role("heading", name="Your side")).to_be_visible()
    page.goto("/me/consent")
    expect(page.get_by_text("You allow nothing beyond what running your accounts needs.")).to_be_visible()

    elsewhere = open_page("phone")
    elsewhere.goto("/sign-in")
    elsewhere.get_by_role("link", name="Choose a new password").click()
    elsewhere.get_by_label("E-mail address").fill(address)
    elsewhere.get_by_role("button", name="Mail me the link").click()
    expect(elsewhere.get_by_role("heading", name="Look into your mail")).to_be_visible()
    elsewhere.goto(link_in_mail(ines, address, "password"))
    assert_accessible(elsewhere)
    elsewhere.get_by_label("New password").fill(SECOND)
    elsewhere.get_by_role("button", name="Set the password").click()
    page.goto("/me")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()  # the new password signed every browser out

    sign_in(elsewhere, address, SECOND)
    expect(elsewhere.get_by_role("heading", name="Your side")).to_be_visible()
    sign_in(page, address, SECOND)
    expect(page.get_by_role("heading", name="Your side")).to_be_visible()
    page.goto("/me/account")
    assert_accessible(page)
    page.get_by_role("main").get_by_role("button", name="Sign out everywhere").click()
    elsewhere.goto("/me")
    expect(elsewhere.get_by_role("heading", name="Sign in")).to_be_visible()
