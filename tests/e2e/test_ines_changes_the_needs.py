"""Ines adds a need, tries it, publishes it, sees new words read with it, and has history read again."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

SOON = 20_000
"""Milliseconds in which the jobs of the demo have read what was just said, or begun with what was asked for."""


def test_a_need_is_added_tried_published_and_read(
    page_as: Callable[..., Page], assert_accessible: Callable[..., None], word: str
) -> None:
    ines = page_as("ines")
    ines.goto("/admin/taxonomy")
    assert_accessible(ines)
    if ines.get_by_role("link", name="Go on with the draft").count():
        ines.get_by_role("link", name="Go on with the draft").click()
    else:
        ines.get_by_role("button", name="Begin a draft").click()
    ines.get_by_role("link", name="Add a need").click()
    fill_in(ines, word)
    ines.get_by_label("Seed phrases").fill("only one")
    ines.get_by_role("button", name="Add to the draft").click()
    expect(ines.get_by_role("alert")).to_contain_text("5 to 15")
    expect(ines.get_by_label("What it means")).to_have_value(f"Everything about {word}.")
    assert_accessible(ines)
    ines.get_by_label("Seed phrases").fill("\n".join(f"the {word} is {how}" for how in HOW))
    ines.get_by_role("button", name="Add to the draft").click()
    expect(ines.get_by_text("Added to the draft.")).to_be_visible()
    assert_accessible(ines)
    ines.goto("/admin/taxonomy/draft/try")
    ines.get_by_label("A text as a customer might write it").fill(f"The {word} is broken again and nobody repairs it.")
    ines.get_by_role("button", name="Read it").click()
    expect(ines.get_by_text("only here").first).to_be_visible()
    assert_accessible(ines)
    ines.get_by_role("link", name="What changes in the newest messages").click()
    expect(ines.get_by_role("img", name="messages read")).to_be_visible()
    expect(ines.get_by_role("link", name="Read on")).to_have_count(0, timeout=SOON)
    assert_accessible(ines)
    ines.goto("/admin/taxonomy/draft")
    assert_accessible(ines)
    ines.get_by_label("What changes and why").fill(f"Customers speak of {word}.")
    ines.get_by_role("button", name="Publish version").click()
    expect(ines.get_by_role("heading", name="Read history again")).to_be_visible()
    is_read_with_it(page_as("ada"), word)


def is_read_with_it(ada: Page, word: str) -> None:
    ada.goto("/say")
    ada.get_by_label("What do you want to tell us?").fill(f"The {word} is broken again and nobody repairs it.")
    ada.get_by_label("Yes").check()
    ada.get_by_role("button", name="Send").click()
    ada.get_by_role("link", name="Open the conversation").click()
    beside = ada.get_by_role("note", name="How we read this")
    expect(beside).to_contain_text(f"Care for {word}", timeout=SOON)


def fill_in(ines: Page, word: str) -> None:
    ines.get_by_label("Key", exact=True).fill(word)
    ines.get_by_label("Name", exact=True).fill(f"Care for {word}")
    ines.get_by_label("What it means").fill(f"Everything about {word}.")
    ines.get_by_label("Phrases that nearly always mean this need").fill(word)
    ines.get_by_label("Examples that speak of it").fill(f"My {word} is broken")


HOW = ("broken", "lost", "missing", "too old", "not what I wanted")


def test_history_is_read_again_stopped_and_gone_on_with(
    page_as: Callable[..., Page], assert_accessible: Callable[..., None]
) -> None:
    ines = page_as("ines")
    ines.goto("/admin/rereads")
    ines.get_by_role("button", name="Read everything again").click()
    ines.get_by_role("button", name="Stop").click()
    expect(ines.get_by_text("stopped").first).to_be_visible()
    assert_accessible(ines)
    ines.get_by_role("button", name="Go on").first.click()
    expect(ines.get_by_role("button", name="Stop")).to_be_visible()
    for _wait in range(60):
        if ines.get_by_text("finished").count():
            break
        ines.wait_for_timeout(1000)
        ines.goto("/admin/rereads")
    expect(ines.get_by_text("finished").first).to_be_visible()
    assert_accessible(ines)
