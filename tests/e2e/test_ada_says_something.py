"""Ada says something in her own words, sees how it is read, and corrects it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

READ_WITHIN = 10_000
"""Milliseconds in which a new message is read."""
WORDS = "The monthly fee on my current account is far too high"


def say(page: Page, words: str) -> None:
    """Type and answer whether a reply is welcome; nothing is sent yet."""
    page.goto("/say")
    page.get_by_label("What do you want to tell us?").fill(words)
    page.get_by_label("Yes").check()


def test_ada_is_read_within_seconds_and_her_correction_shows_at_once(
    page_as: Callable[..., Page], assert_accessible: Callable[[Page], None], word: str
) -> None:
    ada = page_as("ada")
    say(ada, f"{WORDS}, and {word} too.")
    margin = ada.get_by_role("complementary", name="How it reads so far")
    expect(margin).to_contain_text("too high")
    assert_accessible(ada)

    ada.get_by_role("button", name="Send").click()
    expect(ada.get_by_role("heading", name="We have it")).to_be_visible()
    expect(ada.locator("#code")).to_have_text(re.compile(r"^M-[0-9A-Z]{4}-[0-9A-Z]{4}"))
    assert_accessible(ada)

    ada.get_by_role("link", name="Open the conversation").click()
    beside = ada.get_by_role("note", name="How we read this")
    expect(beside).to_contain_text("not met", timeout=READ_WITHIN)  # without a reload
    expect(ada.locator("article.letter mark").first).to_be_visible()
    assert_accessible(ada)

    note = beside.locator(".note", has_text="not met").first
    note.get_by_text("Not right?").click()
    note.get_by_label("It is about").select_option(label="Speed")
    note.get_by_label("and that is").select_option(label="wished")
    assert_accessible(ada)
    note.get_by_role("button", name="Put this instead").click()
    corrected = ada.get_by_role("note", name="How we read this").locator(".note", has_text="you said so")
    expect(corrected).to_contain_text("Speed")
    expect(corrected).to_contain_text("wished")
    assert_accessible(ada)


def test_a_double_click_sends_once(page_as: Callable[..., Page], word: str) -> None:
    ada = page_as("ada")
    say(ada, f"Thank you, {word} was lovely.")
    ada.get_by_role("button", name="Send").dblclick()
    expect(ada.get_by_role("heading", name="We have it")).to_be_visible()
    ada.goto("/me/conversations")
    expect(ada.get_by_role("link", name=re.compile(word))).to_have_count(1)


def test_a_draft_survives_a_reload_and_signing_in(open_page: Callable[..., Page], password: str, word: str) -> None:
    page, words = open_page(), f"I was not done writing {word}."
    page.goto("/say")
    text = page.get_by_label("What do you want to tell us?")
    text.press_sequentially(words)
    page.reload()
    expect(text).to_have_value(words)
    page.get_by_role("link", name="Sign in first").click()
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/say")
    expect(text).to_have_value(words)
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="We have it")).to_be_visible()
    page.goto("/say")
    expect(text).to_have_value("")


def say_how_it_was(ada: Page, word: str, assert_accessible: Callable[[Page], None]) -> None:
    ada.goto("/say")
    ada.get_by_label("What do you want to tell us?").fill(f"The {word} branch was closed again.")
    ada.get_by_label("Yes").check()
    how = ada.get_by_role("group", name="How was it for you?")
    expect(how.get_by_role("radio", checked=True)).to_have_count(0)
    how.get_by_role("radio", name="Very bad").focus()
    ada.keyboard.press("Space")
    ada.keyboard.press("ArrowRight")
    expect(how.get_by_role("radio", name="Bad", exact=True)).to_be_checked()
    assert_accessible(ada)
    ada.get_by_role("button", name="Send").click()
    ada.get_by_role("link", name="Open the conversation").click()


def test_ada_says_how_it_was_and_whether_our_answer_helped_by_the_keyboard(
    page_as: Callable[..., Page], assert_accessible: Callable[[Page], None], word: str
) -> None:
    ada, priya = page_as("ada", look="phone"), page_as("priya")
    say_how_it_was(ada, word, assert_accessible)
    words = ada.locator("article.letter", has_text=word).first
    expect(words).to_contain_text("You said how it was: Bad")
    ref = ada.url.rsplit("/", 1)[1]

    priya.goto(f"/team/conversations/{ref}")
    expect(priya.locator("article.letter", has_text=word).first).to_contain_text("2 of 5")
    priya.get_by_label("Answer", exact=True).fill("It opens at nine from Monday on.")
    priya.get_by_role("button", name="Send", exact=False).last.click()
    expect(priya.locator("article.letter", has_text="It opens at nine")).to_be_visible()

    ada.reload()
    answer = ada.locator("article.letter", has_text="It opens at nine")
    answer.get_by_role("radio", name="Mostly").check()
    assert_accessible(ada)
    answer.get_by_role("button", name="Say so").click()
    expect(answer).to_contain_text("You said whether it helped: Mostly")
    assert_accessible(ada)
    answer.get_by_text("Change it or take it back").click()
    answer.get_by_role("button", name="Take it back").click()
    expect(answer).to_contain_text("Did this help?")

    words.get_by_text("Change it or take it back").click()
    assert_accessible(ada)
    words.get_by_role("button", name="Take it back").click()
    expect(words).not_to_contain_text("You said how it was")
    priya.reload()
    expect(priya.locator("article.letter", has_text=word).first).not_to_contain_text("of 5")
    assert_accessible(priya)
