"""A visitor says something without signing in and comes back with a receipt code."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

READ_WITHIN = 20
"""Seconds in which words that were just sent stand in the queue; until they are read it says that they are not."""


def in_queue(page: Page, words: str) -> Locator:
    """A conversation in the queue by what its author wrote; urgent ones come first, so it can be pages away."""
    link = page.get_by_role("navigation", name="Queue").get_by_role("link", name=words)
    more = page.get_by_role("link", name="More", exact=True)
    for _second in range(READ_WITHIN):
        page.goto("/team/?who=nobody")
        while not link.count() and more.count():
            more.click()
            page.wait_for_load_state()
        if link.count():
            break
        page.wait_for_timeout(1000)
    return link


def test_a_visitor_reads_the_answer_with_the_code_alone(
    open_page: Callable[..., Page],
    page_as: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    word: str,
) -> None:
    visitor = open_page()
    visitor.goto("/say")
    visitor.get_by_label("What do you want to tell us?").fill(f"The branch in {word} was closed when I came. Why?")
    visitor.get_by_label("Yes").check()
    visitor.get_by_role("button", name="Send").click()
    expect(visitor.get_by_text("We cannot send it again")).to_be_visible()
    code = visitor.locator("#code").inner_text()
    assert_accessible(visitor)

    priya = page_as("priya")
    in_queue(priya, word).click()
    expect(priya.get_by_role("heading", name="Somebody we do not know")).to_be_visible()
    priya.get_by_label("Answer", exact=True).fill("It was a public holiday. We now say so on the door.")
    priya.get_by_role("button", name="Send Ctrl").click()
    expect(priya.locator("article.letter", has_text="public holiday")).to_be_visible()

    back = open_page("phone")
    back.goto("/r")
    assert_accessible(back)
    back.get_by_label("Your receipt code").fill(code.lower().replace("-", " "))
    back.get_by_role("button", name="Open").click()
    back.wait_for_url(f"**/r/{code}")
    expect(back.get_by_text("It was a public holiday.")).to_be_visible()
    assert_accessible(back)


def test_a_wrong_code_opens_nothing_and_says_so(
    open_page: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = open_page()
    page.goto("/r")
    page.get_by_label("Your receipt code").fill("M-0000-0000-0000-0000")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Your receipt code")).to_have_value("M-0000-0000-0000-0000")
    assert_accessible(page)
