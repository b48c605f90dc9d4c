"""Priya goes through three messages of the queue with the keyboard; Ines sees what the reader learned from that."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

PROGRESS = re.compile(r"(\d+) of (\d+)")


def settled(page: Page) -> int:
    """How many messages of today are done, as the page says."""
    found = PROGRESS.search(page.get_by_role("main").inner_text())
    assert found, "the page says how far the queue is"
    return int(found[1])


def test_three_messages_are_reviewed_with_keys_and_the_card_counts_them(
    page_as: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    priya, ines = page_as("priya"), page_as("ines")
    priya.goto("/team/review")
    assert_accessible(priya)
    before = settled(priya)
    for number in range(1, 4):
        letter = priya.locator("article.letter")
        words = letter.locator(".words").inner_text()
        rows = priya.locator("tr[data-tag]")
        if number == 1 and rows.count():
            waiting = rows.count()
            priya.keyboard.press("y")
            expect(rows).to_have_count(waiting - 1)
            expect(letter.locator(".words")).to_have_text(words)
        priya.keyboard.press("a")
        expect(letter.locator(".words")).not_to_have_text(words)
        assert settled(priya) == before + number
    assert_accessible(priya)

    ines.goto("/admin/reader")
    assert_accessible(ines)
    main = ines.get_by_role("main")
    expect(main).to_contain_text("No model has been made live.")
    expect(main).to_contain_text("finished and only for measuring")
    expect(ines.get_by_role("heading", name="Week by week")).to_be_visible()


def test_the_queue_works_on_a_phone_and_says_what_it_is_for(
    page_as: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    priya = page_as("priya", look="phone")
    priya.goto("/team/review")
    expect(priya.get_by_role("main")).to_contain_text("how the reader learns")
    assert_accessible(priya)
    assert not priya.evaluate("document.documentElement.scrollWidth > innerWidth")
