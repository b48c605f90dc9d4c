"""Priya goes through the queue with the keyboard and asks for more; Ines sees what was learned, and trains anew."""

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
            priya.wait_for_load_state()  # the keys answer from then on
            expect(letter.locator(".words")).to_have_text(words)
        priya.keyboard.press("a")
        expect(letter.locator(".words")).not_to_have_text(words)
        priya.wait_for_load_state()
        assert settled(priya) == before + number
    assert_accessible(priya)

    ines.goto("/admin/reader")
    assert_accessible(ines)
    main = ines.get_by_role("main")
    expect(main).to_contain_text("No model has been made live.")
    expect(main).to_contain_text("gone through and only for measuring")
    expect(ines.get_by_role("heading", name="Week by week")).to_be_visible()
    expect(ines.get_by_role("heading", name="Model 1", exact=False)).to_be_visible()
    expect(main).to_contain_text("It reads better than what reads now")


def test_who_has_emptied_the_queue_asks_for_more_and_a_model_is_trained_from_it_at_once(
    page_as: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    priya, ines = page_as("priya"), page_as("ines")
    priya.goto("/team/review")
    main, more = priya.get_by_role("main"), priya.get_by_role("button", name="Choose fifty more now")
    expect(main).to_contain_text("Enough is said for the next model")
    for _message in range(60):
        if more.count():
            break
        with priya.expect_navigation():
            priya.keyboard.press("a")
    expect(main).to_contain_text("All of today’s messages are done.")
    assert_accessible(priya)
    before = settled(priya)
    more.click()
    expect(priya.locator("body")).to_contain_text("more messages were chosen.")
    assert settled(priya) == before
    expect(priya.locator("article.letter")).to_be_visible()

    ines.goto("/admin/reader")
    ines.get_by_role("link", name="Train one now, among the jobs").click()
    row = ines.locator("#job-learn")
    expect(row).to_contain_text("night at 02:00")
    row.get_by_role("button").click()
    for _second in range(60):
        ines.goto("/admin/reader")
        if ines.get_by_role("link", name="Model 2", exact=True).count():
            break
        ines.wait_for_timeout(1_000)
    expect(ines.get_by_role("main")).to_contain_text("Model 2 knows all that was said.")
    assert_accessible(ines)


def test_the_queue_works_on_a_phone_and_says_what_it_is_for(
    page_as: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    priya = page_as("priya", look="phone")
    priya.goto("/team/review")
    expect(priya.get_by_role("main")).to_contain_text("how the reader learns")
    assert_accessible(priya)
    assert not priya.evaluate("document.documentElement.scrollWidth > innerWidth")
