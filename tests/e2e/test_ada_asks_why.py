"""Ada asks why we think so, tries what would change it, and disagrees on the page itself."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

READ_WITHIN = 10_000
"""Milliseconds in which a new message is read."""
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


def said(ada: Page, words: str) -> None:
    """Say something; leads to its conversation once it is read."""
    ada.goto("/say")
    ada.get_by_label("What do you want to tell us?").fill(words)
    ada.get_by_label("Yes").check()
    ada.get_by_role("button", name="Send").click()
    ada.get_by_role("link", name="Open the conversation").click()
    expect(ada.get_by_role("note", name="How we read this")).to_contain_text("Fair cost", timeout=READ_WITHIN)


@pytest.mark.parametrize("look", ["wide", "phone", "dark"])
def test_ada_sees_why_and_what_she_drops_is_dropped(
    look: str, page_as: Callable[..., Page], assert_accessible: Callable[..., None], word: str
) -> None:
    ada = page_as("ada", look=look)
    said(ada, f"The {word} fee is too high. Mail me at {word}@example.org.")
    ada.get_by_role("link", name="Why? Fair cost").click()
    expect(ada.get_by_role("heading", name="Why do we think so?")).to_be_visible()
    main = ada.get_by_role("main")
    expect(main).to_contain_text("we would not have thought of: Fair cost")
    expect(main).to_contain_text("Hidden: an e-mail address")
    expect(ada.locator("ol.steps li.decision")).to_contain_text("Which needs")
    assert_accessible(ada)
    assert ada.evaluate(FITS)

    ada.get_by_role("button", name="Drop it").focus()
    ada.keyboard.press("Enter")
    expect(main).to_contain_text("This does not count any more")
    expect(main).to_contain_text("You said that it is not right")
    expect(ada.get_by_role("button", name="Drop it")).to_have_count(0)
    assert_accessible(ada)
    ada.get_by_role("link", name="Back to the conversation").click()
    expect(ada.get_by_role("note", name="How we read this")).not_to_contain_text("Fair cost")


def test_priya_sees_why_without_personal_data(
    page_as: Callable[..., Page], assert_accessible: Callable[..., None], word: str
) -> None:
    ada, priya = page_as("ada"), page_as("priya")
    said(ada, f"The {word} fee is too high. Mail me at {word}@example.org.")
    ref = re.search(r"/conversations/([^/?#]+)", ada.url)
    assert ref
    priya.goto(f"/team/conversations/{ref[1]}")
    priya.get_by_role("link", name="Why? Fair cost").click()
    main = priya.get_by_role("main")
    expect(main).to_contain_text("Personal data is covered here")
    expect(main).not_to_contain_text("@example.org")
    assert_accessible(priya)
    priya.get_by_role("button", name="It is right").click()
    expect(main).to_contain_text(re.compile("Priya[^.]* said that it is right"))


def test_the_steps_of_a_draft_stay_open_while_it_is_written(
    page_as: Callable[..., Page], assert_accessible: Callable[..., None]
) -> None:
    ada = page_as("ada")
    ada.goto("/say")
    text = ada.get_by_label("What do you want to tell us?")
    text.fill("The monthly fee is too high")
    margin = ada.get_by_role("complementary", name="How it reads so far")
    margin.get_by_text("How it reads, step by step").click()
    expect(margin.locator("ol.steps")).to_contain_text("Fair cost")
    assert_accessible(ada)
    text.fill("The monthly fee is too high and nobody answers me")
    expect(margin.locator("ol.steps")).to_contain_text("Support")
